#include <gtest/gtest.h>

#include "matching_twin.hpp"
#include "numerics/matching/optimal.hpp"
#include "numerics/matching/sets.hpp"

namespace bedside::numerics {
namespace {

/// What a matching is worth: its pairs, then the sum of their distances.
struct Worth {
  int pairs = 0;
  double distance = 0;
};

/// The best of all matchings, by trying them.
template <class Distance>
Worth bestOf(const Pool& pool, std::size_t ratio, Distance&& distance) {
  Worth best;
  Worth now;
  std::vector<bool> taken(pool.controls.size());
  const auto better = [](const Worth& a, const Worth& b) {
    return a.pairs != b.pairs ? a.pairs > b.pairs : a.distance < b.distance;
  };
  // Copy k belongs to treated k / ratio; copies of one take controls in rising order, so that no set is tried twice.
  const std::size_t copies = pool.treated.size() * ratio;
  const auto tryFrom = [&](auto& self, std::size_t copy, std::size_t from) -> void {
    if (copy == copies) {
      if (better(now, best)) best = now;
      return;
    }
    const std::size_t next = copy + 1;
    const bool sameNext = next < copies && next / ratio == copy / ratio;
    self(self, (copy / ratio + 1) * ratio, 0);
    for (std::size_t c = from; c < taken.size(); ++c) {
      const double d = distance(pool.treated[copy / ratio], pool.controls[c]);
      if (taken[c] || d == HUGE_VAL) continue;
      taken[c] = true;
      const Worth before = now;
      now = {now.pairs + 1, now.distance + d};
      self(self, next, sameNext ? c + 1 : 0);
      now = before;
      taken[c] = false;
    }
  };
  tryFrom(tryFrom, 0, 0);
  return best;
}

template <class Distance>
Worth worthOf(const std::vector<MatchedPair>& pairs, Distance&& distance) {
  Worth worth;
  for (const auto& [treated, control] : pairs) worth = {worth.pairs + 1, worth.distance + distance(treated, control)};
  return worth;
}

/// No control twice, at most `ratio` for each, nearest first within a set.
template <class Distance>
void expectSound(const std::vector<MatchedPair>& pairs, std::size_t ratio, Distance&& distance) {
  std::uint32_t units = 0;
  for (const auto& pair : pairs) units = std::max(units, pair.treated + 1);
  const MatchedSets sets = setsOf(pairs, units);
  auto controls = sets.controls;
  std::sort(controls.begin(), controls.end());
  EXPECT_EQ(std::adjacent_find(controls.begin(), controls.end()), controls.end());
  for (std::size_t set = 0; set < sets.size(); ++set) {
    const auto of = sets.controlsOf(set);
    EXPECT_LE(of.size(), ratio);
    EXPECT_TRUE(std::is_sorted(of.begin(), of.end(), [&](auto a, auto b) {
      return distance(sets.treated[set], a) < distance(sets.treated[set], b);
    }));
  }
}

/// A space in which distance is |difference of the scores|: the general method then solves the problem on the line.
/// Scaled by the within-arm SD, which is the same for every pair.
MahalanobisSpace lineOf(const MatchingSample& sample) {
  std::vector<std::uint8_t> treated(sample.scores.size());
  for (const auto t : sample.pool.treated) treated[t] = 1;
  return {Blocks({Source::of(sample.scores.data())}, Rows::all(sample.scores.size())), treated};
}

const double widths[] = {0, 0.25, 0.5, 1, 2, std::numeric_limits<double>::infinity()};

TEST(MatchOptimally, IsTheBestOfAllMatchings) {
  std::mt19937_64 random(9);
  for (int repeat = 0; repeat < 3000; ++repeat) {
    const std::size_t ratio = repeat == 0 ? 1 : 1 + random() % 3;
    const std::size_t most = ratio == 1 ? 9 : ratio == 2 ? 4 : 3;
    const int steps[] = {0, 1, 2, 8};
    const bool large = repeat < 20;
    const std::size_t treated = repeat == 0 ? 9 : 1 + random() % (large ? most : most - 2);
    const std::size_t controls = repeat == 0 ? 9 : 1 + random() % (large ? 9 : 7);
    const MatchingSample sample(random, treated, controls, steps[random() % 4]);
    const double width = widths[random() % 6];
    const auto allowed = [&](auto t, auto c) { return sample.gap(t, c) <= width ? sample.gap(t, c) : HUGE_VAL; };
    const Worth want = bestOf(sample.pool, ratio, allowed);
    std::vector<MatchedPair> pairs;
    matchOptimally(sample.scores, sample.pool, {.ratio = ratio, .width = width}, pairs);
    const Worth got = worthOf(pairs, allowed);
    ASSERT_EQ(got.pairs, want.pairs) << repeat;
    ASSERT_NEAR(got.distance, want.distance, 1e-12) << repeat;
    expectSound(pairs, ratio, allowed);
  }
}

TEST(MatchOptimally, ByMahalanobisDistanceToo) {
  std::mt19937_64 random(10);
  for (int repeat = 0; repeat < 1500; ++repeat) {
    const std::size_t ratio = 1 + random() % 3;
    const MatchingSample sample(random, 2 + random() % (ratio == 1 ? 5 : 2), 2 + random() % 5, random() % 2 ? 2 : 0);
    std::vector<std::vector<double>> columns(2);
    std::vector<std::uint8_t> treated(sample.scores.size());
    for (const auto t : sample.pool.treated) treated[t] = 1;
    for (auto& column : columns) {
      for (std::size_t i = 0; i < treated.size(); ++i) column.push_back(static_cast<double>(random() % 5));
    }
    const MahalanobisSpace space(
        Blocks({Source::of(columns[0].data()), Source::of(columns[1].data())}, Rows::all(treated.size())), treated);
    const double width = widths[random() % 6];
    const auto allowed = [&](auto t, auto c) { return sample.gap(t, c) <= width ? space.distance(t, c) : HUGE_VAL; };
    const Worth want = bestOf(sample.pool, ratio, allowed);
    std::vector<MatchedPair> pairs;
    matchOptimally(space, sample.scores, sample.pool, {.ratio = ratio, .width = width}, pairs);
    const Worth got = worthOf(pairs, allowed);
    ASSERT_EQ(got.pairs, want.pairs) << repeat;
    ASSERT_NEAR(got.distance, want.distance, 1e-11) << repeat;
    expectSound(pairs, ratio, allowed);
  }
}

TEST(MatchOptimally, BothMethodsAgreeOnALine) {
  std::mt19937_64 random(11);
  for (int repeat = 0; repeat < 60; ++repeat) {
    const int steps[] = {0, 0, 2, 8};
    const MatchingSample sample(random, 20 + random() % 100, 20 + random() % 150, steps[random() % 4]);
    const std::size_t ratio = 1 + random() % 3;
    const double width = widths[random() % 6];
    const auto gap = [&](auto t, auto c) { return sample.gap(t, c); };
    std::vector<MatchedPair> onLine, byPaths;
    matchOptimally(sample.scores, sample.pool, {.ratio = ratio, .width = width}, onLine);
    matchOptimally(lineOf(sample), sample.scores, sample.pool, {.ratio = ratio, .width = width}, byPaths);
    const Worth a = worthOf(onLine, gap), b = worthOf(byPaths, gap);
    ASSERT_EQ(a.pairs, b.pairs);
    ASSERT_NEAR(a.distance, b.distance, 1e-9);
  }
}

TEST(MatchOptimally, IsNeverWorseThanGreed) {
  std::mt19937_64 random(12);
  const MatchingSample sample(random, 6000, 14000, 0);
  const auto gap = [&](auto t, auto c) { return sample.gap(t, c); };
  for (const std::size_t ratio : {1u, 2u}) {
    std::vector<MatchedPair> greedy, optimal;
    matchNearest(sample.scores, sample.pool, {.ratio = ratio, .width = 0.3}, greedy);
    matchOptimally(sample.scores, sample.pool, {.ratio = ratio, .width = 0.3}, optimal);
    const Worth a = worthOf(greedy, gap), b = worthOf(optimal, gap);
    EXPECT_GE(b.pairs, a.pairs);
    if (a.pairs == b.pairs) EXPECT_LE(b.distance, a.distance);
  }
}

TEST(MatchOptimally, NobodyToMatch) {
  std::vector<MatchedPair> pairs;
  matchOptimally(std::vector<double>{0, 5}, {{0}, {1}}, {.width = 1}, pairs);
  EXPECT_TRUE(pairs.empty());
}

}  // namespace
}  // namespace bedside::numerics
