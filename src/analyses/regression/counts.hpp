#pragma once

#include <cstdint>

#include "analyses/common.hpp"
#include "analyses/context.hpp"
#include "analyses/regression/coefficients.hpp"
#include "analyses/regression/model.hpp"

namespace bedside {

struct CountSpec {
  std::optional<ColumnName> outcome;
  std::optional<Predictors> predictors;
  std::optional<ColumnName> offset;
  Robust robust = Robust::none;
  std::optional<ColumnName> cluster;
  ModelFields model;

  static constexpr auto describe() {
    return fields(
        field<&CountSpec::outcome>(doc("Column of counts: whole numbers from 0."), numericColumn),
        field<&CountSpec::predictors>(doc("Terms such as 'age', 'sex', 'age:sex'.")),
        field<&CountSpec::offset>(
            doc("Column added to the linear predictor as it stands: the log of the time at risk, say."), numericColumn),
        field<&CountSpec::robust>(doc("Heteroscedasticity-consistent standard errors (sandwich::vcovHC); true: HC0."),
                                  OrBoolean{Robust::none, Robust::hc0}),
        field<&CountSpec::cluster>(doc("Column of clusters: standard errors allow for rows that belong together.")),
        inlined<&CountSpec::model>());
  }
};

struct CountRow {
  CoefficientRow coefficient;
  double irr = 0, irrLow = 0, irrHigh = 0;

  static constexpr auto describe() {
    return fields(
        inlined<&CountRow::coefficient>(), field<&CountRow::irr>(doc("Incidence rate ratio: exp(estimate)."), ratio),
        field<&CountRow::irrLow>(doc("exp(ciLow)."), ratio), field<&CountRow::irrHigh>(doc("exp(ciHigh)."), ratio));
  }
};

/// Fit of a model of counts as a whole.
struct CountModel {
  double logLik = 0, deviance = 0, nullDeviance = 0, aic = 0, bic = 0, dispersion = 0;
  std::optional<double> theta;
  std::size_t dfResidual = 0;

  static constexpr auto describe() {
    return fields(field<&CountModel::logLik>(doc("Log-likelihood, constants included.")),
                  field<&CountModel::deviance>(doc("Deviance; of the negative binomial at its theta.")),
                  field<&CountModel::nullDeviance>(doc("The same of intercept and offset alone, theta held.")),
                  field<&CountModel::aic>(doc("Akaike's criterion; theta counts as a parameter.")),
                  field<&CountModel::bic>(doc("Schwarz' criterion, likewise.")),
                  field<&CountModel::dispersion>(
                      doc("Pearson's χ² / (n − p): well above 1 says that standard errors are too small.")),
                  field<&CountModel::theta>(
                      doc("Negative binomial: variance μ + μ²/theta, Infinity without overdispersion; else null.")),
                  field<&CountModel::dfResidual>(doc("Rows − coefficients."), count));
  }
};

struct CountResult {
  Common common;
  std::vector<CountRow> terms;
  std::vector<FactorCoding> factors;
  CountModel model;
  std::size_t iterations = 0;
  bool converged = false;
  std::vector<double> covariance;
  std::vector<double> fitted;
  std::optional<std::vector<std::int32_t>> rows;

  static constexpr auto describe() {
    return fields(inlined<&CountResult::common>(),
                  field<&CountResult::terms>(doc("The coefficients, the intercept first.")),
                  field<&CountResult::factors>(doc("The factors among the predictors.")),
                  field<&CountResult::model>(doc("Fit of the whole model.")),
                  field<&CountResult::iterations>(doc("Steps of the main fit."), count),
                  field<&CountResult::converged>(doc("Whether a maximum was found.")),
                  field<&CountResult::covariance>(
                      doc("Covariance of the coefficients, k × k, row by row; the robust one when asked for.")),
                  field<&CountResult::fitted>(doc("Expected count of each row used, in file order.")),
                  field<&CountResult::rows>(doc("Table rows of `fitted`, from 0; null when every row was used.")));
  }
};

/// Poisson regression with log link: incidence rate ratios; figures as R's `glm(family = poisson)`, `sandwich`.
struct Poisson {
  static constexpr std::string_view name = "poisson";
  static constexpr Doc title = doc("Poisson regression");
  using Spec = CountSpec;
  using Result = CountResult;

  static void complete(Spec& spec, const Table& table);
  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

/// Negative binomial regression with log link, theta by maximum likelihood; figures as `MASS::glm.nb`, iterated to the
/// end.
struct NegativeBinomial {
  static constexpr std::string_view name = "negativeBinomial";
  static constexpr Doc title = doc("Negative binomial regression");
  using Spec = CountSpec;
  using Result = CountResult;

  static void complete(Spec& spec, const Table& table);
  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
