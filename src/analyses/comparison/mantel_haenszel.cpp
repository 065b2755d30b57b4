#include "analyses/comparison/mantel_haenszel.hpp"

#include <cmath>
#include <optional>
#include <string>

#include "numerics/distributions.hpp"
#include "numerics/mantel_haenszel.hpp"
#include "table/outcome.hpp"
#include "table/selection.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

std::optional<std::string> referenceFor(const Column& column, const References& reference) {
  for (const auto& [name, level] : reference.levels) {
    if (name == column.name) return level.text;
  }
  return std::nullopt;
}

void checkBothLevels(const Column& column, const Binary& binary, const numerics::Rows& rows, std::string_view role) {
  const std::size_t events = binary.events(rows);
  if (events > 0 && events < rows.count) return;
  fail(Code::oneGroup, text("The ", role, " column ", quoted(column.name), " has only ",
                            quoted(shortened(binary.levels[events > 0 ? 1 : 0])), " in the rows used."));
}

Interval limits(const numerics::LogRatio& ratio, double z) {
  return Interval::ofRatio(ratio.estimate, z * std::sqrt(ratio.variance));
}

ChiSquaredTest shown(const numerics::MantelHaenszelTest& test) { return {test.statistic, test.df, test.p}; }

}  // namespace

MantelHaenszelResult MantelHaenszel::run(const Table& table, const Spec& spec, Context& context) {
  const Column& row = table.at(spec.row.name);
  const Column& column = table.at(spec.column.name);
  const Column& strata = table.at(spec.strata.name);
  binaryOf(column);  // NOT_BINARY of either comes before what is wrong with a reference
  const Binary exposed = binaryAgainst(row, referenceFor(row, spec.reference));
  const Binary event = binaryAgainst(column, referenceFor(column, spec.reference));
  const Selection selection = completeRows(table, std::vector{row.name, column.name, strata.name});
  if (selection.count() == 0) {
    fail(Code::tooFewRows, text("No row has a value of ", quoted(row.name), ", ", quoted(column.name), " and ",
                                quoted(strata.name), " together."));
  }
  for (const Column* each : {&row, &column, &strata}) checkFinite(*each, selection);
  checkBothLevels(row, exposed, selection.rows(), "exposure");
  checkBothLevels(column, event, selection.rows(), "outcome");

  const Factor factor = factorOf(*strata.data);
  std::vector<numerics::FourFold> tables(factor.levels.size());
  for (std::size_t i = 0; i < selection.count(); ++i) {
    const std::size_t at = selection[i];
    auto& cells = tables[static_cast<std::size_t>(factor.codes[at])];
    double& cell = exposed[at] ? (event[at] ? cells.a : cells.b) : (event[at] ? cells.c : cells.d);
    ++cell;
  }
  context.progress(0.9);

  const auto found = numerics::mantelHaenszel(tables);
  const double z = numerics::normalCritical(spec.confLevel);
  MantelHaenszelResult result;
  result.common.n = selection.count();
  result.common.nMissing = selection.missing();
  result.statistic = found.corrected.statistic;
  result.df = found.corrected.df;
  result.p = found.corrected.p;
  result.uncorrected = {found.uncorrected.statistic, found.uncorrected.p};
  result.oddsRatio = limits(found.oddsRatio, z);
  result.riskRatio = limits(found.riskRatio, z);
  result.breslowDay = shown(found.breslowDay);
  result.tarone = shown(found.tarone);
  for (std::size_t level = 0; level < tables.size(); ++level) {
    const auto& [a, b, c, d] = tables[level];
    const double n = a + b + c + d;
    if (n == 0) continue;
    result.strata.push_back(
        {factor.levels[level], static_cast<std::size_t>(n), a * d / (b * c), a / (a + b) / (c / (c + d))});
  }
  return result;
}

}  // namespace bedside
