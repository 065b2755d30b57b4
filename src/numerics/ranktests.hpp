#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bedside::numerics {

/// Wilcoxon's rank sum test by the normal approximation.
struct MannWhitney {
  double statistic;  ///< W of the first sample: #(x > y) + ½ #(x = y)
  double z;          ///< continuity-corrected
  double p;          ///< two-sided; NaN when a sample is empty or all values are equal
};

/// As `wilcox.test(first, second, exact = FALSE, correct = TRUE)`: with d = W − n₁n₂/2, z = (d − ½ sign d)/σ and
/// σ² = n₁n₂/12 · (N + 1 − Σ(t³ − t)/(N(N − 1))). Values without NaN.
MannWhitney mannWhitney(std::span<const double> first, std::span<const double> second);
/// The same of two samples that are sorted already.
MannWhitney mannWhitneyOfSorted(std::span<const double> first, std::span<const double> second);

/// Kruskal & Wallis' rank sum test.
struct KruskalWallis {
  double statistic;  ///< H / (1 − Σ(t³ − t)/(n³ − n)); NaN when all values are equal
  double df;         ///< groups with a value − 1
  double p;          ///< χ²; NaN with fewer than two groups
};

/// As `kruskal.test`. `groups[i]` in 0 … count − 1 is the group of `values[i]`; groups without a value are left out.
KruskalWallis kruskalWallis(std::span<const double> values, std::span<const std::int32_t> groups, std::size_t count);

}  // namespace bedside::numerics
