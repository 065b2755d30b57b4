#include "numerics/order.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "numerics/stable_order.hpp"

namespace bedside::numerics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t signBit = std::uint64_t{1} << 63;

/// An unsigned number that orders as the double does: −∞ … −0 = 0 … ∞, then every NaN.
std::uint64_t keyOf(double value) {
  if (std::isnan(value)) return ~std::uint64_t{0};
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);  // −0 + 0 is 0
  return bits & signBit ? ~bits : bits | signBit;
}

double valueOf(std::uint64_t key) {
  if (key == ~std::uint64_t{0}) return nan;
  return std::bit_cast<double>(key & signBit ? key & ~signBit : ~key);
}

struct Item {
  std::uint64_t key;
  std::uint32_t row;
};

std::uint64_t keyOf(const Item& item) { return item.key; }
std::uint64_t keyOf(std::uint64_t key) { return key; }

/// Below this many items a comparison sort is faster than clearing and summing the histograms.
constexpr std::size_t radixFrom = 1024;

/// Puts items that are in order by the high bits of their keys in order by the others too, each run of equal high bits
/// by insertion. False, and not yet in order, when that takes more moves than passes over all would. Stable.
template <class T>
bool sortRuns(std::vector<T>& items) {
  std::size_t moves = 8 * items.size();
  for (std::size_t i = 1; i < items.size(); ++i) {
    const T item = items[i];
    std::size_t to = i;
    // An item never passes one of lower high bits: those before it are in order by them.
    for (; to > 0 && keyOf(item) < keyOf(items[to - 1]) && moves > 0; --to, --moves) items[to] = items[to - 1];
    items[to] = item;
    if (moves == 0) return false;
  }
  return true;
}

/// Stable sort by key, least significant digit first: six digits of 11 bits, all counted in one reading. A digit that
/// is the same everywhere (the low bits of whole numbers, the exponent of probabilities) costs no pass. Measurements
/// with many digits are in order after the three high ones but for short runs: half of the passes then.
template <class T>
void radixSort(std::vector<T>& items) {
  constexpr unsigned digitBits = 11;
  constexpr std::size_t digits = 6;
  constexpr std::size_t buckets = std::size_t{1} << digitBits;
  const auto digit = [](const T& item, std::size_t d) {
    return static_cast<std::size_t>(keyOf(item) >> (d * digitBits)) & (buckets - 1);
  };
  std::vector<std::uint32_t> counts(digits * buckets);
  for (const T& item : items) {
    for (std::size_t d = 0; d < digits; ++d) ++counts[d * buckets + digit(item, d)];
  }
  std::vector<T> other(items.size());
  const auto varies = [&](std::size_t d) { return counts[d * buckets + digit(items.front(), d)] != items.size(); };
  const auto pass = [&](std::size_t d) {
    std::uint32_t places[buckets];
    std::exclusive_scan(counts.begin() + d * buckets, counts.begin() + (d + 1) * buckets, places, std::uint32_t{0});
    for (const T& item : items) other[places[digit(item, d)]++] = item;
    items.swap(other);
  };
  std::vector<std::size_t> low, high;
  for (std::size_t d = 0; d < digits; ++d) {
    if (varies(d)) (d < digits / 2 ? low : high).push_back(d);
  }
  if (low.size() > 1) {
    for (const std::size_t d : high) pass(d);
    if (sortRuns(items)) return;
  }
  for (const std::size_t d : low) pass(d);
  for (const std::size_t d : high) pass(d);
}

/// Rows by `values[row]` through their keys, in place.
void sortRows(std::span<const double> values, std::span<std::uint32_t> rows) {
  if (rows.size() < radixFrom) {
    const std::vector<std::uint32_t> given(rows.begin(), rows.end());
    const auto order = stableOrder(
        given.size(), [&](std::uint32_t a, std::uint32_t b) { return keyOf(values[given[a]]) < keyOf(values[given[b]]); });
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = given[order[i]];
    return;
  }
  // Most of a million rows may have one value (no income, no event): nothing is left to do.
  const std::uint64_t first = keyOf(values[rows[0]]);
  if (std::all_of(rows.begin(), rows.end(), [&](std::uint32_t row) { return keyOf(values[row]) == first; })) return;
  std::vector<Item> items(rows.size());
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = {keyOf(values[rows[i]]), rows[i]};
  radixSort(items);
  for (std::size_t i = 0; i < items.size(); ++i) rows[i] = items[i].row;
}

