#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "numerics/survival/cox_scan.hpp"

namespace bedside::numerics {

/// The means of x in the risk sets, at the coefficients where a scan stands: two vectors for each event time, about the
/// centres of its stratum.
class RiskSetMeans {
 public:
  explicit RiskSetMeans(const CoxScan& scan);

  /// The mean of the x̄ₗ at an event time.
  const double* at(std::size_t time) const { return means_.data() + time * k_; }
  /// Σ w̄ Σₗ fₗ x̄ₗ/Sₗ · r over the event times at which a row (of this stratum) is at risk: what its score residual,
  /// times its weight, holds of the means.
  void exposure(std::size_t row, std::size_t stratum, double* out) const;

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  void take(const TimeVectors& vectors);

  const CoxScan& scan_;
  const CoxRows& rows_;
  std::size_t k_;
  std::size_t places_;
  std::vector<double> means_;        // time × column
  std::vector<double> cumulative_;   // class × place × column: Σ w̄ Σₗ x̄ₗ/Sₗ from the earliest time on
  std::vector<std::uint32_t> tied_;  // of each time its entry in `own_`; empty without tied events
  std::vector<double> own_;          // what the fₗ of a tied event change in that
};

}  // namespace bedside::numerics
