#include "analyses/regression/model.hpp"

#include <algorithm>

#include "table/formula.hpp"
#include "table/text.hpp"

namespace bedside {

Predictors spelled(std::span<const Term> terms, const Table& table) {
  Predictors out;
  for (const Term& term : terms) out.terms.push_back(canonical(term, table));
  return out;
}

namespace {

/// Whether an entry of the list names the column, alone or in an interaction, even when its other columns do not exist:
/// that the outcome is among the predictors is told before that a name is unknown.
bool names(std::string_view entry, std::string_view column, const Table& table) {
  if (entry == column) return true;
  if (table.find(entry)) return false;
  for (std::size_t first = 0; first <= entry.size();) {
    const std::size_t end = std::min(entry.find(':', first), entry.size());
    if (entry.substr(first, end - first) == column) return true;
    first = end + 1;
  }
  return false;
}

}  // namespace

Predictors inModelOrder(const Predictors& predictors, std::span<const std::string_view> explained,
                        std::string_view role, const Table& table) {
  if (predictors.terms.empty()) {
    fail(Code::invalidSpec, "'predictors' is empty: name at least one column, such as predictors: ['age'].");
  }
  for (const auto column : explained) {
    for (const auto& entry : predictors.terms) {
      if (!names(entry, column, table)) continue;
      fail(Code::invalidSpec, text(quoted(column), " is ", role, " and cannot be among the predictors too: leave ",
                                   quoted(shortened(entry)), " out."));
    }
  }
  const auto terms = termsOf(predictors.terms, table);
  for (const auto column : explained) refuseAmong(terms, column, role);
  return spelled(terms, table);
}

void completeModel(std::string_view analysis, std::optional<ColumnName>& outcome, std::optional<Predictors>& predictors,
                   ModelFields& model, const Table& table) {
  if (model.formula) {
    if (outcome || predictors) {
      fail(Code::invalidSpec, text("'formula' stands in place of 'outcome' and 'predictors': give one or the others."));
    }
    const Formula formula = parseFormula(*model.formula, table, Response::column);
    outcome = ColumnName{formula.outcome};
    predictors = spelled(formula.terms, table);
    model.formula.reset();
    return;
  }
  for (const auto& [given, field] :
       {std::pair{outcome.has_value(), "outcome"}, std::pair{predictors.has_value(), "predictors"}}) {
    if (!given)
      fail(Code::invalidSpec, text(analysis, " needs ", quoted(field), " (or a 'formula' such as 'y ~ age + sex')."));
  }
  const std::string_view explained[] = {outcome->name};
  predictors = inModelOrder(*predictors, explained, "the outcome", table);
}

void checkRobust(Robust robust, const std::optional<ColumnName>& cluster) {
  if (!cluster || robust == Robust::none || robust == Robust::hc0) return;
  fail(Code::invalidSpec, text("'cluster' sums HC0's residuals by cluster and knows no ", wordOf(robust),
                               ": leave out 'robust' or 'cluster'."));
}

}  // namespace bedside
