#include "analyses/survival/kaplan_meier.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "numerics/distributions.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

/// The last row at or before a time; before the first one everybody is alive.
SurvivalAt at(const KaplanMeierCurve& curve, double time) {
  const std::vector<double>& times = *curve.time;
  const auto row = static_cast<std::size_t>(std::upper_bound(times.begin(), times.end(), time) - times.begin());
  const auto from = static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), time) - times.begin());
  SurvivalAt out{.time = time, .nRisk = from < times.size() ? curve.nRisk[from] : 0};
  if (row > 0) {
    out.survival = curve.survival[row - 1];
    out.ciLow = curve.ciLow[row - 1];
    out.ciHigh = curve.ciHigh[row - 1];
  }
  return out;
}

KaplanMeierCurve curveOf(const std::shared_ptr<const RiskTables>& fit, std::size_t group, const KaplanMeierSpec& spec,
                         double start, double tau) {
  const numerics::RiskTable& table = fit->tables[group];
  numerics::SurvivalCurve found = numerics::kaplanMeier(table);
  KaplanMeierCurve out;
  out.n = table.n;
  out.events = table.eventRows;
  const auto mean = numerics::restrictedMean(table, found, start, tau);
  out.rmst = mean.mean;
  out.rmstSe = mean.se;
  auto limits = numerics::survivalLimits(found, spec.ciType, numerics::normalCritical(spec.confLevel));
  out.median = numerics::medianTime(table.time, found.survival);
  out.medianLow = numerics::medianTime(table.time, limits.low);
  out.medianHigh = numerics::medianTime(table.time, limits.high);
  out.time = sharedPart(fit, table.time);
  out.nRisk = std::move(found.atRisk);
  out.nEvent = sharedPart(fit, table.events);
  out.nCensor = sharedPart(fit, table.censored);
  if (!table.rows.empty()) out.nRiskRows = table.rowsAtRisk();
  out.se = std::move(found.variance);
  for (std::size_t j = 0; j < out.se.size(); ++j) out.se[j] = found.survival[j] * std::sqrt(out.se[j]);
  out.survival = std::move(found.survival);
  out.ciLow = std::move(limits.low);
  out.ciHigh = std::move(limits.high);
  for (const double time : spec.times) out.atTimes.push_back(at(out, time));
  return out;
}

}  // namespace

Need KaplanMeier::need(const Table& table, const Spec& spec) {
  return spec.landmark ? Need{} : needOfRows(table, spec.survival, columnsOf(spec, table));
}

KaplanMeierResult KaplanMeier::run(const Table& table, const Spec& spec, Context& context) {
  std::vector<std::string> by;
  if (spec.group) by.push_back(spec.group->name);
  const SurvivalRows rows(table, spec.survival, std::move(by), spec.landmark);
  const auto curves = [&] {
    const auto span = context.span(0, 0.5);
    return rows.riskTables(spec.group, context);
  }();
  const double start = spec.landmark ? *spec.landmark : std::min(0.0, curves->firstTime());

  KaplanMeierResult result;
  result.common = rows.common();
  result.nExcluded = rows.excluded();
  result.tau = spec.tau ? *spec.tau : curves->lastTime();
  if (spec.tau && !(*spec.tau > start)) {
    fail(Code::invalidSpec, text("'tau' is ", *spec.tau, ", but the curves begin at ", start,
                                 ": the restricted mean needs a later time."));
  }
  std::size_t events = 0;
  for (const auto& group : curves->tables) events += group.eventRows;
  if (curves->tables.size() > 1 && events > 0) {
    const auto span = context.span(0.5, 0.8);
    const auto test = rows.logRank(*spec.group, {}, 0, context);
    result.logRank = {.statistic = test->test.statistic, .df = test->test.df, .p = test->test.p};
  }
  for (std::size_t g = 0; g < curves->tables.size(); ++g) {
    result.curves.push_back(curveOf(curves, g, spec, start, result.tau));
    if (!curves->groups.empty()) result.curves.back().group = curves->groups[g];
    context.progress(0.8 + 0.2 * static_cast<double>(g + 1) / static_cast<double>(curves->tables.size()));
  }
  return result;
}

}  // namespace bedside
