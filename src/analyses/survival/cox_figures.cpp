#include "analyses/survival/cox_figures.hpp"

#include <numeric>

#include "numerics/distributions.hpp"
#include "numerics/survival/cox_residuals.hpp"

namespace bedside {

namespace {

ChiSquaredTest testOf(const numerics::ProportionalHazards& hazards, std::span<const std::size_t> columns) {
  const double statistic = hazards.statistic(columns);
  const auto df = static_cast<double>(columns.size());
  return {.statistic = statistic, .df = df, .p = numerics::chiSquaredUpper(statistic, df)};
}

ProportionalHazardsTests testsOf(const CoxModelData& data, std::span<const double> coefficients) {
  const auto hazards = numerics::proportionalHazards(data.problem(), coefficients);
  ProportionalHazardsTests out;
  std::vector<std::size_t> all(data.k());
  std::iota(all.begin(), all.end(), std::size_t{0});
  out.global = testOf(hazards, all);
  for (auto& [term, columns] : columnsByTerm(data.design())) out.terms.push_back({term, testOf(hazards, columns)});
  return out;
}

std::vector<CoxBaseline> baselinesOf(const CoxModelData& data, std::span<const double> coefficients) {
  const auto& distinct = data.problem().risk.distinct;
  const LevelGroups& strata = data.strata();
  std::vector<CoxBaseline> out;
  for (auto& hazard : numerics::baselineHazards(data.problem(), coefficients)) {
    CoxBaseline& baseline = out.emplace_back();
    const std::size_t stratum = out.size() - 1;
    if (!strata.levels[stratum].empty()) baseline.stratum = strata.name(stratum);
    baseline.time.reserve(hazard.place.size());
    for (const std::uint32_t place : hazard.place) baseline.time.push_back(distinct[place]);
    baseline.cumulativeHazard = std::move(hazard.cumulativeHazard);
  }
  return out;
}

CoxFigures compute(const CoxModelData& data, const CoxEstimate& estimate, Context& context) {
  const auto& coefficients = estimate.cox().coefficients;
  CoxFigures out;
  out.proportionalHazards = testsOf(data, coefficients);
  context.progress(0.4);
  out.concordance = numerics::concordance(
      data.problem().risk, numerics::coxLinearPredictors(data.problem(), coefficients), data.clusters());
  context.progress(0.7);
  out.baseline = baselinesOf(data, coefficients);
  context.progress(0.9);
  out.tallies = levelTallies(data.design(), data.event().source, data.frame().rows());
  return out;
}

}  // namespace

std::size_t CoxFigures::bytes() const {
  std::size_t total = sizeof *this + sizeof(TermTest) * proportionalHazards.terms.capacity() +
                      sizeof(CoxBaseline) * baseline.capacity() +
                      sizeof(std::optional<LevelTally>) * tallies.capacity();
  for (const auto& test : proportionalHazards.terms) total += test.term.capacity();
  for (const auto& one : baseline) {
    total += sizeof(double) * (one.time.capacity() + one.cumulativeHazard.capacity()) +
             (one.stratum ? one.stratum->capacity() : 0);
  }
  return total;
}

std::shared_ptr<const CoxFigures> coxFigures(const CoxModelData& data, const CoxEstimate& estimate, Context& context) {
  return context.fit<CoxFigures>(data.derivedKey("figures of cox"), [&] { return compute(data, estimate, context); });
}

std::vector<TermColumns> columnsByTerm(const Design& design) {
  std::vector<TermColumns> out;
  std::size_t last = DesignColumn::noTerm;
  for (std::size_t j = 0; j < design.size(); ++j) {
    const DesignColumn& column = design.columns()[j];
    if (column.termIndex == DesignColumn::noTerm) continue;
    if (column.termIndex != last) out.push_back({column.term, {}});
    last = column.termIndex;
    out.back().columns.push_back(j);
  }
  return out;
}

}  // namespace bedside
