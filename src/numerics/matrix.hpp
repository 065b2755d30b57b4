#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace bedside::numerics {

/// A small dense matrix, row by row: coefficients' covariances, Grams, never rows of data.
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;  ///< `rows × columns`, row-major

  Matrix() = default;
  Matrix(std::size_t rows, std::size_t columns) : rows(rows), columns(columns), values(rows * columns) {}
  static Matrix square(std::size_t size) { return {size, size}; }

  double& operator()(std::size_t i, std::size_t j) { return values[i * columns + j]; }
  double operator()(std::size_t i, std::size_t j) const { return values[i * columns + j]; }
};

/// A B.
Matrix product(const Matrix& a, const Matrix& b);
Matrix transposed(const Matrix& a);
/// A x.
std::vector<double> product(const Matrix& a, std::span<const double> x);
/// Rows and columns `kept` of a square matrix, in this order.
Matrix submatrix(const Matrix& a, std::span<const std::size_t> kept);

struct Form {
  double value = 0;
  std::size_t rank = 0;
};
/// b'V⁻¹b of a covariance that may lack an inverse (fewer clusters than columns), and its rank: by LDL' in the order of
/// the columns, passing over one of whose variance no more than `leastShare` is left beside those before it, as R's
/// `survival::coxph.wtest` does.
Form quadraticForm(Matrix v, std::vector<double> b, double leastShare);

/// S = L D L' of a symmetric matrix that should be positive definite, after scaling it to a unit diagonal by powers of
/// two: columns of size 10⁶ beside 10⁻⁶ cost no digits. No pivoting, so that pivots follow the order of the columns:
/// `pivot(j)` is the share of column j's squared norm that is orthogonal to the columns before it (S a Gram matrix).
class SymmetricFactor {
 public:
  explicit SymmetricFactor(const Matrix& s);

  std::size_t size() const { return size_; }
  double pivot(std::size_t j) const { return pivots_[j]; }
  /// The least share. Below about 1e-8 half of a Gram's digits are gone; ≤ 0 or NaN: not positive definite.
  double leastPivot() const;
  bool positiveDefinite() const { return leastPivot() > 0; }

  std::vector<double> solve(std::span<const double> b) const;
  Matrix inverse() const;
  double logDeterminant() const;
  /// M with M'M = S⁻¹, lower triangular: ‖M x‖² = x'S⁻¹x.
  Matrix inverseRoot() const;

 private:
  std::size_t size_;
  std::vector<double> scales_;  // S = diag(scales) · L D L' · diag(scales)
  std::vector<double> pivots_;  // d_j / diagonal
  std::vector<double> d_;
  Matrix l_;                    // unit lower triangular
};

}  // namespace bedside::numerics
