#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "describe/fields.hpp"
#include "describe/types.hpp"
#include "table/error.hpp"
#include "table/text.hpp"

/// What a description says, as a value that can be printed: for the schema, the TypeScript types and the reference
/// page. Used by the generator alone; nothing of it is in the module.
namespace bedside {

struct FieldSchema {
  std::string name;
  std::string type;          ///< what JavaScript sees: see `TypeOf`
  std::string typescript;
  std::string doc;
  std::string defaultJson;   ///< `null` when there is none
  bool required = false;
  bool nullable = false;     ///< of a result
  std::optional<Range> range;
  std::vector<std::string> words;
  bool orBoolean = false;
  std::string wants;         ///< kind of column: `numeric`, `binary` or empty
  std::string format;        ///< of a result's figure
  std::vector<FieldSchema> fields;  ///< of an object, or of each object of an array
};

template <Described S>
std::vector<FieldSchema> schemaOf();

namespace detail {

inline std::string jsonText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

inline std::string json(double value) { return text(value); }
inline std::string json(const NumberOrNull& value) { return value.value ? json(*value.value) : "null"; }
inline std::string json(bool value) { return value ? "true" : "false"; }
inline std::string json(std::size_t value) { return text(value); }
inline std::string json(const std::string& value) { return jsonText(value); }
template <class E>
  requires std::is_enum_v<E>
std::string json(const E& value) {
  return jsonText(wordOf(value));
}
template <class T>
std::string json(const T&) {
  return "null";
}

/// How a C++ type appears in JavaScript: the schema's word for it and its TypeScript.
template <class T>
struct TypeOf;

#define BEDSIDE_TYPE(TYPE, WORD, TYPESCRIPT)            \
  template <>                                           \
  struct TypeOf<TYPE> {                                 \
    static void put(FieldSchema& field) {               \
      field.type = WORD;                                \
      field.typescript = TYPESCRIPT;                    \
    }                                                   \
  }
BEDSIDE_TYPE(double, "number", "number");
BEDSIDE_TYPE(std::size_t, "integer", "number");
BEDSIDE_TYPE(bool, "boolean", "boolean");
BEDSIDE_TYPE(std::string, "string", "string");
BEDSIDE_TYPE(ColumnName, "column", "string");
BEDSIDE_TYPE(ColumnMention, "column", "string");
BEDSIDE_TYPE(ColumnList, "columns", "string | readonly string[]");
BEDSIDE_TYPE(CovariateProfile, "profile", "Record<string, number | string | boolean>");
BEDSIDE_TYPE(Predictors, "terms", "string[]");
BEDSIDE_TYPE(Level, "level", "number | string | boolean");
BEDSIDE_TYPE(References, "levels", "Record<string, number | string | boolean>");
BEDSIDE_TYPE(Warning, "warning", "{ code: string, message: string }");
BEDSIDE_TYPE(std::vector<double>, "numbers", "Float64Array");
BEDSIDE_TYPE(std::vector<std::int32_t>, "integers", "Int32Array");
BEDSIDE_TYPE(std::vector<std::vector<double>>, "vectors", "Float64Array[]");
#undef BEDSIDE_TYPE

template <>
struct TypeOf<NumberOrNull> {
  static void put(FieldSchema& field) {
    field.type = "number";
    field.typescript = "number | null";
  }
};
template <class T>
  requires requires { typename T::WrittenAs; }
struct TypeOf<T> {
  static void put(FieldSchema& field) { TypeOf<typename T::WrittenAs>::put(field); }
};
template <>
struct TypeOf<std::pair<double, double>> {
  static void put(FieldSchema& field) {
    field.type = "interval";
    field.typescript = "[number, number]";
  }
};
template <class E>
  requires std::is_enum_v<E>
struct TypeOf<E> {
  static void put(FieldSchema& field) {
    field.type = "word";
    for (const auto& word : words<E>) {
      field.words.emplace_back(word.text);
      field.typescript += (field.typescript.empty() ? "'" : " | '") + std::string(word.text) + "'";
    }
  }
};
template <Described T>
struct TypeOf<T> {
  static void put(FieldSchema& field) {
    field.type = "object";
    field.fields = schemaOf<T>();
  }
};
template <class T>
struct TypeOf<std::optional<T>> {
  static void put(FieldSchema& field) {
    TypeOf<T>::put(field);
    field.nullable = true;
  }
};
template <class T>
struct TypeOf<std::vector<T>> {
  static void put(FieldSchema& field) {
    TypeOf<T>::put(field);
    field.type += 's';  // column → columns, object → objects, string → strings
    if (!field.typescript.empty()) field.typescript = "(" + field.typescript + ")[]";
  }
};

template <class F>
std::string docOf(const F& field) {
#ifdef BEDSIDE_DOCS
  if constexpr (F::template has<Doc>) return field.template get<Doc>().text;
#endif
  return {};
}

inline std::string_view formatWord(Format format) {
  switch (format) {
    case Format::plain: return "plain";
    case Format::count: return "count";
    case Format::number: return "number";
    case Format::pValue: return "pValue";
    case Format::ratio: return "ratio";
    case Format::share: return "share";
    case Format::seconds: return "seconds";
  }
  return "plain";
}

}  // namespace detail

/// The fields of a described struct, with its members' initialisers as defaults.
template <Described S>
std::vector<FieldSchema> schemaOf() {
  std::vector<FieldSchema> out;
  S defaults{};
  eachField(defaults, [&](const auto& field, const auto& value) {
    using F = std::remove_cvref_t<decltype(field)>;
    using T = std::remove_cvref_t<decltype(value)>;
    FieldSchema schema;
    schema.name = std::string(field.name);
    detail::TypeOf<T>::put(schema);
    schema.doc = detail::docOf(field);
    schema.defaultJson = detail::json(value);
    schema.required = F::template has<Required>;
    if constexpr (F::template has<Range>) schema.range = field.template get<Range>();
    schema.orBoolean = F::template has<OrBoolean<T>>;
    if constexpr (F::template has<NumericColumn>) schema.wants = "numeric";
    if constexpr (F::template has<BinaryColumn>) schema.wants = "binary";
    if constexpr (F::template has<Format>) schema.format = std::string(detail::formatWord(field.template get<Format>()));
    if (schema.orBoolean) schema.typescript += " | boolean";
    out.push_back(std::move(schema));
  });
  return out;
}

}  // namespace bedside
