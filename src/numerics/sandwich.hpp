#pragma once

#include <cstddef>
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

/// B X' diag(ω) X B with B = `bread` = (X'WX)⁻¹ at `coefficients`; u = w(y − μ) dμ/dη / V per row, which is w r for the
/// gaussian family and w(y − π) for the logistic; h the leverages under the expected weights W.
Matrix sandwich(const GlmProblem& problem, std::span<const double> coefficients, const Matrix& bread, Hc type);

/// HC0's meat summed by cluster, no small-sample factor: B (Σ_g s_g s_g') B with s_g = Σ_{i in g} u_i x_i.
/// `clusters` holds one code per table row (an indirect `problem.rows` selects from it), 0 … `count` − 1.
Matrix clusterSandwich(const GlmProblem& problem, std::span<const double> coefficients, const Matrix& bread,
                       const Source& clusters, std::size_t count);

}  // namespace bedside::numerics
