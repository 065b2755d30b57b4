#include "numerics/survival/cox_residuals.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "numerics/survival/cox_means.hpp"

namespace bedside::numerics {
namespace {

/// The score residuals of a model, row by row.
class ScoreResiduals {
 public:
  ScoreResiduals(const CoxProblem& problem, std::span<const double> coefficients)
      : rows_(problem), scan_(rows_, problem.ties) {
    scan_.at(coefficients);
    expected_ = scan_.expected();
    means_.emplace(scan_);
  }

  const CoxRows& rows() const { return rows_; }
  const RiskSetMeans& means() const { return *means_; }

  /// Calls `visit(row, u)` for each row in scan order.
  template <class Visit>
  void each(Visit&& visit) const {
    const std::size_t k = rows_.columns();
    std::vector<double> u(k);
    std::size_t s = 0;
    rows_.scan([&](const Block& block) {
      for (std::size_t r = 0; r < block.rows; ++r) {
        const std::size_t row = block.first + r;
        while (rows_.firstRow(s + 1) <= row) ++s;
        means_->exposure(row, s, u.data());
        const bool event = rows_.eventWeights()[row] > 0;
        const double weight = rows_.weight(row);
        const double martingale = (event ? 1.0 : 0.0) - expected_[row] / weight;
        for (std::size_t j = 0; j < k; ++j) u[j] = martingale * block[j][r] + u[j] / weight;
        if (event) {
          const double* mean = means_->at(rows_.reaches(row) - s);
          for (std::size_t j = 0; j < k; ++j) u[j] -= mean[j];
        }
        visit(row, u);
      }
    });
  }

 private:
  CoxRows rows_;
  CoxScan scan_;
  std::vector<double> expected_;
  std::optional<RiskSetMeans> means_;
};

}  // namespace

std::vector<double> martingaleResiduals(const CoxProblem& problem, std::span<const double> coefficients) {
  const CoxRows rows(problem, 0);  // read twice: a copy would not pay
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
      const double* mean = residuals.means().at(rows.reaches(row) - s);
      const std::size_t event = number[rows.position(row)];
      for (std::size_t j = 0; j < problem.columns(); ++j) out.residuals(event, j) = block[j][r] - mean[j];
    }
  });
  return out;
}

}  // namespace bedside::numerics
