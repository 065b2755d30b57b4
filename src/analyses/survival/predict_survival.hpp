#pragma once

#include <string_view>
#include <vector>

#include "analyses/common.hpp"
#include "analyses/context.hpp"
#include "analyses/regression/coefficients.hpp"
#include "analyses/survival/cox_spec.hpp"

namespace bedside {

struct PredictSurvivalSpec {
  CoxSpec cox;
  std::vector<CovariateProfile> at;
  std::vector<double> times;

  static constexpr auto describe() {
    return fields(inlined<&PredictSurvivalSpec::cox>(),
                  field<&PredictSurvivalSpec::at>(
                      doc("For whom: { age: 60, sex: 'Female' }, a value for every predictor and stratum."), required,
                      notEmpty),
                  field<&PredictSurvivalSpec::times>(doc("Times at which survival is asked for."), required, notEmpty));
  }
};

/// Survival of one profile, in the order of the times asked for.
struct PredictedCurve {
  CovariateProfile at;
  std::vector<double> time, survival, se, ciLow, ciHigh;

  static constexpr auto describe() {
    return fields(field<&PredictedCurve::at>(doc("For whom, as asked for.")),
                  field<&PredictedCurve::time>(doc("Times, as asked for.")),
                  field<&PredictedCurve::survival>(doc("Probability of no event up to and with the time.")),
                  field<&PredictedCurve::se>(doc("Its standard error, that of the coefficients included.")),
                  field<&PredictedCurve::ciLow>(doc("Lower limit, on the log scale.")),
                  field<&PredictedCurve::ciHigh>(doc("Upper limit, at most 1.")));
  }
};

struct PredictSurvivalResult {
  Common common;
  std::size_t events = 0;
  std::vector<FactorCoding> factors;
  std::vector<PredictedCurve> curves;

  static constexpr auto describe() {
    return fields(inlined<&PredictSurvivalResult::common>(),
                  field<&PredictSurvivalResult::events>(doc("Rows used that have the event."), count),
                  field<&PredictSurvivalResult::factors>(doc("The factors among the predictors.")),
                  field<&PredictSurvivalResult::curves>(doc("One for each profile, in order.")));
  }
};

/// Survival that a Cox model predicts for given covariates: figures as R's `survfit(coxph, newdata)`, log intervals.
struct PredictSurvival {
  static constexpr std::string_view name = "predictSurvival";
  static constexpr Doc title = doc("Survival predicted by a Cox model");
  using Spec = PredictSurvivalSpec;
  using Result = PredictSurvivalResult;

  static void complete(Spec& spec, const Table& table);
  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
