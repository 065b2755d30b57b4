#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "numerics/blocks.hpp"
#include "table/table.hpp"

namespace bedside {

/// A column read as 0/1. It shares the table's cells where they are 0/1 already, and its source holds while it or a
/// copy of it lives.
struct Binary {
  numerics::Source source;          ///< 1 for the event, 0 for none; not to be read in rows where the value is missing
  std::vector<std::string> levels;  ///< two, the event second; of an `eventValue` the event alone
  std::shared_ptr<const ColumnData> data;
  std::shared_ptr<const std::vector<std::int32_t>> codes;  ///< of a numeric column that is not 0/1

  const std::string& event() const { return levels.back(); }
  /// Whether a table row has the event.
  bool operator[](std::size_t row) const {
    return source.kind == numerics::Source::Kind::numeric ? source.values[row] == 1 : source.codes[row] == source.level;
  }
  /// Rows with the event.
  std::size_t events(const numerics::Rows& rows) const;
};

/// Reads a binary column (loading.md §8): numeric 0/1 as it is, else the second of its two levels is the event, or the
/// one named `positive`. Judged on the whole column.
/// Fails with NOT_BINARY, then INVALID_SPEC for a `positive` that is no level.
Binary binaryOf(const Column& column, const std::optional<std::string>& positive = std::nullopt);

/// The same with the level `reference`, else the first, as the one that is no event: a treatment or an exposure.
/// Fails with NOT_BINARY, then INVALID_SPEC for a `reference` that is no level.
Binary binaryAgainst(const Column& column, const std::optional<std::string>& reference);

/// Reads a survival event: as `binaryOf`, or with `eventValue` that value against every other non-missing one, of a
/// column of any number of levels. A value that does not occur is no error: there is no event then.
Binary eventOf(const Column& column, const std::optional<std::string>& eventValue = std::nullopt);

/// The column as an outcome is judged: rows of weight 0 are not in the table, so their value is none. `weights` null:
/// the column itself.
Column withoutZeroWeights(const Column& column, const Column* weights);

}  // namespace bedside
