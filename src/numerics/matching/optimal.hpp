#pragma once

#include <limits>
#include <span>
#include <vector>

#include "numerics/matching/mahalanobis.hpp"
#include "numerics/matching/sets.hpp"

namespace bedside::numerics {

struct OptimalOptions {
  std::size_t ratio = 1;                                   ///< controls of a treated unit at most
  double width = std::numeric_limits<double>::infinity();  ///< of the caliper on the scores
  Progress progress;                                       ///< may be empty
};

/// As many pairs as can be, no control twice, and among such matchings the smallest sum of distances (Rosenbaum 1989),
/// on one score per unit: distance |difference|. Of equal optima always the same. Appends the pairs, those of a treated
/// unit nearest first.
///
/// Allowed distances are a convex function of the difference, so some optimum crosses nowhere: both arms in ascending
/// order, f(i, j) is the best with the first i treated (each standing `ratio` times) and the first j controls, each
/// step a pair or somebody left out. No partner lies beyond the controls that a queue of treated units would have taken
/// on the way, which keeps j in a band: the time is the sum of its widths (3 · 10⁷ steps for 100,000 rows that overlap
/// well, n m at most), the memory about √n widths, by keeping every √n-th line and computing the lines between twice.
void matchOptimally(std::span<const double> scores, Pool pool, const OptimalOptions& options,
                    std::vector<MatchedPair>& pairs);

/// The same by Mahalanobis' distance within a caliper on the scores: shortest augmenting paths (Kuhn 1955; Jonker &
/// Volgenant 1987) over the pairs in the calipers. A treated unit that is left out costs more than any distance.
void matchOptimally(const MahalanobisSpace& space, std::span<const double> scores, Pool pool,
                    const OptimalOptions& options, std::vector<MatchedPair>& pairs);

}  // namespace bedside::numerics
