#include "numerics/order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace bedside::numerics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Values of every size and sign, with ties, both zeros, infinities and NaN.
std::vector<double> nasty(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) {
    switch (random() % 8) {
      case 0:
        values.push_back(static_cast<double>(random() % 10));
        break;
      case 1:
        values.push_back(std::ldexp(normal(random), static_cast<int>(random() % 2000) - 1000));
        break;
      case 2:
        values.push_back(random() % 2 ? 0.0 : -0.0);
        break;
      case 3:
        values.push_back(random() % 2 ? infinity : -infinity);
        break;
      case 4:
        values.push_back(std::copysign(nan, random() % 2 ? 1 : -1));
        break;
      case 5:
        values.push_back(-std::numeric_limits<double>::denorm_min());
        break;
      default:
        values.push_back(normal(random));
    }
  }
  return values;
}

/// Values such as a table has them: `distinct` different ones.
std::vector<double> tied(std::size_t n, std::uint64_t distinct, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(static_cast<double>(random() % distinct) / 8 - 3);
  return values;
}

TEST(Order, IsTheStableOne) {
  // From 32,768 on in ranges: of all kinds of values, of few distinct ones, of nearly all the same.
  std::vector<std::vector<double>> samples;
  for (std::size_t n : {0, 1, 2, 100, 1023, 1024, 5000, 32'768, 200'000}) samples.push_back(nasty(n, n));
  for (std::uint64_t distinct : {1, 2, 5, 1000}) samples.push_back(tied(100'000, distinct, distinct));
  samples.push_back(std::vector<double>(80'000, nan));
  for (const std::vector<double>& values : samples) {
    std::vector<std::uint32_t> want(values.size());
    std::iota(want.begin(), want.end(), 0u);
    std::sort(want.begin(), want.end(), [&](std::uint32_t a, std::uint32_t b) {
      if (std::isnan(values[a]) != std::isnan(values[b])) return std::isnan(values[b]);
      return values[a] < values[b] || (!(values[b] < values[a]) && a < b);
    });
    EXPECT_EQ(ascending(values), want) << values.size();
    // Of every third row.
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < values.size(); row += 3) rows.push_back(row);
    std::erase_if(want, [](std::uint32_t row) { return row % 3 != 0; });
    EXPECT_EQ(ascending(values, rows), want) << values.size();
  }
}

TEST(Order, IsTheStableOneOfMeasurementsToo) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> uniform;
  // Few, many and only values with the same high bits; ties among them; each long enough for the radix sort.
  for (const double offset : {0.0, 1.0, 1e5, 1e9}) {
    for (const bool ties : {false, true}) {
      std::vector<double> values;
      for (std::size_t i = 0; i < 20000; ++i) {
        values.push_back(offset + (ties ? std::floor(99 * uniform(random)) / 7 : uniform(random)));
      }
      std::vector<std::uint32_t> want(values.size());
      std::iota(want.begin(), want.end(), 0u);
      std::stable_sort(want.begin(), want.end(), [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
      EXPECT_EQ(ascending(values), want);
      std::vector<double> sorted = values;
      EXPECT_EQ(sortAndOrder(sorted), want);
      std::sort(values.begin(), values.end());
      EXPECT_EQ(sorted, values);
    }
  }
  std::vector<double> few{3, -1, 2, -1};
  EXPECT_EQ(sortAndOrder(few), (std::vector<std::uint32_t>{1, 3, 2, 0}));
  EXPECT_EQ(few, (std::vector<double>{-1, -1, 2, 3}));
}

TEST(Order, SortsValues) {
  for (std::size_t n : {0, 1, 300, 4000}) {
    std::vector<double> values = nasty(n, n + 1), want = values;
    sortAscending(values);
    std::sort(want.begin(), want.end(), [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; });
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_TRUE(values[i] == want[i] || (std::isnan(values[i]) && std::isnan(want[i]))) << i;
    }
  }
}

TEST(Order, QuantilesAreThoseOfR) {
  // quantile(c(3.1, 2.2, 9.9, 4.4, 4.4, 0.5, 7), c(0, .1, .25, .5, .75, .9, 1))
  std::vector<double> values{3.1, 2.2, 9.9, 4.4, 4.4, 0.5, 7};
  const std::vector<double> p{0, .1, .25, .5, .75, .9, 1};
  const std::vector<double> want{0.5,
                                 1.5200000000000002,
                                 2.6500000000000004,
                                 4.4000000000000004,
                                 5.7000000000000002,
                                 8.1600000000000001,
                                 9.9000000000000004};
  const std::vector<double> got = quantiles(values, p);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_DOUBLE_EQ(got[i], want[i]) << p[i];
}

TEST(Order, QuantilesAskForNoOrder) {
  std::mt19937_64 random(3);
  for (std::size_t n : {1, 2, 3, 50, 999, 3000}) {
    std::vector<double> sorted = tied(n, 200, n);
    sortAscending(sorted);
    for (const std::vector<double>& p : {std::vector{0.5}, std::vector{0.75, 0.25, 0.5}, std::vector{0.0, 1.0},
                                         std::vector{0.9, 0.1, 0.2, 0.33, 0.8, 0.6}}) {
      std::vector<double> shuffled = sorted;
      std::shuffle(shuffled.begin(), shuffled.end(), random);
      const std::vector<double> got = quantiles(shuffled, p);
      for (std::size_t i = 0; i < p.size(); ++i) EXPECT_EQ(got[i], quantileOfSorted(sorted, p[i])) << n << ' ' << p[i];
      std::sort(shuffled.begin(), shuffled.end());
      EXPECT_EQ(shuffled, sorted);
    }
  }
}

TEST(Order, QuantilesWithoutValues) {
  std::vector<double> none, one{4};
  const std::vector<double> p{0.5}, beyond{-0.1, 1.1, nan};
  EXPECT_TRUE(std::isnan(quantiles(none, p)[0]));
  EXPECT_TRUE(std::isnan(quantileOfSorted(none, 0.5)));
  for (double q : quantiles(one, beyond)) EXPECT_TRUE(std::isnan(q));
  EXPECT_EQ(quantileOfSorted(one, 1), 4);
  std::vector<double> infinite{-infinity, -infinity, 1, infinity, infinity};
  EXPECT_EQ(quantileOfSorted(infinite, 0.1), -infinity);
}

TEST(Order, WeightedQuantilesOfWholeWeightsAreThoseOfRepeatedRows) {
  std::mt19937_64 random(5);
  std::vector<double> values = tied(400, 50, 9), weights, repeated;
  for (double value : values) {
    weights.push_back(static_cast<double>(random() % 4));
    for (double w = 0; w < weights.back(); ++w) repeated.push_back(value);
  }
  values.push_back(nan);
  weights.push_back(1000);
  values.push_back(-1e9);
  weights.push_back(nan);
  std::sort(repeated.begin(), repeated.end());
  const std::vector<double> p{0, 0.01, 0.25, 0.5, 0.777, 1};
  const std::vector<double> got = weightedQuantiles(values, weights, p);
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double n = static_cast<double>(repeated.size());
    std::size_t k = 0;  // the smallest value with at least a share p of the rows at or below it
    while (static_cast<double>(k + 1) / n < p[i]) ++k;
    EXPECT_EQ(got[i], repeated[k]) << p[i];
  }
  EXPECT_TRUE(std::isnan(weightedQuantiles({}, {}, p)[0]));
}

TEST(Order, MidRanksByCounting) {
  for (std::size_t n : {0, 1, 7, 600, 2000}) {
    for (std::uint64_t distinct : {1, 5, 100000}) {
      const std::vector<double> values = tied(n, distinct, n + distinct);
      const Ranks got = midRanks(values);
      double ties = 0;
      for (std::size_t i = 0; i < n; ++i) {
        double below = 0, equal = 0;
        for (double other : values) {
          below += other < values[i];
          equal += other == values[i];
        }
        EXPECT_EQ(got.ranks[i], below + (equal + 1) / 2);
        ties += equal * equal - 1;  // Σ over rows of t² − 1 is Σ over runs of t³ − t
      }
      EXPECT_EQ(got.ties, ties);
    }
  }
}

}  // namespace
}  // namespace bedside::numerics
