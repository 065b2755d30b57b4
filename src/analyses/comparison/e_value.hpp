#pragma once

#include <optional>

#include "analyses/common.hpp"
#include "analyses/context.hpp"
#include "describe/types.hpp"
#include "table/table.hpp"

namespace bedside {

enum class RatioMeasure { RR, OR, HR };
template <>
inline constexpr std::array words<RatioMeasure>{Word<RatioMeasure>{"RR", RatioMeasure::RR},
                                                Word<RatioMeasure>{"OR", RatioMeasure::OR},
                                                Word<RatioMeasure>{"HR", RatioMeasure::HR}};

struct EValueSpec {
  RatioMeasure measure = RatioMeasure::RR;
  double estimate = 1;
  std::optional<double> ciLow, ciHigh;
  bool rare = false;

  static constexpr auto describe() {
    return fields(
        field<&EValueSpec::measure>(doc("What the estimate is: risk ratio, odds ratio or hazard ratio."), required),
        field<&EValueSpec::estimate>(doc("The estimate, above 0."), required),
        field<&EValueSpec::ciLow>(doc("Its lower confidence limit.")),
        field<&EValueSpec::ciHigh>(doc("Its upper confidence limit.")),
        field<&EValueSpec::rare>(doc(
            "The outcome is rare (under 15 % at the end of follow-up): odds and hazard ratios count as risk ratios.")));
  }
};

struct EValueResult {
  Common common;
  double eValue = 1;
  std::optional<double> eValueCi;

  static constexpr auto describe() {
    return fields(inlined<&EValueResult::common>(),
                  field<&EValueResult::eValue>(
                      doc("Risk ratio that an unmeasured confounder would need with both treatment and outcome to "
                          "explain the estimate away."),
                      ratio),
                  field<&EValueResult::eValueCi>(
                      doc("The same for the confidence limit nearer to 1; 1 when the interval holds 1; null when that "
                          "limit is not given."),
                      ratio));
  }
};

/// How strong unmeasured confounding would have to be (VanderWeele & Ding 2017). Needs no data.
struct EValue {
  static constexpr std::string_view name = "eValue";
  static constexpr Doc title = doc("Sensitivity to unmeasured confounding (E-value)");
  using Spec = EValueSpec;
  using Result = EValueResult;

  static Result run(const Table* table, const Spec& spec, Context& context);
};

}  // namespace bedside
