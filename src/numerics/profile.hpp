#pragma once

#include <cstddef>

#include "numerics/firth.hpp"
#include "numerics/glm.hpp"

namespace bedside::numerics {

enum class Likelihood : std::uint8_t {
  plain,      ///< l, of `fitGlm`
  penalised,  ///< Firth's l*, of `fitFirth`, its penalty from the whole X
};

/// An interval; ±∞ where the likelihood never falls far enough.
struct Limits {
  double low = 0;
  double high = 0;
};

/// Profile-likelihood limits of a coefficient (Venzon & Moolgavkar 1988): the v below and above the estimate with
/// 2[l(b̂) − max over the others l(b; b_j = v)] = `drop`, the χ²₁ quantile of the confidence level. Solved as an
/// equation, to 1e-9 of the interval. `fit` is the fit to the same problem by the same likelihood. How many scans it
/// takes is not known beforehand: `progress` is told 0 at each.
Limits profileLimits(const GlmProblem& problem, const GlmFit& fit, std::size_t column, double drop,
                     Likelihood likelihood, const Progress& progress = {});

/// 2[l(b̂) − max over the others l(b; b_j = value)], the likelihood-ratio statistic of b_j = value; never negative.
double likelihoodRatio(const GlmProblem& problem, const GlmFit& fit, std::size_t column, double value,
                       Likelihood likelihood, const Progress& progress = {});

}  // namespace bedside::numerics
