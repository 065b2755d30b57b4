#include "analyses/survival/cox_fit.hpp"

#include "numerics/survival/cox_residuals.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

constexpr std::size_t eventsPerCoefficient = 10;

CoxModelFit compute(const CoxModelData& data, Context& context) {
  const numerics::CoxOptions options{.progress = [&](double done) { context.progress(done); }};
  CoxModelFit out{.recipe = data.design().recipe(),
                  .cox = data.method() == CoxMethod::firth ? numerics::fitCoxFirth(data.problem(), options)
                                                           : numerics::fitCox(data.problem(), options)};
  if (out.cox.end == numerics::End::singular) failSingular(data.design().columns()[out.cox.column]);
  return out;
}

Warning monotoneWarning(const Design& design, const std::vector<std::size_t>& columns) {
  return {"SEPARATION",
          text(columns.empty() ? std::string("The model") : namedFew(design, columns),
               columns.size() > 1 ? " have" : " has",
               " no maximum-likelihood estimate: the likelihood goes on rising with the coefficient (a level without "
               "events, or a term that orders them without error). Its figures are those of the last step and mean "
               "nothing: take method: 'firth' or leave the term out.")};
}

}  // namespace

CoxEstimate estimate(const CoxModelData& data, Context& context) {
  CoxEstimate out;
  {
    const auto span = context.span(0, data.robust() ? 0.85 : 1);
    out.fit = context.fit<CoxModelFit>(data.fitKey(), [&] { return compute(data, context); });
  }
  const numerics::CoxFit& fit = out.fit->cox;
  if (data.robust()) {
    out.robust = context.fit<CoxRobust>(data.derivedKey("robust covariance of cox"), [&] {
      return CoxRobust{numerics::coxSandwich(data.problem(), fit.coefficients, fit.covariance, data.clusters())};
    });
  }
  if (fit.end == numerics::End::separated && data.method() == CoxMethod::ml) {
    out.warnings.push_back(monotoneWarning(data.design(), fit.monotone));
  } else if (!fit.converged()) {
    out.warnings.push_back(notConvergedWarning());
  }
  if (data.events() < eventsPerCoefficient * data.k()) {
    out.warnings.push_back(
        {"FEW_EVENTS", text(data.events(), data.events() == 1 ? " event" : " events", " for ", data.k(),
                            data.k() == 1 ? " coefficient" : " coefficients",
                            ": fewer than 10 for each, so the estimates are unsteady. Fewer predictors, or levels "
                            "joined, would help.")});
  }
  return out;
}

}  // namespace bedside
