#pragma once

#include <utility>

#include "analyses/matching/balance_rows.hpp"
#include "analyses/regression/coefficients.hpp"

namespace bedside {

/// Whose mean effect the weights aim at.
enum class Estimand {
  ate,  ///< everyone
  att,  ///< the treated
  ato,  ///< the overlap: those who might have had either (Li, Morgan & Zaslavsky 2018)
};

template <>
inline constexpr std::array words<Estimand>{Word<Estimand>{"ATE", Estimand::ate}, Word<Estimand>{"ATT", Estimand::att},
                                            Word<Estimand>{"ATO", Estimand::ato}};

struct IpwSpec {
  CovariateFields model;
  Estimand estimand = Estimand::ate;
  bool stabilized = false;
  std::optional<std::pair<double, double>> truncate;
  std::optional<ColumnName> outcome;
  double confLevel = 0.95;

  static constexpr auto describe() {
    return fields(
        inlined<&IpwSpec::model>(),
        field<&IpwSpec::estimand>(
            doc("Average effect in everyone (ATE), in the treated (ATT), or where the arms overlap (ATO).")),
        field<&IpwSpec::stabilized>(doc("Multiply the weights by the share of the arm (ATT: controls by the odds).")),
        field<&IpwSpec::truncate>(
            doc("[low, high]: weights beyond their quantiles (type 7, both arms together) at these shares are set to "
                "them; default: none.")),
        field<&IpwSpec::outcome>(doc("Numeric or two-valued column: its effects are estimated with the weights.")),
        field<&IpwSpec::confLevel>(doc("Confidence level of the effects."), between(0, 1)));
  }
};

enum class EffectMeasure { difference, ratio };

template <>
inline constexpr std::array words<EffectMeasure>{Word<EffectMeasure>{"difference", EffectMeasure::difference},
                                                 Word<EffectMeasure>{"ratio", EffectMeasure::ratio}};

struct WeightedEffect {
  EffectMeasure measure = EffectMeasure::difference;
  double estimate = 0, se = 0, ciLow = 0, ciHigh = 0, p = 0;

  static constexpr auto describe() {
    return fields(
        field<&WeightedEffect::measure>(doc("'difference' of the weighted means (risks), or their 'ratio'.")),
        field<&WeightedEffect::estimate>(doc("Treated − control, or treated / control.")),
        field<&WeightedEffect::se>(
            doc("Robust standard error of the weighted means (of the ratio's logarithm), as survey::svyglm gives it "
                "with these weights: it counts the scores as known, which for the ATE is conservative.")),
        field<&WeightedEffect::ciLow>(doc("Lower limit, normal.")), field<&WeightedEffect::ciHigh>(doc("Upper limit.")),
        field<&WeightedEffect::p>(doc("Two-sided p-value of no effect."), pValue));
  }
};

struct ArmMeans {
  double treated = 0, control = 0;

  static constexpr auto describe() {
    return fields(field<&ArmMeans::treated>(doc("Of the treated.")),
                  field<&ArmMeans::control>(doc("Of the controls.")));
  }
};

struct IpwResult {
  Common common;
  std::size_t nTreated = 0, nControl = 0;
  std::vector<double> weights;
  double effectiveSampleSize = 0;
  std::vector<BalanceRow> balance;
  std::vector<FactorCoding> factors;
  std::optional<ArmMeans> means;
  std::optional<std::vector<WeightedEffect>> effects;
  std::optional<std::vector<std::int32_t>> rows;

  static constexpr auto describe() {
    return fields(
        inlined<&IpwResult::common>(), field<&IpwResult::nTreated>(doc("Treated rows used."), count),
        field<&IpwResult::nControl>(doc("Controls used."), count),
        field<&IpwResult::weights>(doc("Weight of each row used, in file order.")),
        field<&IpwResult::effectiveSampleSize>(doc("(Σw)²/Σw² (Kish 1965) of all rows used.")),
        field<&IpwResult::balance>(doc("Covariates before and after weighting.")),
        field<&IpwResult::factors>(doc("The factors among the covariates.")),
        field<&IpwResult::means>(doc("Weighted mean (risk) of the outcome in each arm; null without `outcome`.")),
        field<&IpwResult::effects>(
            doc("Effects on the outcome, the ratio for a two-valued one only; null without `outcome`.")),
        field<&IpwResult::rows>(doc("Table rows of `weights`, from 0; null when every row was used.")));
  }
};

/// Inverse probability of treatment weighting by the propensity score, with overlap weights. Standard errors of effects
/// are the plain robust ones; they count the scores as known (Lunceford & Davidian 2004).
struct Ipw {
  static constexpr std::string_view name = "ipw";
  static constexpr Doc title = doc("Inverse probability weighting");
  using Spec = IpwSpec;
  using Result = IpwResult;

  static void complete(Spec& spec, const Table& table);
  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
