#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "describe/fields.hpp"
#include "describe/members.hpp"
#include "describe/msgpack.hpp"
#include "describe/types.hpp"
#include "table/error.hpp"

/// Writing a result, or a spec in its canonical form, by its description.
namespace bedside {

/// A value of a result that is kept more tightly than the objects it is written as: `WrittenAs` is the type that those
/// who read it find.
template <class T>
concept WritesItself = requires(const T& value, Writer& to) {
  typename T::WrittenAs;
  value.write(to);
};

namespace detail {

inline void write(Writer& to, double value) { to.number(value); }
inline void write(Writer& to, bool value) { to.boolean(value); }
inline void write(Writer& to, std::size_t value) { to.integer(static_cast<std::int64_t>(value)); }
inline void write(Writer& to, const std::string& value) { to.string(value); }
inline void write(Writer& to, const ColumnName& value) { to.string(value.name); }
inline void write(Writer& to, const ColumnMention& value) { to.string(value.name); }
inline void write(Writer& to, const Level& value) { to.string(value.text); }
inline void write(Writer& to, const std::vector<double>& values) { to.doubles(values); }
inline void write(Writer& to, const std::vector<std::int32_t>& values) { to.integers(values); }

inline void write(Writer& to, const References& value) {
  to.map(value.levels.size());
  for (const auto& [column, level] : value.levels) {
    to.string(column);
    to.string(level.text);
  }
}

inline void write(Writer& to, const CovariateProfile& value) {
  to.map(value.entries.size());
  for (const auto& entry : value.entries) {
    to.string(entry.column);
    switch (entry.written) {
      case CovariateProfile::Entry::Written::number: to.number(entry.number); break;
      case CovariateProfile::Entry::Written::text: to.string(entry.level.text); break;
      case CovariateProfile::Entry::Written::boolean: to.boolean(entry.level.text == "1"); break;
    }
  }
}

inline void write(Writer& to, const std::pair<double, double>& value) {
  to.array(2);
  to.number(value.first);
  to.number(value.second);
}

inline void write(Writer& to, const Warning& value) {
  to.map(2);
  to.string("code");
  to.string(value.code);
  to.string("message");
  to.string(value.message);
}

inline void write(Writer& to, const NumberOrNull& value) { value.value ? to.number(*value.value) : to.null(); }

template <WritesItself T>
void write(Writer& to, const T& value) {
  value.write(to);
}

template <class E>
  requires std::is_enum_v<E>
void write(Writer& to, E value) {
  to.string(wordOf(value));
}

template <class T>
void write(Writer& to, const std::optional<T>& value);
template <class T>
void write(Writer& to, const std::vector<T>& values);
template <Described T>
void write(Writer& to, const T& value);

inline void write(Writer& to, const Predictors& value) { write(to, value.terms); }
inline void write(Writer& to, const ColumnList& value) { write(to, value.names); }

template <class T>
void write(Writer& to, const std::optional<T>& value) {
  if (value) {
    write(to, *value);
  } else {
    to.null();
  }
}

/// How a value of one type is written that is known by its address.
using WriteAt = void (*)(Writer& to, const void* value);

template <class T>
void writeAt(Writer& to, const void* value) {
  write(to, *static_cast<const T*>(value));
}

void writeEach(Writer& to, const void* values, std::size_t count, std::size_t bytesEach, WriteAt writeOne);

template <class T>
void write(Writer& to, const std::vector<T>& values) {
  writeEach(to, values.data(), values.size(), sizeof(T), &writeAt<T>);
}

struct FieldWriter {
  std::string_view name;
  const void* (*member)(const void* object) = nullptr;
  WriteAt write = nullptr;

  template <const auto& field>
  static constexpr FieldWriter of(const void* (*member)(const void*)) {
    return {field.name, member, &writeAt<typename std::remove_cvref_t<decltype(field)>::Type>};
  }
};

}  // namespace detail

/// A described object on its way to a message.
struct Writable {
  const void* object;
  std::span<const detail::FieldWriter> fields;

  template <Described T>
  explicit Writable(const T& described) : object(&described), fields(detail::table<detail::FieldWriter, T>) {}
};

/// The fields of an object, without the map's head: for a map that holds further fields.
void encodeFields(Writer& to, const Writable& object);
/// The object as a map.
void encode(Writer& to, const Writable& object);

template <Described T>
void encode(Writer& to, const T& object) {
  encode(to, Writable(object));
}

namespace detail {
template <Described T>
void write(Writer& to, const T& value) {
  encode(to, Writable(value));
}
}  // namespace detail

}  // namespace bedside
