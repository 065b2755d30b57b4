#include "analyses/regression/outcome_screen.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "numerics/ranktests.hpp"
#include "numerics/tables.hpp"

namespace bedside {

namespace {

constexpr std::size_t fewValues = 10;

Selection rowsKnown(const Column& column) {
  Selection rows(column.data->rows());
  const Column* const columns[] = {&column};
  rows.dropMissing(columns);
  return rows;
}

/// Leaves out the levels that no row has.
void dropEmptyLevels(OutcomeVariable& variable) {
  std::vector<bool> empty;
  for (const auto& level : *variable.overall.levels) empty.push_back(level.count == 0);
  const auto drop = [&](std::vector<LevelCount>& levels) {
    std::size_t i = 0;
    std::erase_if(levels, [&](const LevelCount&) { return empty[i++]; });
  };
  drop(*variable.overall.levels);
  for (auto& group : variable.byOutcome) drop(*group.summary.levels);
}

double chiSquaredP(const OutcomeVariable& variable) {
  const auto& overall = *variable.overall.levels;
  numerics::Counts counts(overall.size(), variable.byOutcome.size());
  for (std::size_t i = 0; i < counts.rows; ++i) {
    for (std::size_t j = 0; j < counts.columns; ++j) {
      counts(i, j) = (*variable.byOutcome[j].summary.levels)[i].count;
    }
  }
  return numerics::pearson(counts, true).p;
}

std::vector<double> valuesOf(const ColumnData& column, const numerics::Rows& rows) {
  std::vector<double> values;
  values.reserve(rows.count);
  for (std::size_t i = 0; i < rows.count; ++i) {
    if (const double value = column.values[rows[i]]; !std::isnan(value)) values.push_back(value);
  }
  return values;
}

}  // namespace

OutcomeRows::OutcomeRows(const Column& column, const Binary& outcome, const std::vector<std::string>& levels)
    : outcome_(outcome), known_(rowsKnown(column)), levels_(levels) {
  const bool eventFirst = outcome.event() == levels_.front();  // `positive` may name the first level
  const std::size_t events = outcome.events(known_.rows());
  groups_[eventFirst ? 0 : 1].reserve(events);
  groups_[eventFirst ? 1 : 0].reserve(known_.count() - events);
  for (std::size_t i = 0; i < known_.count(); ++i) {
    groups_[outcome[known_[i]] != eventFirst ? 1 : 0].push_back(static_cast<std::uint32_t>(known_[i]));
  }
}

VariableMode modeOf(const ColumnData& column, bool namedCategorical, const OutcomeRows& rows) {
  if (namedCategorical || !column.numeric()) return VariableMode::categorical;
  std::vector<double> seen;
  const numerics::Rows known = rows.known();
  for (std::size_t i = 0; i < known.count; ++i) {
    const double value = column.values[known[i]];
    if (std::isnan(value) || std::find(seen.begin(), seen.end(), value) != seen.end()) continue;
    if (value != std::floor(value)) return VariableMode::linear;
    seen.push_back(value);
    if (seen.size() == fewValues) return VariableMode::linear;
  }
  return VariableMode::categorical;
}

OutcomeVariable screened(const Column& column, VariableMode mode, const OutcomeRows& rows, bool& comparable) {
  OutcomeVariable variable;
  variable.name = column.name;
  variable.mode = mode;
  variable.p = variable.pAdjusted = std::numeric_limits<double>::quiet_NaN();
  const auto describe = [&](const auto& summary) {
    variable.overall = summary(rows.known());
    for (std::size_t group : {0, 1}) variable.byOutcome.push_back({rows.level(group), summary(rows.of(group))});
  };
  const auto bothOutcomes = [&] { return variable.byOutcome[0].summary.n > 0 && variable.byOutcome[1].summary.n > 0; };
  if (mode == VariableMode::categorical) {
    variable.test = OutcomeTest::chiSquared;
    const Factor factor = factorOf(*column.data);
    describe([&](const numerics::Rows& of) { return summarize(factor, of); });
    dropEmptyLevels(variable);
    comparable = bothOutcomes() && variable.overall.levels->size() > 1;
    if (comparable) variable.p = chiSquaredP(variable);
    return variable;
  }
  variable.test = OutcomeTest::mannWhitney;
  Shape shape{};
  describe(
      [&](const numerics::Rows& of) { return summarize(*column.data, of, of.count == rows.n() ? &shape : nullptr); });
  comparable = bothOutcomes() && shape.min < shape.max;
  if (comparable)
    variable.p = numerics::mannWhitney(valuesOf(*column.data, rows.of(0)), valuesOf(*column.data, rows.of(1))).p;
  return variable;
}

}  // namespace bedside
