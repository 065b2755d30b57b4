#pragma once

#include <cstddef>
#include <vector>

#include "numerics/matrix.hpp"
#include "numerics/regression.hpp"

namespace bedside::numerics {

/// What a linear regression by (weighted) least squares comes to.
struct LeastSquaresFit {
  End end = End::converged;  ///< converged or singular; when singular the figures below are empty or 0
  std::size_t column = 0;    ///< the first collinear column
  std::vector<double> coefficients;
  Matrix covariance;          ///< (X'WX)⁻¹, k × k: times σ̂² the covariance of the coefficients
  double residualSum = 0;     ///< Σ w r²
  double totalSum = 0;        ///< Σ w (y − ȳ)², ȳ the weighted mean
  double weightSum = 0;       ///< Σ w
  double logWeightSum = 0;    ///< Σ log w (0 without weights)
};

/// Least squares by Householder QR of √w X (an offset is taken from y), never by normal equations. Where the part of a
/// column orthogonal to those before it is below 1e-2 of its norm (1e-4 in large problems), the reduction is done again
/// in double-double arithmetic: coefficients are then right to the digits of the data, up to a condition of 10¹⁵ (StRD
/// Filip). Residuals come from a scan of their own. Memory is one block and a few k × k matrices; X is not copied.
LeastSquaresFit fitLeastSquares(const Blocks& rows, const Layout& layout, const Progress& progress = {});

}  // namespace bedside::numerics
