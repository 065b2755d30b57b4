#pragma once

#include <cstddef>
#include <span>

#include "numerics/survival/risk_sets.hpp"

namespace bedside::numerics {

/// Harrell's concordance (`survival::concordancefit`, timewt = "n") over ordered pairs of one stratum.
struct Concordance {
  double concordant = 0, discordant = 0, tied = 0;  ///< weights of the pairs
  double c = 0;                                     ///< (concordant + tied / 2) / all; NaN without a pair
  double se = 0;                                    ///< infinitesimal jackknife, summed by cluster
};

/// `predictor`: x'b of each position, larger = earlier event; equal values are tied pairs. O(n log n).
Concordance concordance(const RiskSets& risk, std::span<const double> predictor, const Groups& clusters);

}  // namespace bedside::numerics
