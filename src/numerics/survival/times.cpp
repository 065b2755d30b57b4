#include "numerics/survival/times.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "numerics/order.hpp"

namespace bedside::numerics {

namespace {

std::vector<double> valuesOf(const double* column, const Rows& rows) {
  std::vector<double> values(rows.count);
  for (std::size_t i = 0; i < rows.count; ++i) values[i] = column[rows[i]] + 0.0;  // −0 is 0
  return values;
}

/// The first of each run of neighbours that count as equal.
std::vector<double> joined(const std::vector<double>& distinct) {
  double total = 0;
  for (const double time : distinct) total += std::abs(time);
  const double tolerance = std::sqrt(std::numeric_limits<double>::epsilon());
  const double mean = total / static_cast<double>(distinct.size());
  std::vector<double> out;
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    const double gap = i == 0 ? std::numeric_limits<double>::infinity() : distinct[i] - distinct[i - 1];
    if (gap > tolerance && !(gap / mean <= tolerance)) out.push_back(distinct[i]);
  }
  return out;
}

/// Places of values given in rising order, in one walk along the scale.
void place(const std::vector<double>& values, std::span<const std::uint32_t> order, const std::vector<double>& distinct,
           std::vector<std::uint32_t>& out) {
  out.resize(values.size());
  std::size_t at = 0;
  for (const std::uint32_t row : order) {
    while (at + 1 < distinct.size() && distinct[at + 1] <= values[row]) ++at;
    out[row] = static_cast<std::uint32_t>(at);
  }
}

}  // namespace

std::size_t Times::bytes() const {
  return sizeof *this + distinct.capacity() * sizeof(double) +
         (stop.capacity() + start.capacity() + order.capacity()) * sizeof(std::uint32_t);
}

Times timesOf(const double* time, const double* start, const Rows& rows, TimeTies ties) {
  Times out;
  const std::vector<double> stops = valuesOf(time, rows);
  out.order = ascending(stops);
  std::vector<double> starts;
  std::vector<std::uint32_t> byStart;
  if (start) {
    starts = valuesOf(start, rows);
    byStart = ascending(starts);
  }
  // Both sorted lists are merged into one scale.
  for (std::size_t i = 0, j = 0; i < stops.size() || j < starts.size();) {
    const bool stopNext = j == starts.size() || (i < stops.size() && stops[out.order[i]] <= starts[byStart[j]]);
    const double next = stopNext ? stops[out.order[i++]] : starts[byStart[j++]];
    if (out.distinct.empty() || out.distinct.back() < next) out.distinct.push_back(next);
  }
  const std::size_t exact = out.distinct.size();
  if (ties == TimeTies::rounded) out.distinct = joined(out.distinct);
  place(stops, out.order, out.distinct, out.stop);
  if (start) place(starts, byStart, out.distinct, out.start);
  if (out.distinct.size() < exact) {  // times made equal stand in row order too
    std::vector<std::uint32_t> rowsInOrder(stops.size());
    std::iota(rowsInOrder.begin(), rowsInOrder.end(), 0u);
    Groups places;
    places.codes.assign(out.stop.begin(), out.stop.end());
    places.count = out.distinct.size();
    out.order = grouped(rowsInOrder, places).rows;
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
