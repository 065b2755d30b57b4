#include "numerics/survival/cox_residuals.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/survival/cox_scan.hpp"

namespace bedside::numerics {
namespace {

/// The vectors at the event times that residuals are made of, and the residuals of a block of rows.
class ScoreResiduals {
 public:
  ScoreResiduals(const CoxProblem& problem, std::span<const double> coefficients)
      : k_(problem.columns()), rows_(problem), scan_(rows_, problem.ties) {
    scan_.at(coefficients);
    expected_ = scan_.expected();
    const std::size_t times = rows_.times().size(), places = times + rows_.strata();
    means_.resize(times * k_);
    cumulative_.resize(scan_.classCount() * places * k_);
    scan_.scan([](const Block&) {}, [&](const TimeVectors& vectors) { take(vectors); });
    // From the earliest time, which comes last.
    for (std::size_t c = 0; c < scan_.classCount(); ++c) {
      double* of = cumulative_.data() + c * places * k_;
      for (std::size_t s = 0; s < rows_.strata(); ++s) {
        for (std::size_t t = rows_.firstTime(s + 1); t-- > rows_.firstTime(s);) {
          for (std::size_t j = 0; j < k_; ++j) of[(t + s) * k_ + j] += of[(t + s + 1) * k_ + j];
        }
      }
    }
  }

  const CoxRows& rows() const { return rows_; }
  const CoxScan& scan() const { return scan_; }
  /// The mean of the x̄ₗ at an event time, about the stratum's centres.
  const double* mean(std::size_t time) const { return means_.data() + time * k_; }

