#pragma once

#include <string>
#include <vector>

#include "analyses/adjustment.hpp"
#include "analyses/common.hpp"
#include "analyses/comparison/summary.hpp"
#include "analyses/regression/logistic_model.hpp"

namespace bedside {

struct AnalyzeOutcomeSpec {
  ColumnName outcome;
  std::optional<Level> positive;
  std::optional<std::vector<ColumnName>> columns;
  std::vector<ColumnMention> categorical;
  References reference;
  double confLevel = 0.95;
  LogisticMethod method = LogisticMethod::automatic;
  double screenP = 0.20;
  Adjustment pAdjust = Adjustment::none;

  static constexpr auto describe() {
    return fields(
        field<&AnalyzeOutcomeSpec::outcome>(
            doc("Column with two values; the second in level order (1 of 0 and 1) is the event."), required,
            binaryColumn),
        field<&AnalyzeOutcomeSpec::positive>(doc("The outcome's value that is the event.")),
        field<&AnalyzeOutcomeSpec::columns>(doc("Variables to look at; default: all but the outcome."), notEmpty),
        field<&AnalyzeOutcomeSpec::categorical>(doc("Numeric columns to take as factors.")),
        field<&AnalyzeOutcomeSpec::reference>(
            doc("Reference levels: { sex: 'Female' }; default: the first in level order.")),
        field<&AnalyzeOutcomeSpec::confLevel>(doc("Confidence level of the intervals."), between(0, 1)),
        field<&AnalyzeOutcomeSpec::method>(
            doc("Of every fit: maximum likelihood, Firth's, or (auto) as each fit needs.")),
        field<&AnalyzeOutcomeSpec::screenP>(doc("Variables with p below this enter the multivariable model."),
                                            within(0, 1)),
        field<&AnalyzeOutcomeSpec::pAdjust>(
            doc("Adjustment of the variables' p-values for their number; the screen takes the unadjusted ones.")));
  }
};

enum class VariableMode { categorical, linear };
template <>
inline constexpr std::array words<VariableMode>{Word<VariableMode>{"categorical", VariableMode::categorical},
                                                Word<VariableMode>{"linear", VariableMode::linear}};

enum class OutcomeTest { chiSquared, mannWhitney };
template <>
inline constexpr std::array words<OutcomeTest>{Word<OutcomeTest>{"chi-squared", OutcomeTest::chiSquared},
                                               Word<OutcomeTest>{"mann-whitney", OutcomeTest::mannWhitney}};

struct OutcomeVariable {
  std::string name;
  VariableMode mode = VariableMode::linear;
  OutcomeTest test = OutcomeTest::mannWhitney;
  double p = 0, pAdjusted = 0;
  Summary overall;
  std::vector<GroupSummary> byOutcome;
  std::vector<LogisticRow> crude;
  std::optional<std::vector<LogisticRow>> adjusted;

  static constexpr auto describe() {
    return fields(
        field<&OutcomeVariable::name>(doc("Column.")),
        field<&OutcomeVariable::mode>(doc("'categorical' for text, columns named so and numbers with fewer than 10 "
                                          "values, all whole; else 'linear'.")),
        field<&OutcomeVariable::test>(doc("'chi-squared' (Yates for 2 × 2) or 'mann-whitney'.")),
        field<&OutcomeVariable::p>(doc("Its p-value; NaN when there is nothing to compare."), pValue),
        field<&OutcomeVariable::pAdjusted>(doc("The same, adjusted."), pValue),
        field<&OutcomeVariable::overall>(doc("The variable among all rows with a known outcome.")),
        field<&OutcomeVariable::byOutcome>(doc("And by level of the outcome.")),
        field<&OutcomeVariable::crude>(doc("Odds ratios of a logistic regression on this variable alone.")),
        field<&OutcomeVariable::adjusted>(doc("Its rows of the multivariable model; null when it is not in it.")));
  }
};

struct MultivariableModel {
  std::size_t n = 0, nMissing = 0, events = 0;
  LogisticMethod method = LogisticMethod::ml;
  std::vector<LogisticRow> terms;
  LogisticModel model;
  std::size_t iterations = 0;
  bool converged = false;
  std::vector<std::string> highVif;
  std::vector<double> covariance;

  static constexpr auto describe() {
    return fields(
        field<&MultivariableModel::n>(doc("Rows complete in all selected variables."), count),
        field<&MultivariableModel::nMissing>(doc("Rows with a known outcome that it lost for want of a value."), count),
        field<&MultivariableModel::events>(doc("Events among its rows."), count),
        field<&MultivariableModel::method>(doc("Method taken: 'ml' or 'firth'.")),
        field<&MultivariableModel::terms>(doc("The coefficients, the intercept first.")),
        field<&MultivariableModel::model>(doc("Fit of the whole model.")),
        field<&MultivariableModel::iterations>(doc("Steps of the fit."), count),
        field<&MultivariableModel::converged>(doc("Whether a maximum was found.")),
        field<&MultivariableModel::highVif>(
            doc("Selected variables whose GVIF^(1/df) exceeds 10: they nearly repeat others.")),
        field<&MultivariableModel::covariance>(doc("Covariance of the coefficients, k × k, row by row.")));
  }
};

struct AnalyzeOutcomeResult {
  Common common;
  std::vector<OutcomeVariable> variables;
  std::vector<std::string> selected;
  std::optional<MultivariableModel> multivariable;

  static constexpr auto describe() {
    return fields(inlined<&AnalyzeOutcomeResult::common>(),
                  field<&AnalyzeOutcomeResult::variables>(doc("One for each column.")),
                  field<&AnalyzeOutcomeResult::selected>(doc("Variables that pass the screen.")),
                  field<&AnalyzeOutcomeResult::multivariable>(
                      doc("Logistic regression on the selected; null when none is or it cannot be fitted.")));
  }
};

/// What goes with an outcome: each variable by outcome with its test, crude odds ratios, and a multivariable model of
/// those that pass the screen.
struct AnalyzeOutcome {
  static constexpr std::string_view name = "analyzeOutcome";
  static constexpr Doc title = doc("What goes with an outcome");
  using Spec = AnalyzeOutcomeSpec;
  using Result = AnalyzeOutcomeResult;

  static void complete(Spec& spec, const Table& table);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
