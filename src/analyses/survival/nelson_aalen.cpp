#include "analyses/survival/nelson_aalen.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/distributions.hpp"

namespace bedside {

namespace {

NelsonAalenCurve curveOf(const std::shared_ptr<const RiskTables>& fit, std::size_t group, double z) {
  const numerics::RiskTable& table = fit->tables[group];
  numerics::HazardCurve found = numerics::nelsonAalen(table);
  NelsonAalenCurve out;
  out.n = table.n;
  out.events = table.eventRows;
  out.time = sharedPart(fit, table.time);
  out.nRisk = std::move(found.atRisk);
  out.nEvent = sharedPart(fit, table.events);
  out.nCensor = sharedPart(fit, table.censored);
  if (!table.rows.empty()) out.nRiskRows = table.rowsAtRisk();
  out.cumulativeHazard = std::move(found.cumulativeHazard);
  out.se = std::move(found.variance);
  out.ciLow.resize(out.se.size());
  out.ciHigh.resize(out.se.size());
  for (std::size_t j = 0; j < out.se.size(); ++j) {
    out.se[j] = std::sqrt(out.se[j]);
    out.ciLow[j] = std::max(0.0, out.cumulativeHazard[j] - z * out.se[j]);
    out.ciHigh[j] = out.cumulativeHazard[j] + z * out.se[j];
  }
  return out;
}

}  // namespace

Need NelsonAalen::need(const Table& table, const Spec& spec) {
  return needOfRows(table, spec.survival, columnsOf(spec, table));
}

NelsonAalenResult NelsonAalen::run(const Table& table, const Spec& spec, Context& context) {
  std::vector<std::string> by;
  if (spec.group) by.push_back(spec.group->name);
  const SurvivalRows rows(table, spec.survival, std::move(by));
  const auto curves = rows.riskTables(spec.group, context);
  NelsonAalenResult result;
  result.common = rows.common();
  const double z = numerics::normalCritical(spec.confLevel);
  for (std::size_t g = 0; g < curves->tables.size(); ++g) {
    result.curves.push_back(curveOf(curves, g, z));
    if (!curves->groups.empty()) result.curves.back().group = curves->groups[g];
  }
  context.progress(1);
  return result;
}

}  // namespace bedside
