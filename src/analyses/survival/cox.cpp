#include "analyses/survival/cox.hpp"

namespace bedside {

Need Cox::need(const Table& table, const Spec& spec) {
  std::size_t vectors = 2;  // places, order and risk sets of each row, and its share of the sums
  for (const CoxResidual residual : spec.residuals) {
    vectors += residual == CoxResidual::martingale || residual == CoxResidual::deviance ? 1 : 0;
  }
  return needOf(table, spec, vectors);
}

CoxResult Cox::run(const Table& table, const Spec& spec, Context& context) {
  const CoxModelData data(table, spec, context);
  const CoxEstimate found = [&] {
    const auto span = context.span(0, 0.6);
    return estimate(data, context);
  }();
  const auto figures = [&] {
    const auto span = context.span(0.6, 0.95);
    return coxFigures(data, found, context);
  }();

  CoxResult result;
  result.common = data.frame().common(true);  // weights that are no counts make standard errors robust by themselves
  result.common.warnings.insert(result.common.warnings.end(), found.warnings.begin(), found.warnings.end());
  result.events = data.events();
  result.terms = coxRows(data, found, *figures, spec.model.confLevel);
  result.factors = factorCodings(data.design());
  result.model = coxModel(data, found, *figures);
  result.iterations = found.cox().iterations;
  result.converged = found.cox().converged();
  result.covariance = found.covariance().values;
  result.baseline = figures->baseline;
  result.phTest = figures->proportionalHazards;
  result.termTests = coxTermTests(data, found);
  result.residuals = coxResiduals(data, found, spec.residuals);
  if (result.residuals) result.rows = data.frame().rowNumbers();
  context.progress(1);
  return result;
}

}  // namespace bedside
