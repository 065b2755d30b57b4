#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "numerics/matrix.hpp"
#include "numerics/regression.hpp"

namespace bedside::numerics {

/// R and Q'Y of a tall matrix [X | Y] by Householder reflections, block by block (TSQR; Demmel, Grigori, Hoemmen &
/// Langou 2012): each block is stacked under the triangle so far and reduced again. As stable as one reduction of the
/// whole, needs k² memory, and parts merge. Columns are scaled by powers of two, so their units cost no digits.
/// `Real` is double, or DoubleDouble (106 bits) where the columns are nearly dependent.
template <class Real>
class TallQr {
 public:
  /// `columns` of X, `responses` of Y; `scales[j]` > 0 multiplies column j of X (1 where empty).
  TallQr(std::size_t columns, std::size_t responses, std::vector<double> scales = {});

  /// Adds rows given column by column (X's then Y's), each multiplied by `roots[row]` (√w; null: by 1).
  void add(std::span<const double* const> columns, std::size_t rows, const double* roots = nullptr);
  void merge(const TallQr& other);

  std::size_t columns() const { return columns_; }
  /// The part of column j orthogonal to the columns before it, as a share of its own norm (0 for a zero column).
  double orthogonalShare(std::size_t j) const;
  /// The first column with an `orthogonalShare` below `tolerance`; `columns()` where there is none.
  std::size_t firstDependent(double tolerance) const;
  /// Least-squares coefficients for response `response` (columns independent).
  std::vector<double> solve(std::size_t response = 0) const;
  /// (X'X)⁻¹ (columns independent).
  Matrix inverseGram() const;
  /// M, upper triangular, with M M' = (X'X)⁻¹, that is R⁻¹ in the columns' own units.
  Matrix inverseRoot() const;

 private:
  void reduce(std::size_t rows);

  std::size_t columns_;
  std::size_t width_;          // X and Y
  std::vector<double> scales_;
  std::vector<Real> triangle_; // width × width, column-major: R, Q'Y and what is left of Y
  std::vector<Real> stack_;    // the rows of a block, column-major
};

/// Double-double: a sum of two doubles that do not overlap, 106 bits (Dekker 1971). Enough for least squares whose
/// columns are nearly dependent (StRD Filip: condition 10¹⁵).
struct DoubleDouble {
  double high = 0;
  double low = 0;

  DoubleDouble() = default;
  DoubleDouble(double high, double low = 0) : high(high), low(low) {}
};

/// The tolerance of conventions/regression.md §1: a column is collinear when the norm of its part orthogonal to the
/// columns before it is below this share of its own. R's 1e-7 would refuse what can be solved.
inline constexpr double collinearShare = 1e-11;

/// The first collinear column of the design (rows × √w), in model order; `layout.design` where there is none.
std::size_t firstCollinear(const Blocks& rows, const Layout& layout);

}  // namespace bedside::numerics
