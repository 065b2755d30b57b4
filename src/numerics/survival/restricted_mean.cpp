#include <algorithm>
#include <cmath>

#include "numerics/survival/product_limit.hpp"

namespace bedside::numerics {

namespace {

/// Of one time of the table.
struct Step {
  double end;        // the time, `tau` at most
  double area;       // ∫ S from the time to tau
  double increment;  // d/(n(n − d)); 0 when nobody is left
  double gain;       // 1/(n − d); 0 likewise: the area is then 0
};

}  // namespace

RestrictedMean restrictedMean(const RiskTable& table, const SurvivalCurve& curve, double start, double tau) {
  const std::size_t size = table.size();
  std::vector<Step> steps(size);
  double area = 0, next = tau;
  for (std::size_t j = size; j-- > 0;) {
    const double end = std::min(table.time[j], tau);
    area += curve.survival[j] * (next - end);
    const double left = table.censored[j] + (j + 1 < size ? curve.atRisk[j + 1] : 0);
    const double gain = left > 0 ? 1 / left : 0;
    steps[j] = {end, area, table.events[j] * gain / curve.atRisk[j], gain};
    next = end;
  }
  RestrictedMean out{.mean = next - start + area, .se = 0};

  // A row's influence is −∫ S C up to its time and then its frozen share of S, C = Σ d/(n(n − d)): see `Influences`.
  double variance = 0, common = 0, lost = 0, from = start, survival = 1;
  for (std::size_t j = 0; j < size; ++j) {
    const Step& step = steps[j];
    if (!table.robust()) {
      variance += step.area * step.area * step.increment;
      continue;
    }
    lost += common * survival * (step.end - from);
    common += step.increment;
    const double ofCensored = lost + step.area * common, ofEvents = ofCensored - step.area * step.gain;
    variance += table.eventSquares[j] * ofEvents * ofEvents + table.censoredSquares[j] * ofCensored * ofCensored;
    from = step.end;
    survival = curve.survival[j];
  }
  out.se = std::sqrt(variance);
  return out;
}

}  // namespace bedside::numerics
