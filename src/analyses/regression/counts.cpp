#include "analyses/regression/counts.hpp"

#include <cmath>
#include <limits>

#include "analyses/regression/frame.hpp"
#include "analyses/regression/robust.hpp"
#include "numerics/glm.hpp"
#include "numerics/negative_binomial.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// What the search for the coefficients came to: the value that requests share.
struct CountFit {
  DesignRecipe recipe;
  numerics::GlmFit glm;
  double theta = infinity;
  double nullDeviance = 0;

  std::size_t bytes() const {
    return sizeof *this + recipe.bytes() +
           sizeof(double) *
               (glm.coefficients.capacity() + glm.covariance.values.capacity() + glm.separation.capacity());
  }
};

/// INVALID_SPEC for a count below zero or not whole; an infinite one is NOT_FINITE, which comes later. Rows of weight 0
/// are not in the table.
void checkCounts(const Column& outcome, const Column* weights) {
  const auto& counts = outcome.data->values;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const bool whole = counts[i] >= 0 && counts[i] == std::floor(counts[i]);
    if (whole || std::isnan(counts[i]) || (weights && weights->data->values[i] == 0)) continue;
    fail(Code::invalidSpec, text("The outcome ", quoted(outcome.name), " holds ", counts[i], " in row ", i + 1,
                                 ": counts are whole numbers from 0. For measurements take linear."));
  }
}

numerics::GlmProblem problemOf(const ModelFrame& frame, const numerics::Source& counts, const Column* offset,
                               double theta) {
  return {.rows = frame.blocks(counts, offset),
          .layout = frame.layout(offset != nullptr),
          .family = std::isinf(theta) ? numerics::Family::poisson : numerics::Family::negativeBinomial,
          .theta = theta};
}

CountFit compute(const ModelFrame& frame, const numerics::Source& counts, const Column* offset, bool negativeBinomial,
                 Context& context) {
  CountFit out{.recipe = frame.design().recipe(), .glm = {}};
  numerics::GlmOptions options;
  options.progress = [&](double done) { context.progress(0.9 * done); };
  numerics::GlmProblem problem = problemOf(frame, counts, offset, infinity);
  if (negativeBinomial) {
    auto fit = numerics::fitNegativeBinomial(problem, options);
    out.glm = std::move(fit.glm);
    out.theta = fit.theta;
  } else {
    out.glm = numerics::fitGlm(problem, options);
  }
  if (out.glm.end == numerics::End::singular) failSingular(frame.design().columns()[out.glm.column]);

  problem = problemOf(frame, counts, offset, out.theta);
  problem.rows = frame.nullBlocks(counts, offset);
  problem.layout.design = 1;
  out.nullDeviance = numerics::fitGlm(problem).deviance;
  return out;
}

CountResult runCounts(const Table& table, const CountSpec& spec, bool negativeBinomial, Context& context) {
  const bool robust = spec.robust != Robust::none || spec.cluster;
  const Column& outcome = table.at(spec.outcome->name);
  const Column* offset = spec.offset ? &table.at(spec.offset->name) : nullptr;
  checkCounts(outcome, spec.model.weights ? &table.at(spec.model.weights->name) : nullptr);
  std::vector<std::string> beside{outcome.name};
  if (offset) beside.push_back(offset->name);
  if (spec.cluster) beside.push_back(spec.cluster->name);
  const ModelFrame frame(table, modelTerms(table, *spec.predictors, spec.model), std::move(beside), spec.model);
  frame.requireMoreRowsThanCoefficients();

  const auto counts = numerics::Source::of(outcome.data->values.data());
  KeyBuilder key(negativeBinomial ? "fit of negativeBinomial" : "fit of poisson");
  key.column(outcome).add(offset != nullptr);
  if (offset) key.column(*offset);
  frame.addTo(key);
  const auto fit = [&] {
    const auto span = context.span(0, 0.9);
    return context.fit<CountFit>(key.key(), [&] { return compute(frame, counts, offset, negativeBinomial, context); });
  }();
  const numerics::GlmFit& glm = fit->glm;
  const numerics::GlmProblem problem = problemOf(frame, counts, offset, fit->theta);

  CountResult result;
  result.common = frame.common(robust);
  if (glm.end == numerics::End::separated) {
    result.common.warnings.push_back(separationWarning(
        frame, glm.separation,
        "The figures are those of the last step and mean nothing: leave a term out or join levels without counts."));
  } else if (!glm.converged()) {
    result.common.warnings.push_back(notConvergedWarning());
  }
  result.iterations = glm.iterations;
  result.converged = glm.converged();

  numerics::Matrix covariance =
      robust ? robustCovariance(problem, frame.rows(), glm.coefficients, spec.robust, spec.cluster, table,
                                result.common.warnings)
             : glm.covariance;
  for (auto& row : waldRows(frame.design(), glm.coefficients, covariance, infinity, spec.model.confLevel)) {
    const Ratio rate = ratioOf(row);
    result.terms.push_back({std::move(row), rate.estimate, rate.low, rate.high});
  }
  result.covariance = std::move(covariance.values);

  const auto n = static_cast<double>(frame.n()), p = static_cast<double>(frame.p());
  const double parameters = p + (negativeBinomial ? 1 : 0);
  result.model = {.logLik = glm.logLik,
                  .deviance = glm.deviance,
                  .nullDeviance = fit->nullDeviance,
                  .aic = -2 * glm.logLik + 2 * parameters,
                  .bic = -2 * glm.logLik + std::log(n) * parameters,
                  .dispersion = numerics::pearsonStatistic(problem, glm.coefficients) / (n - p),
                  .theta = negativeBinomial ? std::optional(fit->theta) : std::nullopt,
                  .dfResidual = frame.n() - frame.p()};
  result.fitted = numerics::fittedMeans(problem, glm.coefficients);
  result.factors = factorCodings(frame.design());
  result.rows = frame.rowNumbers();
  context.progress(1);
  return result;
}

void completeCounts(std::string_view analysis, CountSpec& spec, const Table& table) {
  checkRobust(spec.robust, spec.cluster);
  completeModel(analysis, spec.outcome, spec.predictors, spec.model, table);
}

}  // namespace

void Poisson::complete(Spec& spec, const Table& table) { completeCounts(name, spec, table); }

Need Poisson::need(const Table& table, const Spec& spec) { return needOf(table, spec, 1); }

CountResult Poisson::run(const Table& table, const Spec& spec, Context& context) {
  return runCounts(table, spec, false, context);
}

void NegativeBinomial::complete(Spec& spec, const Table& table) { completeCounts(name, spec, table); }

Need NegativeBinomial::need(const Table& table, const Spec& spec) { return needOf(table, spec, 1); }

CountResult NegativeBinomial::run(const Table& table, const Spec& spec, Context& context) {
  return runCounts(table, spec, true, context);
}

}  // namespace bedside
