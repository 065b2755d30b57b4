#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "numerics/matrix.hpp"
#include "numerics/regression.hpp"

namespace bedside::numerics {

/// The Newton step at these coefficients (none: the first step, made from y) as a least-squares problem, by QR of
/// √W [X | s/W], W and s the rows' information and score: the condition of X is not squared. Reduced in double, or in
/// double-double where the columns are nearly dependent. Only `columns` of the design take part, one entry for each;
/// `reach` is the largest magnitude of every column.
std::vector<double> weightedStep(const GlmProblem& problem, std::span<const double> coefficients,
                                 std::span<const std::size_t> columns, std::span<const double> reach);

/// R⁻¹ of √W X at the expected weights, all columns: (X'WX)⁻¹ = R⁻¹ R⁻ᵀ.
Matrix weightedInverseRoot(const GlmProblem& problem, std::span<const double> coefficients,
                           std::span<const double> reach);

}  // namespace bedside::numerics
