#include "numerics/standardized_difference.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "numerics/mean_tests.hpp"

namespace bedside::numerics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class OfPair>
double meanOfPairs(std::size_t groups, OfPair&& ofPair) {
  double sum = 0, pairs = 0;
  for (std::size_t i = 0; i < groups; ++i) {
    for (std::size_t j = i + 1; j < groups; ++j) {
      const double each = ofPair(i, j);
      if (std::isnan(each)) return nan;
      sum += each;
      ++pairs;
    }
  }
  return sum / pairs;
}

}  // namespace

double standardizedDifference(const Moments& first, const Moments& second) {
  return std::abs(meanDifference(first, second)) / std::sqrt(0.5 * (first.variance() + second.variance()));
}

double standardizedDifference(std::span<const double> first, std::span<const double> second) {
  // No matrix is needed. With m = (p + q)/2 and δ = p − q, S = diag(m) − m mᵀ − δδᵀ/4, and since Σδ = 0 the distance by
  // the multinomial part alone is X = Σ δ²/m; taking the last term out (Sherman & Morrison 1950) gives X/(1 − X/4),
  // whose numerator and denominator are the two sums below: no term cancels another, whatever the number of levels.
  const double n1 = std::accumulate(first.begin(), first.end(), 0.0);
  const double n2 = std::accumulate(second.begin(), second.end(), 0.0);
  double apart = 0, common = 0;
  std::size_t levels = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double p = first[i] / n1, q = second[i] / n2;
    if (!(p + q > 0)) continue;
    ++levels;
    apart += (p - q) * (p - q) / (p + q);
    common += p * q / (p + q);
  }
  if (!(n1 > 0) || !(n2 > 0) || levels < 2) return nan;
  return std::sqrt(apart / common);
}

double meanStandardizedDifference(std::span<const Moments> groups) {
  return meanOfPairs(groups.size(),
                     [&](std::size_t i, std::size_t j) { return standardizedDifference(groups[i], groups[j]); });
}

double meanStandardizedDifference(const Counts& levelsByGroup) {
  const std::size_t levels = levelsByGroup.rows, groups = levelsByGroup.columns;
  std::vector<double> byGroup(levelsByGroup.cells.size());  // turned, so that a group's counts lie together
  for (std::size_t i = 0; i < levels; ++i) {
    for (std::size_t j = 0; j < groups; ++j) byGroup[j * levels + i] = levelsByGroup(i, j);
  }
  const std::span<const double> all(byGroup);
  return meanOfPairs(groups, [&](std::size_t i, std::size_t j) {
    return standardizedDifference(all.subspan(i * levels, levels), all.subspan(j * levels, levels));
  });
}

}  // namespace bedside::numerics
