#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyses/common.hpp"
#include "analyses/context.hpp"
#include "analyses/regression/coefficients.hpp"
#include "analyses/regression/model.hpp"

namespace bedside {

struct FineGraySpec {
  std::optional<ColumnName> time;
  std::optional<ColumnName> event;
  Level censorValue;
  Level cause;
  std::optional<Predictors> predictors;
  ModelFields model;

  static constexpr auto describe() {
    using S = FineGraySpec;
    return fields(field<&S::time>(doc("Column of times from 0."), numericColumn),
                  field<&S::event>(doc("Column of what ended the time: a cause, or the value for censoring.")),
                  field<&S::censorValue>(doc("Value of `event` that means censoring."), required),
                  field<&S::cause>(doc("Value of `event` that the model is about; the other ones compete."), required),
                  field<&S::predictors>(doc("Terms such as 'age', 'sex', 'age:sex'.")), inlined<&S::model>());
  }
};

struct FineGrayRow {
  CoefficientRow coefficient;
  double subHazardRatio = 0, shrLow = 0, shrHigh = 0;
  std::optional<std::size_t> n, events;

  static constexpr auto describe() {
    using S = FineGrayRow;
    return fields(inlined<&S::coefficient>(),
                  field<&S::subHazardRatio>(doc("Subdistribution hazard ratio: exp(estimate)."), ratio),
                  field<&S::shrLow>(doc("exp(ciLow)."), ratio), field<&S::shrHigh>(doc("exp(ciHigh)."), ratio),
                  field<&S::n>(doc("Rows of this level; null without one."), count),
                  field<&S::events>(doc("Events of the cause among them."), count));
  }
};

struct FineGrayModel {
  double logLik = 0, nullLogLik = 0;

  static constexpr auto describe() {
    using S = FineGrayModel;
    return fields(field<&S::logLik>(doc("Log pseudo-likelihood at the estimates.")),
                  field<&S::nullLogLik>(doc("The same with all coefficients 0.")));
  }
};

struct SubdistributionHazard {
  std::optional<std::string> stratum;
  std::vector<double> time, cumulativeHazard;

  static constexpr auto describe() {
    using S = SubdistributionHazard;
    return fields(field<&S::stratum>(doc("null: the model has no strata.")),
                  field<&S::time>(doc("Distinct times of the cause.")),
                  field<&S::cumulativeHazard>(
                      doc("Cumulative hazard of the subdistribution at covariates 0, factors at their reference; the "
                          "incidence there is 1 − exp(−it).")));
  }
};

struct FineGrayResult {
  Common common;
  std::size_t events = 0;
  std::vector<FineGrayRow> terms;
  std::vector<FactorCoding> factors;
  FineGrayModel model;
  std::size_t iterations = 0;
  bool converged = false;
  std::vector<double> covariance;
  std::vector<SubdistributionHazard> baseline;

  static constexpr auto describe() {
    using S = FineGrayResult;
    return fields(inlined<&S::common>(), field<&S::events>(doc("Events of the cause."), count),
                  field<&S::terms>(doc("The coefficients.")),
                  field<&S::factors>(doc("The factors among the predictors.")),
                  field<&S::model>(doc("Fit of the whole model.")),
                  field<&S::iterations>(doc("Steps of the fit."), count),
                  field<&S::converged>(doc("Whether a maximum was found.")),
                  field<&S::covariance>(doc("Sandwich covariance of the coefficients, k × k, row by row.")),
                  field<&S::baseline>(doc("Baseline hazard: one entry.")));
  }
};

/// Proportional subdistribution hazards of one of several competing causes (Fine & Gray 1999), standard errors by their
/// sandwich; figures as `cmprsk::crr`. Weights that are whole numbers count as repeated rows.
struct FineGray {
  static constexpr std::string_view name = "fineGray";
  static constexpr Doc title = doc("Fine–Gray regression");
  using Spec = FineGraySpec;
  using Result = FineGrayResult;

  static void complete(Spec& spec, const Table& table);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
