#pragma once

#include <string>
#include <vector>

#include "describe/types.hpp"
#include "numerics/survival/cumulative_incidence.hpp"
#include "table/selection.hpp"
#include "table/table.hpp"

/// What the analyses of competing risks read of the rows they use.
namespace bedside {

/// What ended the time of each row used.
struct CompetingEvents {
  numerics::Causes causes;
  std::vector<std::string> names;  ///< of the causes, in level order
};

/// The causes are the values of the rows used but `censorValue`, which need not occur.
CompetingEvents competingEvents(const Table& table, const ColumnName& event, const Level& censorValue,
                                const Selection& selection);

/// INVALID_SPEC for a time below 0 in a row used, naming the row.
void checkFromZero(const Table& table, const ColumnName& time, const Selection& selection);

}  // namespace bedside
