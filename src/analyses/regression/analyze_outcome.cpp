#include "analyses/regression/analyze_outcome.hpp"

#include <algorithm>
#include <cmath>

#include "analyses/regression/outcome_screen.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

constexpr double highInflation = 10, manyRowsLost = 0.1;

/// A model that cannot be fitted is told in a warning with its error's code; anything else is an error of the run.
bool concernsTheModel(Code code) {
  return code == Code::tooFewRows || code == Code::oneGroup || code == Code::noEvents || code == Code::singular;
}

/// The columns to look at and how: what the inner regressions are made of.
struct Candidates {
  std::vector<const Column*> columns;
  std::vector<VariableMode> modes;
  ModelFields fields;  ///< the spec's, with the categorical ones named
};

Candidates candidatesOf(const Table& table, const AnalyzeOutcomeSpec& spec, const OutcomeRows& rows) {
  Candidates out;
  out.fields.reference = spec.reference;
  out.fields.confLevel = spec.confLevel;
  for (const auto& name : *spec.columns) {
    const Column& column = table.at(name.name);
    const bool named = std::any_of(spec.categorical.begin(), spec.categorical.end(),
                                   [&](const auto& mention) { return mention.name == column.name; });
    const VariableMode mode = modeOf(*column.data, named, rows);
    out.columns.push_back(&column);
    out.modes.push_back(mode);
    if (mode == VariableMode::categorical) out.fields.categorical.push_back({column.name});
  }
  return out;
}

/// Steps 5 to 8 of regression.md §3 for all columns at once, so that the inner fits meet no error but their own.
void check(const AnalyzeOutcomeSpec& spec, const Table& table, const Candidates& variables, const OutcomeRows& rows) {
  for (const auto& [name, level] : spec.reference.levels) {
    const bool looked = std::any_of(variables.columns.begin(), variables.columns.end(),
                                    [&](const Column* column) { return column->name == name; });
    if (looked) modelTerms(table, std::vector<Term>{{{name}}}, variables.fields);
  }
  const std::string& outcome = spec.outcome.name;
  if (rows.n() == 0) fail(Code::tooFewRows, text("No row has a value of the outcome ", quoted(outcome), "."));
  checkFinite(table.at(outcome), rows.selection());
  for (const Column* column : variables.columns) checkFinite(*column, rows.selection());
  const std::size_t events = rows.outcome().events(rows.known());
  const std::string event = text(" (", quoted(outcome), " = ", quoted(shortened(rows.outcome().event())), ")");
  if (events == 0) {
    fail(Code::noEvents, text("No row has the event", event, ": check the outcome, or name another with 'positive'."));
  }
  if (events == rows.n()) {
    fail(Code::oneGroup, text("All rows with a known outcome have the event", event, ": nobody is left to compare."));
  }
}

/// The rows of `terms` that belong to a variable; without the intercept.
std::vector<LogisticRow> rowsOf(const std::vector<LogisticRow>& terms, const std::string& variable) {
  std::vector<LogisticRow> out;
  for (std::size_t i = 1; i < terms.size(); ++i) {
    if (terms[i].coefficient.term == variable) out.push_back(terms[i]);
  }
  return out;
}

void tell(std::vector<Warning>& warnings, std::string_view where, const std::vector<Warning>& told) {
  for (const auto& warning : told) {
    // That the sample is small is so for every variable: once is enough.
    const bool known = warning.code == "SMALL_SAMPLE" &&
                       std::any_of(warnings.begin(), warnings.end(),
                                   [&](const Warning& earlier) { return earlier.code == warning.code; });
    if (!known) warnings.push_back({warning.code, text(where, ": ", warning.message)});
  }
}

std::vector<LogisticRow> crudeRows(const Table& table, const AnalyzeOutcomeSpec& spec, const std::string& variable,
                                   const ModelFields& fields, Context& context, std::vector<Warning>& warnings) {
  try {
    const LogisticModelData data(table, spec.outcome, spec.positive, Predictors{{variable}}, fields);
    const auto found = estimate(data, spec.method, context);
    tell(warnings, variable, found.warnings);
    return rowsOf(logisticRows(data, *found.fit, found.fit->glm.covariance, spec.confLevel), variable);
  } catch (const Failure& failure) {
    if (!concernsTheModel(failure.code)) throw;
    warnings.push_back(
        {std::string(name(failure.code)), text(variable, " has no crude odds ratio. ", failure.message)});
    return {};
  }
}

std::vector<std::string> inflated(const std::vector<LogisticRow>& terms, const std::vector<std::string>& selected) {
  std::vector<std::string> out;
  for (const auto& variable : selected) {
    const auto own = rowsOf(terms, variable);
    if (!own.empty() && std::pow(own.front().vif.value_or(1), 1 / static_cast<double>(own.size())) > highInflation)
      out.push_back(variable);
  }
  return out;
}

