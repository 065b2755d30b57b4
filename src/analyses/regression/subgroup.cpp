#include "analyses/regression/subgroup.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyses/regression/subgroup_rows.hpp"
#include "analyses/survival/cox_fit.hpp"
#include "numerics/distributions.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// What makes a model of some rows impossible, not the request wrong.
bool concernsTheModel(Code code) {
  return code == Code::tooFewRows || code == Code::oneGroup || code == Code::noEvents || code == Code::singular ||
         code == Code::notBinary;
}

bool varies(const ColumnData& data) {
  if (data.numeric()) {
    return std::any_of(data.values.begin(), data.values.end(),
                       [&](double value) { return value != data.values.front(); });
  }
  return std::any_of(data.codes.begin(), data.codes.end(),
                     [&](std::int32_t code) { return code != data.codes.front(); });
}

/// The models of one request: what they have in common whatever their rows and terms.
class Models {
 public:
  Models(const SubgroupSpec& spec, const SubgroupRows& rows) : spec_(spec), rows_(rows) {
    fields_.weights = spec.weights;
    fields_.confLevel = spec.confLevel;
  }

  /// The ratio of treatment in a table of rows; NaN where it cannot be estimated, which a warning tells.
  TreatmentEffect effect(const Table& table, std::string_view where, Context& context,
                         std::vector<Warning>& warnings) const;
  /// Treatment × subgroup against treatment + subgroup, on all rows.
  ChiSquaredTest interaction(Context& context, std::vector<Warning>& warnings) const;

 private:
  struct Likelihood {
    double logLik;
    std::size_t coefficients;
  };

  Predictors predictors(const Table& table, std::vector<std::string> first) const;
  CoxSpec coxSpec(Predictors predictors) const;
  CoefficientRow logisticRow(const Table& table, const Predictors& predictors, std::string_view where, Context& context,
                             std::vector<Warning>& warnings) const;
  CoefficientRow coxRow(const Table& table, const Predictors& predictors, std::string_view where, Context& context,
                        std::vector<Warning>& warnings) const;
  /// By maximum likelihood; none where there is no maximum, `why` then says so.
  std::optional<Likelihood> likelihood(std::vector<std::string> first, Context& context, Warning& why) const;

  const SubgroupSpec& spec_;
  const SubgroupRows& rows_;
  ModelFields fields_;
};

/// A column's name as a term that nothing else can be read from.
std::string spelledTerm(const Table& table, std::vector<std::string> columns) {
  return canonical(Term{std::move(columns)}, table);
}

/// `first` and the terms of `adjust` whose columns all vary in the table.
Predictors Models::predictors(const Table& table, std::vector<std::string> first) const {
  Predictors out{std::move(first)};
  if (!spec_.adjust) return out;
  for (const Term& term : termsOf(spec_.adjust->terms, table)) {
    const bool all = std::all_of(term.columns.begin(), term.columns.end(),
                                 [&](const std::string& name) { return varies(*table.at(name).data); });
    if (all) out.terms.push_back(canonical(term, table));
  }
  return out;
}

CoxSpec Models::coxSpec(Predictors predictors) const {
  CoxSpec cox;
  cox.time = spec_.time;
  cox.event = ColumnName{rows_.event};
  cox.predictors = std::move(predictors);
  cox.strata = spec_.strata;
  cox.ties = *spec_.ties;
  cox.model = fields_;
  return cox;
}

void tell(std::vector<Warning>& warnings, std::string_view where, const std::vector<Warning>& told) {
  for (const auto& warning : told) warnings.push_back({warning.code, text(where, ": ", warning.message)});
}

CoefficientRow rowOfTreatment(std::vector<CoefficientRow> rows, const std::string& treatment) {
  return *std::find_if(rows.begin(), rows.end(), [&](const CoefficientRow& row) { return row.term == treatment; });
}

CoefficientRow Models::logisticRow(const Table& table, const Predictors& predictors, std::string_view where,
                                   Context& context, std::vector<Warning>& warnings) const {
  const LogisticModelData data(table, ColumnName{rows_.event}, std::nullopt, predictors, fields_);
  const LogisticEstimate found = estimate(data, *spec_.method, context);
  tell(warnings, where, found.warnings);
  auto rows = logisticRows(data, *found.fit, found.fit->glm.covariance, spec_.confLevel);
  const auto at = std::find_if(rows.begin(), rows.end(),
                               [&](const LogisticRow& row) { return row.coefficient.term == rows_.treatment; });
  if (*spec_.ci == LogisticCi::profile) {
    profileRow(data, found, static_cast<std::size_t>(at - rows.begin()), spec_.confLevel, context, *at);
  }
  return at->coefficient;
}

