#pragma once

#include <string>
#include <vector>

#include "analyses/chi_squared_test.hpp"
#include "analyses/common.hpp"
#include "analyses/comparison/interval.hpp"
#include "analyses/context.hpp"
#include "describe/types.hpp"
#include "table/table.hpp"

namespace bedside {

struct MantelHaenszelSpec {
  ColumnName row, column, strata;
  References reference;
  double confLevel = 0.95;

  static constexpr auto describe() {
    return fields(field<&MantelHaenszelSpec::row>(doc("Exposure: a column with two values; the second is exposed."),
                                                  required, binaryColumn),
                  field<&MantelHaenszelSpec::column>(doc("Outcome: a column with two values; the second is the event."),
                                                     required, binaryColumn),
                  field<&MantelHaenszelSpec::strata>(doc("Column whose levels are the strata."), required),
                  field<&MantelHaenszelSpec::reference>(
                      doc("Levels to stand first, by column: { smoker: 'never' }; default: the first in level order.")),
                  field<&MantelHaenszelSpec::confLevel>(doc("Confidence level of the intervals."), between(0, 1)));
  }
};

/// A stratum by itself.
struct MantelHaenszelStratum {
  std::string level;
  std::size_t n = 0;
  double oddsRatio = 0, riskRatio = 0;

  static constexpr auto describe() {
    return fields(field<&MantelHaenszelStratum::level>(doc("Level of the strata.")),
                  field<&MantelHaenszelStratum::n>(doc("Its rows."), count),
                  field<&MantelHaenszelStratum::oddsRatio>(doc("ad/(bc); Infinity or NaN with empty cells."), ratio),
                  field<&MantelHaenszelStratum::riskRatio>(doc("Risk of the exposed over that of the others."), ratio));
  }
};

/// A χ² of one degree of freedom, the same as the one beside it.
struct UncorrectedTest {
  double statistic = 0, p = 0;

  static constexpr auto describe() {
    return fields(field<&UncorrectedTest::statistic>(doc("χ².")), field<&UncorrectedTest::p>(doc("p-value."), pValue));
  }
};

struct MantelHaenszelResult {
  Common common;
  double statistic = 0, df = 1, p = 0;
  UncorrectedTest uncorrected;
  Interval oddsRatio, riskRatio;
  ChiSquaredTest breslowDay, tarone;
  std::vector<MantelHaenszelStratum> strata;

  static constexpr auto describe() {
    return fields(
        inlined<&MantelHaenszelResult::common>(),
        field<&MantelHaenszelResult::statistic>(doc("Mantel & Haenszel's (1959) χ² with continuity correction.")),
        field<&MantelHaenszelResult::df>(doc("Its degrees of freedom, 1.")),
        field<&MantelHaenszelResult::p>(doc("p-value."), pValue),
        field<&MantelHaenszelResult::uncorrected>(doc("The test without continuity correction.")),
        field<&MantelHaenszelResult::oddsRatio>(
            doc("Common odds ratio; variance of Robins, Breslow & Greenland (1986)."), ratio),
        field<&MantelHaenszelResult::riskRatio>(doc("Common risk ratio; variance of Greenland & Robins (1985)."),
                                                ratio),
        field<&MantelHaenszelResult::breslowDay>(
            doc("Are the strata's odds ratios alike? (Breslow & Day 1980, at the Mantel–Haenszel odds ratio.)")),
        field<&MantelHaenszelResult::tarone>(doc("The same with Tarone's (1985) correction.")),
        field<&MantelHaenszelResult::strata>(doc("Each stratum by itself.")));
  }
};

/// Association of two binary columns, held constant over strata (`mantelhaen.test`).
struct MantelHaenszel {
  static constexpr std::string_view name = "mantelHaenszel";
  static constexpr Doc title = doc("Stratified 2 × 2 tables (Mantel–Haenszel)");
  using Spec = MantelHaenszelSpec;
  using Result = MantelHaenszelResult;

  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