/// About so many rows are sorted at once: the passes of the radix sort then stay in the second-level cache, and scratch
/// stays small beside a million rows.
constexpr std::size_t rowsAtOnce = std::size_t{1} << 14;

/// Brings rows into `parts` ranges of keys, the lower before the higher, each in the order given; the ends of the
/// ranges. Their limits are quantiles of a sample; a value that fills a range or more has one of its own.
std::vector<std::size_t> partition(std::span<const double> values, std::size_t parts, std::vector<std::uint32_t>& rows) {
  constexpr std::size_t sampledEach = 64;
  std::vector<std::uint64_t> sample(parts * sampledEach);
  for (std::size_t i = 0; i < sample.size(); ++i) sample[i] = keyOf(values[rows[rows.size() / sample.size() * i]]);
  radixSort(sample);
  std::vector<std::uint64_t> limits;  // first key of each range but the first
  for (std::size_t part = 1; part < parts; ++part) {
    const std::uint64_t key = sample[part * sampledEach];
    if (limits.empty() || key > limits.back()) {
      limits.push_back(key);
    } else if (key == limits.back() && key != ~std::uint64_t{0}) {
      limits.push_back(key + 1);
    }
  }

  std::vector<std::uint8_t> partOf(rows.size());
  std::vector<std::size_t> ends(limits.size() + 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto above = std::upper_bound(limits.begin(), limits.end(), keyOf(values[rows[i]]));
    partOf[i] = static_cast<std::uint8_t>(above - limits.begin());
    ++ends[partOf[i]];
  }
  std::exclusive_scan(ends.begin(), ends.end(), ends.begin(), std::size_t{0});
  std::vector<std::uint32_t> placed(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) placed[ends[partOf[i]]++] = rows[i];
  rows.swap(placed);
  return ends;
}

bool hasQuantile(std::size_t n, double p) { return n > 0 && p >= 0 && p <= 1; }

}  // namespace

std::vector<std::uint32_t> ascending(std::span<const double> values) {
  std::vector<std::uint32_t> rows(values.size());
  std::iota(rows.begin(), rows.end(), std::uint32_t{0});
  return ascending(values, std::move(rows));
}

std::vector<std::uint32_t> ascending(std::span<const double> values, std::vector<std::uint32_t> rows) {
  const std::size_t parts = std::min<std::size_t>(rows.size() / rowsAtOnce, 256);
  std::size_t first = 0;
  if (parts > 1) {
    for (const std::size_t end : partition(values, parts, rows)) {
      sortRows(values, std::span(rows).subspan(first, end - first));
      first = end;
    }
  } else {
    sortRows(values, rows);
  }
  return rows;
}

