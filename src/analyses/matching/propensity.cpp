#include "analyses/matching/propensity.hpp"

#include <algorithm>
#include <limits>

namespace bedside {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Overlap overlapOf(std::span<const double> scores, std::span<const std::uint8_t> treated) {
  Overlap overlap{.treated = {infinity, -infinity}, .control = {infinity, -infinity}};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    ScoreRange& range = treated[i] ? overlap.treated : overlap.control;
    range.min = std::min(range.min, scores[i]);
    range.max = std::max(range.max, scores[i]);
  }
  return overlap;
}

CommonSupport supportOf(const Overlap& overlap, std::span<const double> scores, std::span<const std::uint8_t> treated) {
  CommonSupport support{.low = std::max(overlap.treated.min, overlap.control.min),
                        .high = std::min(overlap.treated.max, overlap.control.max)};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] >= support.low && scores[i] <= support.high) ++(treated[i] ? support.treated : support.control);
  }
  return support;
}

}  // namespace

void Propensity::complete(Spec& spec, const Table& table) {
  const std::string_view treatment[] = {spec.model.treatment.name};
  checkCovariates(spec.model, treatment, "the treatment", table);
}

Need Propensity::need(const Table& table, const Spec& spec) {
  return {.certain = 4 * sizeof(double) * leastRows(table, columnsOf(spec, table))};
}

PropensityResult Propensity::run(const Table& table, const Spec& spec, Context& context) {
  const PropensityModel model = [&] {
    const auto span = context.span(0, 0.8);
    return PropensityModel(table, spec.model, {}, context);
  }();
  const auto treated = model.treated();
  PropensityResult result;
  result.common = model.common();
  result.nTreated = model.nTreated();
  result.nControl = model.n() - model.nTreated();
  result.converged = model.fit().glm.converged();
  result.terms = logisticRows(model.data(), model.fit(), model.fit().glm.covariance, spec.confLevel);
  result.covariance = model.fit().glm.covariance.values;
  result.logit = model.logit();
  result.scores = scoresOf(result.logit);
  result.model = logisticModel(model.data(), model.fit(), result.scores, spec.confLevel);
  result.overlap = overlapOf(result.scores, treated);
  result.commonSupport = supportOf(result.overlap, result.scores, treated);
  result.treated.assign(treated.begin(), treated.end());
  result.factors = factorCodings(model.data().frame().design());
  result.rows = model.data().frame().rowNumbers();
  context.progress(1);
  return result;
}

}  // namespace bedside
