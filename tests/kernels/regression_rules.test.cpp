// Rules of the regressions that the reference cases do not reach: which error comes first, what must not matter.

#include <gtest/gtest.h>

#include <numeric>

#include "analyses/regression/analyze_outcome.hpp"
#include "analyses/regression/counts.hpp"
#include "analyses/regression/linear.hpp"
#include "analyses/regression/logistic.hpp"
#include "regression_patients.hpp"

namespace bedside {
namespace {

LogisticSpec logistic(std::vector<std::string> predictors, std::string outcome = "y") {
  LogisticSpec spec;
  spec.outcome = ColumnName{std::move(outcome)};
  spec.predictors = Predictors{std::move(predictors)};
  return spec;
}

template <class Analysis>
std::string codeOf(const Table& table, const typename Analysis::Spec& spec) {
  const auto failure = failureOf([&] { runOf<Analysis>(table, spec); });
  return failure.substr(0, failure.find(':'));
}

bool warns(const Common& common, std::string_view code) {
  return std::any_of(common.warnings.begin(), common.warnings.end(),
                     [&](const Warning& warning) { return warning.code == code; });
}

void expectNear(const std::vector<LogisticRow>& got, const std::vector<LogisticRow>& want, double tolerance,
                double sign = 1) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_NEAR(got[i].coefficient.estimate, sign * want[i].coefficient.estimate,
                tolerance * std::abs(want[i].coefficient.estimate));
    EXPECT_NEAR(got[i].coefficient.se, want[i].coefficient.se, tolerance * want[i].coefficient.se);
    EXPECT_EQ(got[i].coefficient.level, want[i].coefficient.level);
  }
}

/// Each spec has the fault of its step and those of all later steps.
TEST(RegressionRules, TheFirstErrorOfTheOrderWins) {
  const double infinity = std::numeric_limits<double>::infinity();
  const Table table =
      tableOf({numbers("y", {0, 1, 0, 1, 0}), texts("three", {"a", "b", "c", "a", "b"}),
               numbers("negative", {1, -1, 1, 1, 1}), numbers("x", {1, absent, infinity, 4, 5}),
               numbers("z", {absent, 2, absent, absent, absent}), numbers("big", {1, 2, infinity, 4, 5}),
               texts("site", {"A", "A", "A", "A", "A"}), numbers("none", {0, 0, 0, 0, 0})});
  auto spec = logistic({"x", "z", "site", "nowhere", "three"}, "three");
  EXPECT_EQ(codeOf<Logistic>(table, spec), "INVALID_SPEC");  // the outcome among the predictors
  spec.predictors = Predictors{{"x", "z", "site", "nowhere"}};
  EXPECT_EQ(codeOf<Logistic>(table, spec), "COLUMN_NOT_FOUND");
  spec.predictors = Predictors{{"x", "z", "site"}};
  spec.model.weights = ColumnName{"three"};
  spec.model.reference.levels = {{"site", Level{"B"}}};
  EXPECT_EQ(codeOf<Logistic>(table, spec), "NOT_NUMERIC");
  spec.model.weights = ColumnName{"negative"};
  EXPECT_EQ(codeOf<Logistic>(table, spec), "NOT_BINARY");
  spec.outcome = ColumnName{"y"};
  EXPECT_EQ(codeOf<Logistic>(table, spec), "INVALID_SPEC");  // the reference's level
  spec.model.reference = {};
  EXPECT_EQ(codeOf<Logistic>(table, spec), "INVALID_SPEC");  // the negative weight
  spec.model.weights.reset();
  EXPECT_EQ(codeOf<Logistic>(table, spec), "TOO_FEW_ROWS");  // x and z: no complete row
  spec.predictors = Predictors{{"big", "site"}};
  EXPECT_EQ(codeOf<Logistic>(table, spec), "NOT_FINITE");
  spec.outcome = ColumnName{"none"};
  spec.predictors = Predictors{{"negative", "site"}};
  EXPECT_EQ(codeOf<Logistic>(table, spec), "ONE_GROUP");
  spec.predictors = Predictors{{"negative"}};
  EXPECT_EQ(codeOf<Logistic>(table, spec), "NO_EVENTS");
  spec.outcome = ColumnName{"y"};
  spec.predictors = Predictors{{"negative", "three", "negative:three"}};
  EXPECT_EQ(codeOf<Logistic>(table, spec), "TOO_FEW_ROWS");  // n ≤ p before SINGULAR
}

