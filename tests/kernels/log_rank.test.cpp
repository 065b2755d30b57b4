#include "numerics/survival/log_rank.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "numerics/adjust.hpp"
#include "numerics/matrix.hpp"
#include "followed_patients.hpp"

namespace {

using namespace followed_patients;

void expectNear(double got, double want, double relative = 1e-9) {
  EXPECT_NEAR(got, want, relative * std::max(1.0, std::abs(want)));
}

/// By the definition: every stratum, every time, every risk set by a loop over the rows.
struct Twin {
  std::vector<double> observed, expected;
  Matrix variance;

  Twin(const Patients& p, bool weighted, bool robust, double rho) {
    const std::size_t k = p.group.count;
    observed.resize(k);
    expected.resize(k);
    variance = Matrix::square(k);
    Matrix q(p.size(), k);
    const std::set<double> times(p.time.begin(), p.time.end());
    for (std::size_t stratum = 0; stratum < p.stratum.count; ++stratum) {
      double survival = 1;
      for (const double t : times) {
        double n = 0, d = 0;
        std::vector<double> atRisk(k), events(k);
        for (std::size_t i = 0; i < p.size(); ++i) {
          if (p.stratum[i] != stratum || p.time[i] < t) continue;
          const double w = weighted ? p.weight[i] : 1;
          n += w;
          atRisk[p.group[i]] += w;
          if (p.time[i] > t || !p.event[i]) continue;
          d += w;
          events[p.group[i]] += w;
        }
        if (d == 0) continue;
        const double weight = std::pow(survival, rho);
        for (std::size_t a = 0; a < k; ++a) {
          observed[a] += weight * events[a];
          expected[a] += weight * d * atRisk[a] / n;
          for (std::size_t b = 0; b < k && n > 1 && !robust; ++b) {
            variance(a, b) += weight * weight * d * (n - d) / (n - 1) * (atRisk[a] / n) * ((a == b) - atRisk[b] / n);
          }
        }
        for (std::size_t i = 0; i < p.size() && robust; ++i) {
          if (p.stratum[i] != stratum || p.time[i] < t) continue;
          const double mine = (p.time[i] == t && p.event[i] ? 1 : 0) - d / n;
          for (std::size_t a = 0; a < k; ++a)
            q(i, a) += p.weight[i] * weight * mine * ((p.group[i] == a) - atRisk[a] / n);
        }
        survival *= 1 - d / n;
      }
    }
    if (!robust) return;
    for (std::size_t i = 0; i < p.size(); ++i) {
      for (std::size_t a = 0; a < k; ++a) {
        for (std::size_t b = 0; b < k; ++b) variance(a, b) += q(i, a) * q(i, b);
      }
    }
  }

