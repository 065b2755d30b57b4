#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyses/context.hpp"
#include "describe/key.hpp"
#include "describe/types.hpp"
#include "numerics/survival/times.hpp"
#include "table/outcome.hpp"
#include "table/selection.hpp"
#include "table/table.hpp"

/// What every survival analysis reads of the rows it uses.
namespace bedside {

/// The event column read as 0/1, judged on the rows whose weight is not 0. Fails as `eventOf`.
Binary survivalEvent(const Table& table, const ColumnName& event, const std::optional<Level>& eventValue,
                     const std::optional<ColumnName>& weights);

/// 1 for each row used that has the event, else 0.
std::vector<std::uint8_t> eventFlags(const Binary& event, const Selection& selection);

/// NO_EVENTS: what to say when no row used has the event.
[[noreturn]] void failNoEvents(const ColumnName& event, const Binary& binary, std::size_t rows);

/// Times of the rows used, sorted: kept in layer 1, so that a curve, a test and a model of the same rows sort once.
std::shared_ptr<const numerics::Times> survivalTimes(const Table& table, const ColumnName& time,
                                                     const std::optional<ColumnName>& start, const Selection& selection,
                                                     numerics::TimeTies ties, Context& context);

/// Fails with INVALID_SPEC, naming the row, where start ≥ time.
void checkIntervals(const Table& table, const ColumnName& start, const ColumnName& time, const Selection& selection);

/// Rows used by the levels of one or several columns, the combinations that occur.
struct LevelGroups {
  numerics::Groups groups;
  /// Levels of each group, one per column: groups stand in level order, the first column slowest.
  std::vector<std::vector<std::string>> levels;

  /// The levels joined by ':'.
  std::string name(std::size_t group) const;
};

/// Of no column: one group without levels.
LevelGroups groupsOf(const Table& table, std::span<const std::string> columns, const Selection& selection);

/// Values of a numeric column in the rows used; of no column, none.
std::vector<double> valuesOf(const Table& table, const std::optional<ColumnName>& column, const Selection& selection);

/// Whether every weight is a whole number: rows then count as repeated, else standard errors are robust.
bool wholeNumbers(std::span<const double> weights);

/// Which rows are used, for the key of a fit.
void addRows(KeyBuilder& key, const Table& table, const Selection& selection);

}  // namespace bedside
