#include "table/outcome.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "table/factors.hpp"
#include "table/number.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

constexpr std::int32_t noCode = -2;  // marks no row

[[noreturn]] void refuse(const Column& column, std::span<const std::string> levels, bool more) {
  const std::string_view count = levels.empty()       ? "no value"
                                 : levels.size() == 1 ? "one value"
                                                      : "more than two values";
  fail(Code::notBinary, text("column ", quoted(column.name), " has ", count, levels.empty() ? "" : ": ", listed(levels),
                             more ? ", …" : "", "; two are needed: filter the rows or derive a column of 0 and 1"));
}

/// The values of a numeric column as levels, stopping at the third: a measurement is refused without a million texts.
std::vector<std::string> fewLevels(const ColumnData& data) {
  std::vector<double> seen;
  std::vector<std::string> levels;
  for (const double value : data.values) {
    if (std::isnan(value) || std::find(seen.begin(), seen.end(), value) != seen.end()) continue;
    seen.push_back(value);
    std::string level = decimalText(value);
    if (std::find(levels.begin(), levels.end(), level) == levels.end()) levels.push_back(std::move(level));
    if (levels.size() == 3) break;
  }
  return levels;
}

bool zeroOne(const ColumnData& data) {
  return data.numeric() && std::all_of(data.values.begin(), data.values.end(),
                                       [](double value) { return value == 0 || value == 1 || std::isnan(value); });
}

Binary asItIs(std::shared_ptr<const ColumnData> data) {
  const numerics::Source source = numerics::Source::of(data->values.data());
  return {.source = source, .levels = {"0", "1"}, .data = std::move(data), .codes = nullptr};
}

/// The level `event` of a factor against `other`.
Binary ofLevels(const Column& column, Factor factor, std::int32_t event, std::vector<std::string> levels) {
  Binary binary{.source = {}, .levels = std::move(levels), .data = column.data, .codes = nullptr};
  const std::int32_t* codes = factor.codes.data();
  if (!factor.owned.empty()) {
    auto owned = std::make_shared<const std::vector<std::int32_t>>(std::move(factor.owned));
    codes = owned->data();
    binary.codes = std::move(owned);
  }
  binary.source = numerics::Source::indicatorOf(codes, event);
  return binary;
}

/// A numeric column's cells as 1 (the event's value), 0 (another), −1 (missing). Texts are made only for numbers near
/// the value asked for.
Factor markedValues(const ColumnData& data, std::string_view eventValue) {
  if (eventValue == "true")
    eventValue = "1";
  else if (eventValue == "false")
    eventValue = "0";
  const std::optional<double> wanted = numberOf(eventValue);
  const auto isEvent = [&](double value) {
    if (!wanted) return false;
    const bool near = value == *wanted || std::abs(value - *wanted) <= 1e-14 * std::abs(*wanted);
    return near && decimalText(value) == eventValue;
  };
  Factor factor;
  factor.owned.reserve(data.values.size());
  for (const double value : data.values) factor.owned.push_back(std::isnan(value) ? -1 : isEvent(value) ? 1 : 0);
  factor.codes = factor.owned;
  return factor;
}

}  // namespace

std::size_t Binary::events(const numerics::Rows& rows) const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < rows.count; ++i) count += (*this)[rows[i]] ? 1 : 0;
  return count;
}

Binary binaryOf(const Column& column, const std::optional<std::string>& positive) {
  const ColumnData& data = *column.data;
  if (data.numeric()) {
    // A column without a value is 0/1 too: what its analysis lacks is rows.
    const bool ready = zeroOne(data);
    if (ready && (!positive || data.missing == data.rows())) return asItIs(column.data);
    const std::vector<std::string> few = fewLevels(data);
    if (few.size() != 2) refuse(column, few, few.size() == 3);
    if (ready && (*positive == "1" || *positive == "true")) return asItIs(column.data);
  }
  Factor factor = factorOf(data);
  const auto counts = levelCounts(factor.codes, factor.levels.size(), numerics::Rows::all(factor.codes.size()));
  std::vector<std::int32_t> codes;
  std::vector<std::string> levels;
  for (std::size_t level = 0; level < counts.size(); ++level) {
    if (counts[level] == 0) continue;
    codes.push_back(static_cast<std::int32_t>(level));
    levels.push_back(factor.levels[level]);
  }
  if (levels.size() != 2) refuse(column, levels, false);
  if (positive) {
    const auto named = levelNamed(data, levels, *positive);
    if (!named) {
      fail(Code::invalidSpec, text("positive: the level ", quoted(shortened(*positive)), " does not occur in column ",
                                   quoted(column.name), ", which has ", listed(levels)));
    }
    if (*named == 0) {
      std::swap(codes[0], codes[1]);
      std::swap(levels[0], levels[1]);
    }
  }
  return ofLevels(column, std::move(factor), codes[1], std::move(levels));
}

Binary binaryAgainst(const Column& column, const std::optional<std::string>& reference) {
  Binary binary = binaryOf(column);
  if (!reference) return binary;
  const auto named = levelNamed(*column.data, binary.levels, *reference);
  if (!named) {
    fail(Code::invalidSpec, text("reference: the level ", quoted(shortened(*reference)), " does not occur in column ",
                                 quoted(column.name), ", which has ", listed(binary.levels)));
  }
  return *named == 1 ? binaryOf(column, binary.levels[0]) : binary;
}

Binary eventOf(const Column& column, const std::optional<std::string>& eventValue) {
  if (!eventValue) return binaryOf(column);
  const ColumnData& data = *column.data;
  if (data.numeric()) {
    if (zeroOne(data) && (*eventValue == "1" || *eventValue == "true")) {
      Binary binary = asItIs(column.data);
      binary.levels = {"1"};
      return binary;
    }
    return ofLevels(column, markedValues(data, *eventValue), 1, {*eventValue});
  }
  Factor factor = factorOf(data);
  const std::int32_t code = levelNamed(data, factor.levels, *eventValue).value_or(noCode);
  return ofLevels(column, std::move(factor), code, {*eventValue});
}

Column withoutZeroWeights(const Column& column, const Column* weights) {
  Column out = column;
  if (!weights) return out;
  const auto& weight = weights->data->values;
  if (std::find(weight.begin(), weight.end(), 0.0) == weight.end()) return out;
  const ColumnData& data = *column.data;
  if (data.numeric()) {
    auto values = data.values;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (weight[i] == 0) values[i] = std::numeric_limits<double>::quiet_NaN();
    }
    out.data = ColumnData::numericOf(std::move(values), data.kind, data.levels);
  } else {
    auto codes = data.codes;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      if (weight[i] == 0) codes[i] = -1;
    }
    out.data = ColumnData::categoricalOf(std::move(codes), data.levels);
  }
  return out;
}

}  // namespace bedside
