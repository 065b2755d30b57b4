#include "analyses/survival/fine_gray.hpp"

#include <algorithm>
#include <limits>

#include "analyses/regression/frame.hpp"
#include "analyses/survival/competing.hpp"
#include "analyses/survival/rows.hpp"
#include "numerics/survival/fine_gray.hpp"
#include "table/factors.hpp"
#include "table/formula.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

constexpr std::size_t eventsPerCoefficient = 10;

/// What the search for the coefficients came to: the value that requests share.
struct FineGrayFit {
  DesignRecipe recipe;
  numerics::FineGrayFit estimates;

  std::size_t bytes() const { return sizeof *this + recipe.bytes() + estimates.bytes(); }
};

/// A model and its data. Kernels read its rows: it stays where it was made.
struct FineGrayData {
  const Table& table;
  const FineGraySpec& spec;
  ModelFrame frame;
  std::vector<std::uint8_t> events;  // a `numerics::CompetingEvent` for each row used
  std::size_t own = 0;               // events of the cause

  FineGrayData(const Table& table, const FineGraySpec& spec, ModelTerms terms, Selection rows)
      : table(table),
        spec(spec),
        frame(table, std::move(terms), {spec.time->name, spec.event->name}, spec.model, std::move(rows), false) {
    const CompetingEvents found = competingEvents(table, *spec.event, spec.censorValue, frame.selection());
    const auto cause = levelNamed(*table.at(spec.event->name).data, found.names, spec.cause.text);
    for (const std::int32_t code : found.causes.codes) {
      const bool ours = cause && code == *cause;
      events.push_back(ours ? numerics::ownCause
                            : (code == numerics::Causes::censored ? numerics::censoredRow : numerics::otherCause));
      own += ours ? 1 : 0;
    }
    if (own > 0) return;
    fail(Code::noEvents,
         text("None of the ", frame.n(), " rows used has the event (", quoted(spec.event->name), " = ",
              quoted(shortened(spec.cause.text)), "); causes that occur: ",
              found.names.empty() ? std::string("none") : listed(found.names),
              ". Check 'cause', and columns with many missing values."));
  }

  Fingerprint key() const {
    KeyBuilder key("fit of fineGray");
    key.column(table.at(spec.time->name)).column(table.at(spec.event->name)).add(spec.censorValue).add(spec.cause);
    frame.addTo(key);
    return key.key();
  }

  FineGrayFit fit(Context& context) const {
    const auto times = survivalTimes(table, *spec.time, std::nullopt, frame.selection(), numerics::TimeTies::exact,
                                     context);
    const std::vector<double> weights = valuesOf(table, spec.model.weights, frame.selection());
    const numerics::FineGrayProblem problem{
        .design = frame.design().sources(),
        .risk = numerics::riskSets(*times, {}, events, weights, frame.rows()),
        .countsOfRows = wholeNumbers(weights)};
    const numerics::FineGrayOptions options{.progress = [&](double done) { context.progress(done); }};
    FineGrayFit out{.recipe = frame.design().recipe(), .estimates = numerics::fitFineGray(problem, options)};
    if (out.estimates.end == numerics::End::singular) failSingular(frame.design().columns()[out.estimates.column]);
    return out;
  }

  std::vector<Warning> warnings(const numerics::FineGrayFit& fit) const {
    std::vector<Warning> out;
    if (fit.end == numerics::End::separated) {
      out.push_back(
          {"SEPARATION",
           text("The likelihood goes on rising with ", namedFew(frame.design(), fit.monotone),
                ", so no finite estimate exists (a level without events of the cause, say): its figures are those of "
                "the last step and mean nothing. Leave the term out, or join levels.")});
    } else if (!fit.converged()) {
      out.push_back(notConvergedWarning());
    }
    if (own < eventsPerCoefficient * frame.p()) {
      out.push_back({"FEW_EVENTS", text(own, own == 1 ? " event" : " events", " for ", frame.p(),
                                        " coefficients: fewer than 10 for each, so the estimates are unsteady. Fewer "
                                        "predictors, or levels joined, would help.")});
    }
    return out;
  }

