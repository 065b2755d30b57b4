#pragma once

#include <span>
#include <vector>

#include "numerics/moments.hpp"
#include "numerics/tables.hpp"

namespace bedside::numerics {

/// |x̄₁ − x̄₂| / √((s₁² + s₂²)/2), of weighted moments too. NaN when a group has fewer than two values and for 0/0.
double standardizedDifference(const Moments& first, const Moments& second);

/// Yang & Dalton's (2012) Mahalanobis distance √((p − q)ᵀ S⁻¹ (p − q)) between the shares of a categorical variable in
/// two groups, S = (Σ_p + Σ_q)/2, Σ_p = diag(p) − p pᵀ, one level left out. `first`, `second`: counts or sums of
/// weights by level; a level that neither has plays no part. NaN with one level or a group without a value, ∞ without a
/// common level.
double standardizedDifference(std::span<const double> first, std::span<const double> second);

/// The plain mean of the standardized differences of all pairs of groups; NaN as soon as one pair is NaN.
double meanStandardizedDifference(std::span<const Moments> groups);
/// Of a table levels × groups.
double meanStandardizedDifference(const Counts& levelsByGroup);

}  // namespace bedside::numerics
