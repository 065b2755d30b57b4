#include "numerics/hodges_lehmann.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "numerics/distributions.hpp"
#include "numerics/order.hpp"

namespace bedside::numerics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

constexpr std::size_t thinning = 16, largeSample = 64 * thinning;

using Sorted = std::span<const double>;

/// How many differences are at most v, and the differences next to it on either side. The rounded difference is
/// monotone in both values, so one walk along the staircase between the two kinds tells all.
struct Split {
  std::uint64_t atMost = 0;
  double largestAtMost = -infinity, smallestAbove = infinity;
};

Split splitAt(Sorted first, Sorted second, double v) {
  Split split;
  std::size_t j = 0;
  for (const double x : first) {
    while (j < second.size() && x - second[j] > v) ++j;
    split.atMost += second.size() - j;
    if (j < second.size()) split.largestAtMost = std::max(split.largestAtMost, x - second[j]);
    if (j > 0) split.smallestAbove = std::min(split.smallestAbove, x - second[j - 1]);
  }
  return split;
}

/// All differences from `low` to `high`, `count` of them.
std::vector<double> differencesWithin(Sorted first, Sorted second, double low, double high, std::size_t count) {
  std::vector<double> found;
  found.reserve(count);
  std::size_t begin = 0;
  for (const double x : first) {
    while (begin < second.size() && x - second[begin] > high) ++begin;
    for (std::size_t j = begin; j < second.size() && x - second[j] >= low; ++j) found.push_back(x - second[j]);
  }
  return found;
}

double tiesWithin(Sorted values) {
  double ties = 0;
  for (std::size_t first = 0; first < values.size();) {
    std::size_t end = first + 1;
    while (end < values.size() && values[end] == values[first]) ++end;
    const double t = static_cast<double>(end - first);
    ties += t * t * t - t;
    first = end;
  }
  return ties;
}

/// Every 16th value.
std::vector<double> thinned(Sorted values) {
  std::vector<double> some;
  for (std::size_t i = thinning / 2; i < values.size(); i += thinning) some.push_back(values[i]);
  return some;
}

/// Two shifts between which the k-th difference of large samples is expected: those of thinned samples on either side.
std::array<double, 2> expectedAround(Sorted first, Sorted second, std::uint64_t k) {
  const std::vector<double> fewer = thinned(first), other = thinned(second);
  const std::uint64_t pairs = static_cast<std::uint64_t>(fewer.size()) * other.size();
  const double all = static_cast<double>(first.size()) * static_cast<double>(second.size());
  const double at = static_cast<double>(k) / all * static_cast<double>(pairs);
  const double margin = 2 * std::sqrt(static_cast<double>(fewer.size() + other.size()));
  const auto within = [&](double rank) {
    return static_cast<std::uint64_t>(std::clamp(rank, 1.0, static_cast<double>(pairs)));
  };
  return {kthDifference(fewer, other, within(at - margin)), kthDifference(fewer, other, within(at + margin))};
}

}  // namespace

double kthDifference(Sorted first, Sorted second, std::uint64_t k) {
  if (first.empty() || second.empty()) return nan;
  // Always: the answer lies in [low, high], two of the differences; `below` are smaller than `low`, `upTo` at most
  // `high`. Thinned samples tell where to look first. Then the interval is cut by interpolation, since counts of smooth
  // data are nearly linear in a short one, aimed a little to the far side of k each time that both ends close in; a
  // miss widens the aim.
  double low = first.front() - second.back(), high = first.back() - second.front();
  std::uint64_t below = 0, upTo = static_cast<std::uint64_t>(first.size()) * second.size();
  const std::uint64_t few = (first.size() + second.size()) / 4 + 16;
  std::array<double, 2> expected{};
  int step = 0;  // from −2: at the expected ends
  if (std::min(first.size(), second.size()) >= largeSample) {
    expected = expectedAround(first, second, k);
    step = -2;
  }
  double aim = 1.0 / 16;
  bool above = true;
  for (; low < high && upTo - below > few; ++step) {
    constexpr int interpolations = 40;
    const double count = static_cast<double>(upTo - below);
    const double share = (static_cast<double>(k - below) - 0.5) / count + (above ? aim : -aim);
    double v = low + (high - low) * std::clamp(share, 0.0, 1.0);
    if (step < 0) v = expected[static_cast<std::size_t>(step + 2)];
    if (step >= interpolations || !std::isfinite(high - low)) v = halfway(low, high);
    if (!(v < high)) v = std::nextafter(high, -infinity);
    const Split split = splitAt(first, second, std::max(v, low));
    const bool reached = split.atMost >= k;
    if (reached) {
      high = split.largestAtMost;
      upTo = split.atMost;
    } else {
      low = split.smallestAbove;
      below = split.atMost;
    }
    if (step < 0) continue;
    aim = reached == above ? aim / 4 : std::min(0.25, aim * 2);
    if (reached == above) above = !above;
  }
  if (!(low < high)) return low;
  std::vector<double> rest = differencesWithin(first, second, low, high, static_cast<std::size_t>(upTo - below));
  const auto at = rest.begin() + static_cast<std::ptrdiff_t>(k - below - 1);
  std::nth_element(rest.begin(), at, rest.end());
  return *at;
}

Shift hodgesLehmann(Sorted first, Sorted second, double level) {
  if (first.empty() || second.empty()) return {nan, nan, nan};
  const std::uint64_t pairs = static_cast<std::uint64_t>(first.size()) * second.size();
  const double n1 = static_cast<double>(first.size()), n2 = static_cast<double>(second.size()), n = n1 + n2;
  double estimate = kthDifference(first, second, (pairs + 1) / 2);
  if (pairs % 2 == 0) {
    const Split split = splitAt(first, second, estimate);
    const double next = split.atMost > pairs / 2 ? estimate : split.smallestAbove;
    estimate = estimate == next ? estimate : 0.5 * estimate + 0.5 * next;
  }
  // Between two differences no value of one sample ties with one of the other: only ties within count. z crosses the
  // critical value at the difference where the pairs beyond it cease to be enough.
  const double ties = tiesWithin(first) + tiesWithin(second);
  const double sigma = std::sqrt(n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1))));
  const double needed = std::ceil(0.5 * n1 * n2 + 0.5 + normalCritical(level) * sigma);
  const std::uint64_t k = needed < n1 * n2 ? static_cast<std::uint64_t>(needed) : pairs;
  return {estimate, kthDifference(first, second, pairs - k + 1), kthDifference(first, second, k)};
}

}  // namespace bedside::numerics
