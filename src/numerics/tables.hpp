#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "numerics/blocks.hpp"

namespace bedside::numerics {

/// A table of counts (or sums of weights), rows × columns, row by row. Counts are doubles: products do not overflow.
struct Counts {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> cells;

  /// Fails with bad_alloc where the number of cells is beyond what can be counted, as of two columns of identifiers.
  Counts(std::size_t rows, std::size_t columns);

  double& operator()(std::size_t row, std::size_t column) { return cells[row * columns + column]; }
  double operator()(std::size_t row, std::size_t column) const { return cells[row * columns + column]; }
  std::vector<double> rowTotals() const;
  std::vector<double> columnTotals() const;
  double total() const;
  /// Expected counts under independence, row by row; NaN in an empty table.
  std::vector<double> expected() const;
};

/// Cross-tabulates two columns of codes (0 … rows − 1, 0 … columns − 1); a row with a code outside, −1 for missing
/// among them, is not counted. With `weights`, sums that column instead of counting (NaN weights are not counted).
Counts crossTabulate(const Blocks& blocks, std::size_t rowCodes, std::size_t rows, std::size_t columnCodes,
                     std::size_t columns, std::optional<std::size_t> weights = std::nullopt);

/// Counts of one column of codes, 0 … levels − 1; others are not counted.
std::vector<double> tabulate(const Blocks& blocks, std::size_t codes, std::size_t levels);

struct ChiSquared {
  double statistic;
  double df;
  double p;
};

/// Pearson's test of independence as `chisq.test`: Σ (|O − E| − Y)²/E, Y = min(½, smallest |O − E|) for 2 × 2 when
/// `correct` (Yates 1934), else 0. An empty margin makes it NaN, as there; so does a table of one row or column.
ChiSquared pearson(const Counts& counts, bool correct);

struct HosmerLemeshow {
  double statistic;
  double df;  ///< groups − 2
  double p;
};

/// Hosmer & Lemeshow's (1980) test of fitted probabilities against `events` (0 or 1): groups (lower, upper] between the
/// deciles (type 7), a value within 1e-10 of a decile belonging below it; empty groups are left out. None when
/// fewer than three groups remain.
std::optional<HosmerLemeshow> hosmerLemeshow(std::span<const double> fitted, std::span<const double> events);

}  // namespace bedside::numerics
