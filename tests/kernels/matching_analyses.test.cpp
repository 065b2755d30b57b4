#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <set>

#include "analyses/matching/ipw.hpp"
#include "analyses/matching/match.hpp"
#include "analyses/matching/propensity.hpp"
#include "analyses/regression/logistic.hpp"
#include "sample_table.hpp"

namespace bedside {
namespace {

/// Keeps every fit and counts them.
class CountingStore final : public FitStore {
 public:
  std::shared_ptr<const void> find(const Fingerprint& key) override {
    const auto at = fits_.find({key.high, key.low});
    return at == fits_.end() ? nullptr : at->second;
  }
  void keep(const Fingerprint& key, std::shared_ptr<const void> fit, std::size_t, double) override {
    fits_[{key.high, key.low}] = std::move(fit);
    ++kept;
  }
  int kept = 0;

 private:
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::shared_ptr<const void>> fits_;
};

/// Patients whose treatment depends on age and sex; `gaps` of every nine ages missing.
Table patients(std::size_t n, std::uint64_t seed, bool gaps = false) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> treat, age, outcome;
  std::vector<std::string> sex, site;
  for (std::size_t i = 0; i < n; ++i) {
    age.push_back(60 + 10 * normal(random));
    sex.push_back(random() % 2 ? "f" : "m");
    site.push_back(std::string(1, static_cast<char>('a' + random() % 3)));
    const double eta = (age.back() - 62) / 10 + (sex.back() == "m" ? 0.5 : 0) - 0.4;
    treat.push_back(std::uniform_real_distribution<double>()(random) < 1 / (1 + std::exp(-eta)) ? 1 : 0);
    outcome.push_back(normal(random) + treat.back());
    if (gaps && i % 9 == 4) age.back() = absent;
  }
  return tableOf(
      {numbers("treat", treat), numbers("age", age), texts("sex", sex), texts("site", site), numbers("y", outcome)});
}

CovariateFields covariates() {
  CovariateFields fields;
  fields.treatment = {"treat"};
  fields.covariates = {{"age", "sex"}};
  return fields;
}

template <class A>
typename A::Result runOf(const Table& table, typename A::Spec spec, FitStore* store = nullptr) {
  A::complete(spec, table);
  Context context(store, {}, {});
  return A::run(table, spec, context);
}

TEST(PropensityFit, IsMadeOnceForAllThatUseIt) {
  for (const bool gaps : {false, true}) {
    const Table table = patients(400, 1, gaps);
    CountingStore store;
    const auto scores = runOf<Propensity>(table, {.model = covariates()}, &store);
    EXPECT_EQ(store.kept, 1);
    runOf<Match>(table, {.model = covariates()}, &store);
    runOf<Match>(table, {.model = covariates(), .caliper = {}, .ratio = 2, .exact = {{"site"}}}, &store);
    IpwSpec weighting{.model = covariates()};
    weighting.outcome = ColumnName{"y"};
    runOf<Ipw>(table, weighting, &store);
    LogisticSpec logistic;
    logistic.outcome = ColumnName{"treat"};
    logistic.predictors = Predictors{{"age", "sex"}};
    logistic.method = LogisticMethod::ml;
    const auto regression = runOf<Logistic>(table, logistic, &store);
    EXPECT_EQ(store.kept, 1);
    EXPECT_EQ(regression.fitted, scores.scores);
  }
}

TEST(Match, FieldsBelongTogether) {
  for (const bool gaps : {false, true}) {
    const Table table = patients(600, 2, gaps);
    for (const bool replace : {false, true}) {
      const auto result = runOf<Match>(table, {.model = covariates(), .ratio = 2, .replace = replace});
      const auto& sets = result.pairs.sets;
      EXPECT_EQ(result.common.n + result.common.nMissing, 600u);
      EXPECT_EQ(result.nTreated + result.nControl, result.common.n);
      EXPECT_EQ(result.rows.has_value(), gaps);
      EXPECT_EQ(result.nMatchedTreated, sets.size());
      EXPECT_EQ(result.matched.size(), result.nMatchedTreated + result.nMatchedControl);
      EXPECT_EQ(result.matchedWeights.size(), result.matched.size());
      EXPECT_EQ(result.subclass.has_value(), !replace);
      EXPECT_TRUE(std::is_sorted(result.matched.begin(), result.matched.end()));
      std::set<std::int32_t> rows(sets.treated.begin(), sets.treated.end());
      rows.insert(sets.controls.begin(), sets.controls.end());
      EXPECT_TRUE(std::equal(rows.begin(), rows.end(), result.matched.begin(), result.matched.end()));
      double controls = 0;
      for (std::size_t i = 0; i < result.matched.size(); ++i) {
        const auto row = static_cast<std::size_t>(result.matched[i]);
        EXPECT_FALSE(std::isnan(table.at("age").data->values[row]));
        if (table.at("treat").data->values[row] == 1) {
          EXPECT_EQ(result.matchedWeights[i], 1);
        } else {
          controls += result.matchedWeights[i];
        }
        if (replace) continue;
        const auto set = static_cast<std::size_t>((*result.subclass)[i] - 1);
        const auto of = sets.controlsOf(set);
        EXPECT_TRUE(sets.treated[set] == row || std::find(of.begin(), of.end(), row) != of.end());
      }
      EXPECT_NEAR(controls, static_cast<double>(result.nMatchedControl), 1e-9);
    }
  }
}

TEST(Match, ExactColumnsAgreeWithinPairs) {
  const Table table = patients(500, 3);
  const auto& site = table.at("site").data->codes;
  for (const auto order : {MatchOrder::largest, MatchOrder::closest, MatchOrder::data}) {
    for (const auto method : {MatchMethod::nearest, MatchMethod::optimal}) {
      const auto result =
          runOf<Match>(table, {.model = covariates(), .order = order, .method = method, .exact = {{"site"}, {"sex"}}});
      const auto& sets = result.pairs.sets;
      EXPECT_GT(sets.size(), 50u);
      for (std::size_t set = 0; set < sets.size(); ++set) {
        for (const auto control : sets.controlsOf(set)) EXPECT_EQ(site[sets.treated[set]], site[control]);
      }
    }
  }
}

TEST(Match, SparseWeightsAreWrittenInFull) {
  for (const bool gaps : {false, true}) {
    const auto result = runOf<Match>(patients(300, 4, gaps), {.model = covariates()});
    Bytes bytes;
    Writer writer(bytes);
    result.weights.write(writer);
    const auto read = readMessage(bytes);
    ASSERT_TRUE(read.ok);
    const auto weights = read.value.doubles();
    ASSERT_EQ(weights.size(), result.common.n);
    std::size_t next = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto row = result.rows ? (*result.rows)[i] : static_cast<std::int32_t>(i);
      const bool matched = next < result.matched.size() && result.matched[next] == row;
      EXPECT_EQ(weights[i], matched ? result.matchedWeights[next] : 0);
      next += matched ? 1 : 0;
    }
    EXPECT_EQ(next, result.matched.size());
  }
}

