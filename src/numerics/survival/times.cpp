#include "numerics/survival/times.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "numerics/order.hpp"

namespace bedside::numerics {

namespace {

std::vector<double> valuesOf(const double* column, const Rows& rows) {
  std::vector<double> values(rows.count);
  for (std::size_t i = 0; i < rows.count; ++i) values[i] = column[rows[i]] + 0.0;  // −0 is 0
  return values;
}

/// Leaves the first of each run of neighbours that count as equal.
void join(std::vector<double>& distinct) {
  double total = 0;
  for (const double time : distinct) total += std::abs(time);
  const double tolerance = std::sqrt(std::numeric_limits<double>::epsilon());
  const double mean = total / static_cast<double>(distinct.size());
  std::size_t kept = 0;
  double before = -std::numeric_limits<double>::infinity();
  for (const double time : distinct) {
    const double gap = time - std::exchange(before, time);
    if (gap > tolerance && !(gap / mean <= tolerance)) distinct[kept++] = time;
  }
  distinct.resize(kept);
}

/// Places of values given in rising order, in one walk along the scale.
std::vector<std::uint32_t> places(const std::vector<double>& sorted, std::span<const std::uint32_t> order,
                                  const std::vector<double>& distinct) {
  std::vector<std::uint32_t> out(sorted.size());
  std::size_t at = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    while (at + 1 < distinct.size() && distinct[at + 1] <= sorted[i]) ++at;
    out[order[i]] = static_cast<std::uint32_t>(at);
  }
  return out;
}

}  // namespace

std::size_t Times::bytes() const {
  return sizeof *this + distinct.capacity() * sizeof(double) +
         (stop.capacity() + start.capacity() + order.capacity()) * sizeof(std::uint32_t);
}

Times timesOf(const double* time, const double* start, const Rows& rows, TimeTies ties) {
  Times out;
  std::vector<double> stops = valuesOf(time, rows), starts;
  out.order = sortAndOrder(stops);
  std::vector<std::uint32_t> byStart;
  if (start) {
    starts = valuesOf(start, rows);
    byStart = sortAndOrder(starts);
  }
  // Both sorted lists are merged into one scale.
  out.distinct.reserve(stops.size());
  for (std::size_t i = 0, j = 0; i < stops.size() || j < starts.size();) {
    const bool stopNext = j == starts.size() || (i < stops.size() && stops[i] <= starts[j]);
    const double next = stopNext ? stops[i++] : starts[j++];
    if (out.distinct.empty() || out.distinct.back() < next) out.distinct.push_back(next);
  }
  const std::size_t exact = out.distinct.size();
  if (ties == TimeTies::rounded) join(out.distinct);
  out.distinct.shrink_to_fit();
  out.stop = places(stops, out.order, out.distinct);
  if (start) out.start = places(starts, byStart, out.distinct);
  if (out.distinct.size() < exact) {  // times made equal stand in row order too
    std::vector<std::uint32_t> rowsInOrder(stops.size());
    std::iota(rowsInOrder.begin(), rowsInOrder.end(), 0u);
    Groups byPlace;
    byPlace.codes.assign(out.stop.begin(), out.stop.end());
    byPlace.count = out.distinct.size();
    out.order = grouped(rowsInOrder, byPlace).rows;
  }
  return out;
}

std::optional<std::size_t> emptyInterval(const Times& times) {
  for (std::size_t i = 0; i < times.start.size(); ++i) {
    if (times.start[i] >= times.stop[i]) return i;
  }
  return std::nullopt;
}

Grouped grouped(std::span<const std::uint32_t> order, const Groups& groups) {
  Grouped out;
  out.first.assign(groups.count + 1, 0);
  out.rows.resize(order.size());
  if (groups.codes.empty()) {
    std::copy(order.begin(), order.end(), out.rows.begin());
    out.first.back() = order.size();
    return out;
  }
  for (const std::uint32_t row : order) ++out.first[groups[row] + 1];
  std::partial_sum(out.first.begin(), out.first.end(), out.first.begin());
  std::vector<std::size_t> next(out.first.begin(), out.first.end() - 1);
  for (const std::uint32_t row : order) out.rows[next[groups[row]]++] = row;
  return out;
}

}  // namespace bedside::numerics
