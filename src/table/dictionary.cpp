#include "table/dictionary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "table/dates.hpp"
#include "table/levels.hpp"
#include "table/missing.hpp"
#include "table/number.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

/// The level that a dictionary means by a value: in a numeric column `1.0` is the level `1`.
std::string levelMeant(const ColumnData& column, const std::string& value) {
  if (!column.numeric()) return value;
  const std::optional<double> number = numberOf(value);
  return number ? decimalText(*number) : value;
}

bool holds(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::vector<std::string> trimmedAll(const std::vector<std::string>& tokens) {
  std::vector<std::string> out;
  for (const std::string& token : tokens) out.emplace_back(trimmed(token));
  return out;
}

/// A categorical column with its levels in the order of `fixed`, the others behind; the same data when it is so
/// already.
std::shared_ptr<const ColumnData> ordered(const std::shared_ptr<const ColumnData>& column,
                                          const std::vector<std::string>& fixed) {
  std::vector<std::string> levels;
  for (const std::string& level : fixed) {
    if (holds(column->levels, level) && !holds(levels, level)) levels.push_back(level);
  }
  const std::size_t named = levels.size();
  Levels places;
  for (const std::string& level : levels) places.codeOf(level);
  std::vector<std::int32_t> place;
  for (const std::string& level : column->levels) {
    place.push_back(places.codeOf(level));
    if (static_cast<std::size_t>(place.back()) >= named) levels.push_back(level);
  }
  if (levels == column->levels) return column;
  std::vector<std::int32_t> codes = column->codes;
  recode(codes, place);
  return ColumnData::categoricalOf(std::move(codes), std::move(levels));
}

/// The same for numbers, which stay in numeric order unless an order says otherwise.
std::shared_ptr<const ColumnData> orderedNumbers(const std::shared_ptr<const ColumnData>& column,
                                                 const std::vector<std::string>& fixed) {
  const bool natural = std::is_sorted(fixed.begin(), fixed.end(), levelBefore);
  const std::vector<std::string> order = natural ? std::vector<std::string>() : fixed;
  if (order == column->levels) return column;
  return ColumnData::numericOf(column->values, column->kind, order);
}

/// What becomes of each level of a column that is read anew.
struct Reading {
  std::vector<double> numbers;
  std::size_t coerced = 0;
  std::string firstCoerced;
};

Reading readLevels(const Factor& factor, Kind kind, const DateFormat& dates, const std::vector<std::string>& missing,
                   bool& suspect) {
  Reading out;
  std::vector<bool> wrong;
  for (const std::string& level : factor.levels) {
    std::optional<double> number;
    const bool token = holds(missing, level);
    if (!token && kind == Kind::date) {
      const std::optional<DateFormat::Reading> date = dates.read(level, &suspect);
      if (date) number = date->days;
    } else if (!token) {
      number = numberOf(level);
    }
    out.numbers.push_back(number.value_or(absent));
    wrong.push_back(!token && !number);
  }
  for (const std::int32_t code : factor.codes) {
    const auto level = static_cast<std::size_t>(code);
    if (code < 0 || !wrong[level]) continue;
    if (out.coerced++ == 0) out.firstCoerced = factor.levels[level];
  }
  return out;
}

/// The factor that a person would read: dates as dates.
Factor textsOf(const ColumnData& column) {
  Factor factor = factorOf(column);
  if (column.kind != Kind::date) return factor;
  std::vector<std::string> texts;
  for (const std::string& days : factor.levels) texts.push_back(dateText(numberOf(days).value_or(absent)));
  LevelOrder order = inLevelOrder(std::move(texts));
  recode(factor.owned, order.place);
  factor.levels = std::move(order.levels);
  return factor;
}

std::shared_ptr<const ColumnData> asText(const ColumnData& column, const std::vector<std::string>& missing) {
  Factor factor = textsOf(column);
  std::vector<std::int32_t> place;
  std::vector<std::string> levels;
  for (const std::string& level : factor.levels) {
    const bool token = holds(missing, level);
    place.push_back(token ? -1 : static_cast<std::int32_t>(levels.size()));
    if (!token) levels.push_back(level);
  }
  std::vector<std::int32_t> codes(factor.codes.begin(), factor.codes.end());
  recode(codes, place);
  return ColumnData::categoricalOf(std::move(codes), std::move(levels));
}

/// Numbers keep every digit: only those whose text is a token go.
std::shared_ptr<const ColumnData> withoutNumbers(const ColumnData& column, Kind kind, const DateFormat& dates,
                                                 const std::vector<std::string>& missing) {
  std::vector<double> codes;
  for (const std::string& token : missing) {
    if (column.kind == Kind::date) {
      const std::optional<DateFormat::Reading> date = dates.read(token);
      if (date) codes.push_back(date->days);
    } else if (const std::optional<double> number = numberOf(token); number && decimalText(*number) == token) {
      codes.push_back(*number);
    }
  }
  std::vector<double> values = column.values;
  for (double& value : values) {
    if (std::find(codes.begin(), codes.end(), value) != codes.end()) value = absent;
  }
  return ColumnData::numericOf(std::move(values), kind, column.levels);
}

std::shared_ptr<const ColumnData> readAnew(const Column& column, Kind kind, const ColumnDescription& description,
                                           std::vector<Warning>& warnings) {
  const ColumnData& data = *column.data;
  const std::vector<std::string> missing = trimmedAll(description.missing);
  if (kind == Kind::categorical) return asText(data, missing);
  const DateFormat dates(description.dateFormat, calendarOf(description.calendar));
  if (data.kind == kind || data.kind == Kind::date) return withoutNumbers(data, kind, dates, missing);
  const Factor factor = textsOf(data);
  bool suspect = false;
  const Reading reading = readLevels(factor, kind, dates, missing, suspect);
  const auto warn = [&](const char* code, std::string message) {
    warnings.push_back({code, text("column ", quoted(column.name), ": ", message)});
  };
  if (reading.coerced > 0) {
    warn("COERCED", text(reading.coerced, reading.coerced == 1 ? " cell is " : " cells are ",
                         kind == Kind::date ? text("no date in ", dates.pattern()) : "no number",
                         " and now missing, the first ", quoted(shortened(reading.firstCoerced))));
  }
  if (suspect)
    warn("SUSPECT_YEAR", "years from 2400 to 2700; if they are of the Buddhist Era, say calendar: 'buddhist'");
  std::vector<double> values;
  values.reserve(factor.codes.size());
  for (const std::int32_t code : factor.codes) {
    values.push_back(code < 0 ? absent : reading.numbers[static_cast<std::size_t>(code)]);
  }
  return ColumnData::numericOf(std::move(values), kind);
}

}  // namespace

