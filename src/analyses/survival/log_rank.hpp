#pragma once

#include "analyses/survival/survival_rows.hpp"

namespace bedside {

struct LogRankSpec {
  SurvivalFields survival;
  ColumnName group;
  ColumnList strata;
  double rho = 0;

  static constexpr auto describe() {
    return fields(inlined<&LogRankSpec::survival>(),
                  field<&LogRankSpec::group>(doc("Column of groups to compare."), required),
                  field<&LogRankSpec::strata>(
                      doc("Column, or columns, of strata: groups are compared within each and the sums added.")),
                  field<&LogRankSpec::rho>(
                      doc("Weights S^rho: 0 is the log-rank test, 1 Peto & Peto's, which weighs early events more.")));
  }
};

struct LogRankGroup {
  std::string level;
  std::size_t n = 0;
  double observed = 0, expected = 0, variance = 0;

  static constexpr auto describe() {
    return fields(field<&LogRankGroup::level>(doc("Level of the group.")),
                  field<&LogRankGroup::n>(doc("Rows of the group, unweighted."), count),
                  field<&LogRankGroup::observed>(doc("Events, each with the weight of its time.")),
                  field<&LogRankGroup::expected>(doc("Events expected if all groups had one survival curve.")),
                  field<&LogRankGroup::variance>(doc("Variance of observed − expected.")));
  }
};

struct LogRankPair {
  std::string a, b;
  double statistic = 0, p = 1, pHolm = 1;

  static constexpr auto describe() {
    return fields(field<&LogRankPair::a>(doc("Level of one group.")),
                  field<&LogRankPair::b>(doc("Level of the other.")),
                  field<&LogRankPair::statistic>(doc("Chi-squared statistic of the test of the two alone.")),
                  field<&LogRankPair::p>(doc("p-value."), pValue),
                  field<&LogRankPair::pHolm>(doc("p-value adjusted over all pairs (Holm)."), pValue));
  }
};

struct LogRankResult {
  Common common;
  double statistic = 0;
  std::size_t df = 0;
  double p = 1;
  std::vector<LogRankGroup> groups;
  std::vector<LogRankPair> pairwise;

  static constexpr auto describe() {
    return fields(inlined<&LogRankResult::common>(), field<&LogRankResult::statistic>(doc("Chi-squared statistic.")),
                  field<&LogRankResult::df>(doc("Degrees of freedom."), count),
                  field<&LogRankResult::p>(doc("p-value."), pValue),
                  field<&LogRankResult::groups>(doc("Observed and expected events of each group, in level order.")),
                  field<&LogRankResult::pairwise>(doc("Each pair of more than two groups; else [].")));
  }
};

/// Log-rank and G-ρ tests; figures as R's `survdiff`.
struct LogRank {
  static constexpr std::string_view name = "logRank";
  static constexpr Doc title = doc("Log-rank test");
  using Spec = LogRankSpec;
  using Result = LogRankResult;

  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
