// What requests share: a fit is a value of its own, and another interval or standard error does not fit again.

#include <gtest/gtest.h>

#include "analyses/regression/analyze_outcome.hpp"
#include "analyses/regression/counts.hpp"
#include "analyses/regression/linear.hpp"
#include "analyses/regression/logistic.hpp"
#include "regression_patients.hpp"

namespace bedside {
namespace {

LogisticSpec logistic(std::vector<std::string> predictors) {
  LogisticSpec spec;
  spec.outcome = ColumnName{"y"};
  spec.predictors = Predictors{std::move(predictors)};
  return spec;
}

/// How many fits the second spec computes after the first, and how many it takes from the store.
template <class Analysis>
std::pair<int, int> fitsOfSecond(const Table& table, typename Analysis::Spec first, typename Analysis::Spec second) {
  CountingStore store;
  runOf<Analysis>(table, first, &store);
  const int before = store.computed;
  store.reused = 0;
  runOf<Analysis>(table, second, &store);
  return {store.computed - before, store.reused};
}

const std::pair<int, int> shared{0, 1};

TEST(RegressionFits, AnotherIntervalOrStandardErrorDoesNotFitAgain) {
  const Table table = patients();
  const auto first = logistic({"age", "sex"});
  auto second = first;
  second.model.confLevel = 0.9;
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, second), shared);
  second = first;
  second.ci = LogisticCi::profile;
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, second), shared);
  second = first;
  second.robust = Robust::hc3;
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, second), shared);
  second = first;
  second.cluster = ColumnName{"clinic"};
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, second), shared);
}

TEST(RegressionFits, TheSameModelWrittenOtherwiseIsTheSameFit) {
  const Table table = patients();
  const auto first = logistic({"age", "sex", "age:sex"});
  LogisticSpec formula;
  formula.model.formula = "y ~ sex:age + age + sex";
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, formula), shared);
  auto explicitDefault = first;
  explicitDefault.model.reference.levels = {{"sex", Level{"female"}}};
  explicitDefault.model.categorical = {{"sex"}, {"dose"}};  // text already; not in the model
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, explicitDefault), shared);
  auto ml = first;
  ml.method = LogisticMethod::ml;  // what auto comes to here
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, ml), shared);
}

TEST(RegressionFits, WhatChangesTheModelIsAnotherFit) {
  const Table table = patients();
  const auto first = logistic({"dose", "sex"});
  const std::pair<int, int> anew{1, 0};
  auto second = first;
  second.model.categorical = {{"dose"}};
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, second), anew);
  second = first;
  second.model.reference.levels = {{"sex", Level{"male"}}};
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, second), anew);
  second = first;
  second.positive = Level{"0"};
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, second), anew);
  second = first;
  second.model.weights = ColumnName{"dose"};
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, second), anew);
}

TEST(RegressionFits, AClusterThatCostsRowsChangesTheFit) {
  Table table = patients();
  table.columns.push_back(numbers("ward", std::vector<double>(table.rows, 1)));
  table = with(table, "ward", [](std::size_t row, double) { return row == 3 ? absent : static_cast<double>(row % 9); });
  const auto first = logistic({"age"});
  auto second = first;
  second.cluster = ColumnName{"ward"};
  EXPECT_EQ(fitsOfSecond<Logistic>(table, first, second), (std::pair{1, 0}));
  EXPECT_EQ(runOf<Logistic>(table, second).common.n, table.rows - 1);
}

TEST(RegressionFits, OtherAnalysesShareTheirFitsToo) {
  const Table table = patients();
  LinearSpec linear;
  linear.outcome = ColumnName{"response"};
  linear.predictors = Predictors{{"age", "stage"}};
  auto robust = linear;
  robust.robust = Robust::hc2;
  robust.model.confLevel = 0.99;
  EXPECT_EQ(fitsOfSecond<Linear>(table, linear, robust), shared);
  CountSpec counts;
  counts.outcome = ColumnName{"count"};
  counts.predictors = Predictors{{"age", "stage"}};
  auto clustered = counts;
  clustered.cluster = ColumnName{"clinic"};
  EXPECT_EQ(fitsOfSecond<Poisson>(table, counts, clustered), shared);
  EXPECT_EQ(fitsOfSecond<NegativeBinomial>(table, counts, clustered), shared);
}

TEST(RegressionFits, AnalyzeOutcomeComputesOnlyWhatAChangeTouches) {
  const Table table = patients(600);
  CountingStore store;
  runOf<Logistic>(table, logistic({"age"}), &store);
  ASSERT_EQ(store.computed, 1);
  AnalyzeOutcomeSpec spec;
  spec.outcome = {"y"};
  spec.columns = {{{"age"}, {"sex"}, {"dose"}}};
  const auto first = runOf<AnalyzeOutcome>(table, spec, &store);
  ASSERT_EQ(first.selected.size(), 3u);
  EXPECT_EQ(store.computed, 4);  // sex, dose, all three; age was there
  EXPECT_EQ(store.reused, 1);
  spec.columns->push_back({"stage"});
  spec.screenP = 1;
  runOf<AnalyzeOutcome>(table, spec, &store);
  EXPECT_EQ(store.computed, 6);  // stage, all four
}

TEST(RegressionFits, AFitTakenFromTheStoreGivesTheSameFigures) {
  const Table table = patients();
  CountingStore store;
  auto spec = logistic({"age", "stage"});
  spec.model.confLevel = 0.8;
  runOf<Logistic>(table, logistic({"age", "stage"}), &store);
  const auto reused = runOf<Logistic>(table, spec, &store), fresh = runOf<Logistic>(table, spec);
  ASSERT_EQ(store.reused, 1);
  for (std::size_t i = 0; i < fresh.terms.size(); ++i) {
    EXPECT_EQ(reused.terms[i].coefficient.estimate, fresh.terms[i].coefficient.estimate);
    EXPECT_EQ(reused.terms[i].coefficient.ciLow, fresh.terms[i].coefficient.ciLow);
    EXPECT_EQ(reused.terms[i].vif, fresh.terms[i].vif);
  }
  EXPECT_EQ(reused.fitted, fresh.fitted);
  EXPECT_EQ(reused.model.cStatisticLow, fresh.model.cStatisticLow);
}

TEST(RegressionFits, AnErrorIsNotKept) {
  Table table = patients();
  table.columns.push_back(numbers("twice", table.at("age").data->values));
  CountingStore store;
  EXPECT_EQ(failureOf([&] { runOf<Logistic>(table, logistic({"age", "twice"}), &store); }).substr(0, 8), "SINGULAR");
  EXPECT_EQ(store.computed, 0);
}

TEST(RegressionFits, ProgressRisesToOneAndMayEndTheRun) {
  const Table table = patients(4000);
  auto spec = completed<Logistic>(logistic({"age", "stage", "dose"}), table);
  spec.ci = LogisticCi::profile;
  std::vector<double> told;
  Context context(nullptr, [&](double done) { told.push_back(done); }, {});
  Logistic::run(table, spec, context);
  ASSERT_GT(told.size(), 3u);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), 1.0);
  CountingStore store;
  Context cancelled(&store, [&](double) { fail(Code::aborted, "aborted"); }, {});
  EXPECT_EQ(failureOf([&] { Logistic::run(table, spec, cancelled); }), "ABORTED: aborted");
  EXPECT_EQ(store.computed, 0);
}

}  // namespace
}  // namespace bedside
