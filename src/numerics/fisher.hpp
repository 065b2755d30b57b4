#pragma once

#include <cstddef>
#include <optional>

#include "numerics/tables.hpp"

namespace bedside::numerics {

// Fisher's exact test as `fisher.test`: two-sided, the total probability, given the margins, of all tables at most as
// probable as the one observed, where probabilities that agree to 1e-7 count as equal.

/// p of a 2 × 2 table, to the last digits also far below 1e-300 of the other tail. O(√n) for n observations.
double fisherP(double a, double b, double c, double d);

/// The conditional odds ratio of a 2 × 2 table: ψ with E(A) = a under Fisher's noncentral hypergeometric distribution,
/// and the ψ at which P(A ≥ a) and P(A ≤ a) are (1 − level)/2. 0 and ∞ where a lies at an end of its range.
struct ConditionalOdds {
  double estimate;
  double ciLow, ciHigh;
};
ConditionalOdds conditionalOdds(double a, double b, double c, double d, double level);

/// p of a table of any size (Freeman & Halton 1951), by the network algorithm (Mehta & Patel 1983) with bounds of our
/// own. None when it would take more than about a second or 50 MB; R's default workspace ends far below.
std::optional<double> freemanHalton(const Counts& counts);

/// How many of the random tables number `first` … `first + replicates − 1`, drawn with the margins observed, are at
/// most as probable as `counts`. A table's number alone decides its random numbers, so the parts add up to the whole,
/// and the same figure comes every time.
std::size_t simulatedAsExtreme(const Counts& counts, std::size_t first, std::size_t replicates);

}  // namespace bedside::numerics
