#include "table/distinct.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "table/number.hpp"

namespace bedside {
namespace {

/// Fibonacci hashing (Knuth 1973, 6.4). Whole numbers leave the low half of a double empty: folded in, or they would
/// all meet in a few slots.
std::size_t hashOf(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return static_cast<std::size_t>(((bits ^ bits >> 32) * 0x9E3779B97F4A7C15) >> 32);
}

/// The least and greatest of `values` times `scale`, when all of them are whole numbers below 2³¹ over `scale`.
std::optional<std::pair<double, double>> rangeOfWhole(std::span<const double> values, double scale) {
  constexpr double roundingShift = 6755399441055744;  // 1.5 · 2⁵²: what is added has no bits left behind the point
  constexpr std::size_t block = 1024;
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (std::size_t first = 0; first < values.size(); first += block) {
    std::size_t wrong = 0;
    for (const double value : values.subspan(first, std::min(block, values.size() - first))) {
      const double whole = value * scale + roundingShift - roundingShift;
      wrong += whole / scale != value && value == value;
      least = whole < least ? whole : least;
      greatest = whole > greatest ? whole : greatest;
    }
    if (wrong > 0 || least < -2147483647 || greatest > 2147483647) return std::nullopt;
  }
  return std::pair(least, greatest);
}

/// Numbers that are whole ones of a small range over a power of ten, as ages, counts and laboratory values are: a bit
/// each, several times faster than hashing a million different ones.
std::optional<std::size_t> countByBits(std::span<const double> values) {
  constexpr std::size_t mostDecimals = 4;
  for (std::size_t decimals = 0; decimals <= mostDecimals; ++decimals) {
    const double scale = powersOfTen[decimals];
    const auto range = rangeOfWhole(values, scale);
    if (!range) continue;
    const auto [least, greatest] = *range;
    if (greatest < least) return 0;  // nothing but NaN
    if (!(greatest - least < 16.0 * static_cast<double>(values.size()))) return std::nullopt;
    std::vector<std::uint64_t> bits(static_cast<std::size_t>(greatest - least) / 64 + 1);
    for (const double value : values) {
      if (value != value) continue;
      const auto place = static_cast<std::uint32_t>(std::nearbyint(value * scale) - least);
      bits[place / 64] |= std::uint64_t{1} << place % 64;
    }
    return std::accumulate(bits.begin(), bits.end(), std::size_t{0}, [](std::size_t sum, std::uint64_t word) {
      return sum + static_cast<std::size_t>(std::popcount(word));
    });
  }
  return std::nullopt;
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
  if (const auto count = countByBits(values)) return *count;
  DistinctNumbers distinct;
  for (const double value : values) {
    if (value == value) distinct.codeOf(value);
  }
  return distinct.values().size();
}

}  // namespace bedside
