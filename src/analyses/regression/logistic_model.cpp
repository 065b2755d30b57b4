#include "analyses/regression/logistic_model.hpp"

#include <cmath>
#include <limits>

#include "numerics/discrimination.hpp"
#include "numerics/distributions.hpp"
#include "numerics/profile.hpp"

namespace bedside {

void setLimits(LogisticRow& row, double low, double high) {
  row.coefficient.ciLow = low;
  row.coefficient.ciHigh = high;
  row.orLow = std::exp(low);
  row.orHigh = std::exp(high);
}

std::vector<LogisticRow> logisticRows(const LogisticModelData& data, const LogisticFit& fit,
                                      const numerics::Matrix& covariance, double confLevel) {
  const Design& design = data.frame().design();
  auto coefficients =
      waldRows(design, fit.glm.coefficients, covariance, std::numeric_limits<double>::infinity(), confLevel);
  const auto vif = inflationFactors(design, fit.glm.covariance);
  const auto tallies = levelTallies(design, data.outcome().source, data.frame().rows());
  std::vector<LogisticRow> rows;
  rows.reserve(coefficients.size());
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    const Ratio odds = ratioOf(coefficients[i]);
    LogisticRow& row = rows.emplace_back(LogisticRow{.coefficient = std::move(coefficients[i]),
                                                     .oddsRatio = odds.estimate,
                                                     .orLow = odds.low,
                                                     .orHigh = odds.high,
                                                     .vif = vif[i],
                                                     .n = {},
                                                     .events = {}});
    if (tallies[i]) {
      row.n = tallies[i]->n;
      row.events = tallies[i]->events;
    }
  }
  return rows;
}

void profileRow(const LogisticModelData& data, const LogisticEstimate& estimate, std::size_t j, double confLevel,
                Context& context, LogisticRow& row) {
  const auto likelihood = estimate.firth() ? numerics::Likelihood::penalised : numerics::Likelihood::plain;
  const double critical = numerics::normalCritical(confLevel), drop = critical * critical;  // χ² with 1 df
  const auto progress = [&](double done) { context.progress(done); };
  const auto limits = numerics::profileLimits(data.problem(), estimate.fit->glm, j, drop, likelihood, progress);
  setLimits(row, limits.low, limits.high);
  if (!estimate.firth()) return;
  row.coefficient.statistic =
      numerics::likelihoodRatio(data.problem(), estimate.fit->glm, j, 0, likelihood, progress);
  row.coefficient.p = numerics::chiSquaredUpper(row.coefficient.statistic, 1);
}

LogisticModel logisticModel(const LogisticModelData& data, const LogisticFit& fit, std::span<const double> fitted,
                            double confLevel) {
  const auto n = static_cast<double>(data.n()), p = static_cast<double>(data.p());
  const bool weighted = data.frame().weighted();
  double weight = 0, squares = 0;
  data.responses().scan([&](const numerics::Block& block) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      const double w = weighted ? block[1][i] : 1, error = block[0][i] - fitted[block.first + i];
      weight += w;
      squares += w * error * error;
    }
  });
  const double s = fit.eventShare;
  const double nullDeviance = -2 * weight * (s * std::log(s) + (1 - s) * std::log1p(-s));
  const double deviance = fit.glm.deviance;

  LogisticModel model;
  model.logLik = fit.glm.logLik;
  model.nullLogLik = fit.nullLogLik;
  model.deviance = deviance;
  model.nullDeviance = nullDeviance;
  model.dfResidual = data.n() - data.p();
  model.aic = deviance + 2 * p;
  model.bic = deviance + std::log(n) * p;
  model.mcFadden = 1 - deviance / nullDeviance;
  model.coxSnell = -std::expm1((deviance - nullDeviance) / n);
  model.nagelkerke = model.coxSnell / -std::expm1(-nullDeviance / n);
  model.lrStatistic = 2 * (fit.glm.logLik - fit.nullLogLik);
  model.lrDf = data.p() - 1;
  model.lrP = numerics::chiSquaredUpper(model.lrStatistic, p - 1);
  model.brier = squares / weight;
  const numerics::RankedProbabilities ranked(fitted, data.responses());
  if (weighted) {
    model.cStatistic = ranked.cStatistic();
    return model;
  }
  const auto area = ranked.delong(confLevel);
  model.cStatistic = area.auc;
  model.cStatisticLow = area.low;
  model.cStatisticHigh = area.high;
  if (const auto test = ranked.hosmerLemeshow()) model.hosmerLemeshow = {{test->statistic, test->df, test->p}};
  return model;
}

}  // namespace bedside
