#include "numerics/hodges_lehmann.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "numerics/distributions.hpp"
#include "numerics/order.hpp"

namespace bedside::numerics {
namespace {

std::vector<double> allDifferences(const std::vector<double>& first, const std::vector<double>& second) {
  std::vector<double> all;
  for (const double x : first) {
    for (const double y : second) all.push_back(x - y);
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// Wilcoxon's z, continuity-corrected, of first − shift against second: what R's wdiff() computes.
double zAt(const std::vector<double>& first, const std::vector<double>& second, double shift) {
  std::vector<double> pooled;
  for (const double x : first) pooled.push_back(x - shift);
  pooled.insert(pooled.end(), second.begin(), second.end());
  const Ranks ranks = midRanks(pooled);
  const double n1 = static_cast<double>(first.size()), n2 = static_cast<double>(second.size()), n = n1 + n2;
  double d = -n1 * (n1 + 1) / 2 - n1 * n2 / 2;
  for (std::size_t i = 0; i < first.size(); ++i) d += ranks.ranks[i];
  const double sigma = std::sqrt(n1 * n2 / 12 * (n + 1 - ranks.ties / (n * (n - 1))));
  return (d - (d > 0 ? 0.5 : d < 0 ? -0.5 : 0)) / sigma;
}

std::vector<double> sample(std::mt19937_64& random, std::size_t n, int kind) {
  std::vector<double> values;
  std::normal_distribution<double> normal;
  for (std::size_t i = 0; i < n; ++i) {
    const double z = normal(random);
    values.push_back(kind == 0   ? z
                     : kind == 1 ? std::round(3 * z)
                     : kind == 2 ? std::exp(8 * z)
                                 : 1e9 + 1e-3 * std::round(100 * z));
  }
  std::sort(values.begin(), values.end());
  return values;
}

TEST(HodgesLehmann, EveryOrderStatisticOfTheDifferences) {
  std::mt19937_64 random(1);
  for (int kind = 0; kind < 4; ++kind) {
    for (const auto& [n, m] : {std::pair<std::size_t, std::size_t>{1, 1}, {1, 7}, {9, 4}, {30, 50}}) {
      const auto first = sample(random, n, kind), second = sample(random, m, kind);
      const auto all = allDifferences(first, second);
      for (std::size_t k = 0; k < all.size(); k += 1 + all.size() / 60) {
        EXPECT_EQ(kthDifference(first, second, k + 1), all[k]) << kind << ' ' << n << ' ' << m << ' ' << k;
      }
      EXPECT_EQ(kthDifference(first, second, all.size()), all.back());
    }
  }
}

TEST(HodgesLehmann, LargeSamplesAgainstAllPairs) {
  std::mt19937_64 random(2);
  for (int kind = 0; kind < 4; ++kind) {
    const auto first = sample(random, 1100, kind), second = sample(random, 1301, kind);
    const auto all = allDifferences(first, second);
    const Shift shift = hodgesLehmann(first, second, 0.95);
    EXPECT_EQ(shift.estimate, 0.5 * all[all.size() / 2 - 1] + 0.5 * all[all.size() / 2]);
    for (const std::size_t k : {std::size_t{0}, all.size() / 3, all.size() / 2, all.size() - 1}) {
      EXPECT_EQ(kthDifference(first, second, k + 1), all[k]) << kind << ' ' << k;
    }
    EXPECT_TRUE(std::binary_search(all.begin(), all.end(), shift.ciLow));
    EXPECT_TRUE(std::binary_search(all.begin(), all.end(), shift.ciHigh));
  }
}

TEST(HodgesLehmann, LimitsAreWhereZCrosses) {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 40; ++trial) {
    const auto first = sample(random, 6 + random() % 30, trial % 2),
               second = sample(random, 5 + random() % 30, trial % 2);
    const auto all = allDifferences(first, second);
    const double z = normalCritical(0.9);
    const Shift shift = hodgesLehmann(first, second, 0.9);
    const auto gapAround = [&](double limit) {  // halfway to the next differences on either side
      const auto at = std::lower_bound(all.begin(), all.end(), limit),
                 after = std::upper_bound(all.begin(), all.end(), limit);
      return std::pair{at == all.begin() ? limit - 1 : 0.5 * (limit + at[-1]),
                       after == all.end() ? limit + 1 : 0.5 * (limit + *after)};
    };
    const auto [beforeLow, afterLow] = gapAround(shift.ciLow);
    EXPECT_GE(zAt(first, second, beforeLow), z);
    EXPECT_LT(zAt(first, second, afterLow), z);
    const auto [beforeHigh, afterHigh] = gapAround(shift.ciHigh);
    EXPECT_GT(zAt(first, second, beforeHigh), -z);
    EXPECT_LE(zAt(first, second, afterHigh), -z);
  }
}

TEST(HodgesLehmann, MirrorsWhenTheSamplesChangePlaces) {
  std::mt19937_64 random(4);
  const auto first = sample(random, 41, 0), second = sample(random, 60, 0);
  const Shift one = hodgesLehmann(first, second, 0.95), other = hodgesLehmann(second, first, 0.95);
  EXPECT_DOUBLE_EQ(one.estimate, -other.estimate);
  EXPECT_EQ(one.ciLow, -other.ciHigh);
  EXPECT_EQ(one.ciHigh, -other.ciLow);
}

TEST(HodgesLehmann, Edges) {
  const std::vector<double> none, one{2}, two{5}, same(200000, 3.0), other(100000, 1.0);
  EXPECT_TRUE(std::isnan(hodgesLehmann(none, one, 0.95).estimate));
  const Shift pair = hodgesLehmann(two, one, 0.95);
  EXPECT_EQ(pair.estimate, 3);
  EXPECT_EQ(pair.ciLow, 3);  // too few for z to reach: the outermost differences
  EXPECT_EQ(pair.ciHigh, 3);
  const Shift constant = hodgesLehmann(same, other, 0.95);  // 2e10 pairs, beyond 32 bits
  EXPECT_EQ(constant.estimate, 2);
  EXPECT_EQ(constant.ciLow, 2);
  const std::vector<double> far{-1e308, 0, 1e308}, wide{-1.7e308, 1.7e308};
  EXPECT_FALSE(std::isnan(hodgesLehmann(far, wide, 0.95).estimate));
}

}  // namespace
}  // namespace bedside::numerics