TEST(RegressionRules, AnInfiniteValueInARowLeftOutIsNone) {
  Table table = with(patients(), "age", [](std::size_t row, double value) {
    return row == 5 ? std::numeric_limits<double>::infinity() : value;
  });
  EXPECT_EQ(codeOf<Logistic>(table, logistic({"age", "dose"})), "NOT_FINITE");
  table = with(table, "dose", [](std::size_t row, double value) { return row == 5 ? absent : value; });
  EXPECT_EQ(codeOf<Logistic>(table, logistic({"age", "dose"})), "no failure");
}

TEST(RegressionRules, CountsAreWholeAndNotNegative) {
  CountSpec spec;
  spec.outcome = ColumnName{"count"};
  spec.predictors = Predictors{{"age"}};
  const auto table = [](double value) {
    return with(patients(), "count", [=](std::size_t row, double count) { return row == 9 ? value : count; });
  };
  EXPECT_EQ(codeOf<Poisson>(table(-1), spec), "INVALID_SPEC");
  EXPECT_EQ(codeOf<NegativeBinomial>(table(0.5), spec), "INVALID_SPEC");
  EXPECT_EQ(codeOf<Poisson>(table(std::numeric_limits<double>::infinity()), spec), "NOT_FINITE");
  EXPECT_EQ(codeOf<Poisson>(table(absent), spec), "no failure");
}

TEST(RegressionRules, FirthRefusesRobustErrorsAndAutoIsThenMaximumLikelihood) {
  const Table table = patients(40);
  auto spec = logistic({"age"});
  EXPECT_EQ(runOf<Logistic>(table, spec).method, LogisticMethod::firth);
  spec.robust = Robust::hc0;
  EXPECT_EQ(runOf<Logistic>(table, spec).method, LogisticMethod::ml);
  spec.method = LogisticMethod::firth;
  EXPECT_EQ(codeOf<Logistic>(table, spec), "INVALID_SPEC");
  spec.robust = Robust::none;
  spec.cluster = ColumnName{"clinic"};
  EXPECT_EQ(codeOf<Logistic>(table, spec), "INVALID_SPEC");
}

TEST(RegressionRules, WholeWeightsAreRepeatedRowsButNotRowsCounted) {
  Table table = patients();
  const auto& dose = table.at("dose").data->values;  // 0 … 4 as weights; 0 is no row
  std::vector<std::size_t> repeated;
  for (std::size_t i = 0; i < table.rows; ++i) repeated.insert(repeated.end(), static_cast<std::size_t>(dose[i]), i);
  auto spec = logistic({"age", "stage"});
  spec.method = LogisticMethod::ml;
  const auto longer = runOf<Logistic>(rowsTaken(table, repeated), spec);
  spec.model.weights = ColumnName{"dose"};
  const auto weighted = runOf<Logistic>(table, spec);
  expectNear(weighted.terms, longer.terms, 1e-9);
  EXPECT_NEAR(weighted.model.logLik, longer.model.logLik, 1e-9 * std::abs(longer.model.logLik));
  EXPECT_NEAR(weighted.model.cStatistic, longer.model.cStatistic, 1e-12);
  EXPECT_NEAR(weighted.model.brier, longer.model.brier, 1e-12);
  EXPECT_EQ(weighted.common.n,
            static_cast<std::size_t>(std::count_if(dose.begin(), dose.end(), [](double w) { return w > 0; })));
  EXPECT_EQ(weighted.common.nMissing, 0u);
  EXPECT_FALSE(weighted.model.cStatisticLow);
  EXPECT_FALSE(weighted.model.hosmerLemeshow);
  EXPECT_FALSE(warns(weighted.common, "ROBUST_ADVISED"));
  spec.method = LogisticMethod::firth;
  const auto firth = runOf<Logistic>(table, spec);
  spec.model.weights.reset();
  expectNear(firth.terms, runOf<Logistic>(rowsTaken(table, repeated), spec).terms, 1e-8);
}

