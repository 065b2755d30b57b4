#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "numerics/matrix.hpp"
#include "numerics/regression.hpp"

namespace bedside::numerics {

/// The coordinates in which a model with an intercept is fitted: columns that lie far from zero beside their spread
/// (calendar days, a year) are taken about their midpoint, or half of a Gram's digits would be the origin's.
/// b₀ of the user = b₀ here − Σ c_j b_j; other coefficients, log |X'WX| and likelihoods are the same.
struct Frame {
  GlmProblem problem;            ///< the same with centred columns
  std::vector<double> centres;   ///< c_j; 0 for columns left as they are
  std::vector<double> reach;     ///< largest |x_j − c_j|: b_j alone moves a linear predictor by at most |b_j| reach_j
  std::size_t intercept = 0;     ///< the constant column; meaningless unless `centred`
  bool centred = false;
  std::vector<std::size_t> free;  ///< columns whose coefficients are not held

  /// `held`: columns whose coefficients do not move. A held intercept forbids centring, which would move it.
  explicit Frame(const GlmProblem& user, std::span<const std::size_t> held = {});

  std::vector<double> fromUser(std::vector<double> coefficients) const;
  std::vector<double> toUser(std::vector<double> coefficients) const;
  Matrix covarianceToUser(const Matrix& covariance) const;
  /// The entries of the free columns, and the way back (0 for held ones).
  std::vector<double> gather(std::span<const double> all) const;
  std::vector<double> expand(std::span<const double> some) const;
  /// A bound on how far this change moves any linear predictor.
  double greatestMove(std::span<const double> change) const;
  /// How far exactly, by a scan: the bound is far off where columns all but cancel.
  double exactMove(std::span<const double> change) const;
  /// The share of a step at which halving begins: 1, unless it moves some linear predictor by more than 100. Where
  /// fitted probabilities are 0 or 1 to rounding, a step may be of any length.
  double sensiblePart(std::span<const double> change) const;
};

}  // namespace bedside::numerics