void warnOfRowsLost(const MultivariableModel& model, const OutcomeRows& rows, const Candidates& variables,
                    const std::vector<std::string>& selected, const std::vector<OutcomeVariable>& described,
                    std::vector<Warning>& warnings) {
  if (static_cast<double>(model.nMissing) <= manyRowsLost * static_cast<double>(rows.n())) return;
  const OutcomeVariable* most = nullptr;
  for (std::size_t i = 0; i < variables.columns.size(); ++i) {
    if (std::find(selected.begin(), selected.end(), described[i].name) == selected.end()) continue;
    if (!most || described[i].overall.missing > most->overall.missing) most = &described[i];
  }
  warnings.push_back(
      {"ROWS_LOST", text("The multivariable model uses ", model.n, " of ", rows.n(), " rows: ", model.nMissing,
                         " lack a value of a selected variable, most of them of ", quoted(most->name), " (",
                         most->overall.missing, "). Leaving it out of 'columns' would keep more.")});
}

std::optional<MultivariableModel> multivariable(const Table& table, const AnalyzeOutcomeSpec& spec,
                                                const std::vector<std::string>& selected, const ModelFields& fields,
                                                const OutcomeRows& rows, Context& context,
                                                std::vector<Warning>& warnings) {
  try {
    const LogisticModelData data(table, spec.outcome, spec.positive, Predictors{selected}, fields);
    const auto found = estimate(data, spec.method, context);
    tell(warnings, "Multivariable model", found.warnings);
    const LogisticFit& fit = *found.fit;
    MultivariableModel out;
    out.n = data.n();
    out.nMissing = rows.n() - data.n();
    out.events = data.events();
    out.method = found.method;
    out.terms = logisticRows(data, fit, fit.glm.covariance, spec.confLevel);
    out.model = logisticModel(data, fit, numerics::fittedMeans(data.problem(), fit.glm.coefficients), spec.confLevel);
    out.iterations = fit.glm.iterations;
    out.converged = fit.glm.converged();
    out.highVif = inflated(out.terms, selected);
    out.covariance = fit.glm.covariance.values;
    return out;
  } catch (const Failure& failure) {
    if (!concernsTheModel(failure.code)) throw;
    warnings.push_back(
        {std::string(name(failure.code)),
         text("There is no multivariable model of the ", selected.size(), " selected variables. ", failure.message)});
    return std::nullopt;
  }
}

}  // namespace

void AnalyzeOutcome::complete(Spec& spec, const Table& table) {
  if (!spec.columns) {
    spec.columns.emplace();
    for (const auto& column : table.columns) {
      if (column.name != spec.outcome.name) spec.columns->push_back({column.name});
    }
    return;
  }
  std::vector<ColumnName> once;
  for (const auto& column : *spec.columns) {
    if (column == spec.outcome) {
      fail(Code::invalidSpec,
           text(quoted(column.name), " is the outcome and cannot be among 'columns' too: leave it out there."));
    }
    if (std::find(once.begin(), once.end(), column) == once.end()) once.push_back(column);
  }
  spec.columns = std::move(once);
}

AnalyzeOutcomeResult AnalyzeOutcome::run(const Table& table, const Spec& spec, Context& context) {
  const Column& column = table.at(spec.outcome.name);
  const Binary outcome = binaryOf(column, spec.positive ? std::optional(spec.positive->text) : std::nullopt);
  const OutcomeRows rows(column, outcome, spec.positive ? binaryOf(column).levels : outcome.levels);
  const Candidates variables = candidatesOf(table, spec, rows);
  check(spec, table, variables, rows);

  AnalyzeOutcomeResult result;
  auto& warnings = result.common.warnings;
  result.common.n = rows.n();
  result.common.nMissing = table.rows - rows.n();
  const std::size_t k = variables.columns.size();
  const double each = 0.8 / static_cast<double>(std::max<std::size_t>(k, 1));
  std::vector<double> p;
  for (std::size_t i = 0; i < k; ++i) {
    const auto span = context.span(each * static_cast<double>(i), each * static_cast<double>(i + 1));
    bool comparable = false;
    auto& variable =
        result.variables.emplace_back(screened(*variables.columns[i], variables.modes[i], rows, comparable));
    context.progress(0.3);
    if (comparable) variable.crude = crudeRows(table, spec, variable.name, variables.fields, context, warnings);
    if (variable.p < spec.screenP) result.selected.push_back(variable.name);
    p.push_back(variable.p);
  }
  const auto adjustedP = numerics::adjusted(p, spec.pAdjust);
  for (std::size_t i = 0; i < k; ++i) result.variables[i].pAdjusted = adjustedP[i];

  if (!result.selected.empty()) {
    const auto span = context.span(0.8, 1);
    result.multivariable = multivariable(table, spec, result.selected, variables.fields, rows, context, warnings);
  }
  if (result.multivariable) {
    for (auto& variable : result.variables) {
      auto own = rowsOf(result.multivariable->terms, variable.name);
      if (!own.empty()) variable.adjusted = std::move(own);
    }
    warnOfRowsLost(*result.multivariable, rows, variables, result.selected, result.variables, warnings);
  }
  context.progress(1);
  return result;
}

}  // namespace bedside