TEST(RegressionRules, ARowOfWeightZeroIsNotInTheTable) {
  Table table = patients();
  std::vector<std::string> outcome;
  std::vector<double> weights;
  for (std::size_t i = 0; i < table.rows; ++i) {
    const bool out = i % 9 == 4;
    outcome.push_back(out ? "unknown" : table.at("y").data->values[i] == 1 ? "yes" : "no");
    weights.push_back(out ? 0 : 1);
  }
  table.columns.push_back(texts("cured", outcome));
  table.columns.push_back(numbers("weight", weights));
  table = with(table, "age", [](std::size_t row, double age) { return row % 9 == 4 ? absent : age; });
  auto spec = logistic({"age"}, "cured");
  EXPECT_EQ(codeOf<Logistic>(table, spec), "NOT_BINARY");
  spec.model.weights = ColumnName{"weight"};
  const auto result = runOf<Logistic>(table, spec);
  EXPECT_EQ(result.common.n, table.rows - 27);
  EXPECT_EQ(result.common.nMissing, 0u);
  EXPECT_EQ(result.rows->size(), result.fitted.size());
}

TEST(RegressionRules, WeightsThatAreNoCountsAskForRobustErrors) {
  const Table table = with(patients(), "dose", [](std::size_t, double value) { return value + 0.5; });
  auto spec = logistic({"age"});
  spec.model.weights = ColumnName{"dose"};
  EXPECT_TRUE(warns(runOf<Logistic>(table, spec).common, "ROBUST_ADVISED"));
  spec.robust = Robust::hc0;
  EXPECT_FALSE(warns(runOf<Logistic>(table, spec).common, "ROBUST_ADVISED"));
}

TEST(RegressionRules, RowsWithAMissingValueAreAsIfTheyWereNotThere) {
  const Table whole = patients();
  std::vector<std::size_t> kept(whole.rows);
  std::iota(kept.begin(), kept.end(), 0u);
  std::erase_if(kept, [](std::size_t row) { return row % 7 == 2; });
  const Table gappy = with(whole, "age", [](std::size_t row, double value) { return row % 7 == 2 ? absent : value; });
  const auto got = runOf<Logistic>(gappy, logistic({"age", "stage", "age:stage"})),
             want = runOf<Logistic>(rowsTaken(whole, kept), logistic({"age", "stage", "age:stage"}));
  expectNear(got.terms, want.terms, 0);
  EXPECT_EQ(got.fitted, want.fitted);
  EXPECT_EQ(got.common.nMissing, whole.rows - kept.size());
  ASSERT_TRUE(got.rows);
  EXPECT_FALSE(want.rows);
  EXPECT_TRUE(std::equal(got.rows->begin(), got.rows->end(), kept.begin(), kept.end()));
}

TEST(RegressionRules, UnitsOfAPredictorDoNotMatter) {
  const Table table = patients();
  const Table inMicro = with(table, "age", [](std::size_t, double value) { return value * 1e-6; });
  const auto years = runOf<Logistic>(table, logistic({"age", "dose"})),
             micro = runOf<Logistic>(inMicro, logistic({"age", "dose"}));
  EXPECT_NEAR(micro.terms[1].coefficient.estimate, 1e6 * years.terms[1].coefficient.estimate,
              1e-9 * std::abs(micro.terms[1].coefficient.estimate));
  EXPECT_NEAR(micro.terms[1].coefficient.p, years.terms[1].coefficient.p, 1e-9);
  EXPECT_NEAR(micro.model.cStatistic, years.model.cStatistic, 1e-12);
}

TEST(RegressionRules, TheOtherOutcomeTurnsTheSigns) {
  const Table table = patients();
  auto spec = logistic({"age", "stage"});
  const auto one = runOf<Logistic>(table, spec);
  spec.positive = Level{"0"};
  const auto zero = runOf<Logistic>(table, spec);
  expectNear(zero.terms, one.terms, 1e-8, -1);
  EXPECT_EQ(zero.events, table.rows - one.events);
  EXPECT_NEAR(zero.model.cStatistic, one.model.cStatistic, 1e-12);
}

TEST(RegressionRules, LevelsCarryTheirRowsAndEvents) {
  const Table table = patients();
  const auto result = runOf<Logistic>(table, logistic({"age", "sex", "stage", "sex:stage", "age:sex"}));
  for (const auto& row : result.terms) {
    ASSERT_EQ(row.n.has_value(), row.coefficient.level.has_value());
    if (row.coefficient.term != "sex:stage" || row.coefficient.level != "male:III") continue;
    std::size_t n = 0, events = 0;
    const auto& sex = *table.at("sex").data;
    const auto& stage = *table.at("stage").data;
    for (std::size_t i = 0; i < table.rows; ++i) {
      const bool here = sex.levels[static_cast<std::size_t>(sex.codes[i])] == "male" &&
                        stage.levels[static_cast<std::size_t>(stage.codes[i])] == "III";
      n += here;
      events += here && table.at("y").data->values[i] == 1;
    }
    EXPECT_EQ(row.n, n);
    EXPECT_EQ(row.events, events);
  }
}

