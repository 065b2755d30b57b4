#include "numerics/matrix.hpp"

#include <algorithm>
#include <cmath>

namespace bedside::numerics {

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix result(a.rows, b.columns);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t m = 0; m < a.columns; ++m) {
      const double factor = a(i, m);
      for (std::size_t j = 0; j < b.columns; ++j) result(i, j) += factor * b(m, j);
    }
  }
  return result;
}

Matrix transposed(const Matrix& a) {
  Matrix result(a.columns, a.rows);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.columns; ++j) result(j, i) = a(i, j);
  }
  return result;
}

std::vector<double> product(const Matrix& a, std::span<const double> x) {
  std::vector<double> result(a.rows);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.columns; ++j) result[i] += a(i, j) * x[j];
  }
  return result;
}

Matrix submatrix(const Matrix& a, std::span<const std::size_t> kept) {
  Matrix result = Matrix::square(kept.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    for (std::size_t j = 0; j < kept.size(); ++j) result(i, j) = a(kept[i], kept[j]);
  }
  return result;
}

Form quadraticForm(Matrix v, std::vector<double> b, double leastShare) {
  Form out;
  std::vector<double> given(b.size());
  for (std::size_t j = 0; j < b.size(); ++j) given[j] = v(j, j);
  for (std::size_t j = 0; j < b.size(); ++j) {
    const double pivot = v(j, j);
    if (pivot <= leastShare * given[j]) continue;
    ++out.rank;
    out.value += b[j] * b[j] / pivot;
    for (std::size_t l = j + 1; l < b.size(); ++l) {
      const double share = v(j, l) / pivot;
      if (share == 0) continue;
      b[l] -= share * b[j];
      for (std::size_t m = l; m < b.size(); ++m) v(l, m) -= share * v(j, m);
    }
  }
  return out;
}

SymmetricFactor::SymmetricFactor(const Matrix& s)
    : size_(s.rows), scales_(size_, 1.0), pivots_(size_), d_(size_), l_(Matrix::square(size_)) {
  for (std::size_t j = 0; j < size_; ++j) {
    const double root = std::sqrt(s(j, j));
    if (root > 0 && std::isfinite(root)) scales_[j] = std::ldexp(1.0, std::ilogb(root));
  }
  for (std::size_t j = 0; j < size_; ++j) {
    const double diagonal = s(j, j) / scales_[j] / scales_[j];
    double d = diagonal;
    for (std::size_t m = 0; m < j; ++m) d -= l_(j, m) * l_(j, m) * d_[m];
    d_[j] = d;
    pivots_[j] = diagonal > 0 ? d / diagonal : 0.0;
    l_(j, j) = 1;
    for (std::size_t i = j + 1; i < size_; ++i) {
      double entry = s(i, j) / scales_[i] / scales_[j];
      for (std::size_t m = 0; m < j; ++m) entry -= l_(i, m) * l_(j, m) * d_[m];
      l_(i, j) = d != 0 ? entry / d : 0.0;
    }
  }
}

double SymmetricFactor::leastPivot() const {
  double least = 1;
  for (const double pivot : pivots_) {
    if (!(pivot > 0)) return 0;  // NaN included
    least = std::min(least, pivot);
  }
  return least;
}

std::vector<double> SymmetricFactor::solve(std::span<const double> b) const {
  std::vector<double> x(size_);
  for (std::size_t i = 0; i < size_; ++i) {
    x[i] = b[i] / scales_[i];
    for (std::size_t m = 0; m < i; ++m) x[i] -= l_(i, m) * x[m];
  }
  for (std::size_t i = 0; i < size_; ++i) x[i] /= d_[i];
  for (std::size_t i = size_; i-- > 0;) {
    for (std::size_t m = i + 1; m < size_; ++m) x[i] -= l_(m, i) * x[m];
  }
  for (std::size_t i = 0; i < size_; ++i) x[i] /= scales_[i];
  return x;
}

Matrix SymmetricFactor::inverseRoot() const {
  Matrix root = Matrix::square(size_);
  for (std::size_t j = 0; j < size_; ++j) {
    root(j, j) = 1;
    for (std::size_t i = j + 1; i < size_; ++i) {
      double entry = 0;
      for (std::size_t m = j; m < i; ++m) entry -= l_(i, m) * root(m, j);
      root(i, j) = entry;
    }
  }
  for (std::size_t i = 0; i < size_; ++i) {
    for (std::size_t j = 0; j <= i; ++j) root(i, j) /= std::sqrt(d_[i]) * scales_[j];
  }
  return root;
}

Matrix SymmetricFactor::inverse() const {
  const Matrix root = inverseRoot();
  Matrix result = Matrix::square(size_);
  for (std::size_t i = 0; i < size_; ++i) {
    for (std::size_t j = i; j < size_; ++j) {
      double entry = 0;
      for (std::size_t m = j; m < size_; ++m) entry += root(m, i) * root(m, j);
      result(i, j) = result(j, i) = entry;
    }
  }
  return result;
}

double SymmetricFactor::logDeterminant() const {
  double total = 0;
  for (std::size_t j = 0; j < size_; ++j) total += std::log(d_[j]) + 2 * std::log(scales_[j]);
  return total;
}

}  // namespace bedside::numerics
