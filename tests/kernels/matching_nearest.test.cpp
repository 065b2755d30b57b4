#include <gtest/gtest.h>

#include <numeric>

#include "matching_twin.hpp"
#include "numerics/matching/mahalanobis.hpp"
#include "numerics/matching/sets.hpp"

namespace bedside::numerics {
namespace {

/// Every combination of options on small pools, tied and not.
template <class Check>
void eachCase(Check&& check) {
  std::mt19937_64 random(20);
  for (int repeat = 0; repeat < 60; ++repeat) {
    for (const int steps : {0, 1, 2, 8}) {
      const MatchingSample sample(random, 1 + random() % 14, 1 + random() % 30, steps);
      for (const auto order : {MatchOrder::largest, MatchOrder::closest, MatchOrder::data}) {
        for (const bool replace : {false, true}) {
          NearestOptions options;
          options.order = order;
          options.replace = replace;
          options.ratio = 1 + random() % 4;
          const double widths[] = {0, 0.25, 0.5, 1, std::numeric_limits<double>::infinity()};
          options.width = widths[random() % 5];
          check(sample, options);
        }
      }
    }
  }
}

TEST(MatchNearest, TakesWhomTheDefinitionTakes) {
  eachCase([](const MatchingSample& sample, const NearestOptions& options) {
    std::vector<MatchedPair> pairs;
    matchNearest(sample.scores, sample.pool, options, pairs);
    const auto naive = naiveMatch(sample.scores, sample.pool, options, [&](auto t, auto c) {
      return sample.gap(t, c) <= options.width ? sample.gap(t, c) : HUGE_VAL;
    });
    // The order within a set counts; that of the sets is the rounds' business.
    const MatchedSets got = setsOf(pairs, sample.scores.size()), want = setsOf(naive, sample.scores.size());
    ASSERT_EQ(got.treated, want.treated);
    ASSERT_EQ(got.ends, want.ends);
    ASSERT_EQ(got.controls, want.controls);
  });
}

TEST(MatchNearest, TakesInTheOrderOfTheDefinition) {
  eachCase([](const MatchingSample& sample, const NearestOptions& options) {
    if (options.replace) return;
    std::vector<MatchedPair> pairs;
    matchNearest(sample.scores, sample.pool, options, pairs);
    ASSERT_EQ(pairs, naiveMatch(sample.scores, sample.pool, options, [&](auto t, auto c) {
                return sample.gap(t, c) <= options.width ? sample.gap(t, c) : HUGE_VAL;
              }));
  });
}

TEST(MatchNearest, EqualDistancesGoToTheSmallerUnitAfterRemovals) {
  // Controls 1 … 4 at 0, control 0 at 2; treated 5 … 8 at 1: all distances are 1.
  const std::vector<double> scores{2, 0, 0, 0, 0, 1, 1, 1, 1, 1};
  std::vector<MatchedPair> pairs;
  matchNearest(scores, {{5, 6, 7, 8, 9}, {0, 1, 2, 3, 4}}, {}, pairs);
  EXPECT_EQ(pairs, (std::vector<MatchedPair>{{5, 0}, {6, 1}, {7, 2}, {8, 3}, {9, 4}}));
}

TEST(MatchNearest, PairsDoNotDependOnTheOrderOfRows) {
  std::mt19937_64 random(5);
  for (int repeat = 0; repeat < 40; ++repeat) {
    const MatchingSample sample(random, 20, 50, 0);
    std::vector<std::uint32_t> to(sample.scores.size());  // unit → its new number
    std::iota(to.begin(), to.end(), 0u);
    std::shuffle(to.begin(), to.end(), random);
    std::vector<double> scores(to.size());
    Pool pool;
    for (std::size_t unit = 0; unit < to.size(); ++unit) scores[to[unit]] = sample.scores[unit];
    for (const auto t : sample.pool.treated) pool.treated.push_back(to[t]);
    for (const auto c : sample.pool.controls) pool.controls.push_back(to[c]);
    std::sort(pool.treated.begin(), pool.treated.end());
    std::sort(pool.controls.begin(), pool.controls.end());
    for (const auto order : {MatchOrder::largest, MatchOrder::closest}) {
      const NearestOptions options{.order = order, .ratio = 2, .width = 0.7};
      std::vector<MatchedPair> here, there;
      matchNearest(sample.scores, sample.pool, options, here);
      matchNearest(scores, pool, options, there);
      for (auto& [treated, control] : here) {
        treated = to[treated];
        control = to[control];
      }
      EXPECT_EQ(here, there);
    }
  }
}

TEST(MatchNearest, AMillionRows) {
  std::mt19937_64 random(1);
  const MatchingSample distinct(random, 300'000, 700'000, 0), tied(random, 300'000, 700'000, 3);
  for (const auto* sample : {&distinct, &tied}) {
    for (const auto order : {MatchOrder::largest, MatchOrder::closest}) {
      std::vector<MatchedPair> pairs;
      matchNearest(sample->scores, sample->pool, {.order = order, .width = 0.2}, pairs);
      EXPECT_GT(pairs.size(), 200'000u);
      const MatchedSets sets = setsOf(pairs, sample->scores.size());
      EXPECT_EQ(sets.size(), pairs.size());
      const auto weights = matchingWeights(sets, sample->scores.size());
      EXPECT_EQ(std::accumulate(weights.begin(), weights.end(), 0.0), 2.0 * static_cast<double>(pairs.size()));
    }
    std::vector<MatchedPair> pairs;
    matchNearest(sample->scores, sample->pool, {.ratio = 3, .replace = true}, pairs);
    EXPECT_EQ(pairs.size(), 900'000u);
  }
}

/// Columns of numbers with a common part, as Mahalanobis' distance sees them.
struct Covariates {
  std::vector<std::vector<double>> columns;
  std::vector<std::uint8_t> treated;

  Covariates(std::mt19937_64& random, const MatchingSample& sample) : columns(3), treated(sample.scores.size()) {
    for (const auto t : sample.pool.treated) treated[t] = 1;
    for (std::size_t unit = 0; unit < treated.size(); ++unit) {
      const auto grid = [&] { return static_cast<double>(random() % 9); };
      const double shared = grid();
      columns[0].push_back(1e6 + shared + grid());
      columns[1].push_back(1e-4 * (shared - grid()));
      columns[2].push_back(static_cast<double>(random() % 2));
    }
  }
  Blocks blocks() const {
    std::vector<Source> sources;
    for (const auto& column : columns) sources.push_back(Source::of(column.data()));
    return {sources, Rows::all(treated.size())};
  }
  /// √(δ'S⁻¹δ) with the inverse of the 3 × 3 covariance by cofactors.
  double distance(std::uint32_t a, std::uint32_t b) const {
    double s[3][3] = {};
    for (const int arm : {0, 1}) {
      double mean[3] = {}, n = 0;
      for (std::size_t i = 0; i < treated.size(); ++i) {
        if (treated[i] != arm) continue;
        ++n;
        for (int j = 0; j < 3; ++j) mean[j] += columns[static_cast<std::size_t>(j)][i];
      }
      for (double& m : mean) m /= n;
      for (std::size_t i = 0; i < treated.size(); ++i) {
        if (treated[i] != arm) continue;
        for (int j = 0; j < 3; ++j) {
          for (int k = 0; k < 3; ++k) {
            s[j][k] += (columns[static_cast<std::size_t>(j)][i] - mean[j]) *
                       (columns[static_cast<std::size_t>(k)][i] - mean[k]) / (static_cast<double>(treated.size()) - 2);
          }
        }
      }
    }
    const auto cofactor = [&](int j, int k) {
      const int r = (j + 1) % 3, t = (j + 2) % 3, p = (k + 1) % 3, q = (k + 2) % 3;
      return s[r][p] * s[t][q] - s[r][q] * s[t][p];
    };
    const double determinant = s[0][0] * cofactor(0, 0) + s[0][1] * cofactor(0, 1) + s[0][2] * cofactor(0, 2);
    double sum = 0;
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 3; ++k) {
        const auto &x = columns[static_cast<std::size_t>(j)], &y = columns[static_cast<std::size_t>(k)];
        sum += (x[a] - x[b]) * cofactor(k, j) / determinant * (y[a] - y[b]);
      }
    }
    return std::sqrt(sum);
  }
};

TEST(Mahalanobis, IsTheQuadraticFormInTheInverseCovariance) {
  std::mt19937_64 random(3);
  const MatchingSample sample(random, 15, 25, 0);
  const Covariates covariates(random, sample);
  const MahalanobisSpace space(covariates.blocks(), covariates.treated);
  for (std::uint32_t a = 0; a < 40; ++a) {
    for (std::uint32_t b = 0; b < 40; ++b) {
      EXPECT_NEAR(space.distance(a, b), covariates.distance(a, b), 1e-7 * (1 + covariates.distance(a, b)));
    }
  }
}

TEST(Mahalanobis, RepeatedColumnsChangeNothing) {
  std::mt19937_64 random(4);
  const MatchingSample sample(random, 15, 25, 0);
  Covariates covariates(random, sample);
  const MahalanobisSpace space(covariates.blocks(), covariates.treated);
  auto sum = covariates.columns[0];
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = 3 * sum[i] - 1e5 * covariates.columns[1][i];
  covariates.columns.push_back(sum);
  covariates.columns.push_back(std::vector<double>(sum.size(), 7.0));
  const MahalanobisSpace wider(covariates.blocks(), covariates.treated);
  for (std::uint32_t a = 0; a < 40; ++a) {
    for (std::uint32_t b = 0; b < 40; ++b) EXPECT_NEAR(space.distance(a, b), wider.distance(a, b), 1e-6);
  }
}

TEST(MatchMahalanobis, TakesWhomTheDefinitionTakes) {
  std::mt19937_64 random(6);
  eachCase([&](const MatchingSample& sample, const NearestOptions& options) {
    if (sample.scores.size() < 8 || sample.pool.treated.size() < 3) return;
    const Covariates covariates(random, sample);
    const MahalanobisSpace space(covariates.blocks(), covariates.treated);
    std::vector<MatchedPair> pairs;
    matchMahalanobis(space, sample.scores, sample.pool, options, pairs);
    const auto naive = naiveMatch(sample.scores, sample.pool, options, [&](auto t, auto c) {
      return sample.gap(t, c) <= options.width ? space.squared(t, c) : HUGE_VAL;
    });
    const MatchedSets got = setsOf(pairs, sample.scores.size()), want = setsOf(naive, sample.scores.size());
    ASSERT_EQ(got.treated, want.treated);
    ASSERT_EQ(got.ends, want.ends);
    ASSERT_EQ(got.controls, want.controls);
  });
}

TEST(MatchedSets, WeightsOfControlsSumToTheirNumber) {
  // Control 3 is in the sets of 0 (two controls) and 1 (one): ½ + 1, control 4 in one of two: ½; scaled to sum to 2.
  const MatchedSets sets = setsOf(std::vector<MatchedPair>{{1, 3}, {0, 4}, {0, 3}}, 6);
  EXPECT_EQ(sets.treated, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(sets.controls, (std::vector<std::uint32_t>{4, 3, 3}));
  EXPECT_EQ(matchingWeights(sets, 6), (std::vector<double>{1, 1, 0, 1.5, 0.5, 0}));
  EXPECT_EQ(matchingWeights(setsOf({}, 2), 2), (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace bedside::numerics
