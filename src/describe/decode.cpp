#include "describe/decode.hpp"

#include <algorithm>
#include <limits>

#include "numerics/stable_order.hpp"

namespace bedside::detail {

namespace {

std::string listed(std::span<const std::string_view> names) {
  std::string out;
  for (const auto name : names) out += (out.empty() ? "" : ", ") + quoted(name);
  return out;
}

[[noreturn]] void unknownField(std::string_view owner, std::string_view field, std::span<const std::string_view> known) {
  const auto near = nearest(field, known);
  fail(Code::invalidSpec, text("Unknown option ", quoted(field), " of ", owner, ". ",
                               near.empty() ? text("It knows ", listed(known), ".") : text("Did you mean ", quoted(near), "?")));
}

[[noreturn]] void absentField(std::string_view owner, std::string_view field) {
  fail(Code::invalidSpec, text(owner, " needs ", quoted(field), "."));
}

[[noreturn]] void outOfRange(std::string_view where, const Range& range, double found) {
  const bool bounded = std::isfinite(range.high);
  fail(Code::invalidSpec,
       text(quoted(where), " must be ",
            range.open ? text("strictly between ", range.low, " and ", range.high)
                       : bounded ? text("from ", range.low, " to ", range.high) : text("at least ", range.low),
            ", not ", found, "."));
}

bool isEmpty(const Value& value) {
  return value.text.empty() && value.bytes.empty() && value.items.empty() && value.fields.empty();
}

}  // namespace

void wrongType(std::string_view where, std::string_view wanted, const Value& found) {
  fail(Code::invalidSpec, text(quoted(where), " must be ", wanted, ", not ", found.typeName(), "."));
}

void unknownWord(std::string_view where, std::string_view found, std::span<const std::string_view> known) {
  fail(Code::invalidSpec, text(quoted(where), " is ", quoted(found), "; it must be one of ", listed(known), "."));
}

std::string readString(const Value& value, std::string_view where) {
  if (value.type != Value::Type::string) wrongType(where, "a string", value);
  return std::string(value.text);
}

double readNumber(const Value& value, std::string_view where) {
  if (value.type != Value::Type::number) wrongType(where, "a number", value);
  if (!std::isfinite(value.number)) fail(Code::invalidSpec, text(quoted(where), " must be a finite number, not ", value.number, "."));
  return value.number;
}

std::size_t readCount(const Value& value, std::string_view where) {
  const double number = readNumber(value, where);
  constexpr double most = std::min(9007199254740992.0, static_cast<double>(std::numeric_limits<std::size_t>::max()));
  if (number < 0 || number != std::floor(number) || number > most) {
    fail(Code::invalidSpec, text(quoted(where), " must be a whole number from 0, not ", number, "."));
  }
  return static_cast<std::size_t>(number);
}

bool readBoolean(const Value& value, std::string_view where) {
  if (value.type != Value::Type::boolean) wrongType(where, "true or false", value);
  return value.truth;
}

Level readLevel(const Value& value, std::string_view where) {
  switch (value.type) {
    case Value::Type::string: return {std::string(value.text)};
    case Value::Type::number: return {decimalText(value.number)};
    case Value::Type::boolean: return {value.truth ? "1" : "0"};
    default: wrongType(where, "a value of the column (a number, a string or a boolean)", value);
  }
}

ColumnList readColumnList(const Value& value, std::string_view where) {
  if (value.type == Value::Type::string) return {{std::string(value.text)}};
  if (value.type != Value::Type::array) wrongType(where, "a column's name or an array of names", value);
  ColumnList out;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    std::string name = readString(value.items[i], text(where, "[", i, "]"));
    if (std::find(out.names.begin(), out.names.end(), name) == out.names.end()) out.names.push_back(std::move(name));
  }
  return out;
}

CovariateProfile readCovariateProfile(const Value& value, std::string_view where) {
  if (value.type != Value::Type::map) wrongType(where, "an object such as { age: 60, sex: 'Female' }", value);
  using Written = CovariateProfile::Entry::Written;
  CovariateProfile out;
  for (const auto& [name, given] : value.fields) {
    const std::string place = text(where, ".", name);
    CovariateProfile::Entry entry{.column = std::string(name), .level = readLevel(given, place)};
    if (given.type == Value::Type::number) {
      entry.number = readNumber(given, place);
    } else {
      entry.written = given.type == Value::Type::boolean ? Written::boolean : Written::text;
    }
    out.entries.push_back(std::move(entry));
  }
  return out;
}

References readReferences(const Value& value, std::string_view where) {
  if (value.type != Value::Type::map) wrongType(where, "an object such as { sex: 'Female' }", value);
  References out;
  const auto order = numerics::stableOrder(
      value.fields.size(), [&](std::uint32_t a, std::uint32_t b) { return value.fields[a].name < value.fields[b].name; });
  for (const std::uint32_t i : order) {
    const auto& [name, level] = value.fields[i];
    out.levels.emplace_back(name, readLevel(level, text(where, ".", name)));
  }
  return out;
}

std::vector<double> readNumbers(const Value& value, std::string_view where) {
  std::vector<double> out;
  if (value.type == Value::Type::doubles) {
    out = value.doubles();
    for (const double number : out) {
      if (!std::isfinite(number)) fail(Code::invalidSpec, text(quoted(where), " must hold finite numbers, not ", number, "."));
    }
    return out;
  }
  if (value.type == Value::Type::integers) {
    for (const std::int32_t number : value.integers()) out.push_back(number);
    return out;
  }
  if (value.type != Value::Type::array) wrongType(where, "an array of numbers", value);
  out.reserve(value.items.size());
  for (std::size_t i = 0; i < value.items.size(); ++i) out.push_back(readNumber(value.items[i], text(where, "[", i, "]")));
  return out;
}

const std::vector<Value>& readArray(const Value& value, std::string_view where) {
  if (value.type != Value::Type::array) wrongType(where, "an array", value);
  return value.items;
}

void readFields(void* object, std::span<const FieldReader> fields, const Value& value, std::string_view owner) {
  if (value.type != Value::Type::map && !value.isNull()) wrongType(owner, "an object", value);
  std::vector<std::string_view> known;
  for (const FieldReader& field : fields) known.push_back(field.name);
  for (const auto& [name, given] : value.fields) {
    if (std::find(known.begin(), known.end(), name) == known.end()) unknownField(owner, name, known);
  }
  for (const FieldReader& field : fields) {
    const Value& given = value[field.name];
    if (given.isNull()) {  // null and undefined mean: as if it had not been named
      if (field.required) absentField(owner, field.name);
      if (field.nullIsValue && value.has(field.name)) field.read(const_cast<void*>(field.member(object)), given, field.name);
      continue;
    }
    field.read(const_cast<void*>(field.member(object)), given, field.name);  // the object is not const, see above
    if (field.range) {
      const auto& [low, high, open] = *field.range;
      const double number = given.number;  // the member is this number: `read` took it
      if (open ? !(number > low && number < high) : !(number >= low && number <= high)) outOfRange(field.name, *field.range, number);
    }
    if (field.notEmpty && isEmpty(given)) fail(Code::invalidSpec, text(quoted(field.name), " is empty: give at least one."));
  }
}

}  // namespace bedside::detail
