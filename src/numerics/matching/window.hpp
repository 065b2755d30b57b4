#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bedside::numerics {

/// Places `first` … `end` − 1 of an ascending order.
struct Window {
  std::size_t first = 0, end = 0;
};

/// Of units in ascending order of their scores, those within `width` of `score`. Judged by the differences themselves,
/// which rounding keeps in order, so that every search agrees on who is inside.
inline Window caliperWindow(std::span<const double> scores, std::span<const std::uint32_t> ordered, double score,
                            double width) {
  const auto first = std::partition_point(ordered.begin(), ordered.end(),
                                          [&](std::uint32_t unit) { return score - scores[unit] > width; });
  const auto end =
      std::partition_point(first, ordered.end(), [&](std::uint32_t unit) { return scores[unit] - score <= width; });
  return {static_cast<std::size_t>(first - ordered.begin()), static_cast<std::size_t>(end - ordered.begin())};
}

}  // namespace bedside::numerics
