#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "numerics/mean_tests.hpp"
#include "numerics/order.hpp"
#include "numerics/standardized_difference.hpp"

namespace bedside::numerics {
namespace {

// set.seed(11); x <- round(rnorm(23), 1); y <- round(rnorm(19, .5), 1)
const std::vector<double> x{-0.6, 0,    -1.5, -1.4, 1.2,  -0.9, 1.3,  0.6,  0,    -1, -0.8, -0.3,
                            -1.5, -0.3, -1.1, 0,    -0.2, 0.9,  -0.6, -0.7, -0.7, 0,  -0.4};
const std::vector<double> y{0.9,  0.6,  0.5, 0.3, -0.3, 0.3,  -0.5, -0.6, -0.4, 1.2,
                            -1.1, -0.4, 1,   0.3, 2,    -0.1, 0.2,  -1.1, 0.5};

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double squares(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += (value - mean(values)) * (value - mean(values));
  return sum;
}

TEST(MeanTests, WelchByItsFormula) {
  const WelchT got = welch(moments(x), moments(y), 0.95);
  const double v1 = squares(x) / 22 / 23, v2 = squares(y) / 18 / 19;
  EXPECT_NEAR(got.difference, mean(x) - mean(y), 1e-15);
  EXPECT_NEAR(got.statistic, (mean(x) - mean(y)) / std::sqrt(v1 + v2), 1e-14);
  EXPECT_NEAR(got.df, (v1 + v2) * (v1 + v2) / (v1 * v1 / 22 + v2 * v2 / 18), 1e-12);
  EXPECT_NEAR(got.ciLow + got.ciHigh, 2 * got.difference, 1e-14);
}

TEST(MeanTests, WelchKeepsDigitsBehindAnOffset) {
  std::vector<double> far(x), other(y);
  for (double& value : far) value += 1e9;
  for (double& value : other) value += 1e9;
  const WelchT near = welch(moments(x), moments(y), 0.95), offset = welch(moments(far), moments(other), 0.95);
  EXPECT_NEAR(offset.statistic, near.statistic, 1e-6);
  EXPECT_NEAR(offset.df, near.df, 1e-5);
}

TEST(MeanTests, WelchAtItsEdges) {
  const std::vector<double> one{3}, same{5, 5, 5}, other{7, 7};
  EXPECT_TRUE(std::isnan(welch(moments(one), moments(x), 0.95).p));
  EXPECT_TRUE(std::isnan(welch(moments(same), moments(other), 0.95).p));  // R: data are essentially constant
  EXPECT_EQ(welch(moments(same), moments(other), 0.95).difference, -2);
  EXPECT_FALSE(std::isnan(welch(moments(same), moments(x), 0.95).p));
  const std::vector<double> tiny{1e-150, 2e-150}, tinier{3e-150, 5e-150, 4e-150};
  EXPECT_FALSE(std::isnan(welch(moments(tiny), moments(tinier), 0.95).p));
}

TEST(MeanTests, AnovaByItsFormula) {
  const std::vector<std::vector<double>> groups{x, y, {1, 2, 2.5}, {}, {9}};
  std::vector<double> all;
  std::vector<Moments> parts;
  double within = 0, between = 0;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  for (const auto& group : groups) {
    parts.push_back(moments(group));
    if (group.empty()) continue;
    within += squares(group);
    between += static_cast<double>(group.size()) * (mean(group) - mean(all)) * (mean(group) - mean(all));
  }
  const OneWayAnova got = oneWayAnova(parts);
  EXPECT_EQ(got.df1, 3);
  EXPECT_EQ(got.df2, static_cast<double>(all.size()) - 4);
  EXPECT_NEAR(got.ssBetween, between, 1e-12);
  EXPECT_NEAR(got.ssWithin, within, 1e-12);
  EXPECT_NEAR(got.statistic, between / 3 / (within / got.df2), 1e-12);
}

TEST(MeanTests, AnovaAtItsEdges) {
  const std::vector<double> five{5, 5}, six{6, 6, 6}, one{1}, two{2}, none;
  EXPECT_EQ(oneWayAnova(std::vector{moments(five), moments(six)}).p, 0);
  EXPECT_TRUE(std::isinf(oneWayAnova(std::vector{moments(five), moments(six)}).statistic));
  EXPECT_TRUE(std::isnan(oneWayAnova(std::vector{moments(five), moments(five)}).p));
  EXPECT_TRUE(std::isnan(oneWayAnova(std::vector{moments(one), moments(two)}).p));
  EXPECT_TRUE(std::isnan(oneWayAnova(std::vector{moments(five), moments(none)}).p));
}

/// Yang & Dalton's formula as it stands: S over all levels but the first, solved by elimination.
double byMatrices(const std::vector<double>& first, const std::vector<double>& second) {
  double n1 = 0, n2 = 0;
  for (const double count : first) n1 += count;
  for (const double count : second) n2 += count;
  std::vector<double> p, q;
  bool leftOut = false;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] + second[i] == 0) continue;
    if (leftOut) {
      p.push_back(first[i] / n1);
      q.push_back(second[i] / n2);
    }
    leftOut = true;
  }
  const std::size_t k = p.size();
  std::vector<std::vector<double>> s(k, std::vector<double>(k + 1));
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) s[i][j] = 0.5 * ((i == j ? p[i] + q[i] : 0) - p[i] * p[j] - q[i] * q[j]);
    s[i][k] = p[i] - q[i];
  }
  for (std::size_t i = 0; i < k; ++i) {
    std::size_t pivot = i;
    for (std::size_t r = i; r < k; ++r) pivot = std::abs(s[r][i]) > std::abs(s[pivot][i]) ? r : pivot;
    std::swap(s[i], s[pivot]);
    for (std::size_t r = 0; r < k; ++r) {
      if (r == i) continue;
      const double factor = s[r][i] / s[i][i];
      for (std::size_t c = 0; c <= k; ++c) s[r][c] -= factor * s[i][c];
    }
  }
  double square = 0;
  for (std::size_t i = 0; i < k; ++i) square += (p[i] - q[i]) * s[i][k] / s[i][i];
  return std::sqrt(square);
}

