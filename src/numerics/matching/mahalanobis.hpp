#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "numerics/blocks.hpp"
#include "numerics/matching/nearest.hpp"

namespace bedside::numerics {

/// Units as points whose Euclidean distance is Mahalanobis' √(δ'S⁻δ), δ the difference of their columns, S the pooled
/// covariance within the arms (divisor n − 2), S⁻ its generalised inverse (Rubin 1980; `MatchIt`'s "mahalanobis").
class MahalanobisSpace {
 public:
  /// `columns` in unit order; `treated` 1 or 0. Columns are scaled to a unit within-arm SD before the inverse, and
  /// directions without variance within the arms (an eigenvalue below 1e-11 of the largest) are left out.
  MahalanobisSpace(Blocks columns, std::span<const std::uint8_t> treated);

  double squared(std::uint32_t a, std::uint32_t b) const;
  double distance(std::uint32_t a, std::uint32_t b) const;

 private:
  std::size_t dimensions_ = 0;
  std::vector<double> points_;  // unit by unit
};

/// Greedy nearest-neighbour matching by Mahalanobis' distance, within a caliper of `options.width` on `scores`, which
/// also give the order `largest` (`matchit(mahvars =, caliper =)`). Each search reads the controls in the caliper, no
/// matrix of distances is kept. Appends the pairs in the order taken.
void matchMahalanobis(const MahalanobisSpace& space, std::span<const double> scores, Pool pool,
                      const NearestOptions& options, std::vector<MatchedPair>& pairs);

}  // namespace bedside::numerics
