#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "numerics/blocks.hpp"
#include "numerics/matrix.hpp"

namespace bedside::numerics {

/// What the columns of a `Blocks` mean to a regression, in this order: the design matrix X (intercept included), the
/// response y, then the case weights and the offset where there are any.
struct Layout {
  std::size_t design = 0;  ///< columns of X
  bool weighted = false;
  bool offset = false;

  std::size_t response() const { return design; }
  std::size_t weights() const { return design + 1; }
  std::size_t offsetColumn() const { return design + 1 + (weighted ? 1 : 0); }
  std::size_t columns() const { return design + 1 + (weighted ? 1 : 0) + (offset ? 1 : 0); }
};

/// Distribution of the response, each with its own link.
enum class Family : std::uint8_t {
  gaussian,          ///< identity; V = 1; `fitLeastSquares` is the fit for it
  binomial,          ///< logit; y 0 or 1; V = μ(1 − μ)
  poisson,           ///< log; V = μ
  negativeBinomial,  ///< log; V = μ + μ²/θ, θ held
};

/// A generalised linear model and its data. Rows of weight 0 should not be among the rows.
struct GlmProblem {
  Blocks rows;
  Layout layout;
  Family family = Family::binomial;
  double theta = std::numeric_limits<double>::infinity();  ///< of the negative binomial
};

/// How an iteration ended. Numerics never throws for it: the caller has the names of the columns.
enum class End : std::uint8_t {
  converged,
  notConverged,  ///< the steps did not suffice
  separated,     ///< the maximum does not exist: some direction raises the likelihood for ever
  singular,      ///< a column is a combination of those before it (what is left of it is below 1e-11 of its norm)
};

/// Told the share of the work done, 0 to 1, never falling; what it throws ends the work.
using Progress = std::function<void(double)>;

}  // namespace bedside::numerics
