#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "numerics/matching/balance.hpp"

namespace bedside::numerics {
namespace {

/// The weighted distribution function of an arm.
double below(const std::vector<double>& x, const std::vector<std::uint8_t>& treated, const std::vector<double>& w,
             int arm, double at) {
  double all = 0, here = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (treated[i] != arm) continue;
    all += w[i];
    if (x[i] <= at) here += w[i];
  }
  return here / all;
}

struct Sample {
  std::vector<double> values, weights;
  std::vector<std::uint8_t> treated;

  Sample(std::size_t n, std::uint64_t seed, double grid) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    for (std::size_t i = 0; i < n; ++i) {
      treated.push_back(random() % 3 == 0);
      const double x = normal(random) + (treated.back() ? 0.5 : 0);
      values.push_back(grid == 0 ? x : grid * std::round(x / grid));
      weights.push_back(static_cast<double>(random() % 4) / 2);
    }
  }
};

TEST(Balance, IsItsDefinition) {
  for (const double grid : {0.0, 0.5}) {
    const Sample s(400, 7, grid);
    const Balance balance = balanceOf(s.values, s.treated, s.weights, Standardiser::treated);
    const std::vector<double> ones(400, 1.0);
    for (const bool after : {false, true}) {
      const auto& w = after ? s.weights : ones;
      double mean[2], variance[2];
      for (const int arm : {0, 1}) {
        double sum = 0, total = 0, shares = 0, squares = 0;
        for (std::size_t i = 0; i < 400; ++i) {
          if (s.treated[i] == arm) sum += w[i], total += w[i] * s.values[i];
        }
        mean[arm] = total / sum;
        for (std::size_t i = 0; i < 400; ++i) {
          if (s.treated[i] != arm) continue;
          shares += w[i] / sum * (w[i] / sum);
          squares += w[i] / sum * (s.values[i] - mean[arm]) * (s.values[i] - mean[arm]);
        }
        variance[arm] = squares / (1 - shares);
      }
      const ArmContrast& got = after ? balance.after : balance.before;
      EXPECT_NEAR(got.meanTreated, mean[1], 1e-13);
      EXPECT_NEAR(got.meanControl, mean[0], 1e-13);
      if (!after) EXPECT_NEAR(balance.sd, std::sqrt(variance[1]), 1e-13);
      EXPECT_NEAR(got.smd, (mean[1] - mean[0]) / balance.sd, 1e-12);
      EXPECT_NEAR(got.varianceRatio, variance[1] / variance[0], 1e-12);
      auto distinct = s.values;
      std::sort(distinct.begin(), distinct.end());
      distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
      double sum = 0, most = 0;
      for (const double at : distinct) {
        const double gap = std::fabs(below(s.values, s.treated, w, 1, at) - below(s.values, s.treated, w, 0, at));
        sum += gap;
        most = std::max(most, gap);
      }
      EXPECT_NEAR(got.ecdfMean, sum / static_cast<double>(distinct.size()), 1e-12);
      EXPECT_NEAR(got.ecdfMax, most, 1e-12);
    }
  }
}

TEST(Balance, EachRowFourTimesIsTheSameDistributionFunction) {
  for (const double grid : {0.0, 0.25, 2.0}) {
    const Sample s(75'000, 8, grid);
    Sample four = s;
    for (int k = 1; k < 4; ++k) {
      four.values.insert(four.values.end(), s.values.begin(), s.values.end());
      four.weights.insert(four.weights.end(), s.weights.begin(), s.weights.end());
      four.treated.insert(four.treated.end(), s.treated.begin(), s.treated.end());
    }
    const Balance once = balanceOf(s.values, s.treated, s.weights, Standardiser::pooled);
    const Balance repeated = balanceOf(four.values, four.treated, four.weights, Standardiser::pooled);
    EXPECT_NEAR(once.before.ecdfMean, repeated.before.ecdfMean, 1e-10);
    EXPECT_NEAR(once.after.ecdfMax, repeated.after.ecdfMax, 1e-10);
    EXPECT_NEAR(once.after.ecdfMean, repeated.after.ecdfMean, 1e-10);
  }
}

TEST(Balance, OfABinaryColumn) {
  const std::vector<double> x{1, 0, 1, 1, 0, 0, 1, 0}, w(8, 1.0);
  const std::vector<std::uint8_t> treated{1, 1, 1, 1, 0, 0, 0, 0};
  const Balance balance = balanceOf(x, treated, w, Standardiser::treated);
  EXPECT_DOUBLE_EQ(balance.before.smd, 0.5 / std::sqrt(0.75 * 0.25));
  EXPECT_DOUBLE_EQ(balance.before.ecdfMax, 0.5);
  EXPECT_TRUE(std::isnan(balance.before.varianceRatio));
}

TEST(Balance, ConstantAmongTheTreated) {
  const std::vector<double> w(6, 1.0);
  const std::vector<std::uint8_t> treated{1, 1, 0, 0, 0, 0};
  // Numbers: root of Σ(x − arm's mean)²/(n − 1) = 5/5; a binary column: divisor n.
  EXPECT_DOUBLE_EQ(balanceOf(std::vector<double>{9, 9, 1, 2, 3, 4}, treated, w, Standardiser::treated).sd, 1);
  EXPECT_DOUBLE_EQ(balanceOf(std::vector<double>{1, 1, 1, 0, 1, 0}, treated, w, Standardiser::treated).sd,
                   std::sqrt(1.0 / 6));
  const Balance none = balanceOf(std::vector<double>{1, 1, 2, 2, 2, 2}, treated, w, Standardiser::treated);
  EXPECT_TRUE(std::isnan(none.before.smd));
  EXPECT_EQ(balanceOf(std::vector<double>(6, 3.0), treated, w, Standardiser::pooled).before.smd, 0);
}

TEST(Balance, NobodyMatched) {
  const std::vector<std::uint8_t> treated{1, 1, 0, 0};
  const Balance balance =
      balanceOf(std::vector<double>{1, 2, 3, 5}, treated, std::vector<double>(4, 0.0), Standardiser::treated);
  for (const double figure : {balance.after.meanTreated, balance.after.meanControl, balance.after.smd,
                              balance.after.varianceRatio, balance.after.ecdfMean, balance.after.ecdfMax}) {
    EXPECT_TRUE(std::isnan(figure));
  }
  EXPECT_TRUE(std::isnan(meanPairDistance(std::vector<double>{1, 2, 3, 5}, MatchedSets{}, 1)));
}

TEST(Balance, ALargeOffsetCostsNoDigits) {
  const Sample s(500, 9, 0);
  Sample far = s;
  for (double& value : far.values) value = std::round(value * 1024) / 1024 + 1e9;
  Sample near = far;
  for (double& value : near.values) value -= 1e9;
  const Balance a = balanceOf(far.values, s.treated, s.weights, Standardiser::treated);
  const Balance b = balanceOf(near.values, s.treated, s.weights, Standardiser::treated);
  EXPECT_NEAR(a.after.varianceRatio, b.after.varianceRatio, 1e-7);
  EXPECT_NEAR(a.after.smd, b.after.smd, 1e-6);
}

}  // namespace
}  // namespace bedside::numerics
