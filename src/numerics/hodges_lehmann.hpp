#pragma once

#include <cstdint>
#include <span>

namespace bedside::numerics {

/// The k-th smallest (k from 1) of all n·m differences first[i] − second[j] of two sorted samples. Differences are
/// counted, never stored: O(n + m) a count, two to five counts, and O(n + m) memory.
double kthDifference(std::span<const double> first, std::span<const double> second, std::uint64_t k);

/// The shift between two samples.
struct Shift {
  double estimate;       ///< median of all differences first[i] − second[j] (Hodges & Lehmann 1963)
  double ciLow, ciHigh;  ///< those shifts at which Wilcoxon's z crosses ±z of the level
};

/// As `wilcox.test(first, second, conf.int = TRUE, exact = FALSE, correct = TRUE)`, whose root search ends within 1e-4
/// of the differences given here. Both sorted, without NaN; NaN when one is empty.
Shift hodgesLehmann(std::span<const double> first, std::span<const double> second, double level);

}  // namespace bedside::numerics
