#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "numerics/blocks.hpp"
#include "table/table.hpp"

namespace bedside {

/// The rows of a table that take part, in the table's order. It owns row numbers only once a row is left out.
class Selection {
 public:
  /// Every row of a table.
  explicit Selection(std::size_t rows) : count_(rows) {}

  std::size_t count() const { return count_; }
  /// Rows deleted because a value is missing: `nMissing`.
  std::size_t missing() const { return missing_; }
  bool everyRow() const { return !chosen_; }
  /// Table row of the i-th row.
  std::size_t operator[](std::size_t i) const { return chosen_ ? numbers_[i] : i; }
  /// For the kernels. Holds while this selection lives and is not narrowed further.
  numerics::Rows rows() const { return chosen_ ? numerics::Rows::of(numbers_) : numerics::Rows::all(count_); }
  /// Row numbers from 0; empty when every row takes part.
  std::span<const std::uint32_t> numbers() const { return numbers_; }

  /// Leaves out the rows with a missing value in one of the columns and counts them as missing (listwise deletion).
  void dropMissing(std::span<const Column* const> columns);
  void dropMissing(const Table& table, std::span<const std::string> columns);

  /// Leaves out the rows for which `keep(row)` is false, as if they were not in the table: they count nowhere.
  template <class Keep>
  void keepIf(Keep&& keep);

 private:
  std::size_t count_;
  std::size_t missing_ = 0;
  bool chosen_ = false;
  std::vector<std::uint32_t> numbers_;
};

/// The rows that an analysis uses: those of weight 0 are not in the table; of the others, those complete in `columns`
/// and the weight. Columns may be named twice.
/// Fails with COLUMN_NOT_FOUND.
Selection completeRows(const Table& table, std::span<const std::string> columns, const Column* weights = nullptr);

/// NOT_NUMERIC for a column of text, INVALID_SPEC for a negative weight in any row.
void checkWeights(const Column& weights);

/// NOT_NUMERIC unless the column holds numbers; `role` is what they are needed for, such as "the outcome".
void checkNumeric(const Column& column, std::string_view role);

/// NOT_FINITE when a numeric column holds an infinite value in a row selected; names column and row.
void checkFinite(const Column& column, const Selection& selection);
void checkFinite(const Table& table, std::span<const std::string> columns, const Selection& selection);

template <class Keep>
void Selection::keepIf(Keep&& keep) {
  std::size_t kept = 0;
  while (kept < count_ && keep((*this)[kept])) ++kept;
  if (kept == count_) return;
  if (!chosen_) {
    std::size_t after = kept;
    for (std::size_t i = kept + 1; i < count_; ++i) after += keep(i) ? 1 : 0;
    numbers_.resize(after);
    for (std::size_t i = 0; i < kept; ++i) numbers_[i] = static_cast<std::uint32_t>(i);
  }
  for (std::size_t i = kept + 1; i < count_; ++i) {
    const std::size_t row = (*this)[i];
    if (keep(row)) numbers_[kept++] = static_cast<std::uint32_t>(row);
  }
  numbers_.resize(kept);
  count_ = kept;
  chosen_ = true;
}

}  // namespace bedside
