#include "table/distinct.hpp"

#include <algorithm>
#include <bit>

namespace bedside {
namespace {

std::size_t hashOf(double value) {
  const std::uint64_t mixed = std::bit_cast<std::uint64_t>(value) * 0x9E3779B97F4A7C15;  // Fibonacci hashing
  return static_cast<std::size_t>(mixed >> 32);
}

}  // namespace

std::size_t DistinctNumbers::slotOf(double value) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hashOf(value) & mask;
  while (slots_[at] >= 0 && values_[static_cast<std::size_t>(slots_[at])] != value) at = (at + 1) & mask;
  return at;
}

std::int32_t DistinctNumbers::codeOf(double value) {
  value += 0.0;  // −0 becomes 0
  if (values_.size() * 2 >= slots_.size()) grow();
  std::int32_t& slot = slots_[slotOf(value)];
  if (slot < 0) {
    slot = static_cast<std::int32_t>(values_.size());
    values_.push_back(value);
  }
  return slot;
}

void DistinctNumbers::grow() {
  slots_.assign(std::max<std::size_t>(64, slots_.size() * 2), -1);
  for (std::size_t i = 0; i < values_.size(); ++i) slots_[slotOf(values_[i])] = static_cast<std::int32_t>(i);
}

std::size_t countDistinct(std::span<const double> values) {
  DistinctNumbers distinct;
  for (const double value : values) {
    if (value == value) distinct.codeOf(value);
  }
  return distinct.values().size();
}

}  // namespace bedside
