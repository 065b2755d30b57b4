#pragma once

#include <cmath>
#include <limits>

#include "describe/fields.hpp"

namespace bedside {

/// An estimate with its confidence interval.
struct Interval {
  double estimate = 0, ciLow = 0, ciHigh = 0;

  static constexpr auto describe() {
    return fields(field<&Interval::estimate>(doc("Estimate.")),
                  field<&Interval::ciLow>(doc("Lower confidence limit; NaN where no standard error is defined.")),
                  field<&Interval::ciHigh>(doc("Upper confidence limit.")));
  }

  /// estimate ± half.
  static Interval about(double estimate, double half) { return {estimate, estimate - half, estimate + half}; }

  /// Of a ratio, exp(log ± half): NaN, both, where `half` is not finite, whatever the estimate.
  static Interval ofRatio(double estimate, double half) {
    if (!std::isfinite(half))
      return {estimate, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
    return {estimate, estimate * std::exp(-half), estimate * std::exp(half)};
  }
};

}  // namespace bedside
