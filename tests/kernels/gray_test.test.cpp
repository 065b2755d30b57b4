#include "numerics/survival/gray_test.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "competing_sample.hpp"
#include "numerics/matrix.hpp"

namespace bedside::numerics {
namespace {

/// What one time adds to the variance: m (a + ω (C at the end − C then))², so that no sums are carried along.
struct Part {
  double m, omega;
  std::vector<double> fixed;   // a column of a, or nothing
  std::vector<double> cThen;
  std::size_t group;
  double sign;
};

/// Gray's test by the sums of his paper, every part of the variance kept until C is known.
double naiveStatistic(const CompetingSample& sample, std::size_t cause) {
  const std::size_t k = sample.groups.count;
  std::vector<double> survival(k, 1.0), incidence(k), score(k);
  Matrix c = Matrix::square(k);
  std::vector<Part> parts;
  double pooled = 0;
  for (const double t : sample.times().distinct) {
    std::vector<double> n(k), own(k), others(k);
    for (std::size_t i = 0; i < sample.rows(); ++i) {
      const std::size_t g = sample.groups[i];
      n[g] += sample.time[i] >= t;
      if (sample.time[i] != t || sample.causes.codes[i] < 0) continue;
      (static_cast<std::size_t>(sample.causes.codes[i]) == cause ? own : others)[g] += 1;
    }
    double d1 = 0, d2 = 0, h = 0, free = 0;
    for (std::size_t g = 0; g < k; ++g) {
      d1 += own[g];
      d2 += others[g];
      if (n[g] > 0) h += n[g] / survival[g], free += n[g] / survival[g] * (1 - incidence[g]);
    }
    if (d1 + d2 == 0) continue;
    const double next = pooled + d1 / h;
    for (std::size_t i = 0; i < k; ++i) {
      if (n[i] == 0) continue;
      const double hi = n[i] / survival[i];
      score[i] += own[i] - d1 * hi * (1 - incidence[i]) / free;
      for (std::size_t g = 0; g < k; ++g) {
        if (n[g] > 0) c(i, g) += hi * ((i == g) - n[g] / survival[g] / h) * d1 / (h * (1 - pooled));
      }
    }
    const std::vector<double> before = survival;
    for (std::size_t g = 0; g < k; ++g) {
      if (n[g] == 0) continue;
      const double left = survival[g] * (n[g] - own[g] - others[g]) / n[g];
      std::vector<double> cThen(k), a(k);
      for (std::size_t i = 0; i < k; ++i) {
        cThen[i] = c(i, g);
        if (n[i] > 0) a[i] = n[i] / before[i] * ((i == g) - n[g] / before[g] / h);
      }
      if (d1 > 0) {
        const double ties = d1 > 1 ? 1 - (d1 - 1) / (h * survival[g] - 1) : 1;
        parts.push_back({d1 * survival[g] / (h * n[g]) * ties, left > 0 ? 1 - (1 - next) / left : 1, a, cThen, g, 1});
      }
      if (others[g] > 0 && left > 0) {
        const double each = others[g] > 1 ? (n[g] - others[g]) / (n[g] - 1) : 1;
        parts.push_back({each * others[g] * survival[g] * survival[g] / (n[g] * n[g]), (1 - next) / left,
                         std::vector<double>(k), cThen, g, -1});
      }
      incidence[g] += survival[g] * own[g] / n[g];
      survival[g] = left;
    }
    pooled = next;
  }
  Matrix v = Matrix::square(k - 1);
  for (const Part& part : parts) {
    std::vector<double> u(k);
    for (std::size_t i = 0; i < k; ++i) {
      u[i] = part.fixed[i] + part.sign * part.omega * (c(i, part.group) - part.cThen[i]);
    }
    for (std::size_t i = 0; i + 1 < k; ++i) {
      for (std::size_t j = 0; j + 1 < k; ++j) v(i, j) += part.m * u[i] * u[j];
    }
  }
  score.pop_back();
  const auto solved = SymmetricFactor(v).solve(score);
  double statistic = 0;
  for (std::size_t i = 0; i < score.size(); ++i) statistic += score[i] * solved[i];
  return statistic;
}

TEST(GrayTest, EqualsItsDefinition) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto sample = CompetingSample::of(60 + 15 * seed, seed % 4 == 0 ? 0 : 4 * seed, 1 + seed % 3, 2 + seed % 4, 0, seed);
    const auto tests = grayTests(sample.times(), sample.groups, sample.causes);
    ASSERT_EQ(tests.size(), sample.causes.count);
    for (std::size_t c = 0; c < tests.size(); ++c) {
      EXPECT_LT(relative(tests[c].statistic, naiveStatistic(sample, c)), 1e-8) << seed;
      EXPECT_EQ(tests[c].df, sample.groups.count - 1);
    }
  }
}

TEST(GrayTest, DoesNotDependOnTheNumberingOfGroups) {
  auto sample = CompetingSample::of(400, 25, 2, 3, 0, 7);
  const auto before = grayTests(sample.times(), sample.groups, sample.causes);
  for (auto& code : sample.groups.codes) code = (code + 1) % 3;
  const auto after = grayTests(sample.times(), sample.groups, sample.causes);
  for (std::size_t c = 0; c < 2; ++c) EXPECT_LT(relative(after[c].statistic, before[c].statistic), 1e-9);
}

TEST(GrayTest, PassesOverAGroupThatIsGoneBeforeTheFirstEvent) {
  auto sample = CompetingSample::of(200, 25, 2, 2, 0, 8);
  const auto alone = grayTests(sample.times(), sample.groups, sample.causes);
  for (int i = 0; i < 5; ++i) {
    sample.time.push_back(0.5);
    sample.causes.codes.push_back(Causes::censored);
    sample.groups.codes.push_back(2);
  }
  sample.groups.count = 3;
  const auto beside = grayTests(sample.times(), sample.groups, sample.causes);
  for (std::size_t c = 0; c < 2; ++c) {
    EXPECT_LT(relative(beside[c].statistic, alone[c].statistic), 1e-9);
    EXPECT_EQ(beside[c].df, 1u);
  }
}

}  // namespace
}  // namespace bedside::numerics
