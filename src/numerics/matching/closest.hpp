#pragma once

#include "numerics/matching/nearest.hpp"

namespace bedside::numerics {

/// `matchNearest` in the order `closest`, without replacement: in each round, of all pairs of a treated unit not yet
/// served in it and a free control, the one with the smallest distance, again and again; equal distances by treated
/// unit, then by control. O(n log n) a round: on a line the closest pair stands side by side.
void matchClosest(std::span<const double> scores, Pool pool, const NearestOptions& options,
                  std::vector<MatchedPair>& pairs);

}  // namespace bedside::numerics
