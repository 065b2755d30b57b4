#include <cmath>
#include <limits>

#include "numerics/survival/cox_residuals.hpp"
#include "numerics/survival/cox_scan.hpp"

namespace bedside::numerics {
namespace {

/// 1 − S(t−) at each place of the scale of times, S the Kaplan–Meier curve of all rows, and the mean over the events.
struct KaplanMeierTransform {
  std::vector<double> at;  ///< of each place; centred at the mean
  bool oneTime = false;    ///< at most one place has events

  explicit KaplanMeierTransform(const RiskSets& risk) : at(risk.distinct.size()) {
    std::vector<double> events(at.size()), change(at.size());
    for (std::size_t i = 0; i < risk.size(); ++i) {
      events[risk.stop[i]] += risk.event[i];
      change[risk.stop[i]] -= 1;
      if (!risk.start.empty()) change[risk.start[i]] += 1;  // at risk after its start
    }
    double atRisk = risk.start.empty() ? static_cast<double>(risk.size()) : 0.0;
    double survival = 1, sum = 0, count = 0;
    std::size_t places = 0;
    for (std::size_t t = 0; t < at.size(); ++t) {
      at[t] = 1 - survival;
      if (events[t] > 0) {
        sum += events[t] * at[t];
        count += events[t];
        survival *= 1 - events[t] / atRisk;
        ++places;
      }
      atRisk += change[t];
    }
    for (double& value : at) value -= sum / count;
    oneTime = places <= 1;
  }
};

/// ΣI, ΣgI and Σg²I in one scan.
class TimedInformation {
 public:
  explicit TimedInformation(std::size_t columns)
      : sums{Gram(columns), Gram(columns), Gram(columns)}, taken{Gram(columns), Gram(columns), Gram(columns)} {}

  Gram sums[3];
  Gram taken[3];
  Matrix matrix(std::size_t power) const {
    Matrix out = sums[power].matrix();
    const Matrix less = taken[power].matrix();
    for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] -= less.values[i];
    return out;
  }
};

}  // namespace

ProportionalHazards proportionalHazards(const CoxProblem& problem, std::span<const double> coefficients) {
  const std::size_t k = problem.columns();
  const KaplanMeierTransform transform(problem.risk);
  const CoxRows rows(problem);
  CoxScan scan(rows, problem.ties);
  scan.at(coefficients);
  const std::vector<EventTime>& times = rows.times();
  std::vector<double> g, squares;
  std::vector<double> residuals(rows.rows());
  for (const EventTime& time : times) {
    g.push_back(transform.at[problem.risk.stop[rows.position(time.begin)]]);
    squares.push_back(g.back() * g.back());
    for (std::size_t row = time.begin; row < time.end; ++row) residuals[row] = g.back() * rows.eventWeights()[row];
  }
  const std::vector<double> weights[] = {scan.expected(), scan.expected(g), scan.expected(squares)};
  for (std::size_t row = 0; row < rows.rows(); ++row) residuals[row] -= weights[1][row];
  TimedInformation information(k);
  std::vector<double> of;
  const auto take = [&](const Block& vectors, std::span<const std::uint32_t> at, double TimeTerms::*factor) {
    if (at.empty()) return;
    for (std::size_t power = 0; power < 3; ++power) {
      of.clear();
      for (const std::uint32_t t : at) {
        of.push_back(scan.terms(t).*factor * (power == 0 ? 1 : power == 1 ? g[t] : squares[t]));
      }
      information.taken[power].add(vectors, of.data());
    }
  };
  scan.scan(
      [&](const Block& block) {
        for (std::size_t power = 0; power < 3; ++power) {
          information.sums[power].add(block, weights[power].data() + block.first,
                                      power == 1 ? residuals.data() + block.first : nullptr);
        }
      },
      [&](const TimeVectors& vectors) {
        take(vectors.means, vectors.time, &TimeTerms::square);
        take(vectors.deaths, vectors.tied, &TimeTerms::spread);
      });
  ProportionalHazards out{information.sums[1].score(), Matrix::square(2 * k), transform.oneTime};
  for (std::size_t power = 0; power < 3; ++power) {
    const Matrix part = information.matrix(power);
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) {
        if (power == 0) out.information(i, j) = part(i, j);
        if (power == 1) out.information(i, k + j) = out.information(k + i, j) = part(i, j);
        if (power == 2) out.information(k + i, k + j) = part(i, j);
      }
    }
  }
  return out;
}

double ProportionalHazards::statistic(std::span<const std::size_t> columns) const {
  if (oneTime) return std::numeric_limits<double>::quiet_NaN();
  const std::size_t k = score.size();
  std::vector<std::size_t> kept;
  std::vector<double> u(k);
  for (std::size_t j = 0; j < k; ++j) kept.push_back(j);
  for (const std::size_t j : columns) {
    kept.push_back(k + j);
    u.push_back(score[j]);
  }
  const SymmetricFactor factor(submatrix(information, kept));
  // g is as good as constant over the times that know anything: there is no test either.
  if (factor.leastPivot() < 1e-13) return std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> solved = factor.solve(u);
  double sum = 0;
  for (std::size_t i = 0; i < u.size(); ++i) sum += u[i] * solved[i];
  return sum;
}

}  // namespace bedside::numerics
