#include "analyses/regression/subgroup_rows.hpp"

#include <algorithm>

#include "analyses/regression/frame.hpp"
#include "analyses/survival/rows.hpp"
#include "table/outcome.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

std::optional<std::string> referenceFor(const SubgroupSpec& spec, const std::string& column) {
  for (const auto& [name, level] : spec.reference.levels) {
    if (name == column) return level.text;
  }
  return std::nullopt;
}

Column zeroOne(const std::string& name, const Binary& binary, const Selection& rows) {
  std::vector<double> values(rows.count());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = binary[rows[i]] ? 1 : 0;
  Column column;
  column.name = name;
  column.data = ColumnData::numericOf(std::move(values));
  return column;
}

/// Some rows of a column; `rows(i)` is the i-th.
template <class RowAt>
Column gathered(const Column& column, std::size_t count, RowAt&& rowAt) {
  const ColumnData& data = *column.data;
  Column out;
  out.name = column.name;
  if (data.numeric()) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = data.values[rowAt(i)];
    out.data = ColumnData::numericOf(std::move(values), data.kind);
  } else {
    std::vector<std::int32_t> codes(count);
    for (std::size_t i = 0; i < count; ++i) codes[i] = data.codes[rowAt(i)];
    out.data = ColumnData::categoricalOf(std::move(codes), data.levels);
  }
  return out;
}

/// A factor as text, its levels those that occur in the rows, the reference first.
Column asText(const ModelFactor& factor, const Selection& rows) {
  const auto counts = levelCounts(factor.factor.codes, factor.factor.levels.size(), rows.rows());
  std::vector<std::int32_t> place(counts.size(), -1);
  std::vector<std::string> levels;
  for (const std::int32_t code : factor.order) {
    const auto level = static_cast<std::size_t>(code);
    if (counts[level] == 0) continue;
    place[level] = static_cast<std::int32_t>(levels.size());
    levels.push_back(factor.factor.levels[level]);
  }
  if (levels.size() < 2) {
    fail(Code::oneGroup, text("Column ", quoted(factor.column), " has only ", quoted(shortened(levels.front())),
                              " in the rows used: leave it out."));
  }
  std::vector<std::int32_t> codes(rows.count());
  for (std::size_t i = 0; i < codes.size(); ++i)
    codes[i] = place[static_cast<std::size_t>(factor.factor.codes[rows[i]])];
  Column column;
  column.name = factor.column;
  column.data = ColumnData::categoricalOf(std::move(codes), std::move(levels));
  return column;
}

void checkEvents(const SubgroupSpec& spec, const Binary& event, const Selection& rows) {
  const bool logistic = spec.model == SubgroupModel::logistic;
  const ColumnName& column = logistic ? *spec.outcome : *spec.event;
  const std::size_t events = event.events(rows.rows());
  if (events == 0) failNoEvents(column, event, rows.count());
  if (logistic && events == rows.count()) {
    fail(Code::oneGroup, text("All of the ", rows.count(), " rows used have the event (", quoted(column.name), " = ",
                              quoted(shortened(event.event())), "): there is nobody to compare with."));
  }
}

}  // namespace

Table SubgroupRows::of(std::size_t level) const {
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] == static_cast<std::int32_t>(level)) rows.push_back(static_cast<std::uint32_t>(i));
  }
  Table out;
  out.rows = rows.size();
  for (const Column& column : table.columns) {
    out.columns.push_back(gathered(column, rows.size(), [&](std::size_t i) { return rows[i]; }));
  }
  return out;
}

SubgroupRows subgroupRows(const Table& table, const SubgroupSpec& spec) {
  const bool logistic = spec.model == SubgroupModel::logistic;
  const Column* const weights = spec.weights ? &table.at(spec.weights->name) : nullptr;
  const auto textOf = [](const std::optional<Level>& level) {
    return level ? std::optional(level->text) : std::nullopt;
  };
  const Binary event = logistic
                           ? binaryOf(withoutZeroWeights(table.at(spec.outcome->name), weights), textOf(spec.positive))
                           : survivalEvent(table, *spec.event, spec.eventValue, spec.weights);
  const Binary treatment = binaryAgainst(withoutZeroWeights(table.at(spec.treatment.name), weights),
                                         referenceFor(spec, spec.treatment.name));

  ModelFields fields;
  fields.categorical = spec.categorical;
  fields.categorical.push_back({spec.subgroup.name});
  for (const auto& [column, level] : spec.reference.levels) {
    if (column != spec.subgroup.name && column != spec.treatment.name)
      fields.reference.levels.emplace_back(column, level);
  }
  fields.weights = spec.weights;
  std::vector<std::string> predictors{spec.subgroup.name};
  if (spec.adjust) predictors.insert(predictors.end(), spec.adjust->terms.begin(), spec.adjust->terms.end());
  const ModelTerms terms = modelTerms(table, Predictors{predictors}, fields);
  std::vector<std::string> beside{spec.treatment.name, logistic ? spec.outcome->name : spec.event->name};
  if (!logistic) {
    beside.push_back(spec.time->name);
    if (spec.strata) beside.insert(beside.end(), spec.strata->names.begin(), spec.strata->names.end());
  }
  const Selection rows = modelRows(table, terms, beside, fields);

  SubgroupRows out;
  out.missing = rows.missing();
  out.table.rows = rows.count();
  const std::size_t treated = treatment.events(rows.rows());
  if (treated == 0 || treated == rows.count()) {
    fail(Code::oneGroup, text("The treatment ", quoted(spec.treatment.name), " has only ",
                              quoted(shortened(treatment.levels[treated > 0 ? 1 : 0])), " in the rows used."));
  }
  checkEvents(spec, event, rows);
  out.treatment = spec.treatment.name;
  out.event = logistic ? spec.outcome->name : spec.event->name;
  out.table.columns.push_back(zeroOne(out.treatment, treatment, rows));
  out.table.columns.push_back(zeroOne(out.event, event, rows));
  for (const ModelFactor& factor : terms.factors) {
    if (out.table.find(factor.column)) continue;
    out.table.columns.push_back(asText(factor, rows));
    if (factor.column != spec.subgroup.name) continue;
    out.codes = out.table.columns.back().data->codes;
    out.levels = out.table.columns.back().data->levels;
  }
  std::vector<std::string> others = columnsOf(terms.terms);
  if (!logistic) others.insert(others.end(), beside.begin() + 2, beside.end());
  if (weights) others.push_back(weights->name);
  for (const auto& name : others) {
    if (out.table.find(name)) continue;
    out.table.columns.push_back(gathered(table.at(name), rows.count(), [&](std::size_t i) { return rows[i]; }));
  }
  return out;
}

}  // namespace bedside