  /// Calls `visit(row, u)` for each row in scan order.
  template <class Visit>
  void each(Visit&& visit) const {
    const std::size_t places = rows_.times().size() + rows_.strata();
    std::vector<double> u(k_);
    std::size_t s = 0;
    rows_.scan([&](const Block& block) {
      for (std::size_t r = 0; r < block.rows; ++r) {
        const std::size_t row = block.first + r;
        while (rows_.firstRow(s + 1) <= row) ++s;
        const double* of = cumulative_.data() + scan_.classOf(row) * places * k_;
        const double* reached = of + rows_.reaches(row) * k_;
        const double* left = of + rows_.leaves(row, s) * k_;
        const bool atRisk = rows_.reaches(row) < rows_.leaves(row, s);
        const bool event = rows_.eventWeights()[row] > 0;
        const double weight = rows_.weight(row), risk = scan_.risk(row) / weight;
        const double martingale = (event ? 1.0 : 0.0) - expected_[row] / weight;
        for (std::size_t j = 0; j < k_; ++j) {
          u[j] = martingale * block[j][r] + (atRisk ? risk * (reached[j] - left[j]) : 0.0);
        }
        if (event) {
          const std::size_t time = rows_.reaches(row) - s;
          for (std::size_t j = 0; j < k_; ++j) u[j] -= means_[time * k_ + j];
          if (!tied_.empty() && tied_[time] != none) {
            const double* change = own_.data() + tied_[time] * k_;
            const double share = risk * scan_.factor(row, time);
            for (std::size_t j = 0; j < k_; ++j) u[j] += share * change[j];
          }
        }
        visit(row, u);
      }
    });
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;

  void take(const TimeVectors& vectors) {
    const std::size_t places = rows_.times().size() + rows_.strata();
    for (std::size_t r = 0; r < vectors.time.size(); ++r) {
      const std::size_t t = vectors.time[r];
      const EventTime& time = rows_.times()[t];
      const TimeTerms& terms = scan_.terms(t);
      const double share = terms.hazard / time.weight / time.events;
      for (std::size_t j = 0; j < k_; ++j) {
        means_[t * k_ + j] = share * vectors.means[j][r];
        for (std::size_t c = 0; c < scan_.classCount(); ++c) {
          cumulative_[(c * places + t + time.stratum) * k_ + j] =
              scan_.classFactor(c, t) * terms.square * vectors.means[j][r];
        }
      }
    }
    if (vectors.tied.empty()) return;
    if (tied_.empty()) tied_.assign(rows_.times().size(), none);
    for (std::size_t r = 0, m = 0; r < vectors.tied.size(); ++r) {
      const std::size_t t = vectors.tied[r];
      while (vectors.time[m] != t) ++m;
      const EventTime& time = rows_.times()[t];
      const TimeTerms& terms = scan_.terms(t);
      const double share = (terms.own - terms.hazard * terms.centre) / time.weight / time.events;
      tied_[t] = static_cast<std::uint32_t>(own_.size() / std::max<std::size_t>(k_, 1));
      for (std::size_t j = 0; j < k_; ++j) {
        means_[t * k_ + j] += share * vectors.deaths[j][r];
        own_.push_back(terms.square * (terms.centre - 1) * vectors.means[j][m] + terms.spread * vectors.deaths[j][r]);
      }
    }
  }

  std::size_t k_;
  CoxRows rows_;
  CoxScan scan_;
  std::vector<double> expected_;
  std::vector<double> means_;        // time × column
  std::vector<double> cumulative_;   // class × place × column: Σ w̄ Σₗ x̄ₗ/Sₗ from the earliest time on
  std::vector<std::uint32_t> tied_;  // of each time its entry in `own_`
  std::vector<double> own_;          // what a tied event's own time adds to that
};

}  // namespace

std::vector<double> martingaleResiduals(const CoxProblem& problem, std::span<const double> coefficients) {
  const CoxRows rows(problem);
  CoxScan scan(rows, problem.ties);
  scan.at(coefficients);
  const std::vector<double> expected = scan.expected();
  std::vector<double> out(rows.rows());
  for (std::size_t s = 0; s < rows.strata(); ++s) {
    for (std::size_t row = rows.firstRow(s); row < rows.firstRow(s + 1); ++row) {
      const std::size_t position = rows.firstRow(s) + rows.firstRow(s + 1) - 1 - row;
      const double event = problem.risk.event[position] != 0 ? 1 : 0;
      out[problem.risk.row[position]] = event - expected[row] / rows.weight(row);
    }
  }
  return out;
}

std::vector<double> devianceResiduals(const CoxProblem& problem, std::span<const double> martingale) {
  std::vector<double> out(martingale.size());
  for (std::size_t position = 0; position < problem.risk.size(); ++position) {
    const std::size_t row = problem.risk.row[position];
    const double m = martingale[row];
    const double logarithm = problem.risk.event[position] != 0 ? std::log(1 - m) : 0.0;
    out[row] = std::copysign(std::sqrt(std::max(0.0, -2 * (m + logarithm))), m);
  }
  return out;
}

Matrix scoreResiduals(const CoxProblem& problem, std::span<const double> coefficients) {
  const ScoreResiduals residuals(problem, coefficients);
  Matrix out(problem.risk.size(), problem.columns());
  residuals.each([&](std::size_t row, const std::vector<double>& u) {
    std::copy(u.begin(), u.end(), &out(problem.risk.row[residuals.rows().position(row)], 0));
  });
  return out;
}

Matrix coxSandwich(const CoxProblem& problem, std::span<const double> coefficients, const Matrix& covariance,
                   const Groups& clusters) {
  const std::size_t k = problem.columns();
  const ScoreResiduals residuals(problem, coefficients);
  // Rows are multiplied by I⁻¹ first: I⁻¹ times a matrix of squares would lose twice the digits.
  Gram squares(k);
  constexpr std::size_t capacity = Blocks::defaultBlockRows;
  std::vector<double> changes(k * capacity);
  std::vector<const double*> columns(k);
  for (std::size_t j = 0; j < k; ++j) columns[j] = changes.data() + j * capacity;
  std::size_t filled = 0;
  const auto flush = [&] {
    squares.add({0, filled, columns}, nullptr);
    filled = 0;
  };
  const auto take = [&](const double* b, double weight) {
    for (std::size_t j = 0; j < k; ++j) {
      double sum = 0;
      for (std::size_t i = 0; i < k; ++i) sum += covariance(j, i) * b[i];
      changes[j * capacity + filled] = weight * sum;
    }
    if (++filled == capacity) flush();
  };
  if (clusters.codes.empty()) {
    residuals.each(
        [&](std::size_t row, const std::vector<double>& u) { take(u.data(), residuals.rows().weight(row)); });
  } else {
    std::vector<double> sums(clusters.count * k);
    residuals.each([&](std::size_t row, const std::vector<double>& u) {
      double* of = sums.data() + clusters[problem.risk.row[residuals.rows().position(row)]] * k;
      for (std::size_t j = 0; j < k; ++j) of[j] += residuals.rows().weight(row) * u[j];
    });
    for (std::size_t g = 0; g < clusters.count; ++g) take(sums.data() + g * k, 1);
  }
  flush();
  return squares.matrix();
}

SchoenfeldResiduals schoenfeldResiduals(const CoxProblem& problem, std::span<const double> coefficients) {
  const ScoreResiduals residuals(problem, coefficients);
  const CoxRows& rows = residuals.rows();
  SchoenfeldResiduals out;
  std::vector<std::uint32_t> number(problem.risk.size());
  for (std::size_t position = 0; position < problem.risk.size(); ++position) {
    number[position] = static_cast<std::uint32_t>(out.position.size());
    if (problem.risk.event[position] != 0) out.position.push_back(static_cast<std::uint32_t>(position));
  }
  out.residuals = Matrix(out.position.size(), problem.columns());
  std::size_t s = 0;
  rows.scan([&](const Block& block) {
    for (std::size_t r = 0; r < block.rows; ++r) {
      const std::size_t row = block.first + r;
      while (rows.firstRow(s + 1) <= row) ++s;
      if (!(rows.eventWeights()[row] > 0)) continue;
      const double* mean = residuals.mean(rows.reaches(row) - s);
      const std::size_t event = number[rows.position(row)];
      for (std::size_t j = 0; j < problem.columns(); ++j) out.residuals(event, j) = block[j][r] - mean[j];
    }
  });
  return out;
}

}  // namespace bedside::numerics
