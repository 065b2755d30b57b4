#pragma once

#include "numerics/survival/cox.hpp"

namespace bedside::numerics {

/// Martingale residuals of each row used (`residuals.coxph`): δ − the expected number of events, Efron's tied events
/// sharing their own risk set. Not times the weights.
std::vector<double> martingaleResiduals(const CoxProblem& problem, std::span<const double> coefficients);

/// sign(M) √(−2 [M + δ log(δ − M)]) of each row used.
std::vector<double> devianceResiduals(const CoxProblem& problem, std::span<const double> martingale);

/// Score residuals u of each row used (Lin & Wei 1989), not times the weights: n × k, rows as they are used.
Matrix scoreResiduals(const CoxProblem& problem, std::span<const double> coefficients);

/// The robust covariance I⁻¹ (Σ_g B_g B_g') I⁻¹, B_g = Σ w u over the rows of cluster g; of no cluster, each row is its
/// own. No small-sample factor. Takes no n × k matrix.
Matrix coxSandwich(const CoxProblem& problem, std::span<const double> coefficients, const Matrix& covariance,
                   const Groups& clusters);

/// Schoenfeld residuals: of each event x − the mean of x̄ₗ at its time, sorted by stratum, then time, ties in row order.
struct SchoenfeldResiduals {
  std::vector<std::uint32_t> position;  ///< of each event in the risk sets
  Matrix residuals;                     ///< events × k; not times the weights
};
SchoenfeldResiduals schoenfeldResiduals(const CoxProblem& problem, std::span<const double> coefficients);

/// The score test of proportional hazards (`survival::cox.zph` 3.x; Grambsch & Therneau 1994), g(t) = 1 − S(t−) of the
/// Kaplan–Meier curve of all rows (no strata, no weights), centred over the events.
struct ProportionalHazards {
  std::vector<double> score;     ///< Σ g U_t, k
  Matrix information;            ///< [ΣI, ΣgI; ΣgI, Σg²I], 2k × 2k
  bool oneTime = false;          ///< all events at one time: there is no test

  /// (0, u_T)' M⁻¹ (0, u_T) over the columns T; NaN when `oneTime`.
  double statistic(std::span<const std::size_t> columns) const;
};
ProportionalHazards proportionalHazards(const CoxProblem& problem, std::span<const double> coefficients);

}  // namespace bedside::numerics
