#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numerics/survival/times.hpp"

namespace bedside::numerics {

/// What happens at each distinct time of one group of rows: all that its curves, their errors and areas are made of, so
/// that none of them reads the rows again. Sums are of case weights, where there are any.
struct RiskTable {
  std::size_t n = 0;                ///< rows, unweighted
  std::size_t eventRows = 0;        ///< rows with the event, unweighted
  std::vector<double> time;         ///< distinct times of the group, those with censorings only too, rising
  std::vector<double> events;       ///< d at each time
  std::vector<double> censored;     ///< c at each time; at one time events come before censorings
  std::vector<std::uint32_t> rows;  ///< rows that leave at each time, unweighted; empty without weights
  /// Sums of squared weights, of the rows with the event and of the others; empty where a weight counts equal rows.
  std::vector<double> eventSquares, censoredSquares;

  std::size_t size() const { return time.size(); }
  /// Whether a row counts as sampled with a probability and not as several: standard errors are then robust.
  bool robust() const { return !eventSquares.empty(); }
  /// n just before each time. Summed from the end, so that the last risk sets are exact.
  std::vector<double> atRisk() const;
  /// The same in rows, unweighted; empty without weights.
  std::vector<double> rowsAtRisk() const;
  std::size_t bytes() const;
};

/// One table for each group. `event` and `weights` (empty: none) hold one value per row used; `robust`: weights are no
/// counts of equal rows. O(n).
std::vector<RiskTable> riskTables(const Times& times, const Groups& groups, std::span<const std::uint8_t> event,
                                  std::span<const double> weights, bool robust);

/// A survival curve of one group, at the times of its table.
struct SurvivalCurve {
  std::vector<double> atRisk;    ///< n
  std::vector<double> survival;  ///< S = Π (1 − d/n), the product limit of Kaplan & Meier (1958)
  /// Of log S: Greenwood's Σ d/(n(n − d)) (1926). Robust: Σ (wᵢUᵢ/S)², the infinitesimal jackknife with each row its
  /// own cluster, Uᵢ/S = Σ_{tⱼ ≤ t} [i has its event at tⱼ − (i at risk) d/n]/(n − d), in O(n). NaN at S = 0.
  std::vector<double> variance;
};
SurvivalCurve kaplanMeier(const RiskTable& table);

/// A cumulative hazard of one group, at the times of its table.
struct HazardCurve {
  std::vector<double> atRisk;
  std::vector<double> cumulativeHazard;  ///< H = Σ d/n (Nelson 1969, Aalen 1978)
  std::vector<double> variance;          ///< Σ d/n²; robust: as above, with n in place of n − d
};
HazardCurve nelsonAalen(const RiskTable& table);

/// Scale on which limits of a survival curve lie symmetrically.
enum class SurvivalScale : std::uint8_t {
  log,     ///< S exp(∓z√v), the upper at most 1
  logLog,  ///< S^exp(±z√v / −log S); NaN at S = 1
  plain,   ///< S ∓ z S√v, kept in [0, 1]
};

/// Pointwise limits; NaN where S = 0.
struct Limits {
  std::vector<double> low, high;
};
Limits survivalLimits(const SurvivalCurve& curve, SurvivalScale scale, double z);

/// The first time at which a curve lies below ½ (by more than −√ε). Where it is ½ there (within √ε) and lower later,
/// the midpoint of this time and the first one with a lower value. NaN when it never gets there; rows that are NaN do
/// not count.
double medianTime(std::span<const double> time, std::span<const double> curve);

/// ∫ S from `start` to `tau`: the mean survival time restricted to `tau` (`survmean`; Irwin 1949). Past the last time S
/// goes on flat.
struct RestrictedMean {
  double mean = 0;
  double se = 0;  ///< √Σ A² d/(n(n − d)), A the area from a time to `tau`; robust: √Σ (wᵢ ∫Uᵢ)²
};
RestrictedMean restrictedMean(const RiskTable& table, const SurvivalCurve& curve, double start, double tau);

}  // namespace bedside::numerics