CoefficientRow Models::coxRow(const Table& table, const Predictors& predictors, std::string_view where,
                              Context& context, std::vector<Warning>& warnings) const {
  const CoxSpec spec = coxSpec(predictors);
  const CoxModelData data(table, spec, context);
  const CoxEstimate found = estimate(data, context);
  tell(warnings, where, found.warnings);
  return rowOfTreatment(waldRows(data.design(), found.cox().coefficients, found.covariance(),
                                 std::numeric_limits<double>::infinity(), spec_.confLevel),
                        rows_.treatment);
}

TreatmentEffect Models::effect(const Table& table, std::string_view where, Context& context,
                               std::vector<Warning>& warnings) const {
  TreatmentEffect out{.n = table.rows, .events = 0, .estimate = nan, .ciLow = nan, .ciHigh = nan, .p = nan};
  for (const double event : table.at(rows_.event).data->values) out.events += event == 1 ? 1 : 0;
  try {
    if (!varies(*table.at(rows_.treatment).data)) {
      fail(Code::oneGroup, text("All rows have the same ", quoted(rows_.treatment), "."));
    }
    const Predictors terms = predictors(table, {spelledTerm(table, {rows_.treatment})});
    const CoefficientRow row = spec_.model == SubgroupModel::logistic
                                   ? logisticRow(table, terms, where, context, warnings)
                                   : coxRow(table, terms, where, context, warnings);
    const Ratio ratio = ratioOf(row);
    out.estimate = ratio.estimate;
    out.ciLow = ratio.low;
    out.ciHigh = ratio.high;
    out.p = row.p;
  } catch (const Failure& failure) {
    if (!concernsTheModel(failure.code)) throw;
    warnings.push_back(
        {std::string(name(failure.code)), text(where, ": no effect can be estimated. ", failure.message)});
  }
  return out;
}

std::optional<Models::Likelihood> Models::likelihood(std::vector<std::string> first, Context& context,
                                                     Warning& why) const {
  const Predictors terms = predictors(rows_.table, std::move(first));
  const auto of = [&](const auto& fit, std::size_t coefficients,
                      const std::vector<Warning>& warnings) -> std::optional<Likelihood> {
    if (fit.end == numerics::End::converged) return Likelihood{fit.logLik, coefficients};
    if (!warnings.empty()) why = warnings.front();
    return std::nullopt;
  };
  try {
    if (spec_.model == SubgroupModel::logistic) {
      const LogisticModelData data(rows_.table, ColumnName{rows_.event}, std::nullopt, terms, fields_);
      const LogisticEstimate found = estimate(data, LogisticMethod::ml, context);
      return of(found.fit->glm, data.p(), found.warnings);
    }
    const CoxSpec spec = coxSpec(terms);
    const CoxModelData data(rows_.table, spec, context);
    const CoxEstimate found = estimate(data, context);
    return of(found.cox(), data.k(), found.warnings);
  } catch (const Failure& failure) {
    if (!concernsTheModel(failure.code)) throw;
    why = {std::string(name(failure.code)), failure.message};
    return std::nullopt;
  }
}

ChiSquaredTest Models::interaction(Context& context, std::vector<Warning>& warnings) const {
  const std::string& subgroup = spec_.subgroup.name;
  const std::string treatment = spelledTerm(rows_.table, {rows_.treatment});
  const std::string levels = spelledTerm(rows_.table, {subgroup});
  const std::string product = spelledTerm(rows_.table, {rows_.treatment, subgroup});
  Warning why{"NOT_CONVERGED", ""};
  std::optional<Likelihood> with, without;
  {
    const auto span = context.span(0, 0.5);
    without = likelihood({treatment, levels}, context, why);
  }
  if (without) {
    const auto span = context.span(0.5, 1);
    with = likelihood({treatment, levels, product}, context, why);
  }
  if (!with) {
    warnings.push_back(
        {why.code, text("The interaction of ", quoted(rows_.treatment), " and ", quoted(subgroup),
                        " cannot be tested: a model has no maximum-likelihood estimate. ", why.message)});
    return {nan, nan, nan};
  }
  const double statistic = std::max(0.0, 2 * (with->logLik - without->logLik));
  const auto df = static_cast<double>(with->coefficients - without->coefficients);
  return {statistic, df, numerics::chiSquaredUpper(statistic, df)};
}

