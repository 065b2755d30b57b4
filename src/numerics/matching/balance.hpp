#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "numerics/matching/sets.hpp"

namespace bedside::numerics {

/// What a difference of means is divided by: a standard deviation before matching or weighting.
enum class Standardiser : std::uint8_t {
  treated,  ///< that of the treated
  pooled,   ///< √((s₁² + s₀²)/2)
};

/// How one column differs between the arms.
struct ArmContrast {
  double meanTreated = std::numeric_limits<double>::quiet_NaN();
  double meanControl = std::numeric_limits<double>::quiet_NaN();
  double smd = std::numeric_limits<double>::quiet_NaN();            ///< (treated − control)/SD, signed
  double varianceRatio = std::numeric_limits<double>::quiet_NaN();  ///< treated/control; NaN for a binary column
  double ecdfMean = std::numeric_limits<double>::quiet_NaN();       ///< mean gap of the distribution functions, over
                                                                    ///< the distinct values; binary: |difference|
  double ecdfMax = std::numeric_limits<double>::quiet_NaN();        ///< the largest gap
};

struct Balance {
  ArmContrast before, after;
  double sd = std::numeric_limits<double>::quiet_NaN();  ///< what differences were divided by; NaN: there is none
};

/// Balance of a column as R's `MatchIt::summary.matchit` has it. `values`, `treated` (1 or 0) and `weights` hold one
/// per unit; before is unweighted. A column of 0 and 1 is binary: variance m(1 − m). Means that agree to 1.5e-8: smd 0.
/// An SD below that is replaced by the root of Σ(x − arm's mean)²/(n − 1) (binary: n) over both arms.
Balance balanceOf(std::span<const double> values, std::span<const std::uint8_t> treated,
                  std::span<const double> weights, Standardiser by);

/// Mean |treated − control| over all pairs of the sets, in units of `sd`; NaN without a pair.
double meanPairDistance(std::span<const double> values, const MatchedSets& sets, double sd);

}  // namespace bedside::numerics
