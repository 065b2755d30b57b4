#pragma once

#include <cstddef>

#include "numerics/glm.hpp"

namespace bedside::numerics {

/// Logistic regression by Firth's (1993) penalised likelihood (Heinze & Schemper 2002): the maximum of
/// l*(b) = l(b) + ½ log |X'WX|, W = diag(w π(1 − π)), which exists under separation too.
/// Score X'(w(y − π) + h(½ − π)), h the diagonal of W^½ X (X'WX)⁻¹ X' W^½. Steps by X' diag((w + h) π(1 − π)) X, the
/// information of the data with h/2 events and h/2 non-events added, and where these converge slowly by the Hessian of
/// l* itself (k³ per row); halved while l* falls.
///
/// `options.fixed` holds coefficients; the penalty is always that of the whole X. So the null model of `logistf` is the
/// fit with all but the intercept fixed at 0. In the result `logLik` is l*, `deviance` −2 l without penalty,
/// `covariance` (X'WX)⁻¹ at the estimate. Ends: converged, notConverged, singular.
GlmFit fitFirth(const GlmProblem& problem, const GlmOptions& options = {});

}  // namespace bedside::numerics