TEST(RegressionRules, SeparationNamesTheTermAndTheRemedy) {
  Table table = patients(200);
  const auto& y = table.at("y").data->values;
  std::vector<std::string> marker;
  for (std::size_t i = 0; i < table.rows; ++i)
    marker.push_back(y[i] == 1 && i % 2 ? "high" : "low");  // 'high' only with events
  table.columns.push_back(texts("marker", marker));
  auto spec = logistic({"age", "marker"});
  const auto result = runOf<Logistic>(table, spec);
  EXPECT_EQ(result.method, LogisticMethod::firth);
  EXPECT_TRUE(result.converged);
  ASSERT_TRUE(warns(result.common, "SEPARATION"));
  EXPECT_NE(result.common.warnings.front().message.find("'marker'"), std::string::npos);
  EXPECT_EQ(result.common.warnings.front().message.find("'age'"), std::string::npos);
  spec.method = LogisticMethod::ml;
  const auto ml = runOf<Logistic>(table, spec);
  EXPECT_FALSE(ml.converged);
  EXPECT_TRUE(warns(ml.common, "SEPARATION"));
}

TEST(RegressionRules, AnalyzeOutcomeGoesOnWhereAVariableCannot) {
  Table table = patients(300);
  table.columns.push_back(numbers("empty", std::vector<double>(table.rows, absent)));
  table.columns.push_back(numbers("constant", std::vector<double>(table.rows, 2.5)));
  std::vector<double> rare(table.rows, absent);
  for (std::size_t i = 0; i < 40; ++i) rare[i] = table.at("y").data->values[i] + 0.01 * static_cast<double>(i);
  table.columns.push_back(numbers("rare", rare));
  AnalyzeOutcomeSpec spec;
  spec.outcome = {"y"};
  spec.columns = {{{"empty"}, {"constant"}, {"age"}, {"rare"}, {"clinic"}}};
  spec.screenP = 1;
  const auto result = runOf<AnalyzeOutcome>(table, spec);
  EXPECT_EQ(result.variables[0].mode, VariableMode::categorical);
  EXPECT_EQ(result.variables[0].overall.n, 0u);
  EXPECT_TRUE(result.variables[0].overall.levels->empty());
  EXPECT_EQ(result.variables[1].mode, VariableMode::linear);
  for (const std::size_t i : {0u, 1u}) {
    EXPECT_TRUE(std::isnan(result.variables[i].p));
    EXPECT_TRUE(result.variables[i].crude.empty());
    EXPECT_FALSE(result.variables[i].adjusted);
  }
  EXPECT_EQ(result.selected, (std::vector<std::string>{"age", "rare", "clinic"}));
  ASSERT_TRUE(result.multivariable);
  EXPECT_EQ(result.multivariable->n, 40u);
  EXPECT_EQ(result.multivariable->nMissing, 260u);
  ASSERT_TRUE(warns(result.common, "ROWS_LOST"));
  for (const auto& warning : result.common.warnings) {
    if (warning.code == "ROWS_LOST") EXPECT_NE(warning.message.find("'rare'"), std::string::npos);
  }
  EXPECT_EQ(result.variables[4].adjusted->size(), result.variables[4].crude.size());
}

TEST(RegressionRules, AnalyzeOutcomeTakesLevelsInOrderWhateverTheEvent) {
  const Table table = patients();
  AnalyzeOutcomeSpec spec;
  spec.outcome = {"sex"};
  spec.positive = Level{"female"};
  spec.columns = {{{"age"}}};
  const auto result = runOf<AnalyzeOutcome>(table, spec);
  ASSERT_EQ(result.variables[0].byOutcome.size(), 2u);
  EXPECT_EQ(result.variables[0].byOutcome[0].group, "female");
  EXPECT_EQ(result.variables[0].byOutcome[1].group, "male");
  spec.columns = {{{"age"}, {"sex"}}};
  EXPECT_EQ(codeOf<AnalyzeOutcome>(table, spec), "INVALID_SPEC");
}

}  // namespace
}  // namespace bedside
