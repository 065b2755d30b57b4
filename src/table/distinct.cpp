#include "table/distinct.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "table/number.hpp"
#include "table/pages.hpp"

namespace bedside {
namespace {

/// Fibonacci hashing (Knuth 1973, 6.4). Whole numbers leave the low half of a double empty: folded in, or they would
/// all meet in a few slots.
std::size_t hashOf(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return static_cast<std::size_t>(((bits ^ bits >> 32) * 0x9E3779B97F4A7C15) >> 32);
}

/// A mark per whole number of a range that widens as they come, until it is wider than hashing would be worth. A byte
/// each, since a bit would have to be read before it is written.
class WholeNumbers {
 public:
  explicit WholeNumbers(std::size_t widest) : widest_(widest) {}

  /// Whether the numbers (`absentWhole` aside) still fit.
  bool add(std::span<const std::int32_t> numbers) {
    std::int32_t least = std::numeric_limits<std::int32_t>::max(), greatest = absentWhole;
    for (const std::int32_t number : numbers) {
      least = std::min(least, number == absentWhole ? std::numeric_limits<std::int32_t>::max() : number);
      greatest = std::max(greatest, number);
    }
    if (greatest == absentWhole) return true;
    if (!cover(least, greatest)) return false;
    std::uint8_t* const seen = seen_.data();
    for (const std::int32_t number : numbers) {
      if (number != absentWhole) seen[number - first_] = 1;
    }
    return true;
  }

  std::size_t count() const { return std::accumulate(seen_.begin(), seen_.end(), std::size_t{0}); }

 private:
  bool cover(std::int64_t least, std::int64_t greatest) {
    const std::int64_t end = first_ + static_cast<std::int64_t>(seen_.size());
    if (!seen_.empty() && least >= first_ && greatest < end) return true;
    const std::int64_t first = seen_.empty() ? least : std::min(least, first_);
    const std::int64_t width = (seen_.empty() ? greatest + 1 : std::max(greatest + 1, end)) - first;
    if (width > static_cast<std::int64_t>(widest_)) return false;
    // By half as much again, so that ascending identifiers do not widen it at every block.
    std::vector<std::uint8_t> wider(static_cast<std::size_t>(width + width / 2));
    const auto lower = static_cast<std::ptrdiff_t>(seen_.empty() ? 0 : first_ - first);
    std::copy(seen_.begin(), seen_.end(), wider.begin() + lower);
    seen_ = std::move(wider);
    first_ = first;
    return true;
  }

  std::size_t widest_;
  std::int64_t first_ = 0;
  std::vector<std::uint8_t> seen_;
};

/// Whole numbers of a moderate range over a power of ten, as ages, counts and laboratory values are: a mark each,
/// several times faster than hashing a million different ones.
std::optional<std::size_t> countByMarks(std::span<const double> values) {
  constexpr std::size_t mostDecimals = 4, block = 1024;
  std::array<std::int32_t, block> whole;
  for (std::size_t decimals = 0; decimals <= mostDecimals; ++decimals) {
    WholeNumbers numbers(1024 + 2 * values.size());
    bool fits = true, exact = true;
    for (std::size_t first = 0; first < values.size() && fits && exact; first += block) {
      const auto part = values.subspan(first, std::min(block, values.size() - first));
      exact = asWhole(part, powersOfTen[decimals], whole.data());
      fits = exact && numbers.add(std::span<const std::int32_t>(whole).first(part.size()));
    }
    if (exact) return fits ? std::optional(numbers.count()) : std::nullopt;
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
  if (const auto count = countByMarks(values)) return *count;
  DistinctNumbers distinct;
  for (const double value : values) {
    if (value == value) distinct.codeOf(value);
  }
  return distinct.values().size();
}

}  // namespace bedside
