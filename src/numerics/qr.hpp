#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "numerics/double_double.hpp"
#include "numerics/matrix.hpp"
#include "numerics/regression.hpp"

namespace bedside::numerics {

/// R and Q'Y of a tall matrix [X | Y] by Householder reflections, block by block (TSQR; Demmel, Grigori, Hoemmen &
/// Langou 2012): each block is stacked under the triangle so far and reduced again. As stable as one reduction of the
/// whole, needs k² memory, and parts merge. `Real` is double, or DoubleDouble where the columns are nearly dependent.
template <class Real>
class TallQr {
 public:
  /// `columns` of X, `responses` of Y. `scales[j]` multiplies column j of X as it comes, a power of two that keeps
  /// squares from overflowing; empty: 1. Results are in the columns' own units.
  TallQr(std::size_t columns, std::size_t responses, std::vector<double> scales = {});

  /// Adds rows given column by column (X's, then Y's), row r multiplied by `roots[r]` (√w; null: by 1).
  void add(std::span<const double* const> columns, std::size_t rows, const double* roots = nullptr);
  /// Adds the rows of another reduction with the same columns and scales.
  void merge(const TallQr& other);

  std::size_t columns() const { return columns_; }
  /// The norm of the part of column j orthogonal to the columns before it, as a share of the column's own; 0 for a zero
  /// column.
  double orthogonalShare(std::size_t j) const;
  /// The least of them; 1 without columns.
  double leastShare() const;
  /// The first column with an `orthogonalShare` below `tolerance`; `columns()` where there is none.
  std::size_t firstDependent(double tolerance) const;
  /// Least-squares coefficients for a response (columns independent).
  std::vector<double> solve(std::size_t response = 0) const;
  /// R⁻¹, upper triangular: M M' = (X'X)⁻¹ (columns independent).
  Matrix inverseRoot() const;
  /// (X'X)⁻¹ (columns independent).
  Matrix inverseGram() const;
  /// R, upper triangular, of the scaled columns.
  Matrix triangle() const;

 private:
  void reduce(std::size_t rows);

  std::size_t columns_;
  std::size_t width_;           // of X and Y together
  std::vector<double> scales_;
  std::vector<Real> triangle_;  // columns × width, row-major: R, then Q'Y
  std::vector<Real> chunk_;     // rows being reduced, column-major
};

/// The tolerance of collinearity (conventions): a column whose part orthogonal to the columns before it has a norm
/// below this share of its own. R's 1e-7 would refuse what can be solved (StRD Filip).
inline constexpr double collinearShare = 1e-11;

/// Powers of two that bring the design's columns to a largest magnitude near 1.
std::vector<double> columnScales(const Blocks& rows, std::size_t columns);

/// Reduction of a design (rows × √w) without response.
TallQr<double> designQr(const Blocks& rows, const Layout& layout);
/// The first collinear column of the design (rows × √w) in model order; `layout.design` where there is none.
std::size_t firstCollinear(const Blocks& rows, const Layout& layout);

}  // namespace bedside::numerics
