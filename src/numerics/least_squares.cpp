#include "numerics/least_squares.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/glm_scan.hpp"
#include "numerics/qr.hpp"

namespace bedside::numerics {
namespace {

/// Below this share of a column's norm the plain reduction costs the coefficients so many digits that double-double is
/// worth its price, 20 times the time: two where that is some milliseconds, else four.
double doubtfulShare(const Blocks& rows, std::size_t columns) {
  const double products = static_cast<double>(rows.rows()) * static_cast<double>(columns * columns);
  return products < 1e6 ? 1e-2 : 1e-4;
}

/// Scans [X | y − offset] × √w into a reduction.
template <class Real>
TallQr<Real> reduce(const Blocks& rows, const Layout& layout, const std::vector<double>& scales) {
  TallQr<Real> qr(layout.design, 1, scales);
  const std::size_t most = std::min(rows.rows(), rows.blockRows());
  std::vector<double> response(most);
  std::vector<double> roots(layout.weighted ? most : 0);
  rows.scan([&](const Block& block) {
    std::vector<const double*> columns(block.columns.begin(), block.columns.end());
    columns.resize(layout.design);
    for (std::size_t r = 0; r < block.rows; ++r) {
      response[r] = block[layout.response()][r] - (layout.offset ? block[layout.offsetColumn()][r] : 0.0);
      if (layout.weighted) roots[r] = std::sqrt(block[layout.weights()][r]);
    }
    columns.push_back(response.data());
    qr.add(columns, block.rows, layout.weighted ? roots.data() : nullptr);
  });
  return qr;
}

template <class Real>
void take(const TallQr<Real>& qr, LeastSquaresFit& fit) {
  fit.coefficients = qr.solve();
  fit.covariance = qr.inverseGram();
}

/// Sums of squares about the fit and about the mean, from residuals themselves: what the reduction leaves of y would
/// carry the rounding of all it took away.
void sumSquares(const Blocks& rows, const Layout& layout, LeastSquaresFit& fit) {
  const auto weight = [&](const Block& block, std::size_t r) {
    return layout.weighted ? block[layout.weights()][r] : 1.0;
  };
  double shift = 0;  // the first response: the mean of what remains loses nothing to a large origin
  double shifted = 0;
  rows.scan([&](const Block& block) {
    if (block.first == 0) shift = block[layout.response()][0];
    for (std::size_t r = 0; r < block.rows; ++r) {
      const double w = weight(block, r);
      fit.weightSum += w;
      if (layout.weighted) fit.logWeightSum += std::log(w);
      shifted += w * (block[layout.response()][r] - shift);
    }
  });
  const double mean = shifted / fit.weightSum;
  std::vector<double> eta(std::min(rows.rows(), rows.blockRows()));
  rows.scan([&](const Block& block) {
    linearPredictor(block, fit.coefficients, layout.offset ? block[layout.offsetColumn()] : nullptr, eta.data());
    for (std::size_t r = 0; r < block.rows; ++r) {
      const double w = weight(block, r);
      const double residual = block[layout.response()][r] - eta[r];
      const double deviation = block[layout.response()][r] - shift - mean;
      fit.residualSum += w * residual * residual;
      fit.totalSum += w * deviation * deviation;
    }
  });
}

}  // namespace

LeastSquaresFit fitLeastSquares(const Blocks& rows, const Layout& layout, const Progress& progress) {
  const auto tell = [&](double share) {
    if (progress) progress(share);
  };
  LeastSquaresFit fit;
  const std::vector<double> scales = columnScales(rows, layout.design);
  tell(0.1);
  const TallQr<double> qr = reduce<double>(rows, layout, scales);
  tell(0.5);
  fit.column = qr.firstDependent(collinearShare);
  if (fit.column < layout.design) {
    fit.end = End::singular;
    return fit;
  }
  if (qr.leastShare() >= doubtfulShare(rows, layout.design)) {
    take(qr, fit);
  } else {
    take(reduce<DoubleDouble>(rows, layout, scales), fit);
  }
  tell(0.9);
  sumSquares(rows, layout, fit);
  tell(1);
  return fit;
}

}  // namespace bedside::numerics
