#pragma once

#include "analyses/matching/scores.hpp"
#include "analyses/regression/logistic_model.hpp"

namespace bedside {

struct PropensitySpec {
  CovariateFields model;
  double confLevel = 0.95;

  static constexpr auto describe() {
    return fields(inlined<&PropensitySpec::model>(),
                  field<&PropensitySpec::confLevel>(doc("Confidence level of the intervals."), between(0, 1)));
  }
};

/// Smallest and largest score of an arm.
struct ScoreRange {
  double min = 0, max = 0;

  static constexpr auto describe() {
    return fields(field<&ScoreRange::min>(doc("Smallest score.")), field<&ScoreRange::max>(doc("Largest score.")));
  }
};

struct Overlap {
  ScoreRange treated, control;

  static constexpr auto describe() {
    return fields(field<&Overlap::treated>(doc("Of the treated.")), field<&Overlap::control>(doc("Of the controls.")));
  }
};

struct CommonSupport {
  double low = 0, high = 0;
  std::size_t treated = 0, control = 0;

  static constexpr auto describe() {
    return fields(
        field<&CommonSupport::low>(doc("Larger of the arms' smallest scores.")),
        field<&CommonSupport::high>(doc("Smaller of their largest scores; below `low` the arms do not overlap.")),
        field<&CommonSupport::treated>(doc("Treated rows whose score lies from `low` to `high`."), count),
        field<&CommonSupport::control>(doc("Controls whose score does."), count));
  }
};

struct PropensityResult {
  Common common;
  std::size_t nTreated = 0, nControl = 0;
  std::vector<LogisticRow> terms;
  LogisticModel model;
  bool converged = false;
  std::vector<FactorCoding> factors;
  std::vector<double> scores, logit;
  std::vector<std::int32_t> treated;
  Overlap overlap;
  CommonSupport commonSupport;
  std::vector<double> covariance;
  std::optional<std::vector<std::int32_t>> rows;

  static constexpr auto describe() {
    return fields(
        inlined<&PropensityResult::common>(), field<&PropensityResult::nTreated>(doc("Treated rows used."), count),
        field<&PropensityResult::nControl>(doc("Controls used."), count),
        field<&PropensityResult::terms>(doc("Coefficients of the model of the treatment, the intercept first.")),
        field<&PropensityResult::model>(doc("Fit of that model.")),
        field<&PropensityResult::converged>(
            doc("Whether a maximum was found: not when the covariates foretell the treatment.")),
        field<&PropensityResult::factors>(doc("The factors among the covariates.")),
        field<&PropensityResult::scores>(doc("P(treated) of each row used, in file order.")),
        field<&PropensityResult::logit>(doc("Its logit: the linear predictor.")),
        field<&PropensityResult::treated>(doc("Whether each row used is treated: 1 or 0.")),
        field<&PropensityResult::overlap>(doc("Range of the scores in each arm.")),
        field<&PropensityResult::commonSupport>(doc("Where both arms have scores, and how many rows lie there.")),
        field<&PropensityResult::covariance>(doc("Covariance of the coefficients, k × k, row by row.")),
        field<&PropensityResult::rows>(doc("Table rows of `scores`, from 0; null when every row was used.")));
  }
};

/// Propensity scores (Rosenbaum & Rubin 1983): P(treated) given the covariates, by logistic regression, maximum
/// likelihood at any size (R's `glm(family = binomial)`).
struct Propensity {
  static constexpr std::string_view name = "propensity";
  static constexpr Doc title = doc("Propensity scores");
  using Spec = PropensitySpec;
  using Result = PropensityResult;

  static void complete(Spec& spec, const Table& table);
  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
