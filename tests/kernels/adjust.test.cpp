#include "numerics/adjust.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace bedside::numerics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const std::vector<double> p{0.01, 0.02, nan, 0.03, 0.04, 0.05, 0.01, 1e-20, 0.9};

void expectEqual(const std::vector<double>& got, const std::vector<double>& want) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(want[i])) {
      EXPECT_TRUE(std::isnan(got[i])) << i;
    } else {
      EXPECT_NEAR(got[i], want[i], 1e-14 * want[i]) << i;
    }
  }
}

TEST(Adjust, FiguresOfR) {  // p.adjust(p, method)
  expectEqual(adjusted(p, Adjustment::none), p);
  expectEqual(adjusted(p, Adjustment::holm), {0.07, 0.1, nan, 0.12, 0.12, 0.12, 0.07, 8e-20, 0.9});
  expectEqual(adjusted(p, Adjustment::bonferroni), {0.08, 0.16, nan, 0.24, 0.32, 0.4, 0.08, 8e-20, 1});
  expectEqual(adjusted(p, Adjustment::BH), {2.6666666666666665e-02, 0.04, nan, 0.048, 5.3333333333333330e-02,
                                            5.7142857142857141e-02, 2.6666666666666665e-02, 8e-20, 0.9});
}

TEST(Adjust, SidakKeepsSmallProbabilities) {
  expectEqual(adjusted(p, Adjustment::sidak),
              {0.077255305572079935, 0.149236977418214511, nan, 0.216256640562304092, 0.278610421016166621,
               0.336579568710937749, 0.077255305572079935, 8e-20, 0.99999999});
}

/// The definitions, each p against all others.
double naive(const std::vector<double>& all, std::size_t i, Adjustment method) {
  const double m = static_cast<double>(all.size());
  double result = method == Adjustment::holm ? 0 : 1;
  for (double other : all) {
    double below = 0, upTo = 0;
    for (double q : all) {
      below += q < other;
      upTo += q <= other;
    }
    if (method == Adjustment::holm && other <= all[i]) result = std::max(result, (m - below) * other);
    if (method == Adjustment::BH && other >= all[i]) result = std::min(result, m / upTo * other);
  }
  return std::min(1.0, result);
}

TEST(Adjust, AgreesWithTheDefinitions) {
  std::mt19937_64 random(4);
  std::vector<double> all;
  for (std::size_t i = 0; i < 200; ++i) all.push_back(std::pow(static_cast<double>(random() % 1000 + 1) / 1001, 4));
  for (Adjustment method : {Adjustment::holm, Adjustment::BH}) {
    const std::vector<double> got = adjusted(all, method);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_NEAR(got[i], naive(all, i, method), 1e-14);
  }
}

TEST(Adjust, NothingToAdjust) {
  for (Adjustment method :
       {Adjustment::none, Adjustment::holm, Adjustment::bonferroni, Adjustment::BH, Adjustment::sidak}) {
    EXPECT_TRUE(adjusted({}, method).empty());
    expectEqual(adjusted(std::vector{nan, nan}, method), {nan, nan});
    expectEqual(adjusted(std::vector{nan, 0.2}, method), {nan, 0.2});
  }
  EXPECT_EQ(adjusted(std::vector{1.0, 0.0}, Adjustment::sidak), (std::vector{1.0, 0.0}));
}

}  // namespace
}  // namespace bedside::numerics
