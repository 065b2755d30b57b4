#include "numerics/gram.hpp"

#include <algorithm>

#include "numerics/lanes.hpp"

namespace bedside::numerics {
namespace {

/// Rows taken at once: with 21 columns a strip of X and its weighted twin fill 21 KB, within a first-level cache.
constexpr std::size_t stripRows = 64;
/// 3 × 3 sums and the operands fill the sixteen registers of x86-64; 4 × 4 spill and take twice as long.
constexpr std::size_t tileSize = 3;

/// Σ_r left_i[r] right_j[r] for an I × J tile of the output, all sums in registers.
template <std::size_t I, std::size_t J>
void addTile(const double* const* left, const double* const* right, std::size_t rows, double* out, std::size_t stride) {
  Lanes sums[I][J] = {};
  std::size_t r = 0;
  for (; r + 2 <= rows; r += 2) {
    Lanes x[I];
    for (std::size_t i = 0; i < I; ++i) x[i] = load(left[i] + r);
    for (std::size_t j = 0; j < J; ++j) {
      const Lanes y = load(right[j] + r);
      for (std::size_t i = 0; i < I; ++i) sums[i][j] += x[i] * y;
    }
  }
  for (std::size_t i = 0; i < I; ++i) {
    for (std::size_t j = 0; j < J; ++j) {
      const double odd = r < rows ? left[i][r] * right[j][r] : 0.0;
      out[i * stride + j] += sum(sums[i][j]) + odd;
    }
  }
}

using AddTile = void (*)(const double* const*, const double* const*, std::size_t, double*, std::size_t);
constexpr AddTile addTiles[tileSize][tileSize] = {
    {addTile<1, 1>, addTile<1, 2>, addTile<1, 3>},
    {addTile<2, 1>, addTile<2, 2>, addTile<2, 3>},
    {addTile<3, 1>, addTile<3, 2>, addTile<3, 3>},
};

/// out = weights · x.
void scale(const double* x, const double* weights, std::size_t rows, double* out) {
  std::size_t r = 0;
  for (; r + 2 <= rows; r += 2) store(out + r, load(x + r) * load(weights + r));
  if (r < rows) out[r] = x[r] * weights[r];
}

double dot(const double* x, const double* y, std::size_t rows) {
  Lanes sums = both(0);
  std::size_t r = 0;
  for (; r + 2 <= rows; r += 2) sums += load(x + r) * load(y + r);
  return sum(sums) + (r < rows ? x[r] * y[r] : 0.0);
}

}  // namespace

Gram::Gram(std::size_t columns)
    : columns_(columns), sums_(columns * columns), score_(columns), weighted_(columns * stripRows) {}

void Gram::add(const Block& block, const double* weights, const double* residuals) {
  std::vector<const double*> left(columns_);
  std::vector<const double*> right(columns_);
  for (std::size_t first = 0; first < block.rows; first += stripRows) {
    const std::size_t rows = std::min(stripRows, block.rows - first);
    for (std::size_t j = 0; j < columns_; ++j) {
      left[j] = right[j] = block[j] + first;
      if (residuals != nullptr) score_[j] += dot(left[j], residuals + first, rows);
      if (weights != nullptr) {
        scale(left[j], weights + first, rows, weighted_.data() + j * stripRows);
        right[j] = weighted_.data() + j * stripRows;
      }
    }
    for (std::size_t i = 0; i < columns_; i += tileSize) {
      for (std::size_t j = i; j < columns_; j += tileSize) {
        const AddTile add = addTiles[std::min(tileSize, columns_ - i) - 1][std::min(tileSize, columns_ - j) - 1];
        add(left.data() + i, right.data() + j, rows, sums_.data() + i * columns_ + j, columns_);
      }
    }
  }
}

void Gram::addScore(const Block& block, const double* residuals) {
  for (std::size_t j = 0; j < columns_; ++j) score_[j] += dot(block[j], residuals, block.rows);
}

void Gram::merge(const Gram& other) {
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
  for (std::size_t i = 0; i < score_.size(); ++i) score_[i] += other.score_[i];
}

void Gram::clear() {
  std::fill(sums_.begin(), sums_.end(), 0.0);
  std::fill(score_.begin(), score_.end(), 0.0);
}

Matrix Gram::matrix() const {
  Matrix result = Matrix::square(columns_);
  for (std::size_t i = 0; i < columns_; ++i) {
    for (std::size_t j = i; j < columns_; ++j) result(i, j) = result(j, i) = sums_[i * columns_ + j];
  }
  return result;
}

Matrix gram(const Blocks& rows, std::size_t columns, std::size_t weights) {
  Gram sums(columns);
  rows.scan([&](const Block& block) { sums.add(block, block[weights]); });
  return sums.matrix();
}

Matrix gram(const Blocks& rows, std::size_t columns) {
  Gram sums(columns);
  rows.scan([&](const Block& block) { sums.add(block, nullptr); });
  return sums.matrix();
}

}  // namespace bedside::numerics
