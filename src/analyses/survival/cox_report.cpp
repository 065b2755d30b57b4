#include "analyses/survival/cox_report.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "numerics/distributions.hpp"
#include "numerics/survival/cox_residuals.hpp"

namespace bedside {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// b'V⁻¹b over the columns; df is their number also where few clusters leave V without inverse, as in coxph.
ChiSquaredTest waldTest(const CoxEstimate& estimate, std::span<const std::size_t> columns) {
  // What is left of a covariance's diagonal when it has no inverse: rounding, not 0.
  constexpr double leastShare = 1e-12;
  std::vector<double> b;
  for (const std::size_t column : columns) b.push_back(estimate.cox().coefficients[column]);
  const numerics::Form form =
      numerics::quadraticForm(numerics::submatrix(estimate.covariance(), columns), std::move(b), leastShare);
  const double statistic = form.rank > 0 ? form.value : std::numeric_limits<double>::quiet_NaN();
  const auto df = static_cast<double>(columns.size());
  return {.statistic = statistic, .df = df, .p = numerics::chiSquaredUpper(statistic, df)};
}

/// The columns of a matrix.
std::vector<std::vector<double>> columnsOf(const numerics::Matrix& matrix) {
  std::vector<std::vector<double>> out(matrix.columns, std::vector<double>(matrix.rows));
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    for (std::size_t j = 0; j < matrix.columns; ++j) out[j][i] = matrix(i, j);
  }
  return out;
}

/// s'I⁻¹ times the number of events, plus b (Grambsch & Therneau 1994).
numerics::Matrix scaled(const numerics::Matrix& schoenfeld, const numerics::CoxFit& fit) {
  numerics::Matrix out = numerics::product(schoenfeld, fit.covariance);
  for (std::size_t i = 0; i < out.rows; ++i) {
    for (std::size_t j = 0; j < out.columns; ++j) {
      out(i, j) = out(i, j) * static_cast<double>(out.rows) + fit.coefficients[j];
    }
  }
  return out;
}

/// w u'I⁻¹ of each row used.
numerics::Matrix dfbetas(const CoxModelData& data, const numerics::CoxFit& fit) {
  numerics::Matrix scores = numerics::scoreResiduals(data.problem(), fit.coefficients);
  const Column* weights = data.frame().weights();
  for (std::size_t i = 0; weights && i < scores.rows; ++i) {
    const double weight = weights->data->values[data.frame().selection()[i]];
    for (std::size_t j = 0; j < scores.columns; ++j) scores(i, j) *= weight;
  }
  return numerics::product(scores, fit.covariance);
}

}  // namespace

std::vector<CoxRow> coxRows(const CoxModelData& data, const CoxEstimate& estimate, const CoxFigures& figures,
                            double confLevel) {
  const numerics::CoxFit& fit = estimate.cox();
  std::vector<CoxRow> out;
  out.reserve(data.k());
  for (auto& row : waldRows(data.design(), fit.coefficients, estimate.covariance(), infinity, confLevel)) {
    const std::size_t j = out.size();
    const Ratio hazard = ratioOf(row);
    const std::optional<LevelTally>& tally = figures.tallies[j];
    std::optional<double> robustSe;
    if (estimate.robust) {
      robustSe = row.se;
      row.se = std::sqrt(fit.covariance(j, j));
    }
    out.push_back({.coefficient = std::move(row),
                   .hazardRatio = hazard.estimate,
                   .hrLow = hazard.low,
                   .hrHigh = hazard.high,
                   .robustSe = robustSe,
                   .n = tally ? std::optional(tally->n) : std::nullopt,
                   .events = tally ? std::optional(tally->events) : std::nullopt});
  }
  return out;
}

CoxModel coxModel(const CoxModelData& data, const CoxEstimate& estimate, const CoxFigures& figures) {
  const numerics::CoxFit& fit = estimate.cox();
  const auto k = static_cast<double>(data.k());
  std::vector<std::size_t> all(data.k());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const ChiSquaredTest wald = waldTest(estimate, all);

  CoxModel model;
  model.logLik = fit.logLik;
  model.nullLogLik = fit.nullLogLik;
  model.lrStatistic = 2 * (fit.logLik - fit.nullLogLik);
  model.lrDf = data.k();
  model.lrP = numerics::chiSquaredUpper(model.lrStatistic, k);
  model.waldStatistic = wald.statistic;
  model.waldP = wald.p;
  if (data.method() == CoxMethod::ml) {
    model.scoreStatistic = fit.scoreStatistic;
    model.scoreP = numerics::chiSquaredUpper(fit.scoreStatistic, k);
  }
  model.concordance = figures.concordance.c;
  model.concordanceSe = figures.concordance.se;
  model.aic = -2 * fit.logLik + 2 * k;
  model.bic = -2 * fit.logLik + std::log(static_cast<double>(data.events())) * k;
  return model;
}

std::vector<TermTest> coxTermTests(const CoxModelData& data, const CoxEstimate& estimate) {
  std::vector<TermTest> out;
  for (auto& [term, columns] : columnsByTerm(data.design())) out.push_back({term, waldTest(estimate, columns)});
  return out;
}

std::optional<CoxResiduals> coxResiduals(const CoxModelData& data, const CoxEstimate& estimate,
                                         std::span<const CoxResidual> asked) {
  if (asked.empty()) return std::nullopt;
  const auto wanted = [&](CoxResidual kind) { return std::find(asked.begin(), asked.end(), kind) != asked.end(); };
  const numerics::CoxFit& fit = estimate.cox();
  CoxResiduals out;
  if (wanted(CoxResidual::martingale) || wanted(CoxResidual::deviance)) {
    auto martingale = numerics::martingaleResiduals(data.problem(), fit.coefficients);
    if (wanted(CoxResidual::deviance)) out.deviance = numerics::devianceResiduals(data.problem(), martingale);
    if (wanted(CoxResidual::martingale)) out.martingale = std::move(martingale);
  }
  if (wanted(CoxResidual::schoenfeld) || wanted(CoxResidual::scaledSchoenfeld)) {
    const auto schoenfeld = numerics::schoenfeldResiduals(data.problem(), fit.coefficients);
    const auto& risk = data.problem().risk;
    out.times.emplace();
    for (const std::uint32_t position : schoenfeld.position) out.times->push_back(risk.distinct[risk.stop[position]]);
    if (wanted(CoxResidual::schoenfeld)) out.schoenfeld = columnsOf(schoenfeld.residuals);
    if (wanted(CoxResidual::scaledSchoenfeld)) out.scaledSchoenfeld = columnsOf(scaled(schoenfeld.residuals, fit));
  }
  if (wanted(CoxResidual::dfbeta)) out.dfbeta = columnsOf(dfbetas(data, fit));
  return out;
}

}  // namespace bedside
