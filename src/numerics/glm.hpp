#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "numerics/matrix.hpp"
#include "numerics/regression.hpp"

namespace bedside::numerics {

/// How to iterate.
struct GlmOptions {
  std::size_t maxSteps = 100;
  double tolerance = 1e-9;         ///< converged when a step moves no linear predictor by more than this
  double gain = 0;                 ///< ends too when a step promises less than this to the log-likelihood; above 0
                                   ///< separation is not looked for: wanted is the supremum, reached or not
  std::vector<double> start;       ///< coefficients to begin with; empty: found from y
  std::vector<std::size_t> fixed;  ///< columns whose coefficients stay as in `start`; the others are maximised over
  Progress progress;               ///< told once per scan; may throw
};

/// A fit is a value: everything in it is evaluated at `coefficients`.
struct GlmFit {
  End end = End::converged;
  std::size_t column = 0;              ///< when singular: the first collinear column; nothing else is then set
  std::vector<double> coefficients;    ///< k, in the units of the columns
  Matrix covariance;                   ///< (X'WX)⁻¹, k × k, all columns, dispersion 1, W the expected weights
  double logLik = 0;                   ///< Σ w log density, constants included; for Firth with ½ log |X'WX| added
  double deviance = 0;                 ///< 2 Σ w (log density at μ = y − that at μ), no penalty
  double weightSum = 0;                ///< Σ w
  std::size_t iterations = 0;          ///< steps over all rows
  std::vector<double> separation;      ///< when separated: b with (2y − 1) x'b ≥ 0 in every row and > 0 in one

  bool converged() const { return end == End::converged; }
};

/// Maximum likelihood by Newton's method (Fisher's scoring for the negative binomial) with step halving.
///
/// Each step is one scan: linear predictors, weights, score, Gram and log-likelihood together; memory is a block and
/// a few k × k matrices. Many rows start from a fit to every 16th block, and a Gram stays in use while the linear
/// predictors have hardly moved since it was taken (half the time per step); the last one is taken at the estimate.
/// Columns far from zero beside their spread are centred. Where a pivot of the scaled Gram falls below 1e-8, a QR of
/// X decides whether a column is collinear, and steps come from QRs of √W X (in double-double if need be).
///
/// Separation (Albert & Anderson 1984), for binomial and log-link families, complete and quasi-complete. Guarantees:
/// 1. `converged` implies that the maximum exists: a Newton step that moves every linear predictor by less than 1 turns
///    the fitted |y − π| into positive λ with Σ λ (2y − 1) x = 0, and then no b separates (Stiemke's theorem).
/// 2. `separated` implies a verified direction: rows with x'b = 0 to rounding, all others strictly on their side.
///    It is the part of a late Newton step (which goes on moving separated rows by about 1, all others by ever less)
///    that lies in the null space of the rows standing still, checked over all rows.
/// A fit that is merely extreme satisfies neither until it converges. Under separation figures are the last iterate's.
GlmFit fitGlm(const GlmProblem& problem, const GlmOptions& options = {});

/// X b + offset, one per row.
std::vector<double> linearPredictors(const GlmProblem& problem, std::span<const double> coefficients);
/// μ, one per row used, in row order.
std::vector<double> fittedMeans(const GlmProblem& problem, std::span<const double> coefficients);
/// Σ w (y − μ)² / V(μ).
double pearsonStatistic(const GlmProblem& problem, std::span<const double> coefficients);
/// What may be left of 1 − h, by rounding, of a row that the fit passes through whatever its outcome is.
inline constexpr double leastLeft = 1e-13;
/// hᵢ = Wᵢ xᵢ'(X'WX)⁻¹xᵢ, W the expected weights (gaussian: w), one per row; by QR of √W X. 1 within `leastLeft` is 1.
std::vector<double> leverages(const GlmProblem& problem, std::span<const double> coefficients);

}  // namespace bedside::numerics
