#include "analyses/survival/cox_spec.hpp"

#include <algorithm>

#include "table/formula.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

void checkMethod(const CoxSpec& spec) {
  if (spec.method != CoxMethod::firth || !spec.cluster) return;
  fail(Code::invalidSpec,
       "Firth's penalised estimates have no robust standard errors: take method: 'ml', or leave out 'cluster'.");
}

void readFormula(CoxSpec& spec, const Table& table) {
  if (spec.time || spec.event || spec.start || spec.predictors) {
    fail(Code::invalidSpec,
         "'formula' stands in place of 'time', 'event', 'start' and 'predictors': give one or the others.");
  }
  Formula formula = parseFormula(*spec.model.formula, table, Response::survival);
  if ((!formula.strata.empty() && spec.strata) || (formula.cluster && spec.cluster)) {
    fail(Code::invalidSpec,
         "'strata' and 'cluster' stand in the formula, as strata() and cluster(), or beside it: not in both places.");
  }
  if (formula.surv->start) spec.start = ColumnName{*formula.surv->start};
  spec.time = ColumnName{formula.surv->time};
  spec.event = ColumnName{formula.surv->event};
  spec.predictors = spelled(formula.terms, table);
  if (!formula.strata.empty()) spec.strata = ColumnList{std::move(formula.strata)};
  if (formula.cluster) spec.cluster = ColumnName{std::move(*formula.cluster)};
  spec.model.formula.reset();
}

}  // namespace

void completeCox(std::string_view analysis, CoxSpec& spec, const Table& table) {
  std::sort(spec.residuals.begin(), spec.residuals.end());
  spec.residuals.erase(std::unique(spec.residuals.begin(), spec.residuals.end()), spec.residuals.end());
  if (spec.strataColumns().empty()) spec.strata.reset();
  checkMethod(spec);
  if (spec.model.formula) {
    readFormula(spec, table);
    checkMethod(spec);
    return;
  }
  for (const auto& [given, field] : {std::pair{spec.time.has_value(), "time"}, std::pair{spec.event.has_value(), "event"},
                                     std::pair{spec.predictors.has_value(), "predictors"}}) {
    if (given) continue;
    fail(Code::invalidSpec,
         text(analysis, " needs ", quoted(field), " (or a 'formula' such as 'Surv(time, event) ~ age + sex')."));
  }
  const std::string_view explained[] = {spec.time->name, spec.event->name};
  spec.predictors = inModelOrder(*spec.predictors, explained, "part of the outcome", table);
}

}  // namespace bedside
