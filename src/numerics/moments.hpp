#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "numerics/blocks.hpp"

namespace bedside::numerics {

/// Mean and central sums of a column, mergeable. Each block is read twice while it lies in the cache: for its mean
/// about a value of its own, then for the sums about that mean. Blocks merge by the updates of Chan, Golub & LeVeque
/// (1979) and Pébay (2008, SAND2008-6212). So 10⁹ + small keeps its digits, and equal values give exactly 0.
struct Moments {
  std::size_t n = 0;  ///< rows with a value (and a weight above 0)
  double weight = 0;  ///< Σ w; n without weights
  double mean = std::numeric_limits<double>::quiet_NaN();
  double m2 = 0;  ///< Σ w (x − mean)²
  double m3 = 0;  ///< Σ w (x − mean)³
  double min = std::numeric_limits<double>::quiet_NaN();
  double max = std::numeric_limits<double>::quiet_NaN();
  /// The mean in two parts, a value of the column and the distance from it: rounded to one double beside an offset of
  /// 10⁹, the means of two blocks would have a difference of seven digits.
  double origin = 0;
  double shift = 0;

  /// Adds the rows of another part.
  void merge(const Moments& other);
  /// Σ w(x − mean)² / Σ w · n/(n − 1): the sample variance without weights, `survey::svyvar` with; NaN for n < 2.
  double variance() const;
  double sd() const;
  /// g₁ = m₃ / m₂^{3/2}, mₖ = Σ w(x − mean)ᵏ / Σ w (`e1071::skewness(type = 1)`); NaN when min = max or without a
  /// value.
  double skewness() const;
};

/// Of one column; NaN is missing and does not count.
Moments moments(const Blocks& rows, std::size_t column);
/// With weights in another column: a row without a weight, or of weight 0, takes no part.
Moments weightedMoments(const Blocks& rows, std::size_t column, std::size_t weights);
/// By group: `codes` is a column of codes 0 … groups − 1 (others are in no group). Groups without a value have n = 0.
std::vector<Moments> groupMoments(const Blocks& rows, std::size_t column, std::size_t codes, std::size_t groups);
/// Of values that lie together. NaN does not count.
Moments moments(std::span<const double> values);

}  // namespace bedside::numerics
