#include "analyses/survival/rows.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/stable_order.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

/// The numbers below `limit` that occur among numberOf(0 … n − 1), rising.
template <class NumberOf>
std::vector<std::uint64_t> occurring(std::size_t n, std::uint64_t limit, NumberOf&& numberOf) {
  std::vector<std::uint64_t> out;
  if (limit <= 4 * n + 1024) {
    std::vector<bool> seen(limit);
    for (std::size_t i = 0; i < n; ++i) seen[numberOf(i)] = true;
    for (std::uint64_t number = 0; number < limit; ++number) {
      if (seen[number]) out.push_back(number);
    }
    return out;
  }
  std::vector<std::uint64_t> all(n);
  for (std::size_t i = 0; i < n; ++i) all[i] = numberOf(i);
  for (const std::uint32_t i : numerics::stableOrder(n, [&](std::uint32_t a, std::uint32_t b) { return all[a] < all[b]; })) {
    if (out.empty() || out.back() != all[i]) out.push_back(all[i]);
  }
  return out;
}

}  // namespace

Binary survivalEvent(const Table& table, const ColumnName& event, const std::optional<Level>& eventValue,
                     const std::optional<ColumnName>& weights) {
  const Column column = withoutZeroWeights(table.at(event.name), weights ? &table.at(weights->name) : nullptr);
  return eventOf(column, eventValue ? std::optional(eventValue->text) : std::nullopt);
}

std::vector<std::uint8_t> eventFlags(const Binary& event, const Selection& selection) {
  std::vector<std::uint8_t> flags(selection.count());
  for (std::size_t i = 0; i < flags.size(); ++i) flags[i] = event[selection[i]] ? 1 : 0;
  return flags;
}

void failNoEvents(const ColumnName& event, const Binary& binary, std::size_t rows) {
  fail(Code::noEvents,
       text("None of the ", rows, " rows used has the event (", quoted(event.name), " = ",
            quoted(shortened(binary.event())),
            "): check the event column, or 'eventValue', and columns with many missing values."));
}

std::shared_ptr<const numerics::Times> survivalTimes(const Table& table, const ColumnName& time,
                                                     const std::optional<ColumnName>& start, const Selection& selection,
                                                     numerics::TimeTies ties, Context& context) {
  KeyBuilder key("survival times");
  key.add(table.at(time.name).data->fingerprint).add(start.has_value());
  if (start) key.add(table.at(start->name).data->fingerprint);
  key.add(ties == numerics::TimeTies::rounded);
  addRows(key, table, selection);
  return context.fit<numerics::Times>(key.key(), [&] {
    const double* starts = start ? table.at(start->name).data->values.data() : nullptr;
    return numerics::timesOf(table.at(time.name).data->values.data(), starts, selection.rows(), ties);
  });
}

void checkIntervals(const Table& table, const ColumnName& start, const ColumnName& time, const Selection& selection) {
  const auto& starts = table.at(start.name).data->values;
  const auto& stops = table.at(time.name).data->values;
  for (std::size_t i = 0; i < selection.count(); ++i) {
    const std::size_t row = selection[i];
    if (starts[row] < stops[row]) continue;
    fail(Code::invalidSpec, text("row ", row + 1, ": ", quoted(start.name), " (", starts[row], ") is not before ",
                                 quoted(time.name), " (", stops[row],
                                 "), so nobody is at risk in between: correct the row or filter it out."));
  }
}

std::string LevelGroups::name(std::size_t group) const {
  std::string out;
  for (const auto& level : levels[group]) out += (&level == &levels[group].front() ? "" : ":") + level;
  return out;
}

LevelGroups groupsOf(const Table& table, std::span<const std::string> columns, const Selection& selection) {
  LevelGroups out;
  out.levels.resize(1);
  if (columns.empty()) return out;
  const std::size_t n = selection.count();
  out.groups.codes.assign(n, 0);
  for (const auto& name : columns) {
    // Refine the groups by one more column: the pairs that occur, numbered in order of (group, level).
    const Factor factor = factorOf(*table.at(name).data);
    const std::uint64_t width = factor.levels.size();
    const auto pairOf = [&](std::size_t i) {
      return static_cast<std::uint64_t>(out.groups.codes[i]) * width +
             static_cast<std::uint64_t>(factor.codes[selection[i]]);
    };
    const std::vector<std::uint64_t> pairs = occurring(n, out.groups.count * width, pairOf);
    std::vector<std::vector<std::string>> levels;
    for (const std::uint64_t pair : pairs) {
      levels.push_back(out.levels[pair / width]);
      levels.back().push_back(factor.levels[pair % width]);
    }
    for (std::size_t i = 0; i < n; ++i) {
      const auto at = std::lower_bound(pairs.begin(), pairs.end(), pairOf(i));
      out.groups.codes[i] = static_cast<std::int32_t>(at - pairs.begin());
    }
    out.groups.count = levels.size();
    out.levels = std::move(levels);
  }
  return out;
}

std::vector<double> valuesOf(const Table& table, const std::optional<ColumnName>& column, const Selection& selection) {
  if (!column) return {};
  const auto& values = table.at(column->name).data->values;
  std::vector<double> out(selection.count());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = values[selection[i]];
  return out;
}

bool wholeNumbers(std::span<const double> weights) {
  return std::all_of(weights.begin(), weights.end(), [](double weight) { return weight == std::floor(weight); });
}

void addRows(KeyBuilder& key, const Table& table, const Selection& selection) {
  key.add(table.rows).add(selection.everyRow());
  const auto numbers = selection.numbers();
  key.add(fingerprintOf({reinterpret_cast<const std::uint8_t*>(numbers.data()), numbers.size_bytes()}));
}

}  // namespace bedside
