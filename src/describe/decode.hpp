#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "describe/fields.hpp"
#include "describe/members.hpp"
#include "describe/msgpack.hpp"
#include "describe/types.hpp"
#include "table/error.hpp"
#include "table/text.hpp"

/// Reading a spec (or options) from a message by its description. Every deviation is INVALID_SPEC with a message that
/// names the field, what was found and what is wanted.
namespace bedside {

namespace detail {

[[noreturn]] void wrongType(std::string_view where, std::string_view wanted, const Value& found);
[[noreturn]] void unknownWord(std::string_view where, std::string_view found, std::span<const std::string_view> known);

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
    std::array<std::string_view, words<E>.size()> known;
    for (std::size_t i = 0; i < known.size(); ++i) known[i] = words<E>[i].text;
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
struct WithoutOptional {
  using Type = T;
};
template <class T>
struct WithoutOptional<std::optional<T>> {
  using Type = T;
};
template <>
struct WithoutOptional<NumberOrNull> {
  using Type = double;
};

/// A word, or the message's own `true` or `false` for one.
template <class E, E WhenFalse, E WhenTrue>
E readWordOrBoolean(const Value& value, std::string_view where) {
  if (value.type == Value::Type::boolean) return value.truth ? WhenTrue : WhenFalse;
  return read<E>(value, where);
}

/// How a value is read into a member of one type that is known by its address.
using ReadAt = void (*)(void* member, const Value& value, std::string_view where);

template <class T, T (*From)(const Value&, std::string_view) = &read<T>>
void readAt(void* member, const Value& value, std::string_view where) {
  *static_cast<T*>(member) = From(value, where);
}

template <double Low, double High, bool Open>
inline constexpr Range oneRange{Low, High, Open};

/// A field of a spec: how it is read, and what its notes ask of the value.
struct FieldReader {
  std::string_view name;
  const void* (*member)(const void* object) = nullptr;
  ReadAt read = nullptr;
  const Range* range = nullptr;
  bool required = false;
  bool notEmpty = false;
  bool nullIsValue = false;  ///< a null that is written is the value, not the default

  template <const auto& field>
  static constexpr FieldReader of(const void* (*member)(const void*)) {
    using F = std::remove_cvref_t<decltype(field)>;
    using T = typename F::Type;
    FieldReader reader{.name = field.name, .member = member, .required = F::template has<Required>,
                       .notEmpty = F::template has<NotEmpty>, .nullIsValue = std::is_same_v<T, NumberOrNull>};
    if constexpr (F::template has<OrBoolean<T>>) {
      constexpr auto meaning = field.template get<OrBoolean<T>>();
      reader.read = &readAt<T, &readWordOrBoolean<T, meaning.whenFalse, meaning.whenTrue>>;
    } else {
      reader.read = &readAt<T>;
    }
    if constexpr (F::template has<Range>) {
      static_assert(std::is_arithmetic_v<typename WithoutOptional<T>::Type>, "a range belongs to a number");
      constexpr Range range = field.template get<Range>();
      reader.range = &oneRange<range.low, range.high, range.open>;
    }
    return reader;
  }
};

/// Reads the fields of an object that holds their defaults.
void readFields(void* object, std::span<const FieldReader> fields, const Value& value, std::string_view owner);

template <class T>
T readObject(const Value& value, std::string_view owner) {
  T out{};
  readFields(&out, table<FieldReader, T>, value, owner);
  return out;
}

}  // namespace detail

/// The spec in a message. `owner` is what the user calls it ("logistic"), for messages.
template <Described Spec>
Spec decode(const Value& value, std::string_view owner) {
  return detail::readObject<Spec>(value, owner);
}

}  // namespace bedside