  std::vector<FineGrayRow> rows(const numerics::FineGrayFit& fit) const {
    std::vector<double> happened(table.rows);
    for (std::size_t i = 0; i < events.size(); ++i) happened[frame.selection()[i]] = events[i] == numerics::ownCause;
    const auto tallies = levelTallies(frame.design(), numerics::Source::of(happened.data()), frame.rows());
    std::vector<FineGrayRow> out;
    for (auto& row : waldRows(frame.design(), fit.coefficients, fit.covariance,
                              std::numeric_limits<double>::infinity(), spec.model.confLevel)) {
      const Ratio ratio = ratioOf(row);
      FineGrayRow& made = out.emplace_back(FineGrayRow{std::move(row), ratio.estimate, ratio.low, ratio.high, {}, {}});
      if (const auto& tally = tallies[out.size() - 1]) {
        made.n = tally->n;
        made.events = tally->events;
      }
    }
    return out;
  }
};

}  // namespace

void FineGray::complete(Spec& spec, const Table& table) {
  if (spec.cause == spec.censorValue) {
    fail(Code::invalidSpec, text("'cause' and 'censorValue' are both ", quoted(shortened(spec.cause.text)),
                                 ": a censored row has no event."));
  }
  if (spec.model.formula) {
    if (spec.time || spec.event || spec.predictors) {
      fail(Code::invalidSpec,
           "'formula' stands in place of 'time', 'event' and 'predictors': give one or the others.");
    }
    const Formula formula = parseFormula(*spec.model.formula, table, Response::survival);
    if (formula.surv->start || !formula.strata.empty() || formula.cluster) {
      fail(Code::invalidSpec,
           "fineGray knows no start of an interval, no strata() and no cluster(): a formula such as 'Surv(time, event) "
           "~ age + sex' is what it reads.");
    }
    spec.time = ColumnName{formula.surv->time};
    spec.event = ColumnName{formula.surv->event};
    spec.predictors = spelled(formula.terms, table);
    spec.model.formula.reset();
    return;
  }
  for (const auto& [given, field] : {std::pair{spec.time.has_value(), "time"}, std::pair{spec.event.has_value(), "event"},
                                     std::pair{spec.predictors.has_value(), "predictors"}}) {
    if (given) continue;
    fail(Code::invalidSpec,
         text(name, " needs ", quoted(field), " (or a 'formula' such as 'Surv(time, event) ~ age + sex')."));
  }
  const std::string_view explained[] = {spec.time->name, spec.event->name};
  spec.predictors = inModelOrder(*spec.predictors, explained, "the time or the event", table);
}

FineGrayResult FineGray::run(const Table& table, const Spec& spec, Context& context) {
  ModelTerms terms = modelTerms(table, *spec.predictors, spec.model);
  Selection rows = modelRows(table, terms, {spec.time->name, spec.event->name}, spec.model);
  checkFromZero(table, *spec.time, rows);
  const FineGrayData data(table, spec, std::move(terms), std::move(rows));
  const auto kept = [&] {
    const auto span = context.span(0, 0.95);
    return context.fit<FineGrayFit>(data.key(), [&] { return data.fit(context); });
  }();
  const numerics::FineGrayFit& fit = kept->estimates;

  FineGrayResult result;
  result.common = data.frame.common(true);
  for (auto& warning : data.warnings(fit)) result.common.warnings.push_back(std::move(warning));
  result.events = data.own;
  result.terms = data.rows(fit);
  result.factors = factorCodings(data.frame.design());
  result.model = {fit.logLik, fit.nullLogLik};
  result.iterations = fit.iterations;
  result.converged = fit.converged();
  result.covariance = fit.covariance.values;
  result.baseline.push_back({std::nullopt, fit.time, fit.cumulativeHazard});
  context.progress(1);
  return result;
}

}  // namespace bedside
