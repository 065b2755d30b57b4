// What the analyses of competing risks refuse, in which order, and what their requests share.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "analyses/survival/cumulative_incidence.hpp"
#include "analyses/survival/fine_gray.hpp"
#include "regression_patients.hpp"

namespace bedside {
namespace {

/// Patients with `time` and `what` (text: died, none, relapsed) beside `patients`' columns.
Table followed(std::size_t rows = 240, std::uint64_t seed = 7) {
  Table table = patients(rows, seed);
  std::mt19937_64 random(seed + 1);
  std::vector<double> time;
  std::vector<std::string> what;
  for (std::size_t i = 0; i < rows; ++i) {
    time.push_back(static_cast<double>(random() % 40));
    what.push_back(std::vector<std::string>{"none", "died", "relapsed"}[random() % 3]);
  }
  table.columns.push_back(numbers("time", std::move(time)));
  table.columns.push_back(texts("what", what));
  return table;
}

CumulativeIncidenceSpec incidence() {
  CumulativeIncidenceSpec spec;
  spec.time = {"time"};
  spec.event = {"what"};
  spec.censorValue = {"none"};
  return spec;
}

FineGraySpec fineGray(std::vector<std::string> predictors = {"age", "sex"}) {
  FineGraySpec spec;
  spec.time = ColumnName{"time"};
  spec.event = ColumnName{"what"};
  spec.censorValue = {"none"};
  spec.cause = {"relapsed"};
  spec.predictors = Predictors{std::move(predictors)};
  return spec;
}

CumulativeIncidenceResult run(const Table& table, const CumulativeIncidenceSpec& spec, FitStore* store = nullptr) {
  checkColumns(columnsOf(spec, table), table);
  Context context(store, {}, {});
  return CumulativeIncidence::run(table, spec, context);
}

FineGrayResult run(const Table& table, const FineGraySpec& spec, FitStore* store = nullptr) {
  return runOf<FineGray>(table, spec, store);
}

template <class Spec>
std::string codeOf(const Table& table, const Spec& spec) {
  const std::string failure = failureOf([&] { run(table, spec); });
  return failure.substr(0, failure.find(':'));
}

TEST(CompetingRisks, AnotherLevelOrTimeComputesNothingAgain) {
  const Table table = followed();
  CountingStore store;
  auto spec = incidence();
  spec.group = ColumnName{"stage"};
  run(table, spec, &store);
  const int before = store.computed;
  spec.confLevel = 0.9;
  spec.times = {10, 20};
  store.reused = 0;
  const auto result = run(table, spec, &store);
  EXPECT_EQ(store.computed, before);
  EXPECT_EQ(store.reused, 1);
  EXPECT_EQ(result.curves.front().atTimes.size(), 2u);

  auto model = fineGray();
  run(table, model, &store);  // the times are sorted already
  EXPECT_EQ(store.computed, before + 1);
  model.model.confLevel = 0.8;
  run(table, model, &store);
  EXPECT_EQ(store.computed, before + 1);
  FineGraySpec formula;
  formula.censorValue = model.censorValue;
  formula.cause = model.cause;
  formula.model.formula = "Surv(time, what) ~ sex + age";
  run(table, formula, &store);
  EXPECT_EQ(store.computed, before + 2) << "sex before age is another order of terms";
  formula.model.formula = "Surv(time, what) ~ age + sex";
  run(table, formula, &store);
  EXPECT_EQ(store.computed, before + 2);
}

TEST(CompetingRisks, RefusesInTheOrderOfTheConventions) {
  Table table = followed();
  const double infinite = std::numeric_limits<double>::infinity();
  auto curves = incidence();
  auto model = fineGray();

  const Table below = with(table, "time", [](std::size_t i, double t) { return i == 3 ? -1 : t; });
  EXPECT_EQ(codeOf(below, curves), "INVALID_SPEC");
  EXPECT_NE(failureOf([&] { run(below, curves); }).find("row 4"), std::string::npos);
  EXPECT_EQ(codeOf(below, model), "INVALID_SPEC");
  const Table infiniteToo = with(below, "time", [&](std::size_t i, double t) { return i == 9 ? infinite : t; });
  EXPECT_EQ(codeOf(infiniteToo, curves), "NOT_FINITE");
  EXPECT_EQ(codeOf(infiniteToo, model), "NOT_FINITE");
  const Table empty = with(below, "time", [](std::size_t, double) { return std::nan(""); });
  EXPECT_EQ(codeOf(empty, curves), "TOO_FEW_ROWS");
  EXPECT_EQ(codeOf(empty, model), "TOO_FEW_ROWS");

  model.cause = {"moved"};
  EXPECT_EQ(codeOf(table, model), "NO_EVENTS");
  EXPECT_EQ(codeOf(below, model), "INVALID_SPEC");
  const Table onlyMen = [&] {
    std::vector<std::size_t> rows;
    const auto& sex = *table.at("sex").data;
    for (std::size_t i = 0; i < table.rows; ++i) {
      if (sex.levels[static_cast<std::size_t>(sex.codes[i])] == "male") rows.push_back(i);
    }
    return rowsTaken(table, rows);
  }();
  EXPECT_EQ(codeOf(onlyMen, model), "ONE_GROUP") << "before NO_EVENTS";
  model = fineGray({"age", "dose", "age:dose"});
  const Table flat = with(table, "dose", [](std::size_t, double) { return 2.0; });
  EXPECT_EQ(codeOf(flat, model), "SINGULAR");
  model = fineGray();
  model.cause = {"none"};
  EXPECT_EQ(codeOf(table, model), "INVALID_SPEC");
  model = fineGray({"time"});
  EXPECT_EQ(codeOf(table, model), "INVALID_SPEC");
  model = fineGray({});
  EXPECT_EQ(codeOf(table, model), "INVALID_SPEC");
  model = fineGray();
  model.model.formula = "Surv(time, what) ~ age";
  EXPECT_EQ(codeOf(table, model), "INVALID_SPEC");
  for (const char* formula : {"Surv(time, what) ~ age + strata(sex)", "Surv(time, what) ~ age + cluster(clinic)",
                              "Surv(dose, time, what) ~ age", "time ~ age"}) {
    FineGraySpec written;
    written.censorValue = {"none"};
    written.cause = {"died"};
    written.model.formula = formula;
    EXPECT_EQ(codeOf(table, written), "INVALID_SPEC") << formula;
  }
  FineGraySpec absent = fineGray();
  absent.event.reset();
  EXPECT_EQ(codeOf(table, absent), "INVALID_SPEC");

  curves.censorValue = {"alive"};  // need not occur: 'none' is then a cause
  EXPECT_EQ(run(table, curves).curves.size(), 3u);
  table.columns.push_back(texts("nothing", std::vector<std::string>(table.rows, "alive")));
  curves.event = {"nothing"};
  EXPECT_EQ(codeOf(table, curves), "NO_EVENTS");
}

TEST(CompetingRisks, ReadsCurvesAtTimes) {
  // Group 'a': died at 2 and 4, relapsed at 3, nobody left. Group 'b': censored at 1 alone.
  const Table table = tableOf({numbers("time", {2, 4, 3, 1}), texts("what", {"died", "died", "relapsed", "none"}),
                               texts("g", {"a", "a", "a", "b"})});
  auto spec = incidence();
  spec.group = ColumnName{"g"};
  spec.times = {5, 4, 1.5, 3, -1};
  const auto result = run(table, spec);
  ASSERT_EQ(result.curves.size(), 4u);
  const auto& died = result.curves[0];
  EXPECT_EQ(*died.group, "a");
  EXPECT_EQ(died.cause, "died");
  EXPECT_EQ(died.events, 2u);
  EXPECT_EQ(*died.time, (std::vector<double>{2, 3, 4}));
  EXPECT_TRUE(std::isnan(died.atTimes[0].cumulativeIncidence) && std::isnan(died.atTimes[0].se) &&
              std::isnan(died.atTimes[0].ciLow) && std::isnan(died.atTimes[0].ciHigh));
  EXPECT_NEAR(died.atTimes[1].cumulativeIncidence, 2.0 / 3, 1e-15);
  for (const std::size_t before : {2, 4}) {
    EXPECT_EQ(died.atTimes[before].cumulativeIncidence, 0);
    EXPECT_EQ(died.atTimes[before].se, 0);
    EXPECT_EQ(died.atTimes[before].ciHigh, 0);
  }
  EXPECT_NEAR(died.atTimes[3].cumulativeIncidence, 1.0 / 3, 1e-15);
  EXPECT_EQ(result.curves[2].events, 0u) << "a cause without events in the group has a curve";
  EXPECT_EQ(*result.curves[2].cumulativeIncidence, std::vector<double>{0});
  ASSERT_TRUE(result.gray.has_value());
  EXPECT_EQ(result.gray->front().df, 0u) << "group b is gone before the first event";
  EXPECT_EQ(result.gray->front().p, 1);
  spec.group.reset();
  EXPECT_FALSE(run(table, spec).gray.has_value());
  EXPECT_FALSE(run(table, spec).curves.front().group.has_value());
}

TEST(CompetingRisks, ReachesOneExactly) {
  const Table table = tableOf({numbers("time", {1, 2, 3, 4, 5, 6, 7}), texts("what", std::vector<std::string>(7, "died"))});
  const auto curve = run(table, incidence()).curves.front();
  EXPECT_EQ(curve.cumulativeIncidence->back(), 1);
  EXPECT_EQ(curve.ciLow.back(), 1);
  EXPECT_EQ(curve.ciHigh.back(), 1);
}

TEST(CompetingRisks, TalliesLevelsAndWarns) {
  const Table table = followed();
  const auto result = run(table, fineGray({"age", "stage"}));
  EXPECT_FALSE(result.terms[0].n.has_value());
  std::size_t n = 0, events = 0;
  for (std::size_t i = 0; i < table.rows; ++i) {
    const auto& stage = *table.at("stage").data;
    const auto& what = *table.at("what").data;
    if (stage.levels[static_cast<std::size_t>(stage.codes[i])] != "II") continue;
    ++n;
    events += what.levels[static_cast<std::size_t>(what.codes[i])] == "relapsed";
  }
  EXPECT_EQ(*result.terms[1].coefficient.level, "II");
  EXPECT_EQ(result.terms[1].n, n);
  EXPECT_EQ(result.terms[1].events, events);
  EXPECT_TRUE(result.common.warnings.empty());

  // Nobody of stage II relapses.
  Table separated = table;
  std::vector<std::string> what;
  for (std::size_t i = 0; i < table.rows; ++i) {
    const auto& column = *table.at("what").data;
    const auto& stage = *table.at("stage").data;
    const bool second = stage.levels[static_cast<std::size_t>(stage.codes[i])] == "II";
    const std::string& was = column.levels[static_cast<std::size_t>(column.codes[i])];
    what.push_back(second && was == "relapsed" ? "died" : was);
  }
  separated.columns.back() = texts("what", what);
  const auto monotone = run(separated, fineGray({"age", "stage"}));
  EXPECT_FALSE(monotone.converged);
  ASSERT_EQ(monotone.common.warnings.size(), 1u);
  EXPECT_EQ(monotone.common.warnings[0].code, "SEPARATION");
  EXPECT_NE(monotone.common.warnings[0].message.find("'stage' (level 'II')"), std::string::npos);
}

}  // namespace
}  // namespace bedside
