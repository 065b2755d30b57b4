#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numerics/blocks.hpp"
#include "numerics/survival/times.hpp"

namespace bedside::numerics {

/// Who is at risk when: the rows used by stratum and, within a stratum, by rising time (ties in row order), so that a
/// risk set is what lies from its time to the end of the stratum, less those who enter later.
struct RiskSets {
  std::vector<std::uint32_t> row;       ///< row used (0 … n − 1) at each position
  std::vector<std::uint32_t> tableRow;  ///< its row of the table: `Rows::of(tableRow)` reads a design in this order
  std::vector<std::uint32_t> stop;      ///< place of its time in `distinct`
  std::vector<std::uint32_t> start;     ///< place of its start; empty without a counting process
  std::vector<std::uint32_t> byStart;   ///< positions by stratum, then rising start; empty without
  std::vector<std::uint8_t> event;      ///< 1 when the row has the event
  std::vector<double> weight;           ///< case weights; empty: 1 in every row
  std::vector<std::size_t> first;       ///< first position of each stratum, and n at the end
  std::vector<double> distinct;         ///< the scale of times

  std::size_t size() const { return row.size(); }
  std::size_t strata() const { return first.size() - 1; }
  double weightAt(std::size_t position) const { return weight.empty() ? 1 : weight[position]; }
};

/// `event` and `weights` (empty: none) hold one value per row used.
RiskSets riskSets(const Times& times, const Groups& strata, std::span<const std::uint8_t> event,
                  std::span<const double> weights, const Rows& rows);

}  // namespace bedside::numerics
