#include "numerics/auc.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "numerics/distributions.hpp"
#include "numerics/moments.hpp"
#include "numerics/order.hpp"

namespace bedside::numerics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Calls `visit(rows)` for each run of tied scores, ascending.
template <class Visit>
void forEachTie(std::span<const double> scores, double tolerance, Visit&& visit) {
  const std::vector<std::uint32_t> order = ascending(scores);
  for (std::size_t first = 0; first < order.size();) {
    const double lowest = scores[order[first]];
    std::size_t end = first + 1;
    // Equality besides the distance: ∞ − ∞ is NaN.
    while (end < order.size() && (scores[order[end]] == lowest || scores[order[end]] - lowest <= tolerance)) ++end;
    visit(std::span(order).subspan(first, end - first));
    first = end;
  }
}

double mean(std::span<const double> values) { return moments(values).mean; }

/// Sample covariance of two series of one length; exactly 0 when either is constant, NaN below two values.
double covariance(std::span<const double> a, std::span<const double> b) {
  const double meanA = mean(a), meanB = mean(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - meanA) * (b[i] - meanB);
  return a.size() < 2 ? nan : sum / static_cast<double>(a.size() - 1);
}

}  // namespace

double cStatistic(std::span<const double> scores, std::span<const double> events, std::span<const double> weights,
                  double tolerance) {
  double cases = 0, controls = 0, concordant = 0;
  forEachTie(scores, tolerance, [&](std::span<const std::uint32_t> rows) {
    double tiedCases = 0, tiedControls = 0;
    for (std::uint32_t row : rows) (events[row] == 1 ? tiedCases : tiedControls) += weights.empty() ? 1 : weights[row];
    concordant += tiedCases * (controls + 0.5 * tiedControls);
    cases += tiedCases;
    controls += tiedControls;
  });
  return concordant / (cases * controls);
}

Placements placements(std::span<const double> scores, std::span<const double> events, double tolerance) {
  const auto cases = static_cast<std::size_t>(std::count(events.begin(), events.end(), 1.0));
  const auto controls = scores.size() - cases;
  std::vector<double> byRow(scores.size());
  std::size_t casesBelow = 0, controlsBelow = 0;
  forEachTie(scores, tolerance, [&](std::span<const std::uint32_t> rows) {
    std::size_t tied = 0;
    for (std::uint32_t row : rows) tied += events[row] == 1;
    const std::size_t tiedControls = rows.size() - tied;
    const double ofCase =
        (static_cast<double>(controlsBelow) + 0.5 * static_cast<double>(tiedControls)) / static_cast<double>(controls);
    const double ofControl =
        (static_cast<double>(cases - casesBelow - tied) + 0.5 * static_cast<double>(tied)) / static_cast<double>(cases);
    for (std::uint32_t row : rows) byRow[row] = events[row] == 1 ? ofCase : ofControl;
    casesBelow += tied;
    controlsBelow += tiedControls;
  });
  Placements result;
  result.cases.reserve(cases);
  result.controls.reserve(controls);
  for (std::size_t i = 0; i < scores.size(); ++i) (events[i] == 1 ? result.cases : result.controls).push_back(byRow[i]);
  return result;
}

Auc delong(const Placements& placements, double level) {
  if (placements.cases.empty() || placements.controls.empty()) return {nan, nan, nan, nan};
  const double auc = mean(placements.cases);
  const double se = std::sqrt(delongCovariance(placements, placements));
  if (std::isnan(se)) return {auc, nan, nan, nan};
  const double half = normalCritical(level) * se;
  return {auc, se, std::max(0.0, auc - half), std::min(1.0, auc + half)};
}

Auc delong(std::span<const double> scores, std::span<const double> events, double level, double tolerance) {
  return delong(placements(scores, events, tolerance), level);
}

double delongCovariance(const Placements& a, const Placements& b) {
  return covariance(a.cases, b.cases) / static_cast<double>(a.cases.size()) +
         covariance(a.controls, b.controls) / static_cast<double>(a.controls.size());
}

}  // namespace bedside::numerics
