#pragma once

#include <cstdint>

#include "analyses/chi_squared_test.hpp"
#include "analyses/common.hpp"
#include "analyses/context.hpp"
#include "analyses/regression/coefficients.hpp"
#include "analyses/regression/model.hpp"

namespace bedside {

struct LinearSpec {
  std::optional<ColumnName> outcome;
  std::optional<Predictors> predictors;
  Robust robust = Robust::none;
  std::optional<ColumnName> cluster;
  ModelFields model;

  static constexpr auto describe() {
    return fields(
        field<&LinearSpec::outcome>(doc("Numeric column."), numericColumn),
        field<&LinearSpec::predictors>(doc("Terms such as 'age', 'sex', 'age:sex'.")),
        field<&LinearSpec::robust>(
            doc("Heteroscedasticity-consistent standard errors (MacKinnon & White 1985; sandwich::vcovHC).")),
        field<&LinearSpec::cluster>(doc("Column of clusters: standard errors allow for rows that belong together.")),
        inlined<&LinearSpec::model>());
  }
};

struct LinearRow {
  CoefficientRow coefficient;
  std::optional<double> vif;

  static constexpr auto describe() {
    return fields(
        inlined<&LinearRow::coefficient>(),
        field<&LinearRow::vif>(
            doc("Generalised variance inflation factor of the term (Fox & Monette 1992); null for the intercept.")));
  }
};

/// Fit of a linear model as a whole.
struct LinearModel {
  double rSquared = 0, adjRSquared = 0, sigma = 0, fStatistic = 0;
  std::size_t fDf1 = 0, fDf2 = 0;
  double fP = 0, logLik = 0, aic = 0, bic = 0;
  std::size_t dfResidual = 0;

  static constexpr auto describe() {
    return fields(field<&LinearModel::rSquared>(doc("Share of the variance explained.")),
                  field<&LinearModel::adjRSquared>(doc("The same, adjusted for the number of coefficients.")),
                  field<&LinearModel::sigma>(doc("Residual standard deviation.")),
                  field<&LinearModel::fStatistic>(doc("F against the intercept alone.")),
                  field<&LinearModel::fDf1>(doc("Its degrees of freedom: coefficients − 1."), count),
                  field<&LinearModel::fDf2>(doc("Rows − coefficients."), count),
                  field<&LinearModel::fP>(doc("Its p-value."), pValue),
                  field<&LinearModel::logLik>(doc("Log-likelihood of normal errors.")),
                  field<&LinearModel::aic>(doc("Akaike's criterion, the variance counted as a parameter (R's AIC).")),
                  field<&LinearModel::bic>(doc("Schwarz' criterion, likewise.")),
                  field<&LinearModel::dfResidual>(doc("Rows − coefficients."), count));
  }
};

struct LinearResult {
  Common common;
  std::vector<LinearRow> terms;
  std::vector<FactorCoding> factors;
  LinearModel model;
  std::vector<double> covariance;
  std::vector<double> fitted, residuals, leverage, cooksDistance;
  std::optional<std::vector<std::int32_t>> rows;
  std::optional<ChiSquaredTest> breuschPagan;
  std::optional<double> durbinWatson;

  static constexpr auto describe() {
    return fields(inlined<&LinearResult::common>(),
                  field<&LinearResult::terms>(doc("The coefficients, the intercept first.")),
                  field<&LinearResult::factors>(doc("The factors among the predictors.")),
                  field<&LinearResult::model>(doc("Fit of the whole model.")),
                  field<&LinearResult::covariance>(
                      doc("Covariance of the coefficients, k × k, row by row; the robust one when asked for.")),
                  field<&LinearResult::fitted>(doc("Fitted value of each row used, in file order.")),
                  field<&LinearResult::residuals>(doc("Outcome − fitted value.")),
                  field<&LinearResult::leverage>(doc("Diagonal of the hat matrix.")),
                  field<&LinearResult::cooksDistance>(doc("Cook's distance (Cook 1977); NaN of a row with leverage 1.")),
                  field<&LinearResult::rows>(doc("Table rows of these vectors, from 0; null when every row was used.")),
                  field<&LinearResult::breuschPagan>(
                      doc("Studentised test of constant variance (Koenker 1981); null with weights.")),
                  field<&LinearResult::durbinWatson>(
                      doc("Durbin & Watson's statistic of successive residuals; null with weights.")));
  }
};

/// Linear regression by least squares; figures as R's `lm`, `sandwich`, `lmtest`.
struct Linear {
  static constexpr std::string_view name = "linear";
  static constexpr Doc title = doc("Linear regression");
  using Spec = LinearSpec;
  using Result = LinearResult;

  static void complete(Spec& spec, const Table& table);
  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