void refuse(bool given, std::string_view field, std::string_view model) {
  if (given) fail(Code::invalidSpec, text(quoted(field), " is no field of model: ", quoted(model), "."));
}

void need(bool given, std::string_view field, std::string_view model) {
  if (!given) fail(Code::invalidSpec, text("subgroup with model: ", quoted(model), " needs ", quoted(field), "."));
}

}  // namespace

void Subgroup::complete(Spec& spec, const Table& table) {
  const std::string_view model = wordOf(spec.model);
  std::vector<std::string> explained;
  if (spec.model == SubgroupModel::logistic) {
    need(spec.outcome.has_value(), "outcome", model);
    refuse(spec.time.has_value(), "time", model);
    refuse(spec.event.has_value(), "event", model);
    refuse(spec.eventValue.has_value(), "eventValue", model);
    refuse(spec.strata.has_value(), "strata", model);
    refuse(spec.ties.has_value(), "ties", model);
    if (!spec.method) spec.method = LogisticMethod::automatic;
    if (!spec.ci) spec.ci = LogisticCi::wald;
    explained = {spec.outcome->name};
  } else {
    need(spec.time.has_value(), "time", model);
    need(spec.event.has_value(), "event", model);
    refuse(spec.outcome.has_value(), "outcome", model);
    refuse(spec.positive.has_value(), "positive", model);
    refuse(spec.method.has_value(), "method", model);
    refuse(spec.ci.has_value(), "ci", model);
    if (!spec.ties) spec.ties = numerics::CoxTies::efron;
    explained = {spec.time->name, spec.event->name};
  }
  std::vector<std::string> roles = explained;
  for (const auto& column : {spec.treatment.name, spec.subgroup.name}) {
    if (std::find(roles.begin(), roles.end(), column) != roles.end()) {
      fail(Code::invalidSpec, text(quoted(column),
                                   " stands in two places: treatment, subgroup and outcome are "
                                   "different columns."));
    }
    roles.push_back(column);
  }
  if (!spec.adjust) return;
  // The subgroups' own column says nothing within them, and treatment is in every model anyway.
  auto& adjust = spec.adjust->terms;
  std::erase_if(adjust,
                [&](const std::string& term) { return term == spec.subgroup.name || term == spec.treatment.name; });
  if (adjust.empty()) {
    spec.adjust.reset();
    return;
  }
  const auto terms = termsOf(adjust, table);
  for (const auto& column : explained) refuseAmong(terms, column, "the outcome");
  spec.adjust = spelled(terms, table);
}

SubgroupResult Subgroup::run(const Table& table, const Spec& spec, Context& context) {
  const SubgroupRows rows = subgroupRows(table, spec);
  SubgroupResult result;
  result.common.n = rows.table.rows;
  result.common.nMissing = rows.missing;
  if (rows.levels.size() < 2) {
    fail(Code::oneGroup, text("The subgroup column ", quoted(spec.subgroup.name), " has one level in the rows used."));
  }
  const Models models(spec, rows);
  auto& warnings = result.common.warnings;
  const double each = 1 / static_cast<double>(rows.levels.size() + 3);
  double done = 0;
  const auto step = [&](double shares) {
    const double from = done;
    done += shares * each;
    return context.span(from, done);
  };
  {
    const auto span = step(1);
    result.overall = models.effect(rows.table, "Overall", context, warnings);
  }
  for (std::size_t level = 0; level < rows.levels.size(); ++level) {
    const auto span = step(1);
    const std::string where = text(spec.subgroup.name, " = ", shortened(rows.levels[level]));
    result.subgroups.push_back({rows.levels[level], models.effect(rows.of(level), where, context, warnings)});
  }
  {
    const auto span = step(2);
    result.interaction = models.interaction(context, warnings);
  }
  context.progress(1);
  return result;
}

}  // namespace bedside
