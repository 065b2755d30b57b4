#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "numerics/glm.hpp"

namespace bedside::numerics {

/// Columns made for a test, and the problem they pose. The design has an intercept before its columns.
struct RegressionSample {
  std::vector<std::vector<double>> columns;
  std::vector<double> response;
  std::vector<double> weights;  // none: empty
  std::vector<double> offset;   // none: empty

  std::size_t rows() const { return response.size(); }
  std::size_t design() const { return columns.size() + 1; }
  Layout layout() const { return {design(), !weights.empty(), !offset.empty()}; }

  Blocks blocks(std::size_t blockRows = Blocks::defaultBlockRows) const {
    std::vector<Source> sources{Source::one()};
    for (const auto& column : columns) sources.push_back(Source::of(column.data()));
    sources.push_back(Source::of(response.data()));
    if (!weights.empty()) sources.push_back(Source::of(weights.data()));
    if (!offset.empty()) sources.push_back(Source::of(offset.data()));
    return {sources, Rows::all(rows()), blockRows};
  }
  GlmProblem problem(Family family, std::size_t blockRows = Blocks::defaultBlockRows) const {
    return {blocks(blockRows), layout(), family};
  }

  double x(std::size_t row, std::size_t column) const { return column == 0 ? 1.0 : columns[column - 1][row]; }
  double weight(std::size_t row) const { return weights.empty() ? 1.0 : weights[row]; }
  double eta(std::size_t row, const std::vector<double>& b) const {
    double total = offset.empty() ? 0.0 : offset[row];
    for (std::size_t j = 0; j < design(); ++j) total += x(row, j) * b[j];
    return total;
  }

  /// Normal columns, linear predictors of moderate size, a response of the family.
  static RegressionSample of(Family family, std::size_t rows, std::size_t columns, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    RegressionSample sample;
    sample.columns.assign(columns, std::vector<double>(rows));
    for (auto& column : sample.columns) {
      for (double& value : column) value = normal(random);
    }
    std::vector<double> b{0.3};
    for (std::size_t j = 0; j < columns; ++j) b.push_back(0.8 * normal(random) / std::sqrt(1 + static_cast<double>(j)));
    sample.response.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      const double eta = sample.eta(i, b);
      if (family == Family::binomial) {
        sample.response[i] = std::uniform_real_distribution<double>()(random) < 1 / (1 + std::exp(-eta)) ? 1 : 0;
      } else if (family == Family::gaussian) {
        sample.response[i] = eta + normal(random);
      } else {
        const double frailty = family == Family::poisson ? 1.0 : std::gamma_distribution<double>(2.0, 0.5)(random);
        sample.response[i] = std::poisson_distribution<int>(std::exp(eta) * frailty)(random);
      }
    }
    return sample;
  }

  RegressionSample& withWeights(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (std::size_t i = 0; i < rows(); ++i) weights.push_back(0.25 * static_cast<double>(1 + random() % 12));
    return *this;
  }
  RegressionSample& withOffset(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (std::size_t i = 0; i < rows(); ++i) offset.push_back(0.1 * static_cast<double>(random() % 10) - 0.5);
    return *this;
  }
};

/// |got − want| as a share of the larger of 1 and |want|.
inline double deviation(double got, double want) { return std::fabs(got - want) / std::max(1.0, std::fabs(want)); }

inline double deviation(const std::vector<double>& got, const std::vector<double>& want) {
  if (got.size() != want.size()) return HUGE_VAL;
  double most = 0;
  for (std::size_t i = 0; i < got.size(); ++i) most = std::max(most, deviation(got[i], want[i]));
  return most;
}

}  // namespace bedside::numerics
