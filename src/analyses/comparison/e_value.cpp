#include "analyses/comparison/e_value.hpp"

#include <cmath>
#include <numbers>

#include "table/text.hpp"

namespace bedside {
namespace {

/// The risk ratio that an estimate stands for (VanderWeele 2017: for a common outcome √OR, and
/// (1 − ½^√HR)/(1 − ½^√(1/HR))).
double riskRatioOf(double estimate, const EValueSpec& spec) {
  if (spec.rare || spec.measure == RatioMeasure::RR) return estimate;
  const double root = std::sqrt(estimate);
  if (spec.measure == RatioMeasure::OR) return root;
  return std::expm1(-root * std::numbers::ln2) / std::expm1(-std::numbers::ln2 / root);
}

double eValueOf(double riskRatio) {
  const double rr = riskRatio < 1 ? 1 / riskRatio : riskRatio;
  return rr + std::sqrt(rr) * std::sqrt(rr - 1);
}

void check(const EValueSpec& spec) {
  const auto positive = [](std::string_view field, double value) {
    if (!(value > 0)) fail(Code::invalidSpec, text(quoted(field), " is a ratio and must be above 0, not ", value, "."));
  };
  positive("estimate", spec.estimate);
  if (spec.ciLow) positive("ciLow", *spec.ciLow);
  if (spec.ciHigh) positive("ciHigh", *spec.ciHigh);
  if (spec.ciLow && spec.ciHigh && *spec.ciLow > *spec.ciHigh) {
    fail(Code::invalidSpec, text("'ciLow' (", *spec.ciLow, ") is above 'ciHigh' (", *spec.ciHigh, ")."));
  }
  if ((spec.ciLow && *spec.ciLow > spec.estimate) || (spec.ciHigh && *spec.ciHigh < spec.estimate)) {
    fail(Code::invalidSpec, text("'estimate' (", spec.estimate,
                                 ") lies outside its interval: give estimate and limits as ratios, not logarithms."));
  }
}

}  // namespace

EValueResult EValue::run(const Table*, const Spec& spec, Context&) {
  check(spec);
  EValueResult result;
  result.eValue = eValueOf(riskRatioOf(spec.estimate, spec));
  const bool holdsOne = (spec.ciLow || spec.ciHigh) && (spec.ciLow ? *spec.ciLow : spec.estimate) <= 1 &&
                        (spec.ciHigh ? *spec.ciHigh : spec.estimate) >= 1;
  const auto& nearer = spec.estimate > 1 ? spec.ciLow : spec.ciHigh;
  if (holdsOne) {
    result.eValueCi = 1;
  } else if (nearer) {
    result.eValueCi = eValueOf(riskRatioOf(*nearer, spec));
  }
  return result;
}

}  // namespace bedside
