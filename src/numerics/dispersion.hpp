#pragma once

#include <cstddef>
#include <vector>

namespace bedside::numerics {

/// One row's log-likelihood under the negative binomial, and its derivatives.
struct DispersionTerms {
  double logLik = 0;  ///< without log y!
  double byEta = 0;
  double byEtaTwice = 0;
  double byEtaAndAlpha = 0;
  double byAlpha = 0;
  double byAlphaTwice = 0;
};

/// The negative binomial in α = 1/θ, right down to α = 0, where it is the Poisson:
/// l = Σ_{j<y} log(1 + jα) + y η − (y + 1/α) log(1 + αμ) − log y!, μ = e^η.
/// Differences of log-gammas and digammas at θ would cancel as θ grows (at θ = 10⁶ nine digits of the score); sums over
/// j < y do not. They are tabulated to 1,024 and continued by Euler & Maclaurin's formula (next term below 1e-18);
/// what is left of logarithms at small αμ is summed as a series.
class Dispersion {
 public:
  explicit Dispersion(double alpha);
  /// For a whole count y ≥ 0.
  DispersionTerms terms(double y, double eta);

 private:
  struct Rising {  // Σ_{j<y} of log(1 + jα), j/(1 + jα) and j²/(1 + jα)²
    double logs = 0;
    double firsts = 0;
    double squares = 0;
  };
  Rising rising(double y);

  double alpha_;
  std::vector<Rising> table_;  // grown as counts ask for it
};

}  // namespace bedside::numerics
