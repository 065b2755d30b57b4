#include "numerics/discrimination.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "numerics/distributions.hpp"
#include "numerics/order.hpp"

namespace bedside::numerics {

RankedProbabilities::RankedProbabilities(std::span<const double> fitted, const Blocks& responses)
    : fitted_(fitted), order_(ascending(fitted)) {
  std::vector<std::uint8_t> events(fitted.size());
  std::vector<double> weights(responses.columns() > 1 ? fitted.size() : 0);
  responses.scan([&](const Block& block) {
    for (std::size_t i = 0; i < block.rows; ++i) events[block.first + i] = block[0][i] == 1;
    if (!weights.empty()) std::copy_n(block[1], block.rows, weights.begin() + static_cast<std::ptrdiff_t>(block.first));
  });
  events_.resize(events.size());
  weights_.resize(weights.size());
  for (std::size_t i = 0; i < order_.size(); ++i) events_[i] = events[order_[i]];
  for (std::size_t i = 0; i < weights.size(); ++i) weights_[i] = weights[order_[i]];
}

/// Calls `visit(cases, controls)`, the weights of both, for each run of tied values, ascending.
template <class Visit>
void RankedProbabilities::eachTie(Visit&& visit) const {
  for (std::size_t i = 0; i < order_.size();) {
    const double lowest = fitted_[order_[i]];
    double sums[2] = {0, 0};
    do {
      sums[events_[i]] += weights_.empty() ? 1 : weights_[i];
      ++i;
    } while (i < order_.size() && fitted_[order_[i]] - lowest <= fittedTolerance);
    visit(sums[1], sums[0]);
  }
}

double RankedProbabilities::cStatistic() const {
  double cases = 0, controls = 0, concordant = 0;
  eachTie([&](double tiedCases, double tiedControls) {
    concordant += tiedCases * (controls + 0.5 * tiedControls);
    cases += tiedCases;
    controls += tiedControls;
  });
  return concordant / (cases * controls);
}

Auc RankedProbabilities::delong(double level) const {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  double cases = 0, controls = 0, concordant = 0;
  eachTie([&](double tiedCases, double tiedControls) {
    concordant += tiedCases * (controls + 0.5 * tiedControls);
    cases += tiedCases;
    controls += tiedControls;
  });
  const double auc = concordant / (cases * controls);
  if (!(cases > 1 && controls > 1)) return {auc, nan, nan, nan};
  // Σ (V − A)² of the placements, those of one run being equal.
  double casesBelow = 0, controlsBelow = 0, ofCases = 0, ofControls = 0;
  eachTie([&](double tiedCases, double tiedControls) {
    const double above = (controlsBelow + 0.5 * tiedControls) / controls - auc;
    const double below = (cases - casesBelow - 0.5 * tiedCases) / cases - auc;
    ofCases += tiedCases * above * above;
    ofControls += tiedControls * below * below;
    casesBelow += tiedCases;
    controlsBelow += tiedControls;
  });
  const double se = std::sqrt(ofCases / ((cases - 1) * cases) + ofControls / ((controls - 1) * controls));
  const double half = normalCritical(level) * se;
  return {auc, se, std::max(0.0, auc - half), std::min(1.0, auc + half)};
}

std::optional<HosmerLemeshow> RankedProbabilities::hosmerLemeshow() const {
  const auto at = [&](std::size_t i) { return fitted_[order_[i]]; };
  std::array<double, 9> breaks{};
  for (std::size_t k = 0; k < breaks.size(); ++k) {  // type 7, as `quantileOfSorted`
    const double position = static_cast<double>(order_.size() - 1) * (static_cast<double>(k + 1) / 10);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, order_.size() - 1);
    breaks[k] = at(below) + (position - static_cast<double>(below)) * (at(above) - at(below));
  }
  double statistic = 0, groups = 0;
  for (std::size_t i = 0, k = 0; i < order_.size(); ++k) {
    double n = 0, observed = 0, expected = 0, expectedOthers = 0;
    for (; i < order_.size() && (k == breaks.size() || at(i) <= breaks[k] + 1e-10); ++i) {
      n += 1;
      observed += events_[i];
      expected += at(i);
      expectedOthers += 1 - at(i);
    }
    if (n == 0) continue;
    ++groups;
    const double excess = observed - expected;
    const double others = n - observed - expectedOthers;
    statistic += excess * excess / expected + others * others / expectedOthers;
  }
  if (groups < 3) return std::nullopt;
  return HosmerLemeshow{statistic, groups - 2, chiSquaredUpper(statistic, groups - 2)};
}

}  // namespace bedside::numerics
