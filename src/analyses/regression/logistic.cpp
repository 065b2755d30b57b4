#include "analyses/regression/logistic.hpp"

#include "analyses/regression/robust.hpp"

namespace bedside {

namespace {

void profile(const LogisticModelData& data, const LogisticEstimate& estimate, double confLevel, Context& context,
             std::vector<LogisticRow>& rows) {
  const double share = 1.0 / static_cast<double>(rows.size());
  for (std::size_t j = 0; j < rows.size(); ++j) {
    const auto span = context.span(static_cast<double>(j) * share, static_cast<double>(j + 1) * share);
    profileRow(data, estimate, j, confLevel, context, rows[j]);
  }
}

}  // namespace

void Logistic::complete(Spec& spec, const Table& table) {
  checkRobust(spec.robust, spec.cluster);
  if (spec.method == LogisticMethod::firth && (spec.robust != Robust::none || spec.cluster)) {
    fail(Code::invalidSpec,
         "Firth's penalised estimates have no robust standard errors: take method: 'ml', or leave out 'robust' and "
         "'cluster'.");
  }
  completeModel(name, spec.outcome, spec.predictors, spec.model, table);
}

Need Logistic::need(const Table& table, const Spec& spec) { return needOf(table, spec, 1); }

LogisticResult Logistic::run(const Table& table, const Spec& spec, Context& context) {
  const bool robust = spec.robust != Robust::none || spec.cluster;
  const LogisticModelData data(table, *spec.outcome, spec.positive, *spec.predictors, spec.model,
                               spec.cluster ? std::vector{spec.cluster->name} : std::vector<std::string>{});
  const bool profiled = spec.ci == LogisticCi::profile;
  const LogisticEstimate found = [&] {
    const auto span = context.span(0, profiled ? 0.2 : 0.8);
    return estimate(data, robust && spec.method == LogisticMethod::automatic ? LogisticMethod::ml : spec.method,
                    context);
  }();
  const LogisticFit& fit = *found.fit;

  LogisticResult result;
  result.common = data.frame().common(robust);
  for (const auto& warning : found.warnings) result.common.warnings.push_back(warning);
  result.method = found.method;
  result.events = data.events();
  result.iterations = fit.glm.iterations;
  result.converged = fit.glm.converged();
  numerics::Matrix covariance = robust ? robustCovariance(data.problem(), data.frame().rows(), fit.glm.coefficients,
                                                          spec.robust, spec.cluster, table, result.common.warnings)
                                       : fit.glm.covariance;
  result.terms = logisticRows(data, fit, covariance, spec.model.confLevel);
  result.covariance = std::move(covariance.values);
  if (profiled) {
    const auto span = context.span(0.2, 0.95);
    profile(data, found, spec.model.confLevel, context, result.terms);
  }
  result.fitted = numerics::fittedMeans(data.problem(), fit.glm.coefficients);
  result.model = logisticModel(data, fit, result.fitted, spec.model.confLevel);
  result.factors = factorCodings(data.frame().design());
  result.rows = data.frame().rowNumbers();
  context.progress(1);
  return result;
}

}  // namespace bedside
