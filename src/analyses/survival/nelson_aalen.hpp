#pragma once

#include "analyses/shared_vector.hpp"
#include "analyses/survival/survival_rows.hpp"

namespace bedside {

struct NelsonAalenSpec {
  SurvivalFields survival;
  std::optional<ColumnName> group;
  double confLevel = 0.95;

  static constexpr auto describe() {
    return fields(inlined<&NelsonAalenSpec::survival>(),
                  field<&NelsonAalenSpec::group>(doc("Column of groups: a curve for each level.")),
                  field<&NelsonAalenSpec::confLevel>(doc("Confidence level of the intervals."), between(0, 1)));
  }
};

struct NelsonAalenCurve {
  std::optional<std::string> group;
  std::size_t n = 0, events = 0;
  SharedVector<double> time, nEvent, nCensor;
  std::vector<double> nRisk;
  std::optional<std::vector<double>> nRiskRows;
  std::vector<double> cumulativeHazard, se, ciLow, ciHigh;

  static constexpr auto describe() {
    using C = NelsonAalenCurve;
    return fields(field<&C::group>(doc("Level of the group; null without groups.")),
                  field<&C::n>(doc("Rows of the group, unweighted."), count),
                  field<&C::events>(doc("Rows with the event, unweighted."), count),
                  field<&C::time>(doc("Distinct times of the group, those with censorings only too.")),
                  field<&C::nRisk>(doc("At risk just before each time; with weights, their sum.")),
                  field<&C::nEvent>(doc("Events at each time; with weights, their sum.")),
                  field<&C::nCensor>(doc("Censorings at each time; with weights, their sum.")),
                  field<&C::nRiskRows>(doc("Rows at risk, unweighted; null without weights.")),
                  field<&C::cumulativeHazard>(doc("Sum of nEvent / nRisk.")),
                  field<&C::se>(doc("Its standard error (Aalen; robust with weights that are no counts).")),
                  field<&C::ciLow>(doc("Lower limits, at least 0.")), field<&C::ciHigh>(doc("Upper limits.")));
  }
};

struct NelsonAalenResult {
  Common common;
  std::vector<NelsonAalenCurve> curves;

  static constexpr auto describe() {
    return fields(inlined<&NelsonAalenResult::common>(),
                  field<&NelsonAalenResult::curves>(doc("A curve for each group, in level order.")));
  }
};

/// Cumulative hazards by group; figures as R's `survfit(ctype = 1)$cumhaz`, `std.chaz`.
struct NelsonAalen {
  static constexpr std::string_view name = "nelsonAalen";
  static constexpr Doc title = doc("Nelson–Aalen cumulative hazards");
  using Spec = NelsonAalenSpec;
  using Result = NelsonAalenResult;

  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
