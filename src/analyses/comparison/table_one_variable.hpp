#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analyses/comparison/table_one.hpp"
#include "table/table.hpp"

namespace bedside {

/// The groups of a Table 1 and the rows that are in one.
struct TableGroups {
  std::vector<std::string> levels;  ///< those that occur, in level order
  std::vector<std::size_t> sizes;   ///< rows by level
  std::vector<std::int32_t> codes;  ///< by table row; −1: not used
  const double* weights = nullptr;  ///< by table row; null: each row counts once
  std::size_t rows = 0;             ///< used
  std::size_t missing = 0;          ///< left out for want of a group or a weight

  std::size_t count() const { return levels.size(); }
};

/// Reads groups and weights. Fails with TOO_FEW_ROWS without a row left, NOT_FINITE for an infinite value of `columns`
/// in one of them, ONE_GROUP with one level.
TableGroups tableGroups(const Table& table, const TableOneSpec& spec);

/// Summaries, test, difference and standardized difference of a numeric variable.
TableVariable numericVariable(const Column& column, const TableGroups& groups, bool nonnormal);

/// The same of a categorical one. A test too large to be exact is told in `warnings`, its p NaN.
TableVariable categoricalVariable(const Column& column, const TableGroups& groups, bool exact,
                                  std::vector<Warning>& warnings);

/// Confidence of every interval of the table.
inline constexpr double tableConfLevel = 0.95;

}  // namespace bedside
