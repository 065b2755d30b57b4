#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace bedside::numerics {

/// How p-values of one family are adjusted for their number.
enum class Adjustment : std::uint8_t {
  none,
  holm,        ///< Holm 1979, step-down
  bonferroni,  ///< min(1, m p)
  BH,          ///< Benjamini & Hochberg 1995, step-up false discovery rate
  sidak,       ///< 1 − (1 − p)^m (Šidák 1967)
};

/// Adjusted p-values in the order given, as R's `p.adjust` (which has no `sidak`). NaN stays NaN and does not count
/// towards m.
std::vector<double> adjusted(std::span<const double> p, Adjustment method);

}  // namespace bedside::numerics
