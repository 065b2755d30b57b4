#include "numerics/weighted_qr.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "numerics/glm_scan.hpp"
#include "numerics/qr.hpp"

namespace bedside::numerics {
namespace {

/// A share of a column's norm below this: QR's own digits are too few, double-double takes over.
constexpr double doubtfulShare = 1e-6;

template <class Real>
TallQr<Real> weightedQr(const GlmProblem& problem, std::span<const double> coefficients, Information kind,
                        std::span<const std::size_t> columns, std::span<const double> reach) {
  std::vector<double> scales;
  for (const std::size_t j : columns) scales.push_back(reach[j] > 0 ? std::ldexp(1.0, -std::ilogb(reach[j])) : 1.0);
  TallQr<Real> qr(columns.size(), 1, std::move(scales));
  std::vector<double> roots(std::min(problem.rows.rows(), problem.rows.blockRows()));
  std::vector<double> response(roots.size());
  std::vector<const double*> pointers(columns.size() + 1);
  GlmScan scan(problem);
  scan.each(coefficients, kind, [&](const GlmBlock& rows) {
    for (std::size_t r = 0; r < rows.block.rows; ++r) {
      roots[r] = std::sqrt(rows.information[r]);
      response[r] = rows.information[r] > 0 ? rows.score[r] / rows.information[r] : 0.0;
    }
    for (std::size_t i = 0; i < columns.size(); ++i) pointers[i] = rows.block[columns[i]];
    pointers.back() = response.data();
    qr.add(pointers, rows.block.rows, roots.data());
  });
  return qr;
}

}  // namespace

std::vector<double> weightedStep(const GlmProblem& problem, std::span<const double> coefficients,
                                 std::span<const std::size_t> columns, std::span<const double> reach) {
  const auto plain = weightedQr<double>(problem, coefficients, Information::observed, columns, reach);
  if (plain.leastShare() >= doubtfulShare) return plain.solve();
  return weightedQr<DoubleDouble>(problem, coefficients, Information::observed, columns, reach).solve();
}

Matrix weightedInverseRoot(const GlmProblem& problem, std::span<const double> coefficients,
                           std::span<const double> reach) {
  std::vector<std::size_t> all(problem.layout.design);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto plain = weightedQr<double>(problem, coefficients, Information::expected, all, reach);
  if (plain.leastShare() >= doubtfulShare) return plain.inverseRoot();
  return weightedQr<DoubleDouble>(problem, coefficients, Information::expected, all, reach).inverseRoot();
}

}  // namespace bedside::numerics
