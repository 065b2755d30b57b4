#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bedside {

/// The distinct numbers of a column (−0 is 0), numbered from 0 as they come.
class DistinctNumbers {
 public:
  /// The number's code, a new one when it was not there. Not for NaN.
  std::int32_t codeOf(double value);
  const std::vector<double>& values() const { return values_; }

 private:
  std::size_t slotOf(double value) const;
  void grow();

  std::vector<double> values_;
  std::vector<std::int32_t> slots_;  ///< open addressing, a power of two, at most half full; −1 = empty
};

/// How many different numbers there are, NaN aside.
std::size_t countDistinct(std::span<const double> values);

}  // namespace bedside
