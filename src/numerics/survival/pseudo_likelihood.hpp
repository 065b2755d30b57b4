#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numerics/survival/fine_gray.hpp"

namespace bedside::numerics {

/// A model laid out for its scans: rows by time, columns about their means, what belongs to times alone computed.
class PseudoLikelihood {
 public:
  PseudoLikelihood(const FineGrayProblem& problem, const Progress& progress);

  std::size_t columns() const { return k_; }
  std::size_t events() const { return eventFirst_.size(); }

  /// Value, score, information at these coefficients, in the coordinates of the scans.
  FineGrayPoint at(std::span<const double> coefficients);
  /// At the coefficients of the last `at`: the middle of the sandwich, Σ (η + ψ)(η + ψ)'.
  Matrix middle() const;
  /// At the same: Σ d/S₀ up to each time of the cause, for x = 0; `user`: the coefficients in the user's units.
  std::vector<double> cumulativeHazard(std::span<const double> user) const;
  /// Times of the cause.
  std::vector<double> eventTimes() const;
  /// Looks for the first column that is a combination of those before it; where there is none, makes the columns
  /// orthogonal for the scans to come (z = M'x, M from a QR of X): the information of z keeps the digits that X's
  /// loses. `columns()`, or the collinear column.
  std::size_t turn();
  std::vector<double> toUser(const std::vector<double>& coefficients) const;
  Matrix covarianceToUser(const Matrix& covariance) const;

 private:
  void layTimes();
  void predict(std::span<const double> coefficients);
  void sumRiskSets();
  void meansOfRiskSets();
  void tell() {
    if (progress_) progress_(1 - 1 / (1 + 0.1 * ++scans_));
  }
  std::uint32_t firstOf(std::size_t event) const { return eventFirst_[event]; }

  const FineGrayProblem& problem_;
  const RiskSets& risk_;
  const Progress& progress_;
  double scans_ = 0;
  std::size_t n_, k_;
  Blocks rows_;  // the design, in the order of the risk sets
  std::vector<double> centres_;
  Matrix toColumns_;                          // M; empty: the identity
  std::vector<std::vector<double>> turned_;  // z, by position; only when turned

  // Of rows, by position.
  std::vector<std::uint32_t> eventsUpTo_;  // times of the cause up to and with the row's own
  std::vector<double> atRisk_;             // Σ weights from here on
  std::vector<double> gone_;               // 1/G(T−) after another cause, else 0
  std::vector<double> eta_;                // less the largest
  std::vector<double> r_;                  // weight × e^eta
  double top_ = 0;                         // the largest eta
  // Of the times of the cause.
  std::vector<std::uint32_t> eventFirst_;  // first position with this time
  std::vector<double> d_, g_;              // events, G(t−)
  std::vector<double> s0_;
  std::vector<double> means_;              // x̄(t): column j in [j m, (j + 1) m)
  // λ = d/S₀ summed up to and with event e − 1, and G λ from event e on: m + 1 of each.
  std::vector<double> hazardUpTo_, goneHazardFrom_;
};

}  // namespace bedside::numerics
