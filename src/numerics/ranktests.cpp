#include "numerics/ranktests.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "numerics/distributions.hpp"
#include "numerics/order.hpp"

namespace bedside::numerics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Whether every value ties with every other. Told by the sum of ties, computed as `midRanks` does: the variance
/// itself would be a rounding error away from 0 once n³ exceeds 2⁵³.
bool allTied(const Ranks& ranks) {
  const double n = static_cast<double>(ranks.ranks.size());
  return ranks.ties == n * n * n - n;
}

}  // namespace

MannWhitney mannWhitney(std::span<const double> first, std::span<const double> second) {
  std::vector<double> one(first.begin(), first.end()), other(second.begin(), second.end());
  sortAscending(one);
  sortAscending(other);
  return mannWhitneyOfSorted(one, other);
}

MannWhitney mannWhitneyOfSorted(std::span<const double> first, std::span<const double> second) {
  if (first.empty() || second.empty()) return {nan, nan, nan};
  // Both are walked together, one run of equal values at a time: no rank is stored.
  double statistic = 0, ties = 0;
  std::size_t runs = 0;
  for (std::size_t i = 0, j = 0; i < first.size() || j < second.size(); ++runs) {
    const double value = j == second.size() || (i < first.size() && first[i] < second[j]) ? first[i] : second[j];
    const std::size_t fromFirst = i, fromSecond = j;
    while (i < first.size() && first[i] == value) ++i;
    while (j < second.size() && second[j] == value) ++j;
    const double ofFirst = static_cast<double>(i - fromFirst), ofSecond = static_cast<double>(j - fromSecond);
    statistic += ofFirst * (static_cast<double>(fromSecond) + 0.5 * ofSecond);
    const double t = ofFirst + ofSecond;
    ties += t * t * t - t;
  }
  if (runs == 1) return {statistic, nan, nan};
  const double n1 = static_cast<double>(first.size());
  const double n2 = static_cast<double>(second.size());
  const double n = n1 + n2;
  const double difference = statistic - n1 * n2 / 2;
  const double correction = difference == 0 ? 0 : std::copysign(0.5, difference);
  const double sigma = std::sqrt(n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1))));
  const double z = (difference - correction) / sigma;
  return {statistic, z, normalTwoSided(z)};
}

KruskalWallis kruskalWallis(std::span<const double> values, std::span<const std::int32_t> groups, std::size_t count) {
  const Ranks ranks = midRanks(values);
  std::vector<double> rankSum(count), size(count);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto group = static_cast<std::size_t>(groups[i]);
    rankSum[group] += ranks.ranks[i];
    ++size[group];
  }
  const double n = static_cast<double>(values.size());
  double between = 0, present = 0;
  for (std::size_t g = 0; g < count; ++g) {
    if (size[g] == 0) continue;
    ++present;
    const double distance = rankSum[g] / size[g] - (n + 1) / 2;
    between += size[g] * distance * distance;
  }
  if (present < 2) return {nan, present - 1, nan};
  if (allTied(ranks)) return {nan, present - 1, nan};
  const double statistic = 12 / (n * (n + 1)) * between / (1 - ranks.ties / (n * n * n - n));
  return {statistic, present - 1, chiSquaredUpper(statistic, present - 1)};
}

}  // namespace bedside::numerics
