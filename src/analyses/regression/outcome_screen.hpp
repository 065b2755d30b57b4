#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analyses/regression/analyze_outcome.hpp"
#include "table/outcome.hpp"
#include "table/selection.hpp"
#include "table/table.hpp"

namespace bedside {

/// The rows with a known outcome, and those of each of its levels in level order.
class OutcomeRows {
 public:
  /// `levels` of the outcome in level order, whichever of them is the event.
  OutcomeRows(const Column& column, const Binary& outcome, const std::vector<std::string>& levels);

  std::size_t n() const { return known_.count(); }
  numerics::Rows known() const { return known_.rows(); }
  const Selection& selection() const { return known_; }
  /// Rows of the first and of the second level, in level order.
  numerics::Rows of(std::size_t group) const { return numerics::Rows::of(groups_[group]); }
  const std::string& level(std::size_t group) const { return levels_[group]; }
  const Binary& outcome() const { return outcome_; }

 private:
  const Binary& outcome_;
  Selection known_;
  std::vector<std::string> levels_;
  std::array<std::vector<std::uint32_t>, 2> groups_;
};

/// How a column is looked at: from its values in these rows (regression.md §9).
VariableMode modeOf(const ColumnData& column, bool namedCategorical, const OutcomeRows& rows);

/// The variable's summaries and its test against the outcome, without regressions. `comparable` becomes false when
/// there is nothing to compare: one value or none, or one level of the outcome among its rows; p is then NaN.
OutcomeVariable screened(const Column& column, VariableMode mode, const OutcomeRows& rows, bool& comparable);

}  // namespace bedside
