#pragma once

#include <optional>
#include <span>
#include <vector>

#include "analyses/chi_squared_test.hpp"
#include "analyses/regression/coefficients.hpp"
#include "analyses/regression/logistic_fit.hpp"

namespace bedside {

/// A row of a logistic regression's `terms`.
struct LogisticRow {
  CoefficientRow coefficient;
  double oddsRatio = 0, orLow = 0, orHigh = 0;
  std::optional<double> vif;
  std::optional<std::size_t> n, events;

  static constexpr auto describe() {
    return fields(
        inlined<&LogisticRow::coefficient>(), field<&LogisticRow::oddsRatio>(doc("exp(estimate)."), ratio),
        field<&LogisticRow::orLow>(doc("exp(ciLow)."), ratio), field<&LogisticRow::orHigh>(doc("exp(ciHigh)."), ratio),
        field<&LogisticRow::vif>(
            doc("Generalised variance inflation factor of the term (Fox & Monette 1992); null for the intercept.")),
        field<&LogisticRow::n>(doc("Rows used with this level; null without a level."), count),
        field<&LogisticRow::events>(doc("Events among them."), count));
  }
};

/// Fit of a logistic model as a whole.
struct LogisticModel {
  double logLik = 0, nullLogLik = 0, deviance = 0, nullDeviance = 0;
  std::size_t dfResidual = 0;
  double aic = 0, bic = 0, mcFadden = 0, coxSnell = 0, nagelkerke = 0;
  double lrStatistic = 0;
  std::size_t lrDf = 0;
  double lrP = 0, cStatistic = 0;
  std::optional<double> cStatisticLow, cStatisticHigh;
  double brier = 0;
  std::optional<ChiSquaredTest> hosmerLemeshow;

  static constexpr auto describe() {
    return fields(
        field<&LogisticModel::logLik>(doc("Log-likelihood; Firth: penalised.")),
        field<&LogisticModel::nullLogLik>(doc("The same of the intercept alone.")),
        field<&LogisticModel::deviance>(doc("−2 log-likelihood without penalty.")),
        field<&LogisticModel::nullDeviance>(doc("−2 log-likelihood at the weighted share of events.")),
        field<&LogisticModel::dfResidual>(doc("Rows − coefficients."), count),
        field<&LogisticModel::aic>(doc("Akaike's criterion: deviance + 2p.")),
        field<&LogisticModel::bic>(doc("Schwarz' criterion: deviance + log(n) p.")),
        field<&LogisticModel::mcFadden>(doc("McFadden's R²: 1 − deviance / null deviance.")),
        field<&LogisticModel::coxSnell>(doc("Cox & Snell's R².")),
        field<&LogisticModel::nagelkerke>(doc("Nagelkerke's R²: Cox & Snell's over its maximum.")),
        field<&LogisticModel::lrStatistic>(doc("Likelihood-ratio χ² against the intercept alone.")),
        field<&LogisticModel::lrDf>(doc("Its degrees of freedom."), count),
        field<&LogisticModel::lrP>(doc("Its p-value."), pValue),
        field<&LogisticModel::cStatistic>(doc("Area under the ROC curve of the fitted values.")),
        field<&LogisticModel::cStatisticLow>(doc("Its lower limit (DeLong 1988); null with weights.")),
        field<&LogisticModel::cStatisticHigh>(doc("Its upper limit.")),
        field<&LogisticModel::brier>(
            doc("Weighted mean of the squared errors of the fitted probabilities (Brier 1950).")),
        field<&LogisticModel::hosmerLemeshow>(
            doc("Hosmer & Lemeshow's test over deciles of risk; null with fewer than three groups or with weights.")));
  }
};

/// Rows of `terms` with Wald's statistics and limits. `covariance` is that of the standard errors: of the fit, or
/// robust.
std::vector<LogisticRow> logisticRows(const LogisticModelData& data, const LogisticFit& fit,
                                      const numerics::Matrix& covariance, double confLevel);

/// Gives a row other limits: those of its odds ratio follow.
void setLimits(LogisticRow& row, double low, double high);

/// Gives row j profile-likelihood limits in place of Wald's; for Firth's estimates the likelihood-ratio test too, as
/// `logistf`.
void profileRow(const LogisticModelData& data, const LogisticEstimate& estimate, std::size_t j, double confLevel,
                Context& context, LogisticRow& row);

/// Fit of the model; `fitted` are the probabilities of the rows used.
LogisticModel logisticModel(const LogisticModelData& data, const LogisticFit& fit, std::span<const double> fitted,
                            double confLevel);

}  // namespace bedside
