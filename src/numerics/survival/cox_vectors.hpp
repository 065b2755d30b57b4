#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numerics/double_double.hpp"
#include "numerics/survival/cox_rows.hpp"

namespace bedside::numerics {

class CoxScan;

/// sum + low += value, without loss (Knuth).
inline void addTo(double& sum, double& low, double value) {
  const DoubleDouble exact = exactSum(sum, value);
  sum = exact.high;
  low += exact.low;
}

/// Rows of vectors at event times: of each time S₁ − (1 − f̄) D₁, of each tied one D₁ as well, with S₁ = Σ_R r x and
/// D₁ = Σ_D r x. With the weights `square` and `spread` their squares add up to w̄ Σ_l x̄_l x̄_l', x̄_l the mean of x with
/// the weights of S_l: a form in (S₁, D₁) by its Cholesky root. So no sum over l ever touches a vector.
struct TimeVectors {
  Block means;                          ///< S₁ − (1 − f̄) D₁
  std::span<const std::uint32_t> time;  ///< of each row of `means`
  Block deaths;                         ///< D₁
  std::span<const std::uint32_t> tied;  ///< of each row of `deaths`
};

/// Sums of vectors over risk sets, block by block: `TimeVectors` for the event times that a block completes.
class RiskSetVectors {
 public:
  /// Of the columns and, where it is not empty, of one more that holds `extra` (one per row of the scan order).
  RiskSetVectors(const CoxScan& scan, std::span<const double> extra);

  /// Rows come in scan order, once; else as visits.
  bool straight() const { return straight_; }
  TimeVectors takeBlock(const Block& block);
  TimeVectors takeVisits(const RiskVisits& visits, const Block& block);

 private:
  TimeVectors vectors() const;
  void takeDeaths(const Block& block);
  void finishTied(std::size_t time, std::size_t row);
  Block extended(const Block& block, const double* extra);

  const CoxScan& scan_;
  const CoxRows& rows_;
  std::span<const double> extra_;
  bool straight_;
  std::size_t columns_;
  std::size_t capacity_ = 0;
  std::size_t stratum_ = 0;
  std::size_t nextTime_ = 0;
  std::vector<double> running_;  // Σ r x: (class ×) column, twice for compensated sums
  std::vector<double> runningDeaths_, deathRisks_;
  std::vector<std::size_t> present_;    // rows at risk in each class
  std::vector<double> prefix_;          // column × block row
  std::vector<double> keep_;            // of each row of a block: 0 where a stratum begins
  std::vector<double> means_, deaths_;  // column × capacity
  std::vector<const double*> meanColumns_, deathColumns_, extended_;
  std::vector<double> gathered_;  // `extra` of the visited rows
  std::vector<std::uint32_t> time_, tied_;
};

}  // namespace bedside::numerics
