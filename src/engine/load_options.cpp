#include "engine/load_options.hpp"

#include <algorithm>

#include "describe/decode.hpp"

namespace bedside {

namespace {

/// A value for each of some columns, in the order given.
template <class T>
struct ByColumn {
  std::vector<std::pair<std::string, T>> columns;
};

/// `levels: { F: 'Female' }` or `[['F', 'Female']]`.
struct ValueLabels {
  std::vector<std::pair<std::string, std::string>> pairs;
  bool ordered = false;
};

/// One date format for all columns, or one by column.
struct DateFormats {
  std::string all;
  std::vector<std::pair<std::string, std::string>> byColumn;
};

struct DescriptionOptions {
  std::string label, unit, type;
  ValueLabels levels;
  std::vector<Level> missing;
  std::string dateFormat, calendar;

  static constexpr auto describe() {
    return fields(field<&DescriptionOptions::label>(), field<&DescriptionOptions::unit>(), field<&DescriptionOptions::type>(),
                  field<&DescriptionOptions::levels>(), field<&DescriptionOptions::missing>(), field<&DescriptionOptions::dateFormat>(),
                  field<&DescriptionOptions::calendar>());
  }
};

struct FileOptions {
  std::string format;
  ByColumn<std::string> types;
  std::vector<Level> missing;
  DateFormats dateFormat;
  std::string calendar;
  ByColumn<DescriptionOptions> dictionary;

  static constexpr auto describe() {
    return fields(field<&FileOptions::format>(), field<&FileOptions::types>(), field<&FileOptions::missing>(),
                  field<&FileOptions::dateFormat>(), field<&FileOptions::calendar>(), field<&FileOptions::dictionary>());
  }
};

/// JavaScript moves keys such as `10` to the front of an object, so they tell no order.
bool wholeNumberKey(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> textsOf(const std::vector<Level>& levels) {
  std::vector<std::string> out;
  for (const auto& level : levels) out.push_back(level.text);
  return out;
}

}  // namespace

namespace detail {

template <class T>
struct Read<ByColumn<T>> {
  static ByColumn<T> from(const Value& value, std::string_view where) {
    if (value.type != Value::Type::map) wrongType(where, "an object by column", value);
    ByColumn<T> out;
    for (const auto& [name, each] : value.fields) out.columns.emplace_back(name, read<T>(each, text(where, ".", name)));
    return out;
  }
};

template <>
struct Read<ValueLabels> {
  static ValueLabels from(const Value& value, std::string_view where) {
    ValueLabels out;
    if (value.type == Value::Type::map) {
      out.ordered = std::none_of(value.fields.begin(), value.fields.end(), [](const auto& field) { return wholeNumberKey(field.name); });
      for (const auto& [name, label] : value.fields) out.pairs.emplace_back(name, readString(label, text(where, ".", name)));
      return out;
    }
    out.ordered = true;
    for (const auto& pair : readArray(value, where)) {
      if (pair.type != Value::Type::array || pair.items.size() != 2) wrongType(where, "an array of pairs [value, label]", pair);
      out.pairs.emplace_back(readLevel(pair.items[0], where).text, readString(pair.items[1], where));
    }
    return out;
  }
};

template <>
struct Read<DateFormats> {
  static DateFormats from(const Value& value, std::string_view where) {
    if (value.type == Value::Type::string) return {std::string(value.text), {}};
    return {{}, read<ByColumn<std::string>>(value, where).columns};
  }
};

}  // namespace detail

namespace {

Dictionary dictionaryOf(ByColumn<DescriptionOptions>&& options) {
  Dictionary out;
  for (auto& [column, each] : options.columns) {
    out.emplace_back(column, ColumnDescription{.label = std::move(each.label), .unit = std::move(each.unit), .type = std::move(each.type),
                                               .levels = std::move(each.levels.pairs), .ordered = each.levels.ordered,
                                               .missing = textsOf(each.missing), .dateFormat = std::move(each.dateFormat),
                                               .calendar = std::move(each.calendar)});
  }
  return out;
}

}  // namespace

LoadOptions readLoadOptions(const Value& message) {
  auto options = decode<FileOptions>(message, "load");
  return {.format = std::move(options.format), .types = std::move(options.types.columns), .missing = textsOf(options.missing),
          .dateFormat = std::move(options.dateFormat.all), .dateFormats = std::move(options.dateFormat.byColumn),
          .calendar = std::move(options.calendar), .dictionary = dictionaryOf(std::move(options.dictionary))};
}

Dictionary readDictionary(const Value& message) {
  return dictionaryOf(detail::read<ByColumn<DescriptionOptions>>(message, "dictionary"));
}

}  // namespace bedside
