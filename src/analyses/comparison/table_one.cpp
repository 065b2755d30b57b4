#include "analyses/comparison/table_one.hpp"

#include <algorithm>
#include <cmath>

#include "analyses/comparison/table_one_variable.hpp"
#include "table/factors.hpp"
#include "table/selection.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

bool named(const std::vector<ColumnMention>& mentions, const std::string& column) {
  return std::any_of(mentions.begin(), mentions.end(), [&](const auto& mention) { return mention.name == column; });
}

}  // namespace

TableGroups tableGroups(const Table& table, const TableOneSpec& spec) {
  const Column& column = table.at(spec.group.name);
  const Column* const weights = spec.weights ? &table.at(spec.weights->name) : nullptr;
  if (weights) checkWeights(*weights);
  const Selection selection = completeRows(table, std::vector{spec.group.name}, weights);
  if (selection.count() == 0) {
    fail(Code::tooFewRows, text("No row has a value of the group column ", quoted(column.name),
                                weights ? " and a weight above 0." : "."));
  }
  checkFinite(column, selection);
  if (weights) checkFinite(*weights, selection);
  for (const auto& name : *spec.columns) checkFinite(table.at(name.name), selection);

  const Factor factor = factorOf(*column.data);
  const auto counts = levelCounts(factor.codes, factor.levels.size(), selection.rows());
  TableGroups groups;
  groups.rows = selection.count();
  groups.missing = selection.missing();
  if (weights) groups.weights = weights->data->values.data();
  std::vector<std::int32_t> place(factor.levels.size(), -1);
  for (std::size_t level = 0; level < counts.size(); ++level) {
    if (counts[level] == 0) continue;
    place[level] = static_cast<std::int32_t>(groups.count());
    groups.levels.push_back(factor.levels[level]);
    groups.sizes.push_back(counts[level]);
  }
  if (groups.count() < 2) {
    fail(Code::oneGroup, text("The group column ", quoted(column.name), " has only ",
                              quoted(shortened(groups.levels.front())), ": there is nothing to compare it with."));
  }
  groups.codes.assign(table.rows, -1);
  for (std::size_t i = 0; i < selection.count(); ++i) {
    const std::size_t row = selection[i];
    groups.codes[row] = place[static_cast<std::size_t>(factor.codes[row])];
  }
  return groups;
}

void TableOne::complete(Spec& spec, const Table& table) {
  if (spec.columns) return;
  spec.columns.emplace();
  for (const auto& column : table.columns) {
    if (column.name != spec.group.name) spec.columns->push_back({column.name});
  }
}

Need TableOne::need(const Table& table, const Spec&) {
  // The codes of the groups; the values of one column, and again while they are sorted.
  return {.certain = table.rows * (sizeof(std::int32_t) + 2 * sizeof(double)), .fast = 0};
}

TableOneResult TableOne::run(const Table& table, const Spec& spec, Context& context) {
  const TableGroups groups = tableGroups(table, spec);
  TableOneResult result;
  result.common.n = groups.rows;
  result.common.nMissing = groups.missing;
  for (std::size_t g = 0; g < groups.count(); ++g) result.groups.push_back({groups.levels[g], groups.sizes[g]});
  const auto& columns = *spec.columns;
  result.variables.reserve(columns.size());
  std::vector<double> p;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = table.at(columns[i].name);
    const bool counted = !column.data->numeric() || named(spec.categorical, column.name);
    result.variables.push_back(
        counted ? categoricalVariable(column, groups, named(spec.exact, column.name), result.common.warnings)
                : numericVariable(column, groups, named(spec.nonnormal, column.name)));
    if (const auto& tested = result.variables.back().p) p.push_back(*tested);
    context.progress(static_cast<double>(i + 1) / static_cast<double>(columns.size()));
  }
  if (groups.weights) return result;
  const auto adjusted = numerics::adjusted(p, spec.pAdjust);
  for (std::size_t i = 0; i < columns.size(); ++i) result.variables[i].pAdjusted = adjusted[i];
  return result;
}

}  // namespace bedside
