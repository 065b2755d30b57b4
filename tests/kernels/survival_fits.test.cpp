// What requests of survival share: times are sorted once, and another level, interval or horizon computes nothing
// again.

#include <gtest/gtest.h>

#include "analyses/survival/kaplan_meier.hpp"
#include "analyses/survival/log_rank.hpp"
#include "analyses/survival/nelson_aalen.hpp"
#include "regression_patients.hpp"

namespace bedside {
namespace {

Table survivors() {
  std::vector<double> time, event, weight;
  std::vector<std::string> arm, site;
  for (int i = 0; i < 60; ++i) {
    time.push_back((i * 7) % 23);
    event.push_back(i % 3 > 0);
    weight.push_back(1 + 0.25 * (i % 4));
    arm.push_back(i % 2 ? "a" : "b");
    site.push_back(i % 5 < 2 ? "x" : "y");
  }
  time[5] = absent;
  return tableOf({numbers("time", time), numbers("event", event), numbers("weight", weight), texts("arm", arm),
                  texts("site", site)});
}

const SurvivalFields survival{.time = {"time"}, .event = {"event"}, .eventValue = {}, .weights = {}};
const KaplanMeierSpec byArm{.survival = survival, .group = ColumnName{"arm"}};
const LogRankSpec armTest{.survival = survival, .group = {"arm"}};

template <class Analysis>
typename Analysis::Result run(const Table& table, const typename Analysis::Spec& spec, FitStore* store) {
  Context context(store, {}, {});
  return Analysis::run(table, spec, context);
}

TEST(SurvivalFits, AnotherLevelIntervalOrHorizonComputesNothingAgain) {
  const Table table = survivors();
  CountingStore store;
  run<KaplanMeier>(table, byArm, &store);
  EXPECT_EQ(store.computed, 3);  // the times, the curves, the test
  KaplanMeierSpec other = byArm;
  other.confLevel = 0.9;
  other.ciType = SurvivalScale::plain;
  other.times = {3, 1};
  other.tau = 9;
  other.survival.eventValue = Level{"1"};
  run<KaplanMeier>(table, other, &store);
  run<NelsonAalen>(table, {.survival = survival, .group = ColumnName{"arm"}}, &store);
  run<LogRank>(table, armTest, &store);
  EXPECT_EQ(store.computed, 3);
}

TEST(SurvivalFits, OtherGroupsOfTheSameRowsAreSortedOnce) {
  const Table table = survivors();
  CountingStore store;
  run<KaplanMeier>(table, byArm, &store);
  run<KaplanMeier>(table, {.survival = survival, .group = ColumnName{"site"}}, &store);
  EXPECT_EQ(store.computed, 5);  // curves and test, not the times
  LogRankSpec stratified = armTest;
  stratified.strata.names = {"site"};
  run<LogRank>(table, stratified, &store);
  EXPECT_EQ(store.computed, 6);
}

TEST(SurvivalFits, ARunWithStoredFitsGivesTheSameFigures) {
  const Table table = survivors();
  CountingStore store;
  KaplanMeierSpec spec = byArm;
  spec.survival.weights = ColumnName{"weight"};
  run<KaplanMeier>(table, spec, &store);
  spec.confLevel = 0.8;
  spec.tau = 11;
  const auto stored = run<KaplanMeier>(table, spec, &store), anew = run<KaplanMeier>(table, spec, nullptr);
  ASSERT_EQ(stored.curves.size(), 2u);
  for (std::size_t g = 0; g < 2; ++g) {
    EXPECT_EQ(stored.curves[g].group, anew.curves[g].group);
    EXPECT_EQ(stored.curves[g].rmstSe, anew.curves[g].rmstSe);
    EXPECT_EQ(stored.curves[g].survival, anew.curves[g].survival);
    EXPECT_EQ(stored.curves[g].median, anew.curves[g].median);
  }
  EXPECT_EQ(stored.logRank->statistic, anew.logRank->statistic);
}

TEST(SurvivalFits, WhatChangesTheCurvesIsComputedAnew) {
  const Table table = survivors();
  CountingStore store;
  run<KaplanMeier>(table, byArm, &store);
  KaplanMeierSpec other = byArm;
  other.survival.eventValue = Level{"0"};
  run<KaplanMeier>(table, other, &store);
  EXPECT_EQ(store.computed, 5);
  other = byArm;
  other.survival.weights = ColumnName{"weight"};
  run<KaplanMeier>(table, other, &store);
  EXPECT_EQ(store.computed, 7);
  other = byArm;
  other.landmark = 4;
  run<KaplanMeier>(table, other, &store);
  EXPECT_EQ(store.computed, 10);  // other rows: their times too
}

}  // namespace
}  // namespace bedside
