#include "numerics/survival/cox_frame.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/double_double.hpp"
#include "numerics/gram.hpp"
#include "numerics/qr.hpp"

namespace bedside::numerics {
namespace {

/// A share of a column's norm below this: QR's own digits are too few, double-double takes over.
constexpr double doubtfulShare = 1e-6;

template <class Real>
TallQr<Real> qrOf(const CoxRows& rows) {
  std::vector<double> scales;
  for (const double reach : rows.reach()) scales.push_back(reach > 0 ? std::ldexp(1.0, -std::ilogb(reach)) : 1.0);
  TallQr<Real> qr(rows.columns(), 0, std::move(scales));
  rows.scan([&](const Block& block) { qr.add(block.columns, block.rows); });
  return qr;
}

}  // namespace

CoxFrame::CoxFrame(const CoxProblem& problem) : rows(problem), constant(rows.firstConstant()) {}

bool CoxFrame::doubtful(const CoxSums& atZero) const {
  return constant < rows.columns() || firstUnknown(atZero) < rows.columns() ||
         SymmetricFactor(atZero.information).leastPivot() < doubtfulPivot;
}

/// The first dependent column, or their number when none is and they have been turned.
std::size_t CoxFrame::turn() {
  const std::size_t k = rows.columns();
  const TallQr<double> plain = qrOf<double>(rows);
  const std::size_t dependent = std::min(constant, plain.firstDependent(collinearShare));
  if (dependent < k) return dependent;
  toColumns = plain.leastShare() >= doubtfulShare ? plain.inverseRoot() : qrOf<DoubleDouble>(rows).inverseRoot();
  // To a size of 1 in each column, as they were: z of norm 1 over many rows would be small.
  for (double& entry : toColumns.values) entry *= std::sqrt(static_cast<double>(rows.rows()));
  rows.transform(toColumns);
  return k;
}

std::vector<double> CoxFrame::toUser(const std::vector<double>& coefficients) const {
  return toColumns.rows == 0 ? coefficients : product(toColumns, coefficients);
}

Matrix CoxFrame::covarianceToUser(const Matrix& covariance) const {
  if (toColumns.rows == 0) return covariance;
  return product(product(toColumns, covariance), transposed(toColumns));
}

double CoxFrame::logDeterminant() const {
  double total = 0;
  for (std::size_t j = 0; j < toColumns.rows; ++j) total -= 2 * std::log(std::fabs(toColumns(j, j)));
  return total;
}

}  // namespace bedside::numerics
