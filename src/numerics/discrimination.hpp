#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "numerics/auc.hpp"
#include "numerics/blocks.hpp"
#include "numerics/tables.hpp"

namespace bedside::numerics {

/// Fitted probabilities with their outcomes, sorted once for all that is read off in ascending order: c-statistic,
/// DeLong's interval and Hosmer & Lemeshow's groups. `auc.hpp` and `tables.hpp` give the same figures from unsorted
/// values; the three of them would sort 100,000 rows three times.
class RankedProbabilities {
 public:
  /// `responses`: the 0/1 outcome and, when it has a second column, the weights, in the order of `fitted`. The values
  /// of `fitted` must outlive this object.
  RankedProbabilities(std::span<const double> fitted, const Blocks& responses);

  /// As `cStatistic` of auc.hpp, ties up to `fittedTolerance`.
  double cStatistic() const;
  /// As `delong` of auc.hpp at the same tolerance, from sums over runs of ties: no placement is stored. Without
  /// weights.
  Auc delong(double level) const;
  /// As `hosmerLemeshow` of tables.hpp. Without weights.
  std::optional<HosmerLemeshow> hosmerLemeshow() const;

 private:
  template <class Visit>
  void eachTie(Visit&& visit) const;

  std::span<const double> fitted_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint8_t> events_;  // in ascending order, as the weights
  std::vector<double> weights_;       // empty: all 1
};

}  // namespace bedside::numerics
