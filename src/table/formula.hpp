#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/table.hpp"
#include "table/terms.hpp"

namespace bedside {

/// The left side of a survival formula, `Surv(time, event)` or `Surv(start, time, event)`.
struct Surv {
  std::optional<std::string> start;  ///< beginning of the interval (counting process)
  std::string time;
  std::string event;
};

/// What stands on the left of `~`.
enum class Response {
  either,
  column,    ///< a column; `Surv()` and `strata()` are then INVALID_SPEC
  survival,  ///< `Surv()`
};

/// A model formula, read: what R's `terms` makes of it. The intercept is always in it.
struct Formula {
  std::string outcome;  ///< empty when `surv` is given
  std::optional<Surv> surv;
  std::vector<Term> terms;             ///< by degree; at least one; none holds the outcome, time or event
  std::vector<std::string> strata;     ///< columns of all `strata()`, each once
  std::optional<std::string> cluster;  ///< column of `cluster()`
};

/// Reads a formula such as `y ~ age * sex` or `Surv(time, status) ~ age + strata(site)` with `+ : * ^ - ( )`, `.` (all
/// columns of the table but the response) and names in backticks. Terms are put together in R's order
/// (`stats:::terms.formula`; Chambers & Hastie 1992, section 2.4).
/// Fails with INVALID_SPEC, saying at which position (from 0, in characters) what was expected: syntax, calls, no
/// intercept, no predictor, the outcome among the predictors, more than 10,000 characters, 200 nested parentheses or
/// 10,000 terms. Only a formula without such faults can fail with COLUMN_NOT_FOUND.
Formula parseFormula(std::string_view formula, const Table& table, Response response = Response::either);

}  // namespace bedside
