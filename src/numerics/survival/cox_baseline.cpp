#include <algorithm>
#include <cmath>

#include "numerics/survival/cox.hpp"
#include "numerics/survival/cox_scan.hpp"

namespace bedside::numerics {
namespace {

/// b'c, c what was taken away from the columns in a stratum.
double centrePredictor(const CoxRows& rows, std::size_t stratum, std::span<const double> b) {
  double sum = 0;
  for (std::size_t j = 0; j < b.size(); ++j) sum += rows.centre(stratum, j) * b[j];
  return sum;
}

}  // namespace

std::vector<double> coxLinearPredictors(const CoxProblem& problem, std::span<const double> coefficients) {
  std::vector<double> out(problem.risk.size());
  Blocks(problem.design, Rows::of(problem.risk.tableRow)).scan([&](const Block& block) {
    for (std::size_t j = 0; j < coefficients.size(); ++j) {
      for (std::size_t r = 0; r < block.rows; ++r) out[block.first + r] += coefficients[j] * block[j][r];
    }
  });
  return out;
}

std::vector<BaselineHazard> baselineHazards(const CoxProblem& problem, std::span<const double> coefficients) {
  const RiskSets& risk = problem.risk;
  const CoxRows rows(problem, 0);  // read twice: a copy would not pay
  CoxScan scan(rows, problem.ties);
  scan.at(coefficients);
  std::vector<BaselineHazard> out(rows.strata());
  for (std::size_t s = 0; s < rows.strata(); ++s) {
    const double atZero = -centrePredictor(rows, s, coefficients);
    const std::size_t last = risk.first[s] + risk.first[s + 1] - 1;
    std::size_t next = rows.firstTime(s + 1);  // event times not before here have been passed
    double total = 0;
    for (std::size_t position = risk.first[s]; position < risk.first[s + 1]; ++position) {
      if (!out[s].place.empty() && out[s].place.back() == risk.stop[position]) continue;
      if (next > rows.firstTime(s) && risk.stop[last - rows.times()[next - 1].begin] == risk.stop[position]) {
        --next;
        // One exponent for both: where 0 is far from the data, each alone could overflow.
        total += scan.hazard(next) * std::exp(atZero - scan.level(next));
      }
      out[s].place.push_back(risk.stop[position]);
      out[s].cumulativeHazard.push_back(total);
    }
  }
  return out;
}

PredictedHazard predictedHazard(const CoxProblem& problem, std::span<const double> coefficients,
                                const Matrix& covariance, std::size_t stratum, std::span<const double> x,
                                std::span<const double> times) {
  const std::size_t k = problem.columns();
  const CoxRows rows(problem);
  CoxScan scan(rows, problem.ties);
  scan.at(coefficients);
  std::vector<double> z(k);
  double predictor = 0;
  for (std::size_t j = 0; j < k; ++j) {
    z[j] = x[j] - rows.centre(stratum, j);
    predictor += z[j] * coefficients[j];
  }
  // What each event time of the stratum adds to exp(x'b) q.
  const std::size_t first = rows.firstTime(stratum), end = rows.firstTime(stratum + 1);
  Matrix steps(end - first, k);
  scan.scan([](const Block&) {},
            [&](const TimeVectors& vectors) {
              for (std::size_t r = 0; r < vectors.time.size(); ++r) {
                const std::size_t t = vectors.time[r];
                if (t < first || t >= end) continue;
                const TimeTerms terms = scan.terms(t);
                const double relative = std::exp(predictor - scan.level(t));
                for (std::size_t j = 0; j < k; ++j) {
                  steps(t - first, j) = relative * (terms.square * vectors.means[j][r] - terms.hazard * z[j]);
                }
              }
            });
  std::vector<double> at, hazard{0}, variance{0}, q(k);
  const std::size_t last = problem.risk.first[stratum] + problem.risk.first[stratum + 1] - 1;
  double own = 0;
  for (std::size_t t = end; t-- > first;) {
    const double relative = std::exp(predictor - scan.level(t));
    own += scan.terms(t).square * relative * relative;
    for (std::size_t j = 0; j < k; ++j) q[j] += steps(t - first, j);
    const std::vector<double> spread = product(covariance, q);
    double form = own;
    for (std::size_t j = 0; j < k; ++j) form += q[j] * spread[j];
    at.push_back(problem.risk.distinct[problem.risk.stop[last - rows.times()[t].begin]]);
    hazard.push_back(hazard.back() + scan.hazard(t) * relative);
    variance.push_back(form);
  }
  PredictedHazard out;
  for (const double time : times) {
    const std::size_t passed = static_cast<std::size_t>(std::upper_bound(at.begin(), at.end(), time) - at.begin());
    out.cumulativeHazard.push_back(hazard[passed]);
    out.variance.push_back(variance[passed]);
  }
  return out;
}

}  // namespace bedside::numerics
