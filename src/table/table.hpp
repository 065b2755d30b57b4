#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "table/error.hpp"
#include "table/fingerprint.hpp"

namespace bedside {

enum class Kind : std::uint8_t {
  numeric,
  date,         ///< days since 1970-01-01; a number in every model
  categorical,
};

/// The cells of a column: immutable, and shared by every table that holds the column.
struct ColumnData {
  Kind kind = Kind::numeric;
  std::vector<double> values;        ///< numeric, date: one per row, NaN = missing
  std::vector<std::int32_t> codes;   ///< categorical: index into `levels` per row, −1 = missing
  std::vector<std::string> levels;   ///< categorical: in level order (loading.md §7). Numeric: an order fixed by the dictionary, else empty
  std::size_t missing = 0;
  bool infinite = false;             ///< whether a cell is infinite: asked before every model
  Fingerprint fingerprint;           ///< of kind, cells and level order; not of name or labels

  bool numeric() const { return kind != Kind::categorical; }
  std::size_t rows() const { return numeric() ? values.size() : codes.size(); }
  /// Bytes of its cells and levels.
  std::size_t bytes() const;

  /// Counts the missing cells (any NaN, made the canonical one), looks for infinite ones and takes the fingerprint.
  static std::shared_ptr<const ColumnData> numericOf(std::vector<double> values, Kind kind = Kind::numeric,
                                                     std::vector<std::string> order = {});
  static std::shared_ptr<const ColumnData> categoricalOf(std::vector<std::int32_t> codes, std::vector<std::string> levels);
};

/// A column of a table: cells, and how people call them.
struct Column {
  std::string name;
  std::shared_ptr<const ColumnData> data;
  std::string label;                                            ///< empty: none
  std::string unit;                                             ///< empty: none
  std::vector<std::pair<std::string, std::string>> valueLabels; ///< value as level text → label
};

/// A column read as a factor: of text as it is, of numbers by `decimalText`.
struct Factor {
  std::vector<std::int32_t> owned;     ///< codes of a numeric column; empty when `codes` points into the table
  std::span<const std::int32_t> codes; ///< one per table row, −1 = missing
  std::vector<std::string> levels;     ///< in level order, of the whole column
};

/// The patients. Cheap to copy: columns are shared.
class Table {
 public:
  std::string source;                 ///< file name, for `data.name`; empty for arrays
  std::vector<Column> columns;
  std::size_t rows = 0;
  std::vector<Warning> warnings;

  const Column* find(std::string_view name) const;
  /// The column; else COLUMN_NOT_FOUND that names the nearest one.
  const Column& at(std::string_view name) const;
  /// Hash of all column names and fingerprints, for `data.fingerprint`.
  Fingerprint fingerprint() const;
};

/// Reads a column as a factor. A numeric column's levels are its distinct values as `decimalText`, in numeric order
/// (or the dictionary's); numbers equal in that text are one level.
Factor factorOf(const ColumnData& column);

/// Level order (loading.md §7): numbers by value, equal values by code point, before the other texts by code point.
bool levelBefore(std::string_view a, std::string_view b);

}  // namespace bedside