TEST(Match, AnEmptyArmOrNobodyAlike) {
  Table table = patients(200, 5);
  std::vector<double> gone(200);
  for (std::size_t i = 0; i < 200; ++i) gone[i] = table.at("treat").data->values[i] == 1 ? absent : 1.0 * (i % 7);
  table.columns.push_back(numbers("gone", gone));
  auto fields = covariates();
  fields.covariates.terms.push_back("gone");
  EXPECT_TRUE(failureOf([&] { runOf<Match>(table, {.model = fields}); }).starts_with("ONE_GROUP: None of the rows"));

  const auto none = runOf<Match>(patients(200, 5), {.model = covariates(), .caliper = {0}});
  EXPECT_EQ(none.pairs.sets.size(), 0u);
  EXPECT_EQ(none.common.warnings.back().code, "NO_MATCHES");
  EXPECT_EQ(none.totalDistance, 0);
  EXPECT_TRUE(std::isnan(none.balance[0].row.smdAfter));
  EXPECT_TRUE(std::isnan(none.balance[0].row.meanControlAfter));
}

TEST(Ipw, StandardErrorsAreThoseOfTheInfluenceValues) {
  const Table table = patients(500, 6);
  IpwSpec spec{.model = covariates(), .estimand = Estimand::att};
  spec.outcome = ColumnName{"y"};
  const auto result = runOf<Ipw>(table, spec);
  const auto& y = table.at("y").data->values;
  const auto& treat = table.at("treat").data->values;
  double sum[2] = {}, mean[2] = {};
  for (std::size_t i = 0; i < 500; ++i) sum[static_cast<int>(treat[i])] += result.weights[i];
  for (std::size_t i = 0; i < 500; ++i) {
    mean[static_cast<int>(treat[i])] += result.weights[i] * y[i] / sum[static_cast<int>(treat[i])];
  }
  double squares = 0;
  for (std::size_t i = 0; i < 500; ++i) {
    const int arm = static_cast<int>(treat[i]);
    squares += std::pow(result.weights[i] * (y[i] - mean[arm]) / sum[arm], 2);
  }
  ASSERT_EQ(result.effects->size(), 1u);
  EXPECT_NEAR(result.effects->front().estimate, mean[1] - mean[0], 1e-12);
  EXPECT_NEAR(result.effects->front().se, std::sqrt(squares * 500 / 499), 1e-12);
}

TEST(Ipw, ScoresWithoutACounterpartAreNotFinite) {
  // Quasi-separation: x = 2 has treated only; a control with x = 1e6 away from all others keeps its score finite.
  std::vector<double> treat, x;
  for (int i = 0; i < 60; ++i) {
    treat.push_back(i % 3 == 0);
    x.push_back(i % 5);
  }
  const Table table = tableOf({numbers("treat", treat), numbers("x", x)});
  CovariateFields fields;
  fields.treatment = {"treat"};
  fields.covariates = {{"x"}};
  for (const auto estimand : {Estimand::ate, Estimand::att, Estimand::ato}) {
    const auto result = runOf<Ipw>(table, {.model = fields, .estimand = estimand});
    for (const double weight : result.weights) EXPECT_TRUE(std::isfinite(weight));
  }
}

}  // namespace
}  // namespace bedside
