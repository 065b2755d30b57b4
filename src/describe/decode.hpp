#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "describe/fields.hpp"
#include "describe/msgpack.hpp"
#include "describe/types.hpp"
#include "table/error.hpp"
#include "table/text.hpp"

/// Reading a spec (or options) from a message by its description. Every deviation is INVALID_SPEC with a message that
/// names the field, what was found and what is wanted.
namespace bedside {

namespace detail {

[[noreturn]] void wrongType(std::string_view where, std::string_view wanted, const Value& found);
[[noreturn]] void unknownField(std::string_view owner, std::string_view field, const std::vector<std::string_view>& known);
[[noreturn]] void absentField(std::string_view owner, std::string_view field);
[[noreturn]] void outOfRange(std::string_view where, const Range& range, double found);
[[noreturn]] void unknownWord(std::string_view where, std::string_view found, const std::vector<std::string_view>& known);

std::string readString(const Value& value, std::string_view where);
double readNumber(const Value& value, std::string_view where);
std::size_t readCount(const Value& value, std::string_view where);
bool readBoolean(const Value& value, std::string_view where);
Level readLevel(const Value& value, std::string_view where);
ColumnList readColumnList(const Value& value, std::string_view where);
CovariateProfile readCovariateProfile(const Value& value, std::string_view where);
References readReferences(const Value& value, std::string_view where);
std::vector<double> readNumbers(const Value& value, std::string_view where);
const std::vector<Value>& readArray(const Value& value, std::string_view where);

template <class T>
struct Read;  // one way to read each type

template <class T>
T read(const Value& value, std::string_view where) {
  return Read<T>::from(value, where);
}

template <>
struct Read<std::string> {
  static std::string from(const Value& value, std::string_view where) { return readString(value, where); }
};
template <>
struct Read<double> {
  static double from(const Value& value, std::string_view where) { return readNumber(value, where); }
};
template <>
struct Read<std::size_t> {
  static std::size_t from(const Value& value, std::string_view where) { return readCount(value, where); }
};
template <>
struct Read<bool> {
  static bool from(const Value& value, std::string_view where) { return readBoolean(value, where); }
};
template <>
struct Read<ColumnName> {
  static ColumnName from(const Value& value, std::string_view where) { return {readString(value, where)}; }
};
template <>
struct Read<ColumnMention> {
  static ColumnMention from(const Value& value, std::string_view where) { return {readString(value, where)}; }
};
template <>
struct Read<Level> {
  static Level from(const Value& value, std::string_view where) { return readLevel(value, where); }
};
template <>
struct Read<ColumnList> {
  static ColumnList from(const Value& value, std::string_view where) { return readColumnList(value, where); }
};
template <>
struct Read<CovariateProfile> {
  static CovariateProfile from(const Value& value, std::string_view where) {
    return readCovariateProfile(value, where);
  }
};
template <>
struct Read<References> {
  static References from(const Value& value, std::string_view where) { return readReferences(value, where); }
};
template <>
struct Read<std::vector<double>> {
  static std::vector<double> from(const Value& value, std::string_view where) { return readNumbers(value, where); }
};
template <>
struct Read<NumberOrNull> {
  static NumberOrNull from(const Value& value, std::string_view where) {
    if (value.isNull()) return {};
    return {readNumber(value, where)};
  }
};
template <>
struct Read<std::pair<double, double>> {
  static std::pair<double, double> from(const Value& value, std::string_view where) {
    const auto both = readNumbers(value, where);
    if (both.size() != 2) wrongType(where, "two numbers [low, high]", value);
    return {both[0], both[1]};
  }
};
template <class T>
struct Read<std::vector<T>> {
  static std::vector<T> from(const Value& value, std::string_view where) {
    std::vector<T> out;
    const auto& items = readArray(value, where);
    out.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) out.push_back(read<T>(items[i], text(where, "[", i, "]")));
    return out;
  }
};
template <>
struct Read<Predictors> {
  static Predictors from(const Value& value, std::string_view where) {
    return {read<std::vector<std::string>>(value, where)};
  }
};
template <class T>
struct Read<std::optional<T>> {
  static std::optional<T> from(const Value& value, std::string_view where) {
    if (value.isNull()) return std::nullopt;
    return read<T>(value, where);
  }
};
template <class E>
  requires std::is_enum_v<E>
struct Read<E> {
  static E from(const Value& value, std::string_view where) {
    static_assert(!words<E>.empty(), "an enum in a spec needs its words<E>");
    if (value.type == Value::Type::string) {
      for (const auto& word : words<E>) {
        if (word.text == value.text) return word.value;
      }
    }
    std::vector<std::string_view> known;
    for (const auto& word : words<E>) known.push_back(word.text);
    unknownWord(where, value.type == Value::Type::string ? value.text : value.typeName(), known);
  }
};

template <class T>
T readObject(const Value& value, std::string_view owner);

template <Described T>
struct Read<T> {
  static T from(const Value& value, std::string_view where) { return readObject<T>(value, where); }
};

template <class T>
inline constexpr bool isOptional = false;
template <class T>
inline constexpr bool isOptional<std::optional<T>> = true;

/// What a note asks of a value that has been read.
template <class F, class T>
void checkNotes(const F& field, const T& value) {
  if constexpr (isOptional<T>) {
    if (value) checkNotes(field, *value);
  } else if constexpr (std::is_same_v<T, NumberOrNull>) {
    checkNotes(field, value.value);
  } else {
    if constexpr (F::template has<Range>) {
      static_assert(std::is_arithmetic_v<T>, "a range belongs to a number");
      const Range& range = field.template get<Range>();
      const auto number = static_cast<double>(value);
      const bool inside = range.open ? number > range.low && number < range.high : number >= range.low && number <= range.high;
      if (!inside) outOfRange(field.name, range, number);
    }
    if constexpr (F::template has<NotEmpty>) {
      if (value.empty()) fail(Code::invalidSpec, text(quoted(field.name), " is empty: give at least one."));
    }
  }
}

/// True when the message's own `true` or `false` stands for a word or a count.
template <class F, class T>
bool readAsBoolean(const F& field, const Value& value, T& out) {
  if constexpr (F::template has<OrBoolean<T>>) {
    if (value.type == Value::Type::boolean) {
      const auto& meaning = field.template get<OrBoolean<T>>();
      out = value.truth ? meaning.whenTrue : meaning.whenFalse;
      return true;
    }
  }
  return false;
}

template <class T>
T readObject(const Value& value, std::string_view owner) {
  if (value.type != Value::Type::map && !value.isNull()) wrongType(owner, "an object", value);
  T out{};
  std::vector<std::string_view> known;
  eachField(out, [&](const auto& field, const auto&) { known.push_back(field.name); });
  for (const auto& [name, given] : value.fields) {
    if (std::find(known.begin(), known.end(), name) == known.end()) unknownField(owner, name, known);
  }
  eachField(out, [&](const auto& field, auto& member) {
    using F = std::remove_cvref_t<decltype(field)>;
    const Value& given = value[field.name];
    if (given.isNull()) {  // null and undefined mean: as if it had not been named
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(member)>, NumberOrNull>) {
        if (value.has(field.name)) member = {};
      }
      if constexpr (F::template has<Required>) absentField(owner, field.name);
      return;
    }
    if (!readAsBoolean(field, given, member)) member = read<std::remove_cvref_t<decltype(member)>>(given, field.name);
    checkNotes(field, member);
  });
  return out;
}

}  // namespace detail

/// The spec in a message. `owner` is what the user calls it ("logistic"), for messages.
template <Described Spec>
Spec decode(const Value& value, std::string_view owner) {
  return detail::readObject<Spec>(value, owner);
}

}  // namespace bedside
