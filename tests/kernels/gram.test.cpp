#include "numerics/gram.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "numerics/exp.hpp"
#include "regression_sample.hpp"

namespace bedside::numerics {
namespace {

/// Σ w x_i x_j, entry by entry.
Matrix naive(const RegressionSample& sample) {
  Matrix result = Matrix::square(sample.design());
  for (std::size_t i = 0; i < sample.design(); ++i) {
    for (std::size_t j = 0; j < sample.design(); ++j) {
      for (std::size_t r = 0; r < sample.rows(); ++r) {
        result(i, j) += sample.weight(r) * sample.x(r, i) * sample.x(r, j);
      }
    }
  }
  return result;
}

TEST(Gram, EqualsItsNaiveTwinAtEveryWidthAndBlockSize) {
  for (std::size_t columns = 0; columns <= 10; ++columns) {
    for (const std::size_t rows : {1u, 2u, 63u, 64u, 65u, 301u}) {
      RegressionSample sample = RegressionSample::of(Family::gaussian, rows, columns, columns * 1000 + rows);
      for (const bool weighted : {false, true}) {
        if (weighted) sample.withWeights(7);
        const Matrix want = naive(sample);
        for (const std::size_t blockRows : {std::size_t{1}, std::size_t{7}, rows}) {
          const Blocks blocks = sample.blocks(blockRows);
          const Matrix got =
              weighted ? gram(blocks, sample.design(), sample.layout().weights()) : gram(blocks, sample.design());
          EXPECT_LT(deviation(got.values, want.values), 1e-13) << columns << " " << rows << " " << blockRows;
        }
      }
    }
  }
}

TEST(Gram, AddsTheScoreAlongside) {
  const RegressionSample sample = RegressionSample::of(Family::gaussian, 201, 4, 3).withWeights(1);
  std::vector<double> want(sample.design());
  for (std::size_t r = 0; r < sample.rows(); ++r) {
    for (std::size_t j = 0; j < sample.design(); ++j) want[j] += sample.response[r] * sample.x(r, j);
  }
  Gram together(sample.design());
  Gram alone(sample.design());
  sample.blocks(50).scan([&](const Block& block) {
    together.add(block, block[sample.layout().weights()], block[sample.layout().response()]);
    alone.addScore(block, block[sample.layout().response()]);
  });
  EXPECT_LT(deviation(together.score(), want), 1e-13);
  EXPECT_LT(deviation(alone.score(), want), 1e-13);
}

TEST(Gram, PartsMergeToTheWhole) {
  const RegressionSample sample = RegressionSample::of(Family::gaussian, 512, 5, 9).withWeights(2);
  Gram whole(sample.design());
  Gram first(sample.design());
  Gram second(sample.design());
  sample.blocks(64).scan([&](const Block& block) {
    const double* weights = block[sample.layout().weights()];
    whole.add(block, weights);
    (block.first < 256 ? first : second).add(block, weights);
  });
  first.merge(second);
  EXPECT_LT(deviation(first.matrix().values, whole.matrix().values), 1e-14);
}

TEST(Exp, IsWithinOneAndAHalfUnitsInTheLastPlace) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> anywhere(-708, 709.7);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const Lanes x{anywhere(random), anywhere(random) / 700};
    const Lanes got = exp(x);
    for (int lane = 0; lane < 2; ++lane) worst = std::max(worst, std::fabs(got[lane] / std::exp(x[lane]) - 1));
  }
  EXPECT_LT(worst, 1.5 * std::numeric_limits<double>::epsilon());
}

TEST(Exp, KeepsItsLimits) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(exp(both(0))[0], 1);
  EXPECT_EQ(exp(both(-infinity))[0], 0);
  EXPECT_EQ(exp(both(-1e300))[0], 0);
  EXPECT_EQ(exp(both(infinity))[0], infinity);
  EXPECT_EQ(exp(both(709.79))[0], infinity);
  EXPECT_TRUE(std::isfinite(exp(both(709.78))[0]));
  EXPECT_TRUE(std::isnan(exp(both(std::numeric_limits<double>::quiet_NaN()))[0]));
}

}  // namespace
}  // namespace bedside::numerics
