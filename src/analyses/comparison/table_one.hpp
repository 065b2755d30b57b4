#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analyses/adjustment.hpp"
#include "analyses/common.hpp"
#include "analyses/comparison/interval.hpp"
#include "analyses/comparison/summary.hpp"
#include "analyses/context.hpp"
#include "describe/types.hpp"

namespace bedside {

struct TableOneSpec {
  ColumnName group;
  std::optional<std::vector<ColumnName>> columns;
  std::vector<ColumnMention> nonnormal, exact, categorical;
  Adjustment pAdjust = Adjustment::none;
  std::optional<ColumnName> weights;

  static constexpr auto describe() {
    return fields(
        field<&TableOneSpec::group>(doc("Column whose levels are compared."), required),
        field<&TableOneSpec::columns>(doc("Variables, in this order; default: all columns but the group."), notEmpty),
        field<&TableOneSpec::nonnormal>(
            doc("Numeric variables to compare by ranks: Mann–Whitney for two groups, Kruskal–Wallis for more.")),
        field<&TableOneSpec::exact>(doc("Categorical variables to compare by Fisher's exact test.")),
        field<&TableOneSpec::categorical>(doc("Numeric columns to count by value.")),
        field<&TableOneSpec::pAdjust>(doc("Adjustment of the variables' p-values for their number.")),
        field<&TableOneSpec::weights>(doc("Column of weights (such as those of `ipw`): summaries and differences are "
                                          "weighted, nothing is tested."),
                                      numericColumn));
  }
};

enum class TableTest { welchT, anova, mannWhitney, kruskalWallis, chiSquared, fisher };
template <>
inline constexpr std::array words<TableTest>{Word<TableTest>{"welch-t", TableTest::welchT},
                                             Word<TableTest>{"anova", TableTest::anova},
                                             Word<TableTest>{"mann-whitney", TableTest::mannWhitney},
                                             Word<TableTest>{"kruskal-wallis", TableTest::kruskalWallis},
                                             Word<TableTest>{"chi-squared", TableTest::chiSquared},
                                             Word<TableTest>{"fisher", TableTest::fisher}};

/// A level of the group column.
struct TableGroup {
  std::string level;
  std::size_t n = 0;

  static constexpr auto describe() {
    return fields(field<&TableGroup::level>(doc("Level, as text.")),
                  field<&TableGroup::n>(doc("Rows of it, whatever is missing in them."), count));
  }
};

/// One variable of the table.
struct TableVariable {
  std::string name;
  std::string type;
  std::optional<TableTest> test;
  std::optional<double> statistic, df, df2, p, pAdjusted;
  double smd = 0;
  std::optional<Interval> difference;
  Summary overall;
  std::vector<GroupSummary> byGroup;

  static constexpr auto describe() {
    return fields(
        field<&TableVariable::name>(doc("Column.")),
        field<&TableVariable::type>(doc("'numeric', 'date' (figures in days since 1970-01-01) or 'categorical'.")),
        field<&TableVariable::test>(doc("Welch's t (two groups) or one-way analysis of variance; Mann–Whitney or "
                                        "Kruskal–Wallis; Pearson's χ² without continuity correction or Fisher's exact "
                                        "test; null with weights.")),
        field<&TableVariable::statistic>(
            doc("Its statistic; null for Fisher's test; NaN when there is nothing to compare.")),
        field<&TableVariable::df>(doc("Degrees of freedom; of an analysis of variance, between groups.")),
        field<&TableVariable::df2>(doc("Of an analysis of variance: degrees of freedom within groups.")),
        field<&TableVariable::p>(doc("p-value."), pValue),
        field<&TableVariable::pAdjusted>(doc("The same, adjusted."), pValue),
        field<&TableVariable::smd>(
            doc("Standardized mean difference (Yang & Dalton 2012 for levels); of more than two groups the mean over "
                "all pairs.")),
        field<&TableVariable::difference>(
            doc("First group − second with its 95 % interval: of means (Welch), the Hodges–Lehmann shift for "
                "`nonnormal`, of shares of the second level of two (Wald); else null.")),
        field<&TableVariable::overall>(doc("The variable among all rows with a group.")),
        field<&TableVariable::byGroup>(doc("And by group.")));
  }
};

struct TableOneResult {
  Common common;
  std::vector<TableGroup> groups;
  std::vector<TableVariable> variables;

  static constexpr auto describe() {
    return fields(inlined<&TableOneResult::common>(),
                  field<&TableOneResult::groups>(doc("Levels of the group column.")),
                  field<&TableOneResult::variables>(doc("One for each column.")));
  }
};

/// What a paper opens with: each variable by group over its own values, with a test and the standardized difference.
struct TableOne {
  static constexpr std::string_view name = "tableOne";
  static constexpr Doc title = doc("Compare groups (Table 1)");
  using Spec = TableOneSpec;
  using Result = TableOneResult;

  static void complete(Spec& spec, const Table& table);
  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
