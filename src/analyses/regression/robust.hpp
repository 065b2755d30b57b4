#pragma once

#include <optional>
#include <span>

#include "analyses/regression/model.hpp"
#include "numerics/matrix.hpp"
#include "numerics/regression.hpp"
#include "table/table.hpp"

namespace bedside {

/// The covariance that `robust` and `cluster` ask for (not both absent): `sandwich::vcovHC`, or HC0's meat summed by
/// cluster without small-sample factor. `rows` are those of the problem. One that does not exist is NaN and told.
numerics::Matrix robustCovariance(const numerics::GlmProblem& problem, const numerics::Rows& rows,
                                  std::span<const double> coefficients, Robust robust,
                                  const std::optional<ColumnName>& cluster, const Table& table,
                                  std::vector<Warning>& warnings);

}  // namespace bedside
