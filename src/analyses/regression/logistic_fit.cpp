#include "analyses/regression/logistic_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "table/text.hpp"

namespace bedside {

namespace {

constexpr std::size_t smallRows = 50, smallEvents = 20, eventsPerCoefficient = 10;

std::optional<std::string> textOf(const std::optional<Level>& level) {
  return level ? std::optional(level->text) : std::nullopt;
}

std::vector<std::string> with(const Column& outcome, const std::vector<std::string>& beside) {
  std::vector<std::string> out{outcome.name};
  out.insert(out.end(), beside.begin(), beside.end());
  return out;
}

double xlogy(double x, double y) { return x == 0 ? 0 : x * std::log(y); }

LogisticFit compute(const LogisticModelData& data, LogisticMethod method, Context& context) {
  const bool firth = method == LogisticMethod::firth;
  LogisticFit out{.recipe = data.frame().design().recipe(), .glm = {}, .nullLogLik = 0, .eventShare = 0};
  {
    const auto span = context.span(0, firth ? 0.7 : 1);
    numerics::GlmOptions options;
    options.progress = [&](double done) { context.progress(done); };
    out.glm = firth ? numerics::fitFirth(data.problem(), options) : numerics::fitGlm(data.problem(), options);
  }
  if (out.glm.end == numerics::End::singular) failSingular(data.frame().design().columns()[out.glm.column]);

  double weight = 0, events = 0;
  data.responses().scan([&](const numerics::Block& block) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      const double w = data.frame().weighted() ? block[1][i] : 1;
      weight += w;
      events += w * block[0][i];
    }
  });
  out.eventShare = events / weight;
  if (!firth) {
    out.nullLogLik = xlogy(events, out.eventShare) + xlogy(weight - events, 1 - out.eventShare);
    return out;
  }
  const auto span = context.span(0.7, 1);
  numerics::GlmOptions options;
  options.start.assign(data.p(), 0.0);
  options.start[0] = std::log(out.eventShare / (1 - out.eventShare));
  options.fixed.resize(data.p() - 1);
  std::iota(options.fixed.begin(), options.fixed.end(), std::size_t{1});
  options.progress = [&](double done) { context.progress(done); };
  out.nullLogLik = numerics::fitFirth(data.problem(), options).logLik;
  return out;
}

}  // namespace

std::size_t LogisticFit::bytes() const {
  return sizeof *this + recipe.bytes() +
         sizeof(double) * (glm.coefficients.capacity() + glm.covariance.values.capacity() + glm.separation.capacity());
}

LogisticModelData::LogisticModelData(const Table& table, const ColumnName& outcome,
                                     const std::optional<Level>& positive, const Predictors& predictors,
                                     const ModelFields& model, const std::vector<std::string>& beside)
    : LogisticModelData(table, table.at(outcome.name),
                        binaryOf(withoutZeroWeights(table.at(outcome.name), model.weights ? &table.at(model.weights->name) : nullptr), textOf(positive)), predictors, model, beside) {
}

LogisticModelData::LogisticModelData(const Table& table, const Column& outcome, Binary binary,
                                     const Predictors& predictors, const ModelFields& model,
                                     const std::vector<std::string>& beside)
    : column_(outcome),
      outcome_(std::move(binary)),
      frame_(table, modelTerms(table, predictors, model), with(outcome, beside), model),
      events_(outcome_.events(frame_.rows())),
      problem_{
          .rows = frame_.blocks(outcome_.source), .layout = frame_.layout(), .family = numerics::Family::binomial} {
  if (events_ == 0) {
    fail(Code::noEvents, text("None of the ", n(), " rows used has the event (", quoted(column_.name), " = ",
                              quoted(shortened(outcome_.event())),
                              "): check the outcome, or 'positive', and columns with many missing values."));
  }
  if (events_ == n()) {
    fail(Code::oneGroup, text("All of the ", n(), " rows used have the event (", quoted(column_.name), " = ",
                              quoted(shortened(outcome_.event())),
                              "): there is nobody to compare with. Check columns with many missing values."));
  }
  frame_.requireMoreRowsThanCoefficients();
}

Fingerprint LogisticModelData::key(LogisticMethod method) const {
  KeyBuilder key("fit of logistic");
  key.add(method).column(column_).add(outcome_.event());
  frame_.addTo(key);
  return key.key();
}

LogisticEstimate estimate(const LogisticModelData& data, LogisticMethod method, Context& context) {
  const auto fitted = [&](LogisticMethod by, double from, double to) {
    const auto span = context.span(from, to);
    return context.fit<LogisticFit>(data.key(by), [&] { return compute(data, by, context); });
  };
  LogisticEstimate out;
  if (method == LogisticMethod::firth) {
    out.method = method;
    out.fit = fitted(method, 0, 1);
  } else {
    const bool chooses = method == LogisticMethod::automatic;
    const bool small = chooses && (data.n() < smallRows || data.events() < smallEvents);
    out.fit = fitted(LogisticMethod::ml, 0, small ? 0.4 : 1);
    const bool separated = out.fit->glm.end == numerics::End::separated;
    if (separated) {
      out.warnings.push_back(separationWarning(
          data.frame(), out.fit->glm.separation,
          chooses
              ? "The figures are Firth's penalised ones, which exist all the same."
              : "The figures are those of the last step and mean nothing: take method: 'firth' or leave a term out."));
    } else if (small) {
      out.warnings.push_back(
          {"SMALL_SAMPLE", text("With ", data.n(), " rows and ", data.events(),
                                " events maximum likelihood is biased away from no effect, so the "
                                "figures are Firth's penalised ones; method: 'ml' gives those of glm.")});
    }
    if (chooses && (separated || small)) {
      out.method = LogisticMethod::firth;
      out.fit = fitted(LogisticMethod::firth, small ? 0.4 : 0.9, 1);
    }
  }
  if (out.fit->glm.end == numerics::End::notConverged) out.warnings.push_back(notConvergedWarning());
  const std::size_t rarer = std::min(data.events(), data.n() - data.events());
  if (rarer < eventsPerCoefficient * (data.p() - 1)) {
    out.warnings.push_back(
        {"FEW_EVENTS",
         text(rarer, rarer == data.events() ? " events" : " rows without the event", " for ", data.p() - 1,
              " coefficients: fewer than 10 for each, so the estimates are unsteady. Fewer predictors, or "
              "levels joined, would help.")});
  }
  return out;
}

}  // namespace bedside
