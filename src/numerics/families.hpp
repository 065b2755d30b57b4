#pragma once

#include <cstddef>

#include "numerics/regression.hpp"

namespace bedside::numerics {

/// Which second derivative of the log-likelihood weights the rows. They differ only where the link is not canonical.
enum class Information : std::uint8_t { observed, expected };

/// Rows of a generalised linear model at given linear predictors.
struct LinkedRows {
  std::size_t count = 0;
  const double* eta = nullptr;
  const double* y = nullptr;
  const double* weights = nullptr;  ///< case weights; null: 1
};

/// Σ w log density without the terms that η does not enter. Writes, per row, −∂²/∂η² (observed or expected) to
/// `information` and ∂/∂η to `score`. Tails of the logistic are computed as tails: a fitted probability of 1 − 1e-300 still
/// pulls with 1e-300.
double likelihoodTerms(const GlmProblem& problem, const LinkedRows& rows, Information kind, double* information,
                       double* score);

/// Terms of the first step, which needs no coefficients: weights and working responses at a mean made from y alone
/// (R's `mustart`: (w y + ½)/(w + 1) for the binomial, y + 0.1 or y + 1/6 for counts). With W and s written here
/// the first iterate solves X'WX b = X's. `offset` null: 0.
void startingTerms(const GlmProblem& problem, std::size_t count, const double* y, const double* weights,
                   const double* offset, double* information, double* score);

/// μ of a linear predictor.
double meanOf(Family family, double eta);
/// Σ over the rows of w log density, constants included; for the binomial and the gaussian as `likelihoodTerms`.
double logDensity(const GlmProblem& problem, const LinkedRows& rows);
/// Σ w d(y, μ): 2 (log density at μ = y − log density at μ); gaussian: Σ w (y − μ)².
double devianceOf(const GlmProblem& problem, const LinkedRows& rows);

}  // namespace bedside::numerics
