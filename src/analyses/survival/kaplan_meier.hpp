#pragma once

#include "analyses/shared_vector.hpp"
#include "analyses/survival/survival_rows.hpp"

namespace bedside {

using numerics::SurvivalScale;

/// Words of `ciType`.
template <>
inline constexpr std::array words<SurvivalScale>{Word<SurvivalScale>{"log", SurvivalScale::log},
                                                 Word<SurvivalScale>{"log-log", SurvivalScale::logLog},
                                                 Word<SurvivalScale>{"plain", SurvivalScale::plain}};

struct KaplanMeierSpec {
  SurvivalFields survival;
  std::optional<ColumnName> group;
  SurvivalScale ciType = SurvivalScale::log;
  std::vector<double> times;
  std::optional<double> landmark;
  std::optional<double> tau;
  double confLevel = 0.95;

  static constexpr auto describe() {
    return fields(
        inlined<&KaplanMeierSpec::survival>(),
        field<&KaplanMeierSpec::group>(doc("Column of groups: a curve for each level, and a log-rank test.")),
        field<&KaplanMeierSpec::ciType>(doc("Scale of the limits: S exp(∓z√v), S^exp(±z√v / −log S) or S ∓ z S√v.")),
        field<&KaplanMeierSpec::times>(doc("Times at which to read the curves, in any order.")),
        field<&KaplanMeierSpec::landmark>(
            doc("Patients whose time is before this one are left out; times are not shifted.")),
        field<&KaplanMeierSpec::tau>(
            doc("End of the restricted mean, on the file's time scale; default: the largest time of all groups.")),
        field<&KaplanMeierSpec::confLevel>(doc("Confidence level of the intervals."), between(0, 1)));
  }
};

/// A curve read at one time.
struct SurvivalAt {
  double time = 0, nRisk = 0, survival = 1, ciLow = 1, ciHigh = 1;

  static constexpr auto describe() {
    return fields(field<&SurvivalAt::time>(doc("Time, as asked for.")),
                  field<&SurvivalAt::nRisk>(doc("Rows whose time is this or later; with weights, their sum.")),
                  field<&SurvivalAt::survival>(doc("Survival."), share),
                  field<&SurvivalAt::ciLow>(doc("Lower limit."), share),
                  field<&SurvivalAt::ciHigh>(doc("Upper limit."), share));
  }
};

struct KaplanMeierCurve {
  std::optional<std::string> group;
  std::size_t n = 0, events = 0;
  double median = 0, medianLow = 0, medianHigh = 0;
  double rmst = 0, rmstSe = 0;
  SharedVector<double> time, nEvent, nCensor;
  std::vector<double> nRisk;
  std::optional<std::vector<double>> nRiskRows;
  std::vector<double> survival, se, ciLow, ciHigh;
  std::vector<SurvivalAt> atTimes;

  static constexpr auto describe() {
    using C = KaplanMeierCurve;
    return fields(field<&C::group>(doc("Level of the group; null without groups.")),
                  field<&C::n>(doc("Rows of the group, unweighted."), count),
                  field<&C::events>(doc("Rows with the event, unweighted."), count),
                  field<&C::median>(doc("Median survival time; NaN when it is not reached.")),
                  field<&C::medianLow>(doc("Where the lower limit of the curve reaches one half.")),
                  field<&C::medianHigh>(doc("Where the upper limit of the curve reaches one half.")),
                  field<&C::rmst>(doc("Restricted mean survival time: the area under the curve up to tau.")),
                  field<&C::rmstSe>(doc("Its standard error.")),
                  field<&C::time>(doc("Distinct times of the group, those with censorings only too.")),
                  field<&C::nRisk>(doc("At risk just before each time; with weights, their sum.")),
                  field<&C::nEvent>(doc("Events at each time; with weights, their sum.")),
                  field<&C::nCensor>(doc("Censorings at each time; with weights, their sum.")),
                  field<&C::nRiskRows>(doc("Rows at risk, unweighted; null without weights.")),
                  field<&C::survival>(doc("Product limit of Kaplan & Meier.")),
                  field<&C::se>(doc("Standard error of survival (Greenwood; robust with weights that are no counts).")),
                  field<&C::ciLow>(doc("Lower limits.")), field<&C::ciHigh>(doc("Upper limits.")),
                  field<&C::atTimes>(doc("The curve at each of `times`.")));
  }
};

struct KaplanMeierTest {
  double statistic = 0;
  std::size_t df = 0;
  double p = 1;

  static constexpr auto describe() {
    return fields(field<&KaplanMeierTest::statistic>(doc("Chi-squared statistic of the log-rank test.")),
                  field<&KaplanMeierTest::df>(doc("Degrees of freedom."), count),
                  field<&KaplanMeierTest::p>(doc("p-value."), pValue));
  }
};

struct KaplanMeierResult {
  Common common;
  std::size_t nExcluded = 0;
  double tau = 0;
  std::optional<KaplanMeierTest> logRank;
  std::vector<KaplanMeierCurve> curves;

  static constexpr auto describe() {
    return fields(
        inlined<&KaplanMeierResult::common>(),
        field<&KaplanMeierResult::nExcluded>(doc("Rows left out because their time is before the landmark."), count),
        field<&KaplanMeierResult::tau>(doc("End of the restricted mean.")),
        field<&KaplanMeierResult::logRank>(doc("Log-rank test of the groups; null with one group or without events.")),
        field<&KaplanMeierResult::curves>(doc("A curve for each group, in level order.")));
  }
};

/// Survival curves by group with medians and restricted means; figures as R's `survfit`, `survdiff`.
struct KaplanMeier {
  static constexpr std::string_view name = "kaplanMeier";
  static constexpr Doc title = doc("Kaplan–Meier survival curves");
  using Spec = KaplanMeierSpec;
  using Result = KaplanMeierResult;

  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
