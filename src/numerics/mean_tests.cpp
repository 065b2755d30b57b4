#include "numerics/mean_tests.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "numerics/distributions.hpp"

namespace bedside::numerics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double meanDifference(const Moments& first, const Moments& second) {
  if (first.n == 0 || second.n == 0) return nan;
  return (first.origin - second.origin) + (first.shift - second.shift);
}

WelchT welch(const Moments& first, const Moments& second, double level) {
  const double difference = meanDifference(first, second);
  WelchT none{nan, nan, nan, difference, nan, nan, nan};
  if (first.n < 2 || second.n < 2) return none;
  const double n1 = static_cast<double>(first.n), n2 = static_cast<double>(second.n);
  const double v1 = first.variance() / n1, v2 = second.variance() / n2;
  const double se = std::sqrt(v1 + v2);
  const double largest = std::max(std::abs(first.mean), std::abs(second.mean));
  if (se == 0 || se < 10 * std::numeric_limits<double>::epsilon() * largest) return none;
  // As shares of their sum: the squares of the variances themselves might underflow.
  const double share1 = v1 / (v1 + v2), share2 = v2 / (v1 + v2);
  const double df = 1 / (share1 * share1 / (n1 - 1) + share2 * share2 / (n2 - 1));
  const double t = difference / se;
  const double half = studentTQuantile(0.5 + 0.5 * level, df) * se;
  return {t, df, studentTTwoSided(t, df), difference, se, difference - half, difference + half};
}

OneWayAnova oneWayAnova(std::span<const Moments> groups) {
  const Moments* origin = nullptr;
  double k = 0, n = 0, shift = 0, within = 0;
  for (const Moments& group : groups) {
    if (group.n == 0) continue;
    if (!origin) origin = &group;
    const double size = static_cast<double>(group.n);
    ++k;
    n += size;
    shift += size * meanDifference(group, *origin);
    within += group.m2;
  }
  if (k < 2) return {nan, nan, nan, nan, nan, nan};
  shift /= n;
  double between = 0;
  for (const Moments& group : groups) {
    if (group.n == 0) continue;
    const double distance = meanDifference(group, *origin) - shift;
    between += static_cast<double>(group.n) * distance * distance;
  }
  const double df1 = k - 1, df2 = n - k;
  const double f = between / df1 / (within / df2);
  return {f, df1, df2, fUpper(f, df1, df2), between, within};
}

}  // namespace bedside::numerics
