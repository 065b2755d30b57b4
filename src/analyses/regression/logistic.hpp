#pragma once

#include <cstdint>

#include "analyses/common.hpp"
#include "analyses/regression/coefficients.hpp"
#include "analyses/regression/logistic_fit.hpp"
#include "analyses/regression/logistic_model.hpp"

namespace bedside {

enum class LogisticCi { wald, profile };

template <>
inline constexpr std::array words<LogisticCi>{Word<LogisticCi>{"wald", LogisticCi::wald},
                                              Word<LogisticCi>{"profile", LogisticCi::profile}};

struct LogisticSpec {
  std::optional<ColumnName> outcome;
  std::optional<Predictors> predictors;
  std::optional<Level> positive;
  LogisticMethod method = LogisticMethod::automatic;
  LogisticCi ci = LogisticCi::wald;
  Robust robust = Robust::none;
  std::optional<ColumnName> cluster;
  ModelFields model;

  static constexpr auto describe() {
    return fields(
        field<&LogisticSpec::outcome>(
            doc("Column with two values; the second in level order (1 of 0 and 1) is the event."), binaryColumn),
        field<&LogisticSpec::predictors>(doc("Terms such as 'age', 'sex', 'age:sex'.")),
        field<&LogisticSpec::positive>(doc("The outcome's value that is the event.")),
        field<&LogisticSpec::method>(
            doc("Maximum likelihood, Firth's penalised likelihood, or (auto) Firth under separation, "
                "with n < 50 or fewer than 20 events.")),
        field<&LogisticSpec::ci>(
            doc("Wald's intervals or those of the profile likelihood (Venzon & Moolgavkar 1988).")),
        field<&LogisticSpec::robust>(
            doc("Heteroscedasticity-consistent standard errors (sandwich::vcovHC); true: HC0."),
            OrBoolean{Robust::none, Robust::hc0}),
        field<&LogisticSpec::cluster>(doc("Column of clusters: standard errors allow for rows that belong together.")),
        inlined<&LogisticSpec::model>());
  }
};

struct LogisticResult {
  Common common;
  LogisticMethod method = LogisticMethod::ml;
  std::size_t events = 0;
  std::vector<LogisticRow> terms;
  std::vector<FactorCoding> factors;
  LogisticModel model;
  std::size_t iterations = 0;
  bool converged = false;
  std::vector<double> covariance;
  std::vector<double> fitted;
  std::optional<std::vector<std::int32_t>> rows;

  static constexpr auto describe() {
    return fields(inlined<&LogisticResult::common>(),
                  field<&LogisticResult::method>(doc("Method taken: 'ml' or 'firth'.")),
                  field<&LogisticResult::events>(doc("Rows used that have the event."), count),
                  field<&LogisticResult::terms>(doc("The coefficients, the intercept first.")),
                  field<&LogisticResult::factors>(doc("The factors among the predictors.")),
                  field<&LogisticResult::model>(doc("Fit of the whole model.")),
                  field<&LogisticResult::iterations>(doc("Steps of the main fit."), count),
                  field<&LogisticResult::converged>(doc("Whether a maximum was found.")),
                  field<&LogisticResult::covariance>(
                      doc("Covariance of the coefficients, k × k, row by row; the robust one when asked for.")),
                  field<&LogisticResult::fitted>(doc("Fitted probability of each row used, in file order.")),
                  field<&LogisticResult::rows>(doc("Table rows of `fitted`, from 0; null when every row was used.")));
  }
};

/// Logistic regression: odds ratios of an outcome with two values. Maximum likelihood or Firth's (1993) penalised
/// likelihood; figures as R's `glm`, `logistf`, `sandwich`.
struct Logistic {
  static constexpr std::string_view name = "logistic";
  static constexpr Doc title = doc("Logistic regression");
  using Spec = LogisticSpec;
  using Result = LogisticResult;

  static void complete(Spec& spec, const Table& table);
  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
