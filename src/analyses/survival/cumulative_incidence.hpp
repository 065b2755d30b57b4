#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyses/common.hpp"
#include "analyses/context.hpp"
#include "analyses/shared_vector.hpp"
#include "describe/types.hpp"
#include "table/table.hpp"

namespace bedside {

struct CumulativeIncidenceSpec {
  ColumnName time;
  ColumnName event;
  Level censorValue;
  std::optional<ColumnName> group;
  std::vector<double> times;
  double confLevel = 0.95;

  static constexpr auto describe() {
    using S = CumulativeIncidenceSpec;
    return fields(field<&S::time>(doc("Column of times from 0."), required, numericColumn),
                  field<&S::event>(doc("Column of what ended the time: a cause, or the value for censoring."), required),
                  field<&S::censorValue>(doc("Value of `event` that means censoring; every other one is a cause."),
                                         required),
                  field<&S::group>(doc("Column of groups to compare.")),
                  field<&S::times>(doc("Times at which to read the curves.")),
                  field<&S::confLevel>(doc("Confidence level of the intervals."), between(0, 1)));
  }
};

/// A curve read at a time that was asked for.
struct IncidenceAtTime {
  double time = 0, cumulativeIncidence = 0, se = 0, ciLow = 0, ciHigh = 0;

  static constexpr auto describe() {
    using S = IncidenceAtTime;
    return fields(field<&S::time>(doc("Time asked for.")),
                  field<&S::cumulativeIncidence>(
                      doc("Cumulative incidence; 0 before the first event, NaN past the group's last time."), share),
                  field<&S::se>(doc("Its standard error.")), field<&S::ciLow>(doc("Lower limit."), share),
                  field<&S::ciHigh>(doc("Upper limit."), share));
  }
};

/// The curve of one cause in one group; its vectors have one element per distinct time of the group.
struct CumulativeIncidenceCurve {
  std::optional<std::string> group;
  std::string cause;
  std::size_t n = 0, events = 0;
  SharedVector<double> time;
  SharedVector<std::int32_t> nRisk, nEvent;
  SharedVector<double> cumulativeIncidence, se;
  std::vector<double> ciLow, ciHigh;
  std::vector<IncidenceAtTime> atTimes;

  static constexpr auto describe() {
    using S = CumulativeIncidenceCurve;
    return fields(field<&S::group>(doc("Group, as text; null when the spec names none.")),
                  field<&S::cause>(doc("Cause, as text.")), field<&S::n>(doc("Rows of the group."), count),
                  field<&S::events>(doc("Events of the cause in the group."), count),
                  field<&S::time>(doc("Distinct times of the group, those with censorings only too.")),
                  field<&S::nRisk>(doc("Rows at risk just before the time.")),
                  field<&S::nEvent>(doc("Events of the cause at the time.")),
                  field<&S::cumulativeIncidence>(
                      doc("Probability of the event of this cause up to the time (Aalen & Johansen 1978).")),
                  field<&S::se>(doc("Its standard error, from Aalen's variance as cmprsk::cuminc.")),
                  field<&S::ciLow>(doc("Lower limit, on the log(−log) scale.")),
                  field<&S::ciHigh>(doc("Upper limit.")), field<&S::atTimes>(doc("The curve at the `times` of the spec.")));
  }
};

struct GrayRow {
  std::string cause;
  double statistic = 0;
  std::size_t df = 0;
  double p = 0;

  static constexpr auto describe() {
    return fields(field<&GrayRow::cause>(doc("Cause, as text.")), field<&GrayRow::statistic>(doc("Gray's χ².")),
                  field<&GrayRow::df>(doc("Groups − 1."), count),
                  field<&GrayRow::p>(doc("p of equal cumulative incidence in all groups."), pValue));
  }
};

struct CumulativeIncidenceResult {
  Common common;
  std::vector<CumulativeIncidenceCurve> curves;
  std::optional<std::vector<GrayRow>> gray;

  static constexpr auto describe() {
    using S = CumulativeIncidenceResult;
    return fields(inlined<&S::common>(), field<&S::curves>(doc("Group by group, in each cause by cause.")),
                  field<&S::gray>(doc("Gray's test (1988) for each cause; null with one group.")));
  }
};

/// Cumulative incidence of competing causes (Aalen & Johansen 1978) and Gray's test; figures as `cmprsk::cuminc`.
struct CumulativeIncidence {
  static constexpr std::string_view name = "cumulativeIncidence";
  static constexpr Doc title = doc("Cumulative incidence");
  using Spec = CumulativeIncidenceSpec;
  using Result = CumulativeIncidenceResult;

  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
