#include "numerics/qr.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/lanes.hpp"

namespace bedside::numerics {
namespace {

/// Rows reduced at once: with 21 columns they fill 43 KB, and a reduction's overhead of k² is spread over many.
constexpr std::size_t chunkRows = 256;

double dot(const double* x, const double* y, std::size_t rows) {
  Lanes sums = both(0);
  std::size_t r = 0;
  for (; r + 2 <= rows; r += 2) sums += load(x + r) * load(y + r);
  return sum(sums) + (r < rows ? x[r] * y[r] : 0.0);
}

DoubleDouble dot(const DoubleDouble* x, const DoubleDouble* y, std::size_t rows) {
  DoubleDouble total;
  for (std::size_t r = 0; r < rows; ++r) total += x[r] * y[r];
  return total;
}

/// y −= factor · x.
template <class Real>
void subtract(Real factor, const Real* x, std::size_t rows, Real* y) {
  for (std::size_t r = 0; r < rows; ++r) y[r] -= factor * x[r];
}

double times(double value, double factor, double) { return value * factor; }
DoubleDouble times(double value, double factor, DoubleDouble) { return exactProduct(value, factor); }

using std::sqrt;

}  // namespace

template <class Real>
TallQr<Real>::TallQr(std::size_t columns, std::size_t responses, std::vector<double> scales)
    : columns_(columns), width_(columns + responses), scales_(std::move(scales)), triangle_(columns_ * width_),
      chunk_(width_ * chunkRows) {
  scales_.resize(columns_, 1.0);
}

template <class Real>
void TallQr<Real>::add(std::span<const double* const> columns, std::size_t rows, const double* roots) {
  for (std::size_t first = 0; first < rows; first += chunkRows) {
    const std::size_t count = std::min(chunkRows, rows - first);
    for (std::size_t j = 0; j < width_; ++j) {
      const double* from = columns[j] + first;
      const double scale = j < columns_ ? scales_[j] : 1.0;
      Real* to = chunk_.data() + j * chunkRows;
      for (std::size_t r = 0; r < count; ++r) {
        to[r] = roots != nullptr ? times(from[r] * scale, roots[first + r], Real{}) : Real{from[r] * scale};
      }
    }
    reduce(count);
  }
}

template <class Real>
void TallQr<Real>::merge(const TallQr& other) {
  for (std::size_t first = 0; first < columns_; first += chunkRows) {
    const std::size_t count = std::min(chunkRows, columns_ - first);
    for (std::size_t r = 0; r < count; ++r) {
      for (std::size_t j = 0; j < width_; ++j) {
        chunk_[j * chunkRows + r] = other.triangle_[(first + r) * width_ + j];
      }
    }
    reduce(count);
  }
}

/// Reflects each column of the chunk onto the triangle's diagonal. Only row j of the triangle and the chunk take part:
/// the triangle is zero below its diagonal.
template <class Real>
void TallQr<Real>::reduce(std::size_t rows) {
  for (std::size_t j = 0; j < columns_; ++j) {
    Real* column = chunk_.data() + j * chunkRows;
    Real& diagonal = triangle_[j * width_ + j];
    const Real below = dot(column, column, rows);
    if (double(below) == 0) continue;
    const Real norm = sqrt(diagonal * diagonal + below);
    const Real turned = double(diagonal) > 0 ? -norm : norm;  // away from the diagonal: no cancellation
    const Real head = diagonal - turned;
    const Real factor = -head / turned;
    for (std::size_t r = 0; r < rows; ++r) column[r] = column[r] / head;
    for (std::size_t c = j + 1; c < width_; ++c) {
      Real& top = triangle_[j * width_ + c];
      Real* other = chunk_.data() + c * chunkRows;
      const Real along = factor * (top + dot(column, other, rows));
      top -= along;
      subtract(along, column, rows, other);
    }
    diagonal = turned;
  }
}

template <class Real>
double TallQr<Real>::orthogonalShare(std::size_t j) const {
  double largest = 0;
  for (std::size_t i = 0; i <= j; ++i) largest = std::max(largest, std::fabs(double(triangle_[i * width_ + j])));
  if (!(largest > 0)) return 0;
  double squares = 0;
  for (std::size_t i = 0; i <= j; ++i) {
    const double entry = double(triangle_[i * width_ + j]) / largest;
    squares += entry * entry;
  }
  return std::fabs(double(triangle_[j * width_ + j])) / largest / std::sqrt(squares);
}

template <class Real>
double TallQr<Real>::leastShare() const {
  double least = 1;
  for (std::size_t j = 0; j < columns_; ++j) least = std::min(least, orthogonalShare(j));
  return least;
}

template <class Real>
std::size_t TallQr<Real>::firstDependent(double tolerance) const {
  for (std::size_t j = 0; j < columns_; ++j) {
    if (!(orthogonalShare(j) >= tolerance)) return j;
  }
  return columns_;
}

template <class Real>
std::vector<double> TallQr<Real>::solve(std::size_t response) const {
  std::vector<Real> x(columns_);
  for (std::size_t i = columns_; i-- > 0;) {
    x[i] = triangle_[i * width_ + columns_ + response];
    for (std::size_t m = i + 1; m < columns_; ++m) x[i] -= triangle_[i * width_ + m] * x[m];
    x[i] = x[i] / triangle_[i * width_ + i];
  }
  std::vector<double> result(columns_);
  for (std::size_t j = 0; j < columns_; ++j) result[j] = double(x[j]) * scales_[j];
  return result;
}

template <class Real>
Matrix TallQr<Real>::inverseRoot() const {
  Matrix root = Matrix::square(columns_);
  std::vector<Real> x(columns_);
  for (std::size_t j = 0; j < columns_; ++j) {
    std::fill(x.begin(), x.end(), Real{});
    x[j] = Real{1.0} / triangle_[j * width_ + j];
    for (std::size_t i = j; i-- > 0;) {
      for (std::size_t m = i + 1; m <= j; ++m) x[i] -= triangle_[i * width_ + m] * x[m];
      x[i] = x[i] / triangle_[i * width_ + i];
    }
    for (std::size_t i = 0; i <= j; ++i) root(i, j) = double(x[i]) * scales_[i];
  }
  return root;
}

template <class Real>
Matrix TallQr<Real>::inverseGram() const {
  const Matrix root = inverseRoot();
  return product(root, transposed(root));
}

template <class Real>
Matrix TallQr<Real>::triangle() const {
  Matrix result = Matrix::square(columns_);
  for (std::size_t i = 0; i < columns_; ++i) {
    for (std::size_t j = i; j < columns_; ++j) result(i, j) = double(triangle_[i * width_ + j]);
  }
  return result;
}

template class TallQr<double>;
template class TallQr<DoubleDouble>;

std::vector<double> columnScales(const Blocks& rows, std::size_t columns) {
  std::vector<double> largest(columns);
  rows.scan([&](const Block& block) {
    for (std::size_t j = 0; j < columns; ++j) {
      for (std::size_t r = 0; r < block.rows; ++r) largest[j] = std::max(largest[j], std::fabs(block[j][r]));
    }
  });
  for (double& scale : largest) scale = scale > 0 && std::isfinite(scale) ? std::ldexp(1.0, -std::ilogb(scale)) : 1.0;
  return largest;
}

TallQr<double> designQr(const Blocks& rows, const Layout& layout) {
  TallQr<double> qr(layout.design, 0, columnScales(rows, layout.design));
  std::vector<double> roots(layout.weighted ? std::min(rows.rows(), rows.blockRows()) : 0);
  rows.scan([&](const Block& block) {
    for (std::size_t r = 0; r < block.rows && layout.weighted; ++r) roots[r] = std::sqrt(block[layout.weights()][r]);
    qr.add(block.columns, block.rows, layout.weighted ? roots.data() : nullptr);
  });
  return qr;
}

std::size_t firstCollinear(const Blocks& rows, const Layout& layout) {
  return designQr(rows, layout).firstDependent(collinearShare);
}

}  // namespace bedside::numerics