void sortAscending(std::span<double> values) {
  std::vector<std::uint64_t> keys(values.size());
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = keyOf(values[i]);
  if (keys.size() < radixFrom) {
    const auto order = stableOrder(keys.size(), [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
    for (std::size_t i = 0; i < keys.size(); ++i) values[i] = valueOf(keys[order[i]]);
    return;
  }
  radixSort(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) values[i] = valueOf(keys[i]);
}

std::vector<std::uint32_t> sortAndOrder(std::span<double> values) {
  std::vector<std::uint32_t> order = ascending(values);
  const std::vector<double> given(values.begin(), values.end());
  for (std::size_t i = 0; i < order.size(); ++i) values[i] = given[order[i]];
  return order;
}

double quantileOfSorted(std::span<const double> sorted, double p) {
  if (!hasQuantile(sorted.size(), p)) return nan;
  // Counted from 1, as R does: (n − 1)p from 0 would round otherwise.
  const double index = 1 + static_cast<double>(sorted.size() - 1) * p;
  const double whole = std::floor(index);
  const double share = index - whole;
  const auto at = static_cast<std::size_t>(whole);
  const double low = sorted[at - 1];
  // Between equal values nothing is interpolated: rounding would move off them.
  return share == 0 || sorted[at] == low ? low : (1 - share) * low + share * sorted[at];
}

std::vector<double> quantiles(std::span<double> values, std::span<const double> probabilities) {
  // Partitions about the quantiles (std::nth_element) take three times as long for the quartiles of 100,000 values.
  sortAscending(values);
  std::vector<double> result;
  for (double p : probabilities) result.push_back(quantileOfSorted(values, p));
  return result;
}

double halfway(double low, double high) {
  const std::uint64_t from = keyOf(low), to = keyOf(high);
  return valueOf(from + (to - from) / 2);
}

namespace {

using Parts = std::span<const std::span<const double>>;

/// The k-th smallest, k from 0: the least number at which more than k values lie at or below it.
double orderStatistic(Parts parts, std::size_t k) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    low = std::min(low, part.front());
    high = std::max(high, part.back());
  }
  while (low < high) {
    const double middle = halfway(low, high);
    std::size_t atMost = 0;
    for (const auto& part : parts) {
      atMost += static_cast<std::size_t>(std::upper_bound(part.begin(), part.end(), middle) - part.begin());
    }
    if (atMost > k) {
      high = middle;
    } else {
      low = std::nextafter(middle, std::numeric_limits<double>::infinity());
    }
  }
  return low;
}

}  // namespace

std::vector<double> quantilesOfParts(Parts parts, std::span<const double> probabilities) {
  // Beyond a few parts the searches would take longer than sorting all values.
  constexpr std::size_t manyParts = 16;
  std::size_t n = 0;
  for (const auto& part : parts) n += part.size();
  if (parts.size() > manyParts) {
    std::vector<double> all;
    all.reserve(n);
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return quantiles(all, probabilities);
  }
  std::vector<double> result;
  for (const double p : probabilities) {
    if (!hasQuantile(n, p)) {
      result.push_back(nan);
      continue;
    }
    const double index = static_cast<double>(n - 1) * p + 1;  // as in quantileOfSorted
    const auto at = static_cast<std::size_t>(index);
    const double share = index - static_cast<double>(at);
    const double low = orderStatistic(parts, at - 1);
    const double high = share == 0 ? low : orderStatistic(parts, at);
    result.push_back(low == high ? low : (1 - share) * low + share * high);
  }
  return result;
}

std::vector<double> weightedQuantiles(std::span<const double> values, std::span<const double> weights,
                                      std::span<const double> probabilities) {
  std::vector<double> cumulated;
  std::vector<double> sorted;
  double total = 0;
  for (std::uint32_t i : ascending(values)) {
    if (std::isnan(values[i]) || !(weights[i] > 0)) continue;
    total += weights[i];
    sorted.push_back(values[i]);
    cumulated.push_back(total);
  }
  std::vector<double> result;
  for (double p : probabilities) {
    if (!hasQuantile(sorted.size(), p)) {
      result.push_back(nan);
      continue;
    }
    const auto reached =
        std::partition_point(cumulated.begin(), cumulated.end(), [&](double weight) { return weight / total < p; });
    result.push_back(sorted[static_cast<std::size_t>(reached - cumulated.begin())]);
  }
  return result;
}

Ranks midRanks(std::span<const double> values) {
  const std::vector<std::uint32_t> order = ascending(values);
  Ranks result;
  result.ranks.resize(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    const double rank = 0.5 * static_cast<double>(first + 1 + end);
    for (std::size_t i = first; i < end; ++i) result.ranks[order[i]] = rank;
    const double t = static_cast<double>(end - first);
    result.ties += t * t * t - t;
    first = end;
  }
  return result;
}

}  // namespace bedside::numerics
