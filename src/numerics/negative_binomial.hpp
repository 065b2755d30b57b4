#pragma once

#include "numerics/glm.hpp"

namespace bedside::numerics {

struct NegativeBinomialFit {
  double theta = 0;  ///< V = μ + μ²/θ; ∞ when there is no overdispersion: `glm` is then the Poisson fit
  GlmFit glm;        ///< at θ̂; covariance from the expected information, θ taken as known; steps of the joint fit
};

/// Negative binomial regression with log link, coefficients and θ by joint maximum likelihood, case weights in the
/// likelihood (Venables & Ripley 2002, iterated to the end: until no linear predictor moves by more than
/// `options.tolerance`, nor log θ). Newton's method in (b, log 1/θ) with the exact second derivatives.
/// θ = ∞ when Σ w[(y − μ)² − y] ≤ 0 at the Poisson fit, which is the score of 1/θ at 0.
/// `problem.family` and `problem.theta` are not read.
NegativeBinomialFit fitNegativeBinomial(const GlmProblem& problem, const GlmOptions& options = {});

}  // namespace bedside::numerics
