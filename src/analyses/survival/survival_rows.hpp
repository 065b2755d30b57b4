#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyses/common.hpp"
#include "analyses/context.hpp"
#include "analyses/survival/rows.hpp"
#include "describe/columns.hpp"
#include "describe/fields.hpp"
#include "describe/types.hpp"
#include "numerics/survival/log_rank.hpp"
#include "numerics/survival/product_limit.hpp"

namespace bedside {

/// What the spec of every curve and test of survival begins with.
struct SurvivalFields {
  ColumnName time;
  ColumnName event;
  std::optional<Level> eventValue;
  std::optional<ColumnName> weights;

  static constexpr auto describe() {
    return fields(field<&SurvivalFields::time>(doc("Column of times to the event or to the end of observation."),
                                               required, numericColumn),
                  field<&SurvivalFields::event>(doc("Column that says whether the event was seen at that time."),
                                                required, binaryColumn),
                  field<&SurvivalFields::eventValue>(doc(
                      "Value that means the event; default: 1, or the second of two levels. Others are censorings.")),
                  field<&SurvivalFields::weights>(
                      doc("Column of weights: whole numbers count equal rows; with others standard errors are robust."),
                      numericColumn));
  }
};

/// Curves by group before a confidence level, an interval or a time is asked for: the value that requests share.
struct RiskTables {
  std::vector<std::string> groups;  ///< in level order; empty: one table of all rows
  std::vector<numerics::RiskTable> tables;

  std::size_t bytes() const;
  /// Smallest and largest time of all groups.
  double firstTime() const;
  double lastTime() const;
};

/// The overall test of the groups: the value that requests share.
struct GroupTest {
  std::vector<std::string> groups;  ///< levels, in level order
  std::vector<std::size_t> n;       ///< rows of each, unweighted
  numerics::LogRankTest test;

  std::size_t bytes() const;
};

/// The rows of a curve or a test.
class SurvivalRows {
 public:
  /// `by`: the columns of groups and strata, whose rows must be complete too. Rows before the `landmark` leave. The
  /// checks go as survival.md §1 orders them. Fails with NOT_BINARY, INVALID_SPEC (a negative weight), TOO_FEW_ROWS,
  /// NOT_FINITE.
  SurvivalRows(const Table& table, const SurvivalFields& fields, std::vector<std::string> by,
               std::optional<double> landmark = std::nullopt);

  const Selection& selection() const { return selection_; }
  std::size_t n() const { return selection_.count(); }
  std::size_t excluded() const { return excluded_; }
  const Binary& event() const { return event_; }
  Common common() const;

  /// Curves by the levels of `group`, computed or found among those kept.
  std::shared_ptr<const RiskTables> riskTables(const std::optional<ColumnName>& group, Context& context) const;
  /// The log-rank test of the levels of `group`, likewise.
  std::shared_ptr<const GroupTest> logRank(const ColumnName& group, std::span<const std::string> strata, double rho,
                                           Context& context) const;
  /// The rows by stratum and time, for tests that are not kept.
  numerics::ComparedRows compared(const LevelGroups& groups, std::span<const std::string> strata,
                                  Context& context) const;

 private:
  KeyBuilder key(std::string_view kind) const;

  const Table& table_;
  const SurvivalFields& fields_;
  Binary event_;
  Selection selection_;
  std::size_t excluded_ = 0;
};

/// What a curve or a test needs for certain: the order of its rows, their places in time and the groups. (Rows of
/// weight 0 and before a landmark are not known yet: with them nothing is certain.)
Need needOfRows(const Table& table, const SurvivalFields& fields, const std::vector<ColumnUse>& columns);

}  // namespace bedside
