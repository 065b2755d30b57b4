#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyses/chi_squared_test.hpp"
#include "analyses/common.hpp"
#include "analyses/comparison/interval.hpp"
#include "analyses/context.hpp"
#include "describe/types.hpp"
#include "table/table.hpp"

namespace bedside {

struct ContingencySpec {
  std::optional<ColumnName> row, column;
  std::optional<std::vector<std::vector<double>>> counts;
  std::optional<std::vector<std::string>> rows, columns;
  bool correct = true;
  std::size_t simulate = 0;
  double confLevel = 0.95;

  static constexpr auto describe() {
    return fields(field<&ContingencySpec::row>(doc("Column whose levels are the rows, such as the treatment.")),
                  field<&ContingencySpec::column>(doc("Column whose levels are the columns, such as the outcome.")),
                  field<&ContingencySpec::counts>(doc("A table typed in, row by row, in place of `row` and `column`.")),
                  field<&ContingencySpec::rows>(doc("Names of the rows of `counts`; default: '1', '2', …")),
                  field<&ContingencySpec::columns>(doc("Names of the columns of `counts`; default: '1', '2', …")),
                  field<&ContingencySpec::correct>(
                      doc("Continuity correction of χ² (Yates) and of McNemar's test, both for 2 × 2 only.")),
                  field<&ContingencySpec::simulate>(
                      doc("Larger than 2 × 2: Fisher's p from so many random tables instead of exactly; true: 2000."),
                      OrBoolean<std::size_t>{0, 2000}),
                  field<&ContingencySpec::confLevel>(doc("Confidence level of the intervals."), between(0, 1)));
  }
};

/// The table itself.
struct ContingencyTable {
  std::vector<std::string> rows, columns;
  std::vector<std::vector<double>> counts, expected;

  static constexpr auto describe() {
    return fields(field<&ContingencyTable::rows>(doc("Levels of the rows.")),
                  field<&ContingencyTable::columns>(doc("Levels of the columns.")),
                  field<&ContingencyTable::counts>(doc("Counts, row by row.")),
                  field<&ContingencyTable::expected>(doc("Counts expected under independence.")));
  }
};

/// Fisher's exact test; the odds ratio of 2 × 2 only.
struct FisherTest {
  double p = 0;
  std::optional<double> oddsRatio, ciLow, ciHigh;

  static constexpr auto describe() {
    return fields(
        field<&FisherTest::p>(doc("Probability of all tables at most as probable as this one."), pValue),
        field<&FisherTest::oddsRatio>(doc("Conditional maximum-likelihood odds ratio; null beyond 2 × 2."), ratio),
        field<&FisherTest::ciLow>(doc("Its exact lower limit."), ratio),
        field<&FisherTest::ciHigh>(doc("Its exact upper limit."), ratio));
  }
};

struct ContingencyResult {
  Common common;
  ContingencyTable table;
  ChiSquaredTest chiSquared;
  std::optional<FisherTest> fisher;
  std::optional<Interval> oddsRatio, riskRatio, riskDifference;
  std::optional<ChiSquaredTest> mcNemar;
  double cramersV = 0;

  static constexpr auto describe() {
    return fields(inlined<&ContingencyResult::common>(), field<&ContingencyResult::table>(doc("The table.")),
                  field<&ContingencyResult::chiSquared>(doc("Pearson's test of independence (`chisq.test`).")),
                  field<&ContingencyResult::fisher>(
                      doc("Fisher's exact test (`fisher.test`); null when the table is too large, with a warning.")),
                  field<&ContingencyResult::oddsRatio>(doc("ad/(bc), Woolf's interval; 2 × 2 only."), ratio),
                  field<&ContingencyResult::riskRatio>(
                      doc("Second row against first, second column the event (Katz); 2 × 2 only."), ratio),
                  field<&ContingencyResult::riskDifference>(doc("The same as a difference (Wald); 2 × 2 only.")),
                  field<&ContingencyResult::mcNemar>(
                      doc("McNemar's test of symmetry, Bowker's for larger tables; null unless the table is square.")),
                  field<&ContingencyResult::cramersV>(doc("Cramér's V, always without continuity correction.")));
  }
};

/// Two categorical columns, or a table typed in.
struct Contingency {
  static constexpr std::string_view name = "contingency";
  static constexpr Doc title = doc("Cross-tabulate (χ², Fisher, odds ratio)");
  using Spec = ContingencySpec;
  using Result = ContingencyResult;

  static void complete(Spec& spec, const Table& table);
  static Result run(const Table* table, const Spec& spec, Context& context);
};

}  // namespace bedside
