#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "numerics/matrix.hpp"
#include "numerics/regression.hpp"

namespace bedside::numerics {

/// Heteroscedasticity-consistent covariance (MacKinnon & White 1985; names as `sandwich::vcovHC`).
enum class Hc : std::uint8_t {
  hc0,  ///< ω = u²
  hc1,  ///< u² n/(n − k)
  hc2,  ///< u²/(1 − h)
  hc3,  ///< u²/(1 − h)²
};

/// B X' diag(ω) X B with B = (X'WX)⁻¹, k × k; per row u = w(y − μ) dμ/dη / V, which is w r for the gaussian family and
/// w(y − π) for the logistic, and h the leverages, both under the expected weights W at `coefficients`.
/// A row with h = 1 makes HC2 and HC3 NaN, as in `vcovHC`: its residual is 0 whatever its outcome.
/// Computed as R⁻¹ (Σ ω z z') R⁻ᵀ with z = R⁻ᵀ x, R from a QR of √W X: nothing is multiplied by an inverse of squares.
Matrix sandwich(const GlmProblem& problem, std::span<const double> coefficients, Hc type,
                const Progress& progress = {});

/// HC0's meat summed by cluster, no small-sample factor: B (Σ_g s_g s_g') B with s_g = Σ_{i in g} u_i x_i.
/// `clusters` is the column of `problem.rows` (beyond the layout's) that holds codes 0 … `count` − 1; k numbers are
/// kept for each.
Matrix clusterSandwich(const GlmProblem& problem, std::span<const double> coefficients, std::size_t clusters,
                       std::size_t count, const Progress& progress = {});

}  // namespace bedside::numerics
