#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "table/table.hpp"

namespace bedside {

/// What `Table.columns` says of a column.
struct ColumnSummary {
  std::string_view type;  ///< `numeric`, `date`, `categorical`
  std::size_t missing = 0;
  std::size_t distinct = 0;             ///< different values, missing aside
  bool listed = false;                  ///< categorical, and at most `mostLevels` of them
  std::span<const std::string> levels;  ///< when listed; points into the column
};

inline constexpr std::size_t mostLevels = 1000;

std::string_view typeName(Kind kind);

/// `distinct` when it is known already, for counting takes a while.
ColumnSummary summaryOf(const ColumnData& column, std::optional<std::size_t> distinct = std::nullopt);

}  // namespace bedside
