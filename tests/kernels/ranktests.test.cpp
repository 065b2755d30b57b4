#include "numerics/ranktests.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace bedside::numerics {
namespace {

// set.seed(11); x <- round(rnorm(23), 1); y <- round(rnorm(19, .5), 1)
const std::vector<double> x{-0.6, 0,    -1.5, -1.4, 1.2,  -0.9, 1.3,  0.6,  0,    -1, -0.8, -0.3,
                            -1.5, -0.3, -1.1, 0,    -0.2, 0.9,  -0.6, -0.7, -0.7, 0,  -0.4};
const std::vector<double> y{0.9,  0.6,  0.5, 0.3, -0.3, 0.3,  -0.5, -0.6, -0.4, 1.2,
                            -1.1, -0.4, 1,   0.3, 2,    -0.1, 0.2,  -1.1, 0.5};

std::vector<double> pooled() {
  std::vector<double> both = x;
  both.insert(both.end(), y.begin(), y.end());
  return both;
}

TEST(RankTests, MannWhitneyOfR) {
  const MannWhitney got = mannWhitney(x, y);  // wilcox.test(x, y, exact = FALSE)
  EXPECT_EQ(got.statistic, 138.5);
  EXPECT_NEAR(got.p, 0.044225213357799234, 1e-14);
  EXPECT_LT(got.z, 0);
  const MannWhitney turned = mannWhitney(y, x);
  EXPECT_EQ(turned.statistic, static_cast<double>(x.size() * y.size()) - 138.5);
  EXPECT_EQ(turned.z, -got.z);
}

TEST(RankTests, MannWhitneyCountsPairs) {
  std::mt19937_64 random(2);
  for (std::size_t n : {1, 3, 40, 1500}) {
    std::vector<double> first, second;
    for (std::size_t i = 0; i < n; ++i) {
      first.push_back(static_cast<double>(random() % 30));
      if (i % 3 == 0) second.push_back(static_cast<double>(random() % 40));
    }
    double pairs = 0;
    for (double a : first) {
      for (double b : second) pairs += a > b ? 1 : a == b ? 0.5 : 0;
    }
    EXPECT_EQ(mannWhitney(first, second).statistic, pairs);
  }
}

TEST(RankTests, MannWhitneyAtItsEdges) {
  const std::vector<double> none, one{1}, same(300001, 2.5);
  EXPECT_TRUE(std::isnan(mannWhitney(none, one).p));
  const MannWhitney constant = mannWhitney(same, one);
  EXPECT_LT(constant.p, 1);
  const MannWhitney tied = mannWhitney(same, std::vector<double>(200000, 2.5));
  EXPECT_TRUE(std::isnan(tied.p));  // n³ beyond 2⁵³: the variance is a rounding error, not 0
  EXPECT_EQ(tied.statistic, 300001.0 * 200000 / 2);
  const std::vector<double> low{1, 4}, high{2, 3};
  EXPECT_EQ(mannWhitney(low, high).p, 1);  // W in the middle: no correction beyond 0
}

TEST(RankTests, KruskalWallisOfR) {
  std::vector<std::int32_t> groups;
  for (std::size_t i = 0; i < 42; ++i) groups.push_back(i < 10 ? 3 : i < 25 ? 1 : 0);  // group 2 has no value
  const KruskalWallis got = kruskalWallis(pooled(), groups, 4);  // kruskal.test(c(x, y), rep(1:3, c(10, 15, 17)))
  EXPECT_NEAR(got.statistic, 1.80127104397223570, 1e-13);
  EXPECT_EQ(got.df, 2);
  EXPECT_NEAR(got.p, 0.40631135786989836, 1e-14);
}

TEST(RankTests, KruskalWallisAtItsEdges) {
  const std::vector<double> values{1, 2, 3}, same{2, 2, 2};
  const std::vector<std::int32_t> one{0, 0, 0}, two{0, 1, 1};
  EXPECT_TRUE(std::isnan(kruskalWallis(values, one, 2).p));
  EXPECT_TRUE(std::isnan(kruskalWallis(same, two, 2).p));
  EXPECT_EQ(kruskalWallis(same, two, 2).df, 1);
}

}  // namespace
}  // namespace bedside::numerics
