#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "numerics/matrix.hpp"
#include "numerics/survival/cox_rows.hpp"

namespace bedside::numerics {

/// The coordinates in which a Cox model is fitted: columns about their mean in each stratum and, where they are nearly
/// dependent, made orthogonal (z = M'x, M from a QR of X; b = M β): the information of z keeps the digits that X's
/// loses.
struct CoxFrame {
  CoxRows rows;
  std::optional<std::size_t> collinear;  ///< the first column that the model cannot have
  Matrix toColumns;                      ///< M; empty: the identity
  double nullLogLik = 0;

  explicit CoxFrame(const CoxProblem& problem);

  bool singular() const { return collinear.has_value(); }
  std::vector<double> toUser(const std::vector<double>& coefficients) const;
  Matrix covarianceToUser(const Matrix& covariance) const;
  /// log |∂z/∂x|, twice: what log |I| in the user's units has above that in these.
  double logDeterminant() const;
};

}  // namespace bedside::numerics
