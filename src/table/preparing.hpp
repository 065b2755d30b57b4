#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "table/table.hpp"

/// New tables from a table. Columns that a step does not change are the parent's own, fingerprint and all, and keep
/// label, unit and value labels; those of rows chosen keep these too. Warnings go on with the child.
namespace bedside {

/// Told the share done, 0 … 1; what it throws ends the work.
using PreparingProgress = std::function<void(double done)>;

/// The rows where the expression is true, in the table's order. An expression that is a number will do when it is 0 or
/// 1 in every row, as a derived logical is.
/// Fails with INVALID_SPEC, COLUMN_NOT_FOUND.
Table filter(const Table& table, std::string_view expression, const PreparingProgress& progress = {});

/// A column to be added, or put in the place of one of this name.
struct Derivation {
  std::string name;
  std::string expression;                     ///< when there are no cells
  std::shared_ptr<const ColumnData> cells{};  ///< as they are; one per row
};

/// A table with these columns; all expressions see the table as it was. A logical becomes 0 and 1, a text categorical
/// (its levels in level order, those of cut() and ntile() from low to high).
/// Fails with INVALID_SPEC, COLUMN_NOT_FOUND.
Table derive(const Table& table, const std::vector<Derivation>& columns, const PreparingProgress& progress = {});

/// Rows by number from 0, in this order, repeats allowed. Levels without a row are left out; the others keep their
/// order. INVALID_SPEC for a row that the table has not.
Table take(const Table& table, std::span<const std::uint32_t> rows, const PreparingProgress& progress = {});

/// What `splitEpisodes` is asked for.
struct EpisodeSpec {
  std::string time;
  std::string event;
  std::optional<std::string> start{};       ///< entry; 0 for everyone without
  std::optional<std::string> eventValue{};  ///< as in the survival analyses
  std::vector<double> cuts{};               ///< in any order
};

/// Counting-process form (`survSplit` of R's survival, 3.5): a row per episode of each row, (tstart, tstop] between its
/// entry, the cuts and its time; a time equal to a cut ends the earlier episode. New columns `tstart`, `tstop`, `event`
/// (0/1; the event sits in the last episode of its row) and `episode` (the number of the interval between cuts, from
/// 1). A row whose time or start is missing stays one row. All other columns are repeated.
/// Fails with COLUMN_NOT_FOUND, NOT_NUMERIC, NOT_BINARY, INVALID_SPEC for an episode that begins where it ends.
Table splitEpisodes(const Table& table, const EpisodeSpec& spec, const PreparingProgress& progress = {});

}  // namespace bedside
