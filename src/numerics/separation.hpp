#pragma once

#include <span>
#include <vector>

#include "numerics/regression.hpp"

namespace bedside::numerics {

/// A direction b along which the likelihood never falls and somewhere rises (Albert & Anderson 1984), or empty where
/// `candidate` leads to none. Binomial: (2y − 1) x'b ≥ 0 in every row; log link: x'b ≤ 0 where y = 0 and x'b = 0 where
/// y > 0; in both > 0 (≠ 0) in some row.
///
/// `candidate` is a late Newton step. Along a separating direction each step moves the separated rows by about 1 (the
/// loss falls like e^−η) while the others come to rest. The rows it moves by less than 0.1 are taken for those at rest;
/// `candidate` is projected onto the null space of their design (one-sided Jacobi on the R of a QR), and the result is
/// checked over all rows: at rest to 1e-10 of Σ |x_j b_j|, or strictly on its side. So an answer is a proof to
/// rounding, whatever the candidate was; no answer proves nothing. Coefficients outside `free` stay 0. `reach`: the
/// largest magnitude of each column.
std::vector<double> separatingDirection(const GlmProblem& problem, std::span<const double> candidate,
                                        std::span<const std::size_t> free, std::span<const double> reach);

/// Whether b itself is such a direction, checked over all rows as above.
bool separates(const GlmProblem& problem, std::span<const double> b);

}  // namespace bedside::numerics
