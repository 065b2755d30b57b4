#include "numerics/survival/risk_sets.hpp"

namespace bedside::numerics {

RiskSets riskSets(const Times& times, const Groups& strata, std::span<const std::uint8_t> event,
                  std::span<const double> weights, const Rows& rows) {
  RiskSets out;
  Grouped byTime = grouped(times.order, strata);
  const std::size_t n = byTime.rows.size();
  out.first = std::move(byTime.first);
  out.row = std::move(byTime.rows);
  out.distinct = times.distinct;
  out.tableRow.resize(n);
  out.stop.resize(n);
  out.event.resize(n);
  if (!weights.empty()) out.weight.resize(n);
  if (times.countingProcess()) out.start.resize(n);
  for (std::size_t position = 0; position < n; ++position) {
    const std::uint32_t row = out.row[position];
    out.tableRow[position] = static_cast<std::uint32_t>(rows[row]);
    out.stop[position] = times.stop[row];
    out.event[position] = event[row];
    if (!weights.empty()) out.weight[position] = weights[row];
    if (times.countingProcess()) out.start[position] = times.start[row];
  }
  if (!times.countingProcess()) return out;

  // Positions by start: a counting sort on places, then one on strata, both stable.
  std::vector<std::uint32_t> positions(n);
  Groups places, strataOf;
  places.count = times.distinct.size();
  strataOf.count = strata.count;
  places.codes.resize(n);
  strataOf.codes.resize(n);
  for (std::size_t position = 0; position < n; ++position) {
    positions[position] = static_cast<std::uint32_t>(position);
    places.codes[position] = static_cast<std::int32_t>(out.start[position]);
    strataOf.codes[position] = static_cast<std::int32_t>(strata[out.row[position]]);
  }
  out.byStart = grouped(grouped(positions, places).rows, strataOf).rows;
  return out;
}

}  // namespace bedside::numerics
