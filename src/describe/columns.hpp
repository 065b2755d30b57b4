#pragma once

#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "describe/members.hpp"
#include "describe/types.hpp"
#include "table/table.hpp"
#include "table/terms.hpp"

/// Which columns a spec names, found from its description.
namespace bedside {

struct ColumnUse {
  std::string name;
  bool used = true;      ///< false: only spoken of (`categorical`, keys of `reference`)
  bool numeric = false;  ///< text here is NOT_NUMERIC
};

namespace detail {

template <class T>
void columnsIn(const T&, const Table&, bool, std::vector<ColumnUse>&) {}  // numbers, words, levels name no column

inline void columnsIn(const ColumnName& value, const Table&, bool numeric, std::vector<ColumnUse>& out) {
  out.push_back({value.name, true, numeric});
}
inline void columnsIn(const ColumnMention& value, const Table&, bool, std::vector<ColumnUse>& out) {
  out.push_back({value.name, false, false});
}
inline void columnsIn(const References& value, const Table&, bool, std::vector<ColumnUse>& out) {
  for (const auto& [column, level] : value.levels) out.push_back({column, false, false});
}
inline void columnsIn(const ColumnList& value, const Table&, bool numeric, std::vector<ColumnUse>& out) {
  for (const auto& name : value.names) out.push_back({name, true, numeric});
}
inline void columnsIn(const CovariateProfile& value, const Table&, bool, std::vector<ColumnUse>& out) {
  for (const auto& entry : value.entries) out.push_back({entry.column, false, false});
}
inline void columnsIn(const Predictors& value, const Table& table, bool, std::vector<ColumnUse>& out) {
  if (value.terms.empty()) return;
  for (const Term& term : termsOf(value.terms, table)) {
    for (const auto& column : term.columns) out.push_back({column, true, false});
  }
}
template <Described T>
void columnsIn(const T& value, const Table& table, bool numeric, std::vector<ColumnUse>& out);
template <class T>
void columnsIn(const std::vector<T>& values, const Table& table, bool numeric, std::vector<ColumnUse>& out) {
  for (const auto& value : values) columnsIn(value, table, numeric, out);
}
template <class T>
void columnsIn(const std::optional<T>& value, const Table& table, bool numeric, std::vector<ColumnUse>& out) {
  if (value) columnsIn(*value, table, numeric, out);
}
/// A field of a spec, and how the columns that it names are found.
struct FieldColumns {
  using Find = void (*)(const void* member, const Table& table, bool numeric, std::vector<ColumnUse>& out);

  const void* (*member)(const void* object) = nullptr;
  Find find = nullptr;
  bool numeric = false;

  template <class T>
  static void findIn(const void* member, const Table& table, bool numeric, std::vector<ColumnUse>& out) {
    columnsIn(*static_cast<const T*>(member), table, numeric, out);
  }

  template <const auto& field>
  static constexpr FieldColumns of(const void* (*member)(const void*)) {
    using F = std::remove_cvref_t<decltype(field)>;
    return {member, &findIn<typename F::Type>, F::template has<NumericColumn>};
  }
};

void columnsInFields(const void* object, std::span<const FieldColumns> fields, const Table& table,
                     std::vector<ColumnUse>& out);

template <Described T>
void columnsIn(const T& value, const Table& table, bool, std::vector<ColumnUse>& out) {
  columnsInFields(&value, detail::table<FieldColumns, T>, table, out);
}

}  // namespace detail

/// Every column that a spec names, in the order of its description.
template <Described Spec>
std::vector<ColumnUse> columnsOf(const Spec& spec, const Table& table) {
  std::vector<ColumnUse> out;
  detail::columnsIn(spec, table, false, out);
  return out;
}

/// COLUMN_NOT_FOUND for the first name that is no column; then NOT_NUMERIC for the first column of text where numbers
/// are needed. Run for every analysis before its own checks (regression.md §3, steps 3 and 4).
void checkColumns(const std::vector<ColumnUse>& columns, const Table& table);

}  // namespace bedside
