#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numerics/regression.hpp"
#include "numerics/survival/times.hpp"

namespace bedside::numerics {

/// Why each row's time ended: by one of the causes 0 … `count` − 1, or `censored`.
struct Causes {
  static constexpr std::int32_t censored = -1;

  std::vector<std::int32_t> codes;  ///< one per row used
  std::size_t count = 0;
};

/// The cumulative incidence of one cause in one group, at each distinct time of the group.
struct IncidenceCurve {
  std::size_t events = 0;
  std::vector<std::int32_t> nEvent;  ///< events of the cause at the time
  std::vector<double> incidence;     ///< F = Σ S(t−) d/n, S of all causes together (Aalen & Johansen 1978)
  std::vector<double> se;            ///< root of Aalen's variance, as `cmprsk::cuminc` computes it
};

/// The curves of one group, all over the same times.
struct GroupIncidence {
  std::size_t n = 0;
  std::vector<double> time;         ///< distinct times of the group, rising; those with censorings only too
  std::vector<std::int32_t> nRisk;  ///< rows at risk just before the time
  std::vector<IncidenceCurve> causes;

  std::size_t bytes() const;
};

/// One for each group, causes in order of their codes. Events come before censorings at the same time.
///
/// Aalen's variance at t is Σ S₋²/n² {[1 − ρ]² φ(d₁) d₁ + ρ² φ(d₂) d₂} over the event times tⱼ ≤ t, with
/// ρ = (F(t) − F(tⱼ))/S(tⱼ): anew for every t that would be O(times²). Since S + F + F₂ = 1, F₂ the incidence of the
/// other causes, 1 − ρ is (S(t) + F₂(t) − F₂(tⱼ))/S(tⱼ), so both sums are second moments of fixed values about a point
/// that moves, and are carried along as a weight, a distance and a spread: O(times), and nothing is subtracted.
std::vector<GroupIncidence> cumulativeIncidence(const Times& times, const Groups& groups, const Causes& causes,
                                                const Progress& progress = {});

/// φ(d) = (n − d)/(n − 1): what d events drawn together from n leave of the variance of d single ones.
inline double tiesTogether(double d, double n) { return d > 1 ? (n - d) / (n - 1) : 1.0; }

}  // namespace bedside::numerics
