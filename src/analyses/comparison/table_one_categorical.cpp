#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "analyses/comparison/table_one_variable.hpp"
#include "numerics/distributions.hpp"
#include "numerics/fisher.hpp"
#include "numerics/standardized_difference.hpp"
#include "numerics/tables.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

using numerics::Counts;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The rows of a table that are marked.
Counts rowsOf(const Counts& counts, const std::vector<bool>& kept) {
  Counts out(static_cast<std::size_t>(std::count(kept.begin(), kept.end(), true)), counts.columns);
  for (std::size_t i = 0, row = 0; i < counts.rows; ++i) {
    if (!kept[i]) continue;
    for (std::size_t j = 0; j < counts.columns; ++j) out(row, j) = counts(i, j);
    ++row;
  }
  return out;
}

/// The columns of a table that hold anything.
Counts occupied(const Counts& counts, const std::vector<double>& columnTotals) {
  Counts out(counts.rows, static_cast<std::size_t>(std::count_if(columnTotals.begin(), columnTotals.end(),
                                                                 [](double total) { return total > 0; })));
  for (std::size_t j = 0, column = 0; j < counts.columns; ++j) {
    if (columnTotals[j] == 0) continue;
    for (std::size_t i = 0; i < counts.rows; ++i) out(i, column) = counts(i, j);
    ++column;
  }
  return out;
}

std::optional<double> fisherOf(const Counts& counts) {
  if (counts.rows == 2 && counts.columns == 2) {
    return numerics::fisherP(counts(0, 0), counts(0, 1), counts(1, 0), counts(1, 1));
  }
  return numerics::freemanHalton(counts);
}

void test(TableVariable& variable, const Counts& counts, bool exact, std::vector<Warning>& warnings) {
  const bool comparable = counts.rows > 1 && counts.columns > 1;
  variable.test = exact ? TableTest::fisher : TableTest::chiSquared;
  if (!exact) {
    const auto found = numerics::pearson(counts, false);
    variable.statistic = found.statistic;
    variable.df = found.df;
    variable.p = found.p;
    return;
  }
  variable.p = nan;
  if (!comparable) return;
  if (const auto p = fisherOf(counts)) {
    variable.p = *p;
    return;
  }
  warnings.push_back(
      {"FISHER_SKIPPED", text("Fisher's exact test of ", quoted(variable.name), " was skipped: its ", counts.rows,
                              " × ", counts.columns, " table of ", counts.total(),
                              " rows has too many tables with the same margins. Leave it out of 'exact', or "
                              "take 'contingency' with 'simulate'.")});
}

/// Of the shares of the second level, first group − second (Wald).
Interval shareDifference(const Counts& counts) {
  const double n1 = counts(0, 0) + counts(1, 0), n2 = counts(0, 1) + counts(1, 1);
  const double p1 = counts(1, 0) / n1, p2 = counts(1, 1) / n2;
  const double se = std::sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2);
  return Interval::about(p1 - p2, numerics::normalCritical(tableConfLevel) * se);
}

}  // namespace

TableVariable categoricalVariable(const Column& column, const TableGroups& groups, bool exact,
                                  std::vector<Warning>& warnings) {
  using numerics::Source;
  const Factor factor = factorOf(*column.data);
  std::vector<Source> sources{Source::codesOf(factor.codes.data()), Source::codesOf(groups.codes.data())};
  if (groups.weights) sources.push_back(Source::of(groups.weights));
  const numerics::Blocks blocks(std::move(sources), numerics::Rows::all(groups.codes.size()));
  const Counts everyLevel = numerics::crossTabulate(blocks, 0, factor.levels.size(), 1, groups.count());
  std::vector<bool> occurs;
  std::vector<std::string> levels;
  for (const double total : everyLevel.rowTotals()) {
    if (total > 0) levels.push_back(factor.levels[occurs.size()]);
    occurs.push_back(total > 0);
  }
  const Counts rows = rowsOf(everyLevel, occurs);
  const Counts counts =
      groups.weights ? rowsOf(numerics::crossTabulate(blocks, 0, factor.levels.size(), 1, groups.count(), 2), occurs)
                     : rows;

  TableVariable variable;
  variable.name = column.name;
  variable.type = "categorical";
  const auto n = rows.columnTotals();
  std::vector<double> ofGroup(levels.size());
  for (std::size_t g = 0; g < groups.count(); ++g) {
    for (std::size_t i = 0; i < levels.size(); ++i) ofGroup[i] = counts(i, g);
    variable.byGroup.push_back(
        {groups.levels[g], summarize(levels, ofGroup, static_cast<std::size_t>(n[g]), groups.sizes[g])});
  }
  variable.overall = summarize(levels, counts.rowTotals(), static_cast<std::size_t>(rows.total()), groups.rows);
  variable.smd = numerics::meanStandardizedDifference(counts);
  if (groups.weights) return variable;
  test(variable, occupied(counts, n), exact, warnings);
  if (groups.count() == 2 && levels.size() == 2 && !std::isnan(*variable.p))
    variable.difference = shareDifference(counts);
  return variable;
}

}  // namespace bedside
