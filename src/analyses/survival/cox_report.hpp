#pragma once

#include <optional>
#include <span>
#include <vector>

#include "analyses/regression/coefficients.hpp"
#include "analyses/survival/cox_figures.hpp"
#include "analyses/survival/cox_fit.hpp"

namespace bedside {

/// A row of a Cox model's `terms`.
struct CoxRow {
  CoefficientRow coefficient;
  double hazardRatio = 0, hrLow = 0, hrHigh = 0;
  std::optional<double> robustSe;
  std::optional<std::size_t> n, events;

  static constexpr auto describe() {
    return fields(
        inlined<&CoxRow::coefficient>(), field<&CoxRow::hazardRatio>(doc("exp(estimate)."), ratio),
        field<&CoxRow::hrLow>(doc("exp(ciLow)."), ratio), field<&CoxRow::hrHigh>(doc("exp(ciHigh)."), ratio),
        field<&CoxRow::robustSe>(
            doc("Lin & Wei's standard error, which statistic, p and limits then use: with 'cluster', or when a weight "
                "is not a whole number; else null.")),
        field<&CoxRow::n>(doc("Rows used with this level; null without a level."), count),
        field<&CoxRow::events>(doc("Events among them."), count));
  }
};

/// Fit of a Cox model as a whole.
struct CoxModel {
  double logLik = 0, nullLogLik = 0;
  double lrStatistic = 0;
  std::size_t lrDf = 0;
  double lrP = 0;
  double waldStatistic = 0, waldP = 0;
  std::optional<double> scoreStatistic, scoreP;
  double concordance = 0, concordanceSe = 0;
  double aic = 0, bic = 0;

  static constexpr auto describe() {
    return fields(
        field<&CoxModel::logLik>(doc("Partial log-likelihood; Firth: penalised.")),
        field<&CoxModel::nullLogLik>(doc("The same with all coefficients 0.")),
        field<&CoxModel::lrStatistic>(doc("Likelihood-ratio χ² against no effect.")),
        field<&CoxModel::lrDf>(doc("Degrees of freedom of this and the next two tests."), count),
        field<&CoxModel::lrP>(doc("Its p-value."), pValue),
        field<&CoxModel::waldStatistic>(doc("Wald's χ², robust where standard errors are.")),
        field<&CoxModel::waldP>(doc("Its p-value."), pValue),
        field<&CoxModel::scoreStatistic>(doc("Score (log-rank) χ²; null for Firth.")),
        field<&CoxModel::scoreP>(doc("Its p-value."), pValue),
        field<&CoxModel::concordance>(
            doc("Harrell's C: share of pairs in which the one with the higher risk has the event first.")),
        field<&CoxModel::concordanceSe>(doc("Its standard error (infinitesimal jackknife).")),
        field<&CoxModel::aic>(doc("Akaike's criterion: −2 log-likelihood + 2k.")),
        field<&CoxModel::bic>(doc("Schwarz' criterion with the log of the number of events.")));
  }
};

/// Residuals, those asked for.
struct CoxResiduals {
  std::optional<std::vector<double>> martingale, deviance;
  std::optional<std::vector<std::vector<double>>> schoenfeld, scaledSchoenfeld, dfbeta;
  std::optional<std::vector<double>> times;

  static constexpr auto describe() {
    return fields(
        field<&CoxResiduals::martingale>(doc("Events less those expected, of each row used, in file order.")),
        field<&CoxResiduals::deviance>(doc("Martingale residuals made symmetric.")),
        field<&CoxResiduals::schoenfeld>(
            doc("A vector for each row of terms: covariate less its mean among those at risk, of each event, by "
                "stratum and time.")),
        field<&CoxResiduals::scaledSchoenfeld>(doc("The same on the scale of the coefficient over time.")),
        field<&CoxResiduals::dfbeta>(
            doc("A vector for each row of terms: how much the coefficient changes without the row used.")),
        field<&CoxResiduals::times>(doc("Times of the events that Schoenfeld residuals belong to.")));
  }
};

/// Rows of `terms`. Figures are Wald's, from the robust covariance where there is one.
std::vector<CoxRow> coxRows(const CoxModelData& data, const CoxEstimate& estimate, const CoxFigures& figures,
                            double confLevel);

CoxModel coxModel(const CoxModelData& data, const CoxEstimate& estimate, const CoxFigures& figures);

/// Wald's test of each term. NaN where the covariance of its coefficients has no inverse (fewer clusters than columns).
std::vector<TermTest> coxTermTests(const CoxModelData& data, const CoxEstimate& estimate);

/// The residuals `asked` for (each once); none when nothing is.
std::optional<CoxResiduals> coxResiduals(const CoxModelData& data, const CoxEstimate& estimate,
                                         std::span<const CoxResidual> asked);

}  // namespace bedside
