#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "describe/fields.hpp"
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

template <class T>
void write(Writer& to, const std::vector<T>& values) {
  to.array(values.size());
  for (const auto& value : values) write(to, value);
}

}  // namespace detail

/// The fields of a described object, without the map's head: for a map that holds further fields.
template <Described T>
void encodeFields(Writer& to, const T& object) {
  eachField(object, [&](const auto& field, const auto& value) {
    to.string(field.name);
    detail::write(to, value);
  });
}

template <Described T>
void encode(Writer& to, const T& object) {
  to.map(fieldCount<T>());
  encodeFields(to, object);
}

namespace detail {
template <Described T>
void write(Writer& to, const T& value) {
  encode(to, value);
}
}  // namespace detail

}  // namespace bedside
