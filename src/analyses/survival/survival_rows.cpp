#include "analyses/survival/survival_rows.hpp"

#include <algorithm>

#include "analyses/regression/frame.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

std::size_t bytesOf(const std::vector<std::string>& texts) {
  std::size_t bytes = 0;
  for (const auto& text : texts) bytes += sizeof text + text.capacity();
  return bytes;
}

std::span<const std::string> only(const ColumnName& column) { return {&column.name, 1}; }

std::vector<std::string> firstLevels(const LevelGroups& groups) {
  std::vector<std::string> out;
  for (const auto& levels : groups.levels) out.push_back(levels.front());
  return out;
}

}  // namespace

std::size_t RiskTables::bytes() const {
  std::size_t bytes = sizeof *this + bytesOf(groups);
  for (const auto& table : tables) bytes += table.bytes();
  return bytes;
}

double RiskTables::firstTime() const {
  double out = tables.front().time.front();
  for (const auto& table : tables) out = std::min(out, table.time.front());
  return out;
}

double RiskTables::lastTime() const {
  double out = tables.front().time.back();
  for (const auto& table : tables) out = std::max(out, table.time.back());
  return out;
}

std::size_t GroupTest::bytes() const {
  return sizeof *this + bytesOf(groups) + n.capacity() * sizeof(std::size_t) + test.bytes();
}

SurvivalRows::SurvivalRows(const Table& table, const SurvivalFields& fields, std::vector<std::string> by,
                           std::optional<double> landmark)
    : table_(table),
      fields_(fields),
      event_(survivalEvent(table, fields.event, fields.eventValue, fields.weights)),
      selection_(0) {
  const Column* weights = fields.weights ? &table.at(fields.weights->name) : nullptr;
  if (weights) checkWeights(*weights);
  std::vector<std::string> columns{fields.time.name, fields.event.name};
  columns.insert(columns.end(), by.begin(), by.end());
  selection_ = completeRows(table, columns, weights);
  if (n() == 0) {
    fail(Code::tooFewRows,
         text("No row has a value in every column used", weights ? " and a weight above 0" : "", ": the time ",
              quoted(fields.time.name), " lacks ", table.at(fields.time.name).data->missing, " of ", table.rows, "."));
  }
  Selection complete = selection_;
  if (landmark) {
    const auto& times = table.at(fields.time.name).data->values;
    selection_.keepIf([&](std::size_t row) { return !(times[row] < *landmark); });
    excluded_ = complete.count() - n();
    if (n() == 0) {
      fail(Code::tooFewRows, text("No row is left at the landmark ", *landmark, ": every ", quoted(fields.time.name),
                                  " lies before it."));
    }
  }
  checkFinite(table, columns, complete);
  if (weights) checkFinite(*weights, complete);
}

Common SurvivalRows::common() const {
  Common common;
  common.n = n();
  common.nMissing = selection_.missing();
  return common;
}

KeyBuilder SurvivalRows::key(std::string_view kind) const {
  KeyBuilder key(kind);
  key.add(table_.at(fields_.time.name).data->fingerprint).add(table_.at(fields_.event.name).data->fingerprint);
  key.add(event_.event()).add(fields_.weights.has_value());
  if (fields_.weights) key.add(table_.at(fields_.weights->name).data->fingerprint);
  addRows(key, table_, selection_);
  return key;
}

std::shared_ptr<const RiskTables> SurvivalRows::riskTables(const std::optional<ColumnName>& group,
                                                           Context& context) const {
  KeyBuilder key = this->key("curves of survival");
  key.add(group.has_value());
  if (group) key.add(table_.at(group->name).data->fingerprint);
  return context.fit<RiskTables>(key.key(), [&] {
    const auto times =
        survivalTimes(table_, fields_.time, std::nullopt, selection_, numerics::TimeTies::rounded, context);
    context.progress(0.5);
    const LevelGroups groups = groupsOf(table_, group ? only(*group) : std::span<const std::string>(), selection_);
    const std::vector<double> weights = valuesOf(table_, fields_.weights, selection_);
    return RiskTables{.groups = group ? firstLevels(groups) : std::vector<std::string>(),
                      .tables = numerics::riskTables(*times, groups.groups, eventFlags(event_, selection_), weights,
                                                     !wholeNumbers(weights))};
  });
}

numerics::ComparedRows SurvivalRows::compared(const LevelGroups& groups, std::span<const std::string> strata,
                                              Context& context) const {
  const auto times =
      survivalTimes(table_, fields_.time, std::nullopt, selection_, numerics::TimeTies::rounded, context);
  const std::vector<double> weights = valuesOf(table_, fields_.weights, selection_);
  return numerics::comparedRows(*times, groupsOf(table_, strata, selection_).groups, groups.groups,
                                eventFlags(event_, selection_), weights, !wholeNumbers(weights));
}

std::shared_ptr<const GroupTest> SurvivalRows::logRank(const ColumnName& group, std::span<const std::string> strata,
                                                       double rho, Context& context) const {
  KeyBuilder key = this->key("log-rank test");
  key.add(table_.at(group.name).data->fingerprint).add(rho).add(strata.size());
  for (const auto& stratum : strata) key.add(table_.at(stratum).data->fingerprint);
  return context.fit<GroupTest>(key.key(), [&] {
    const LevelGroups groups = groupsOf(table_, only(group), selection_);
    GroupTest out{.groups = firstLevels(groups), .n = std::vector<std::size_t>(groups.groups.count), .test = {}};
    for (std::size_t i = 0; i < n(); ++i) ++out.n[groups.groups[i]];
    const numerics::ComparedRows rows = compared(groups, strata, context);
    context.progress(0.5);
    const auto span = context.span(0.5, 1);
    out.test = numerics::logRank(rows, rho, [&](double done) { context.progress(done); });
    return out;
  });
}

Need needOfRows(const Table& table, const SurvivalFields& fields, const std::vector<ColumnUse>& columns) {
  if (fields.weights) return {};
  return {.certain = leastRows(table, columns) * 4 * sizeof(std::uint32_t)};
}

}  // namespace bedside
