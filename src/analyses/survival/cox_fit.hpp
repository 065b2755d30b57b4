#pragma once

#include <memory>
#include <vector>

#include "analyses/survival/cox_data.hpp"
#include "numerics/matrix.hpp"

namespace bedside {

/// What the search for the coefficients came to: the value that requests share, whatever they derive from it
/// (intervals at any level, robust standard errors, tests, predictions).
struct CoxModelFit {
  DesignRecipe recipe;
  numerics::CoxFit cox;

  std::size_t bytes() const { return recipe.bytes() + cox.bytes(); }
};

/// Lin & Wei's (1989) covariance of a fit.
struct CoxRobust {
  numerics::Matrix covariance;

  std::size_t bytes() const { return sizeof *this + sizeof(double) * covariance.values.capacity(); }
};

/// The estimates and what the reader should know of them.
struct CoxEstimate {
  std::shared_ptr<const CoxModelFit> fit;
  std::shared_ptr<const CoxRobust> robust;  ///< null where standard errors are the model's
  std::vector<Warning> warnings;

  const numerics::CoxFit& cox() const { return fit->cox; }
  /// The covariance that statistics and limits use.
  const numerics::Matrix& covariance() const { return robust ? robust->covariance : fit->cox.covariance; }
};

/// Fits, or finds the fit among those kept. Fails with SINGULAR. Warns of SEPARATION (naming the terms), NOT_CONVERGED,
/// FEW_EVENTS.
CoxEstimate estimate(const CoxModelData& data, Context& context);

}  // namespace bedside
