#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/chi_squared_test.hpp"
#include "analyses/common.hpp"
#include "analyses/context.hpp"
#include "analyses/regression/logistic.hpp"
#include "analyses/survival/cox_spec.hpp"
#include "describe/types.hpp"
#include "table/table.hpp"

namespace bedside {

enum class SubgroupModel { logistic, cox };
template <>
inline constexpr std::array words<SubgroupModel>{Word<SubgroupModel>{"logistic", SubgroupModel::logistic},
                                                 Word<SubgroupModel>{"cox", SubgroupModel::cox}};

struct SubgroupSpec {
  SubgroupModel model = SubgroupModel::logistic;
  ColumnName treatment, subgroup;
  std::optional<Predictors> adjust;
  std::optional<ColumnName> outcome;
  std::optional<Level> positive;
  std::optional<LogisticMethod> method;
  std::optional<LogisticCi> ci;
  std::optional<ColumnName> time, event;
  std::optional<Level> eventValue;
  std::optional<ColumnList> strata;
  std::optional<numerics::CoxTies> ties;
  std::vector<ColumnMention> categorical;
  References reference;
  std::optional<ColumnName> weights;
  double confLevel = 0.95;

  static constexpr auto describe() {
    return fields(
        field<&SubgroupSpec::model>(doc("Odds ratios ('logistic') or hazard ratios ('cox')."), required),
        field<&SubgroupSpec::treatment>(
            doc("Column with two values; the second in level order is compared with the first, or with the one that "
                "'reference' names."),
            required, binaryColumn),
        field<&SubgroupSpec::subgroup>(doc("Column whose levels are the subgroups."), required),
        field<&SubgroupSpec::adjust>(doc("Further terms of every model, such as 'age'.")),
        field<&SubgroupSpec::outcome>(doc("Logistic: column with two values; the second is the event."), binaryColumn),
        field<&SubgroupSpec::positive>(doc("Logistic: the outcome's value that is the event.")),
        field<&SubgroupSpec::method>(
            doc("Logistic: maximum likelihood, Firth's, or (auto, the default) as each subgroup needs. The test of "
                "interaction is always by maximum likelihood.")),
        field<&SubgroupSpec::ci>(doc("Logistic: Wald's intervals (default) or those of the profile likelihood.")),
        field<&SubgroupSpec::time>(doc("Cox: column of times."), numericColumn),
        field<&SubgroupSpec::event>(doc("Cox: column that says how the time ended.")),
        field<&SubgroupSpec::eventValue>(doc("Cox: the value of 'event' that is the event.")),
        field<&SubgroupSpec::strata>(doc("Cox: column or columns whose values have baseline hazards of their own.")),
        field<&SubgroupSpec::ties>(doc("Cox: how tied events share a risk set: efron (default) or breslow.")),
        field<&SubgroupSpec::categorical>(doc("Numeric columns of 'adjust' to take as factors.")),
        field<&SubgroupSpec::reference>(
            doc("Reference levels: { arm: 'placebo' }; default: the first in level order.")),
        field<&SubgroupSpec::weights>(
            doc("Column of case weights: each multiplies its row's term of the log-likelihood."), numericColumn),
        field<&SubgroupSpec::confLevel>(doc("Confidence level of the intervals."), between(0, 1)));
  }
};

/// The effect of treatment among some rows.
struct TreatmentEffect {
  std::size_t n = 0, events = 0;
  double estimate = 0, ciLow = 0, ciHigh = 0, p = 0;

  static constexpr auto describe() {
    return fields(field<&TreatmentEffect::n>(doc("Rows."), count),
                  field<&TreatmentEffect::events>(doc("Events."), count),
                  field<&TreatmentEffect::estimate>(
                      doc("Odds or hazard ratio of treatment; NaN where it cannot be estimated."), ratio),
                  field<&TreatmentEffect::ciLow>(doc("Lower confidence limit."), ratio),
                  field<&TreatmentEffect::ciHigh>(doc("Upper confidence limit."), ratio),
                  field<&TreatmentEffect::p>(doc("p-value."), pValue));
  }
};

/// The effect in one level of the subgroup column.
struct SubgroupEffect {
  std::string level;
  TreatmentEffect effect;

  static constexpr auto describe() {
    return fields(field<&SubgroupEffect::level>(doc("Level of the subgroup column.")),
                  inlined<&SubgroupEffect::effect>());
  }
};

struct SubgroupResult {
  Common common;
  TreatmentEffect overall;
  std::vector<SubgroupEffect> subgroups;
  ChiSquaredTest interaction;

  static constexpr auto describe() {
    return fields(inlined<&SubgroupResult::common>(),
                  field<&SubgroupResult::overall>(doc("The effect of treatment in all rows used.")),
                  field<&SubgroupResult::subgroups>(doc("The effect in each level with rows.")),
                  field<&SubgroupResult::interaction>(
                      doc("Does the effect differ between subgroups? Likelihood-ratio test of treatment × subgroup; "
                          "NaN where a model cannot be fitted.")));
  }
};

/// The effect of a treatment within the levels of another column, with a test of interaction.
struct Subgroup {
  static constexpr std::string_view name = "subgroup";
  static constexpr Doc title = doc("Effect of treatment in subgroups");
  using Spec = SubgroupSpec;
  using Result = SubgroupResult;

  static void complete(Spec& spec, const Table& table);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