TEST(StandardizedDifference, LevelsByMatrices) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<double> first, second;
    for (int level = 0; level < 2 + trial % 7; ++level) {
      first.push_back(static_cast<double>(random() % 9));
      second.push_back(static_cast<double>(random() % 20));
    }
    first.front() += 1;  // a common level
    second.front() += 1;
    const double want = byMatrices(first, second), got = standardizedDifference(first, second);
    std::size_t present = 0;
    for (std::size_t i = 0; i < first.size(); ++i) present += first[i] + second[i] > 0 ? 1 : 0;
    if (present < 2) {
      EXPECT_TRUE(std::isnan(got));
    } else {
      EXPECT_NEAR(got, want, 1e-10 * (1 + want));
    }
    EXPECT_EQ(std::isnan(got) ? 0 : standardizedDifference(second, first), std::isnan(got) ? 0 : got);
  }
}

TEST(StandardizedDifference, TwoLevelsAreShares) {
  const double p = 0.3, q = 0.45;  // |p − q| / √((p(1 − p) + q(1 − q))/2)
  const double want = 0.15 / std::sqrt(0.5 * (p * (1 - p) + q * (1 - q)));
  EXPECT_NEAR(standardizedDifference(std::vector{70.0, 30.0}, std::vector{110.0, 90.0}), want, 1e-15);
}

TEST(StandardizedDifference, Edges) {
  using V = std::vector<double>;
  EXPECT_TRUE(std::isnan(standardizedDifference(V{3, 0}, V{5, 0})));  // one level in the pair
  EXPECT_TRUE(std::isnan(standardizedDifference(V{3, 1}, V{0, 0})));  // a group without a value
  EXPECT_TRUE(std::isnan(standardizedDifference(V{}, V{})));
  EXPECT_TRUE(std::isinf(standardizedDifference(V{3, 0, 1}, V{0, 5, 0})));  // no common level
  EXPECT_EQ(standardizedDifference(V{2, 4, 6}, V{1, 2, 3}), 0);
  EXPECT_FALSE(std::isnan(standardizedDifference(V{4e9, 3e9}, V{5e9, 1e9})));
  const V one{1}, same{5, 5}, other{6, 6};
  EXPECT_TRUE(std::isnan(standardizedDifference(moments(one), moments(x))));
  EXPECT_TRUE(std::isnan(standardizedDifference(moments(same), moments(same))));
  EXPECT_TRUE(std::isinf(standardizedDifference(moments(same), moments(other))));
  EXPECT_TRUE(std::isnan(meanStandardizedDifference(std::vector{moments(x), moments(y), moments(one)})));
}

TEST(StandardizedDifference, MeanOfPairs) {
  const std::vector<double> third{1, 2, 4, 4};
  const double want =
      (standardizedDifference(moments(x), moments(y)) + standardizedDifference(moments(x), moments(third)) +
       standardizedDifference(moments(y), moments(third))) /
      3;
  EXPECT_NEAR(meanStandardizedDifference(std::vector{moments(x), moments(y), moments(third)}), want, 1e-15);
  Counts counts(2, 3);
  counts.cells = {3, 4, 5, 6, 1, 2};
  using V = std::vector<double>;
  const double levels = (standardizedDifference(V{3, 6}, V{4, 1}) + standardizedDifference(V{3, 6}, V{5, 2}) +
                         standardizedDifference(V{4, 1}, V{5, 2})) /
                        3;
  EXPECT_NEAR(meanStandardizedDifference(counts), levels, 1e-15);
}

TEST(QuantilesOfParts, AreThoseOfAllValues) {
  std::mt19937_64 random(5);
  const std::vector<double> probabilities{0, 0.1, 0.25, 0.5, 0.75, 0.99, 1};
  for (std::size_t parts : {1, 2, 3, 16, 17, 40}) {
    std::vector<std::vector<double>> values(parts);
    std::vector<double> all;
    for (int i = 0; i < 300; ++i) {
      const double value = i % 3 == 0 ? std::round(static_cast<double>(random() % 19)) - 9
                                      : std::ldexp(static_cast<double>(random()), -40 - i % 30);
      values[random() % parts].push_back(value);
      all.push_back(value);
    }
    std::vector<std::span<const double>> sorted;
    for (auto& part : values) {
      sortAscending(part);
      sorted.push_back(part);
    }
    EXPECT_EQ(quantilesOfParts(sorted, probabilities), quantiles(all, probabilities)) << parts;
  }
  const std::vector<std::span<const double>> none(2);
  EXPECT_TRUE(std::isnan(quantilesOfParts(none, probabilities)[3]));
}

TEST(Halfway, ReachesEveryDouble) {
  EXPECT_EQ(halfway(1, std::nextafter(1, 2)), 1);
  EXPECT_EQ(halfway(-1, 1), 0);
  EXPECT_LT(halfway(-1e308, 1e-320), 1e-320);
  double low = -std::numeric_limits<double>::infinity(), high = 3.7;
  for (int step = 0; step < 64 && low < high; ++step) (halfway(low, high) < -2.25 ? low : high) = halfway(low, high);
  EXPECT_NEAR(high, -2.25, 1e-15);
}

}  // namespace
}  // namespace bedside::numerics
