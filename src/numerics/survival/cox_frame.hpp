#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "numerics/matrix.hpp"
#include "numerics/survival/cox_rows.hpp"
#include "numerics/survival/cox_scan.hpp"

namespace bedside::numerics {

/// The coordinates in which a Cox model is fitted: columns about their mean in each stratum and, where they are nearly
/// dependent, made orthogonal (z = M'x, M from a QR of X; b = M β): the information of z keeps the digits that X's
/// loses.
struct CoxFrame {
  /// A pivot of the information below this: half of its digits are gone, a QR of the columns decides.
  static constexpr double doubtfulPivot = 1e-8;

  CoxRows rows;
  std::size_t constant;  ///< the first column that is constant in every stratum; their number where there is none
  Matrix toColumns;      ///< M; empty: the identity

  explicit CoxFrame(const CoxProblem& problem);

  /// Given the sums at b = 0: the first column that the model cannot have, because it depends on those before it or no
  /// risk set knows it. Where columns are nearly dependent turns them, and asks for the sums again.
  template <class SumsAgain>
  std::optional<std::size_t> settle(const CoxSums& atZero, SumsAgain&& sumsAgain) {
    if (!doubtful(atZero)) return std::nullopt;
    if (const std::size_t dependent = turn(); dependent < rows.columns()) return dependent;
    const std::size_t unknown = firstUnknown(sumsAgain());
    return unknown < rows.columns() ? std::optional(unknown) : std::nullopt;
  }

  std::vector<double> toUser(const std::vector<double>& coefficients) const;
  Matrix covarianceToUser(const Matrix& covariance) const;
  /// What log |I| in the user's units has above that in these.
  double logDeterminant() const;

 private:
  bool doubtful(const CoxSums& atZero) const;
  std::size_t turn();
};

}  // namespace bedside::numerics
