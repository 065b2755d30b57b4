#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "table/table.hpp"

namespace bedside {

/// What is known of a column beside its cells. A field that is empty says nothing.
struct ColumnDescription {
  std::string label{};
  std::string unit{};
  std::string type{};                                         ///< `numeric`, `categorical` or `date`
  std::vector<std::pair<std::string, std::string>> levels{};  ///< value as text → label
  bool ordered = false;                ///< `levels` fixes the order (pairs, or an object without whole-number keys)
  std::vector<std::string> missing{};  ///< texts that mean a missing cell in this column alone
  std::string dateFormat{};            ///< such as `DD/MM/YYYY`; ISO when empty
  std::string calendar{};              ///< `gregorian` or `buddhist`
};

/// Descriptions by column name.
using Dictionary = std::vector<std::pair<std::string, ColumnDescription>>;

/// `numeric`, `categorical` or `date`; nothing for the empty word; another is INVALID_SPEC that names the column.
std::optional<Kind> kindOf(std::string_view word, std::string_view column);

/// Refuses with INVALID_SPEC unknown types and calendars and date formats that cannot be read.
void check(const Dictionary& dictionary);

/// Puts label, unit, value labels and a fixed level order on a column; cells are shared unless the order is a new one.
void putLabels(Column& column, const ColumnDescription& description);

/// A table with the dictionary put on, COLUMN_NOT_FOUND for a name it has not. Missing codes and another type give a
/// column new cells, read from the texts that its levels or (by `decimalText`) its numbers are; what cannot be read
/// becomes missing with a COERCED warning. All else is shared.
Table describeColumns(const Table& table, const Dictionary& dictionary);

}  // namespace bedside
