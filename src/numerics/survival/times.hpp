#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "numerics/blocks.hpp"

namespace bedside::numerics {

/// The survival times of the rows used as places on one scale of distinct times, and the rows in the order of their
/// times: sorted once, read by every estimator. Comparing places is comparing times, ties included.
struct Times {
  std::vector<double> distinct;       ///< distinct times of all rows (starts and stops together), rising
  std::vector<std::uint32_t> stop;    ///< place of each row's time; rows are numbered 0 … n − 1 as they are used
  std::vector<std::uint32_t> start;   ///< place of each row's start: at risk at t when start < t ≤ stop; empty: from the beginning
  std::vector<std::uint32_t> order;   ///< rows by rising time, equal times in row order

  std::size_t rows() const { return stop.size(); }
  bool countingProcess() const { return !start.empty(); }
  std::size_t bytes() const;
};

/// Which times count as equal.
enum class TimeTies : std::uint8_t {
  exact,
  /// Neighbours among the distinct times no further apart than √ε, absolutely or of the mean |time|, are one time, the
  /// first of their run (`survival::aeqSurv`): 0.1 + 0.2 and 0.3 are one.
  rounded,
};

/// Reads the columns `time` and, for the counting process, `start` (null: none), one value per table row, none of them
/// missing in the rows used. O(n) by radix sort.
Times timesOf(const double* time, const double* start, const Rows& rows, TimeTies ties = TimeTies::rounded);

/// The first row used whose interval (start, stop] is empty.
std::optional<std::size_t> emptyInterval(const Times& times);

/// Rows that belong together: strata of a model, groups of a comparison.
struct Groups {
  std::vector<std::int32_t> codes;  ///< group of each row used; empty: one group
  std::size_t count = 1;

  std::size_t operator[](std::size_t row) const { return codes.empty() ? 0 : static_cast<std::size_t>(codes[row]); }
};

/// Rows used by group, within a group in the order given; group g has positions `first[g]` … `first[g + 1]` − 1.
struct Grouped {
  std::vector<std::uint32_t> rows;
  std::vector<std::size_t> first;  ///< `count` + 1
};

/// A counting sort: O(n), stable.
Grouped grouped(std::span<const std::uint32_t> order, const Groups& groups);

}  // namespace bedside::numerics
