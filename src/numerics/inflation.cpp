#include "numerics/inflation.hpp"

#include <cmath>
#include <limits>
#include <numeric>

namespace bedside::numerics {

std::vector<double> generalizedInflation(const Matrix& covariance, std::span<const ColumnRange> terms) {
  if (terms.size() == 1) return {1.0};
  const SymmetricFactor factor(covariance);
  if (!factor.positiveDefinite()) return std::vector<double>(terms.size(), std::numeric_limits<double>::quiet_NaN());
  // det(R_rest) / det(R) is the minor of R⁻¹ over T (Jacobi), so one inverse serves every term; the scales that make a
  // correlation of a covariance cancel.
  const Matrix inverse = factor.inverse();
  std::vector<double> out;
  out.reserve(terms.size());
  for (const ColumnRange& term : terms) {
    if (term.count == 1) {
      out.push_back(covariance(term.first, term.first) * inverse(term.first, term.first));
      continue;
    }
    std::vector<std::size_t> columns(term.count);
    std::iota(columns.begin(), columns.end(), term.first);
    const SymmetricFactor own(submatrix(covariance, columns)), minor(submatrix(inverse, columns));
    out.push_back(std::exp(own.logDeterminant() + minor.logDeterminant()));
  }
  return out;
}

}  // namespace bedside::numerics
