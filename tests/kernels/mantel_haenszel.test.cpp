#include "numerics/mantel_haenszel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace bedside::numerics {
namespace {

bool emptyMargin(const FourFold& t) { return t.a + t.b == 0 || t.c + t.d == 0 || t.a + t.c == 0 || t.b + t.d == 0; }

/// The expected cell by halving the interval in which it must lie.
double halved(double psi, const FourFold& t) {
  const double n1 = t.a + t.b, n0 = t.c + t.d, m = t.a + t.c;
  double low = std::max(0.0, m - n0), high = std::min(m, n1);
  for (int step = 0; step < 200; ++step) {
    const double a = 0.5 * (low + high);
    (a * (n0 - m + a) < psi * (m - a) * (n1 - a) ? low : high) = a;
  }
  return low;
}

TEST(MantelHaenszel, ByTheFormulasInLongForm) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 100; ++trial) {
    std::vector<FourFold> strata;
    for (int k = 0; k < 1 + trial % 6; ++k) {
      const auto cell = [&] { return static_cast<double>(random() % (trial % 3 == 0 ? 4 : 40)); };
      strata.push_back({cell(), cell(), cell(), cell()});
    }
    double delta = 0, v = 0, r = 0, s = 0, pr = 0, mix = 0, qs = 0, rr1 = 0, rr0 = 0, rrVar = 0, used = 0;
    for (const FourFold& t : strata) {
      if (emptyMargin(t)) continue;
      ++used;
      const double n1 = t.a + t.b, n0 = t.c + t.d, m = t.a + t.c, n = n1 + n0;
      delta += t.a - n1 * m / n;
      v += n1 * n0 * m * (n - m) / (n * n * (n - 1));
      r += t.a * t.d / n;
      s += t.b * t.c / n;
      pr += (t.a + t.d) / n * (t.a * t.d / n);
      mix += (t.a + t.d) / n * (t.b * t.c / n) + (t.b + t.c) / n * (t.a * t.d / n);
      qs += (t.b + t.c) / n * (t.b * t.c / n);
      rr1 += t.a * n0 / n;
      rr0 += t.c * n1 / n;
      rrVar += (m * n1 * n0 - t.a * t.c * n) / (n * n);
    }
    const MantelHaenszel got = mantelHaenszel(strata);
    if (used == 0) {
      EXPECT_TRUE(std::isnan(got.corrected.statistic));
      continue;
    }
    const double yates = std::abs(delta) >= 0.5 ? 0.5 : 0;
    EXPECT_NEAR(got.corrected.statistic, std::pow(std::abs(delta) - yates, 2) / v, 1e-11);
    EXPECT_NEAR(got.uncorrected.statistic, delta * delta / v, 1e-11);
    if (r > 0 && s > 0) {
      EXPECT_NEAR(got.oddsRatio.estimate, r / s, 1e-13 * (r / s));
      EXPECT_NEAR(got.oddsRatio.variance, pr / (2 * r * r) + mix / (2 * r * s) + qs / (2 * s * s), 1e-12);
      double breslowDay = 0, observed = 0, variances = 0;
      for (const FourFold& t : strata) {
        if (emptyMargin(t)) continue;
        const double n1 = t.a + t.b, n0 = t.c + t.d, m = t.a + t.c, a = halved(r / s, t);
        const double var = 1 / (1 / a + 1 / (n1 - a) + 1 / (m - a) + 1 / (n0 - m + a));
        breslowDay += (t.a - a) * (t.a - a) / var;
        observed += t.a - a;
        variances += var;
      }
      EXPECT_EQ(got.breslowDay.df, used - 1);
      if (used > 1) {
        EXPECT_NEAR(got.breslowDay.statistic, breslowDay, 1e-9 * (1 + breslowDay));
        EXPECT_NEAR(got.tarone.statistic, breslowDay - observed * observed / variances, 1e-9 * (1 + breslowDay));
      } else {
        EXPECT_TRUE(std::isnan(got.breslowDay.p));
      }
    } else {
      EXPECT_FALSE(std::isfinite(got.oddsRatio.variance));
      EXPECT_TRUE(std::isnan(got.breslowDay.statistic));
    }
    if (rr1 > 0 && rr0 > 0) EXPECT_NEAR(got.riskRatio.variance, rrVar / (rr1 * rr0), 1e-12);
  }
}

TEST(MantelHaenszel, EmptyMarginsAddNothing) {
  const std::vector<FourFold> strata{{10, 5, 6, 12}, {3, 9, 2, 20}};
  std::vector<FourFold> more(strata);
  more.insert(more.end(), {{0, 0, 4, 5}, {7, 0, 8, 0}, {0, 5, 0, 6}, {1, 0, 0, 0}, {0, 0, 0, 0}});
  const MantelHaenszel one = mantelHaenszel(strata), other = mantelHaenszel(more);
  EXPECT_EQ(one.corrected.statistic, other.corrected.statistic);
  EXPECT_EQ(one.oddsRatio.estimate, other.oddsRatio.estimate);
  EXPECT_EQ(one.riskRatio.estimate, other.riskRatio.estimate);
  EXPECT_EQ(one.breslowDay.df, other.breslowDay.df);
  EXPECT_EQ(one.tarone.statistic, other.tarone.statistic);
}

TEST(MantelHaenszel, CountsWhoseProductsPass2To31) {
  const std::vector<FourFold> strata{{4e9, 3e9, 2e9, 5e9}, {1e9, 1e9, 3e9, 4e9}};
  std::vector<FourFold> small;
  for (const FourFold& t : strata) small.push_back({t.a / 1e6, t.b / 1e6, t.c / 1e6, t.d / 1e6});
  const MantelHaenszel got = mantelHaenszel(strata), want = mantelHaenszel(small);
  EXPECT_NEAR(got.oddsRatio.estimate, want.oddsRatio.estimate, 1e-12);
  EXPECT_NEAR(got.oddsRatio.variance * 1e6, want.oddsRatio.variance, 1e-12);
  EXPECT_NEAR(got.breslowDay.statistic / 1e6, want.breslowDay.statistic, 1e-6);
}

TEST(MantelHaenszel, NoCorrectionBelowOneHalf) {
  const std::vector<FourFold> even{{5, 5, 5, 5}};
  EXPECT_EQ(mantelHaenszel(even).corrected.statistic, 0);
  EXPECT_EQ(mantelHaenszel(even).corrected.p, 1);
  const std::vector<FourFold> nearly{{5, 5, 5, 6}};
  EXPECT_EQ(mantelHaenszel(nearly).corrected.statistic, mantelHaenszel(nearly).uncorrected.statistic);
}

}  // namespace
}  // namespace bedside::numerics
