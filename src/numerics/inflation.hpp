#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "numerics/matrix.hpp"

namespace bedside::numerics {

/// Consecutive columns that belong together, such as the indicators of a factor.
struct ColumnRange {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// Generalised variance inflation factors (Fox & Monette 1992): with R the correlation matrix of the estimates,
/// det(R_T) det(R_rest) / det(R) for the columns T of each term. `covariance` is that of the estimates without the
/// intercept; the terms cover its columns. Exactly 1 for a single term; NaN where the covariance is not positive
/// definite.
std::vector<double> generalizedInflation(const Matrix& covariance, std::span<const ColumnRange> terms);

}  // namespace bedside::numerics
