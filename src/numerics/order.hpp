#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bedside::numerics {

/// Row numbers of `values` in ascending order. Stable: equal values (−0 and 0 too) stay in the order given; NaN last.
/// A radix sort on the order-preserving bit pattern: O(n), and the same permutation on every platform.
/// 2³² rows at most.
std::vector<std::uint32_t> ascending(std::span<const double> values);
/// Of the rows in `rows` alone, which rise: by `values[row]`, equal values by row.
std::vector<std::uint32_t> ascending(std::span<const double> values, std::vector<std::uint32_t> rows);

/// Sorts in place, NaN last.
void sortAscending(std::span<double> values);
/// Both: sorts in place and gives the numbers that the values had, as `ascending`.
std::vector<std::uint32_t> sortAndOrder(std::span<double> values);

/// Quantile of type 7 (Hyndman & Fan 1996; R's default) of sorted values without NaN: position (n − 1) p, linear.
/// NaN without values or for p beyond [0, 1].
double quantileOfSorted(std::span<const double> sorted, double p);

/// Quantiles of type 7 at each of `probabilities`, in any order; sorts `values`. NaN must have been left out.
std::vector<double> quantiles(std::span<double> values, std::span<const double> probabilities);

/// Quantiles of type 7 of several sorted samples taken together, without merging them.
std::vector<double> quantilesOfParts(std::span<const std::span<const double>> parts,
                                     std::span<const double> probabilities);

/// The double halfway between two in the order of all doubles, at least `low` and below `high`: so a search between any
/// two ends after 64 halvings. Not for NaN.
double halfway(double low, double high);

/// The smallest value at which the cumulated weight reaches p Σw (`survey::svyquantile(qrule = "math")`).
/// NaN and rows without a positive weight take no part; NaN when none is left.
std::vector<double> weightedQuantiles(std::span<const double> values, std::span<const double> weights,
                                      std::span<const double> probabilities);

/// Mid-ranks from 1, in the order of the values, and what ties take from the variance of rank tests.
struct Ranks {
  std::vector<double> ranks;
  double ties = 0;  ///< Σ (t³ − t) over runs of t equal values
};

/// Of values without NaN.
Ranks midRanks(std::span<const double> values);

}  // namespace bedside::numerics
