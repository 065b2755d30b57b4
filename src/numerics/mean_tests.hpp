#pragma once

#include <span>

#include "numerics/moments.hpp"

namespace bedside::numerics {

/// How far two means lie apart, from parts: the means rounded would lose the digits behind a common offset of 10⁹.
double meanDifference(const Moments& first, const Moments& second);

/// Student's t for two samples of unequal variances.
struct WelchT {
  double statistic;
  double df;          ///< Satterthwaite's, fractional
  double p;           ///< two-sided
  double difference;  ///< mean of the first − mean of the second
  double se;
  double ciLow, ciHigh;
};

/// As `t.test(first, second, conf.level = level)` (Welch 1947). NaN, all but the difference, when a sample has fewer
/// than two values, and where R says that the data are essentially constant (se < 10 ε · larger mean).
WelchT welch(const Moments& first, const Moments& second, double level);

/// One-way analysis of variance.
struct OneWayAnova {
  double statistic;  ///< F; ∞ without variance within, NaN when all values are equal or each group has one
  double df1, df2;   ///< between, within
  double p;
  double ssBetween, ssWithin;
};

/// As `oneway.test(var.equal = TRUE)` and `aov`. Groups without a value are left out; fewer than two left: NaN.
OneWayAnova oneWayAnova(std::span<const Moments> groups);

}  // namespace bedside::numerics