std::optional<Kind> kindOf(std::string_view word, std::string_view column) {
  if (word.empty()) return std::nullopt;
  if (word == "numeric") return Kind::numeric;
  if (word == "categorical") return Kind::categorical;
  if (word == "date") return Kind::date;
  fail(Code::invalidSpec, text("type ", quoted(word), " of column ", quoted(column),
                               " is unknown; 'numeric', 'categorical' and 'date' are known"));
}

void check(const Dictionary& dictionary) {
  for (const auto& [name, description] : dictionary) {
    kindOf(description.type, name);
    DateFormat(description.dateFormat, calendarOf(description.calendar));
  }
}

void putLabels(Column& column, const ColumnDescription& description) {
  if (!description.label.empty()) column.label = description.label;
  if (!description.unit.empty()) column.unit = description.unit;
  if (description.levels.empty()) return;
  column.valueLabels.clear();
  std::vector<std::string> order;
  for (const auto& [value, label] : description.levels) {
    order.push_back(levelMeant(*column.data, value));
    column.valueLabels.emplace_back(order.back(), label);
  }
  if (!description.ordered) return;
  column.data = column.data->numeric() ? orderedNumbers(column.data, order) : ordered(column.data, order);
}

Table describeColumns(const Table& table, const Dictionary& dictionary) {
  check(dictionary);
  Table out = table;
  for (const auto& [name, description] : dictionary) {
    const auto index = static_cast<std::size_t>(&table.at(name) - table.columns.data());
    Column& column = out.columns[index];
    const Kind kind = kindOf(description.type, name).value_or(column.data->kind);
    if (kind != column.data->kind || !description.missing.empty()) {
      column.data = readAnew(column, kind, description, out.warnings);
    }
    putLabels(column, description);
  }
  return out;
}

}  // namespace bedside