  /// Without the first group; V must have an inverse there.
  double statistic() const {
    std::vector<std::size_t> kept;
    std::vector<double> difference;
    for (std::size_t a = 1; a < observed.size(); ++a) {
      kept.push_back(a);
      difference.push_back(observed[a] - expected[a]);
    }
    const std::vector<double> solved = SymmetricFactor(submatrix(variance, kept)).solve(difference);
    double sum = 0;
    for (std::size_t a = 0; a < solved.size(); ++a) sum += solved[a] * difference[a];
    return sum;
  }
};

LogRankTest testOf(const Patients& p, bool weighted, bool robust, double rho) {
  const std::span<const double> weights = weighted ? std::span<const double>(p.weight) : std::span<const double>();
  return logRank(comparedRows(p.times(), p.stratum, p.group, p.event, weights, robust), rho);
}

class LogRank : public testing::TestWithParam<unsigned> {};

TEST_P(LogRank, IsItsDefinition) {
  const unsigned seed = GetParam();
  for (const double rho : {0.0, 1.0, 0.5, -0.7}) {
    for (const int weighting : {0, 1, 2}) {  // none, counts of rows, fractions
      const Patients p = patients(seed, {.n = 70,
                                         .groups = 2 + seed % 4,
                                         .strata = 1 + seed % 3,
                                         .distinct = seed % 2 ? 14 : 0,
                                         .whole = weighting == 1});
      const Twin twin(p, weighting > 0, weighting == 2, rho);
      const LogRankTest test = testOf(p, weighting > 0, weighting == 2, rho);
      for (std::size_t a = 0; a < p.group.count; ++a) {
        expectNear(test.observed[a], twin.observed[a]);
        expectNear(test.expected[a], twin.expected[a]);
        expectNear(test.variance[a], twin.variance(a, a));
      }
      EXPECT_EQ(test.df, p.group.count - 1);
      expectNear(test.statistic, twin.statistic());
    }
  }
}

TEST_P(LogRank, CountsWholeWeightsAsRows) {
  const Patients weighted = patients(GetParam(), {.n = 50, .strata = 2, .whole = true});
  const LogRankTest one = testOf(weighted, true, false, 0.5);
  const LogRankTest other = testOf(taken(weighted, repeated(weighted)), false, false, 0.5);
  expectNear(one.statistic, other.statistic);
  for (std::size_t g = 0; g < 3; ++g) expectNear(one.variance[g], other.variance[g]);
}

TEST_P(LogRank, DoesNotDependOnTheOrderOfRowsNorOnTheUnitOfTime) {
  const Patients p = patients(GetParam(), {.n = 50, .strata = 2});
  std::vector<std::size_t> rows(p.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = (i * 37 + 11) % rows.size();
  Patients moved = taken(p, rows);
  for (double& time : moved.time) time = time * 8 - 3;
  for (const bool robust : {false, true}) {
    expectNear(testOf(moved, robust, robust, 1).statistic, testOf(p, robust, robust, 1).statistic);
  }
}

TEST_P(LogRank, TestsEachPairOnItsOwnRows) {
  for (const bool weighted : {false, true}) {
    const Patients p = patients(GetParam(), {.n = 60, .groups = 4, .strata = 2});
    const std::span<const double> weights = weighted ? std::span<const double>(p.weight) : std::span<const double>();
    const auto pairs = pairwiseLogRank(comparedRows(p.times(), p.stratum, p.group, p.event, weights, weighted), 0.5);
    ASSERT_EQ(pairs.size(), 6u);
    std::vector<double> ps;
    for (const PairTest& pair : pairs) {
      std::vector<std::size_t> rows;
      for (std::size_t i = 0; i < p.size(); ++i) {
        if (p.group[i] == pair.a || p.group[i] == pair.b) rows.push_back(i);
      }
      Patients two = taken(p, rows);
      for (auto& code : two.group.codes) code = static_cast<std::size_t>(code) == pair.b;
      two.group.count = 2;
      const LogRankTest test = testOf(two, weighted, weighted, 0.5);
      expectNear(pair.statistic, test.statistic);
      expectNear(pair.p, test.p);
      ps.push_back(pair.p);
    }
    const auto holm = adjusted(ps, Adjustment::holm);
    for (std::size_t i = 0; i < pairs.size(); ++i) EXPECT_EQ(pairs[i].pHolm, holm[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LogRank, testing::Range(1u, 9u));

Patients patientsOf(std::vector<double> time, std::vector<std::uint8_t> event, std::vector<std::int32_t> group,
                    std::vector<std::int32_t> stratum = {}) {
  Patients out{.time = std::move(time), .weight = {}, .event = std::move(event), .group = {}, .stratum = {}};
  for (const auto code : group) out.group.count = std::max(out.group.count, static_cast<std::size_t>(code) + 1);
  for (const auto code : stratum) out.stratum.count = std::max(out.stratum.count, static_cast<std::size_t>(code) + 1);
  out.group.codes = std::move(group);
  out.stratum.codes = std::move(stratum);
  return out;
}

TEST(LogRankTest, LeavesOutAGroupThatIsNeverAtRiskAtAnEvent) {
  const Patients p = patientsOf({1, 1, 3, 4, 5, 6}, {0, 0, 1, 1, 0, 1}, {0, 0, 1, 1, 2, 2});
  const LogRankTest test = testOf(p, false, false, 0);
  EXPECT_EQ(test.expected[0], 0);
  EXPECT_EQ(test.df, 1u);
  const Patients two = patientsOf({3, 4, 5, 6}, {1, 1, 0, 1}, {0, 0, 1, 1});
  expectNear(test.statistic, testOf(two, false, false, 0).statistic);
}

TEST(LogRankTest, AddsUpGroupsThatAreNeverAtRiskTogether) {
  const Patients both = patientsOf({1, 2, 3, 4, 5, 1, 2, 3, 4, 6}, {1, 1, 0, 1, 1, 1, 0, 1, 1, 1},
                                   {0, 1, 0, 1, 1, 2, 3, 3, 2, 2}, {0, 0, 0, 0, 0, 1, 1, 1, 1, 1});
  const LogRankTest test = testOf(both, false, false, 0);
  EXPECT_EQ(test.df, 2u);
  const auto a = testOf(patientsOf({1, 2, 3, 4, 5}, {1, 1, 0, 1, 1}, {0, 1, 0, 1, 1}), false, false, 0);
  const auto b = testOf(patientsOf({1, 2, 3, 4, 6}, {1, 0, 1, 1, 1}, {0, 1, 1, 0, 0}), false, false, 0);
  expectNear(test.statistic, a.statistic + b.statistic);
}

TEST(LogRankTest, HasNothingToTestWhereOneGroupIsLeft) {
  const LogRankTest test = testOf(patientsOf({1, 1, 3, 4}, {0, 0, 1, 1}, {0, 0, 1, 1}), false, false, 0);
  EXPECT_EQ(test.df, 0u);
  EXPECT_EQ(test.statistic, 0);
  EXPECT_EQ(test.p, 1);
}

TEST(LogRankTest, FindsTheRankWhenAHairLinksLargeGroups) {
  // Strata of two groups each, linked by one row that leaves after the first event: V is nearly, but not, singular.
  std::vector<double> time;
  std::vector<std::uint8_t> event;
  std::vector<std::int32_t> group, stratum;
  for (int i = 0; i < 4000; ++i) {
    time.push_back(1 + i);
    event.push_back(1);
    group.push_back(i % 2 + (i % 4 < 2 ? 0 : 2));
    stratum.push_back(i % 4 < 2 ? 0 : 1);
  }
  time.push_back(3);
  event.push_back(0);
  group.push_back(0);
  stratum.push_back(1);
  EXPECT_EQ(testOf(patientsOf(time, event, group, stratum), false, false, 0).df, 3u);
}

TEST(LogRankTest, TakesAThousandGroups) {
  const Patients p = patients(3, {.n = 20000, .groups = 1000, .distinct = 0});
  const LogRankTest test = testOf(p, false, false, 0);
  EXPECT_EQ(test.df, 999u);
  EXPECT_NEAR(test.statistic, 999, 200);
}

}  // namespace
