#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "numerics/glm_scan.hpp"
#include "numerics/survival/cox_frame.hpp"
#include "numerics/survival/cox_means.hpp"

namespace bedside::numerics {
namespace {

constexpr double tolerance = 1e-10;

/// l* = l + ½ log |I| at one vector of coefficients, I's factor and the modified score.
struct Penalised {
  double objective = -std::numeric_limits<double>::infinity();
  Matrix information;
  std::vector<double> score;
};

double product(const double* x, const double* y, std::size_t k) {
  double sum = 0;
  for (std::size_t j = 0; j < k; ++j) sum += x[j] * y[j];
  return sum;
}

/// ½ tr(A ∂I/∂b) with A = I⁻¹. tr(A I(b)) is Σ w̄ Σ_l [E_l h − x̄_l'A x̄_l] with h = x'A x, each E_l a mean with the
/// weights of S_l; so its derivative is Σ w̄ Σ_l cov_l(h − 2 x'A x̄_l, x): weights h g − 2 x'A (what the row is exposed
/// to) for the rows, and the means for the event times. No moment of third order is ever summed up.
std::vector<double> penaltyScore(const CoxScan& scan, const SymmetricFactor& factor) {
  const CoxRows& rows = scan.rows();
  const std::size_t k = rows.columns();
  const Matrix a = factor.inverse(), root = factor.inverseRoot();
  const std::vector<double> expected = scan.expected();
  const RiskSetMeans means(scan);
  std::vector<double> h(rows.rows()), scratch, weights, exposure(k);
  rows.scan([&](const Block& block) { addSquaredNorms(block, root, scratch, h.data() + block.first); });

  Gram sums(k);
  std::size_t s = 0;
  rows.scan([&](const Block& block) {
    weights.assign(block.rows, 0.0);
    for (std::size_t r = 0; r < block.rows; ++r) {
      const std::size_t row = block.first + r;
      while (rows.firstRow(s + 1) <= row) ++s;
      means.exposure(row, s, exposure.data());
      const std::vector<double> turned = numerics::product(a, exposure);
      double along = 0;
      for (std::size_t j = 0; j < k; ++j) along += turned[j] * block[j][r];
      weights[r] = h[row] * expected[row] - 2 * along;
    }
    sums.addScore(block, weights.data());
  });
  std::vector<double> out = sums.score();

  // Less Σ w̄ Σ_l x̄_l (E_l h − 2 x̄_l'A x̄_l), x̄_l = (m + (f_l − f̄) D₁)/S_l, and E_l h likewise from the last entry.
  std::vector<double> m(k + 1), d(k + 1);
  const auto takeTime = [&](std::size_t t, bool tied) {
    const TimeTerms terms = scan.terms(t);
    const EventTime& time = rows.times()[t];
    const std::vector<double> am = numerics::product(a, std::span(m).first(k));
    const double mm = product(am.data(), m.data(), k);
    if (!tied) {
      const double inverse = 1 / (terms.alive + terms.dead);
      const double factorOf = terms.hazard * inverse * (m[k] - 2 * mm * inverse);
      for (std::size_t j = 0; j < k; ++j) out[j] -= factorOf * m[j];
      return;
    }
    const std::vector<double> ad = numerics::product(a, std::span(d).first(k));
    const double md = product(am.data(), d.data(), k), dd = product(ad.data(), d.data(), k);
    double ofMeans = 0, ofDeaths = 0;
    for (std::size_t l = 0; l < time.events; ++l) {
      const double share = 1 - static_cast<double>(l) / time.events, c = share - terms.centre;
      const double inverse = 1 / (terms.alive + share * terms.dead);
      const double form = (mm + 2 * c * md + c * c * dd) * inverse;
      const double of = time.weight * inverse * inverse * (m[k] + c * d[k] - 2 * form);
      ofMeans += of;
      ofDeaths += c * of;
    }
    for (std::size_t j = 0; j < k; ++j) out[j] -= ofMeans * m[j] + ofDeaths * d[j];
  };
  scan.scan([](const Block&) {},
            [&](const TimeVectors& vectors) {
              for (std::size_t r = 0, next = 0; r < vectors.time.size(); ++r) {
                const bool tied = next < vectors.tied.size() && vectors.tied[next] == vectors.time[r];
                for (std::size_t j = 0; j <= k; ++j) {
                  m[j] = vectors.means[j][r];
                  if (tied) d[j] = vectors.deaths[j][next];
                }
                next += tied;
                takeTime(vectors.time[r], tied);
              }
            },
            h);
  for (double& entry : out) entry /= 2;
  return out;
}

Penalised penalised(CoxScan& scan, const std::vector<double>& b, bool withScore) {
  Penalised out;
  if (!std::isfinite(scan.at(b))) return out;
  CoxSums sums = scan.sums();
  const SymmetricFactor factor(sums.information);
  if (!factor.positiveDefinite()) return out;  // |I| is 0 to rounding: l* is as good as −∞
  out.objective = sums.logLik + factor.logDeterminant() / 2;
  out.information = std::move(sums.information);
  out.score = std::move(sums.score);
  if (!withScore) return out;
  const std::vector<double> penalty = penaltyScore(scan, factor);
  for (std::size_t j = 0; j < penalty.size(); ++j) out.score[j] += penalty[j];
  return out;
}

/// Minus the Hessian of l*, by central differences of its score.
Matrix differences(CoxScan& scan, const std::vector<double>& b, const std::vector<double>& reach) {
  const std::size_t k = b.size();
  Matrix out = Matrix::square(k);
  for (std::size_t i = 0; i < k; ++i) {
    const double step = 1e-5 / reach[i];
    std::vector<double> moved = b;
    moved[i] = b[i] + step;
    const Penalised above = penalised(scan, moved, true);
    moved[i] = b[i] - step;
    const Penalised below = penalised(scan, moved, true);
    if (above.score.empty() || below.score.empty()) return out;
    for (std::size_t j = 0; j < k; ++j) out(i, j) = (below.score[j] - above.score[j]) / (2 * step);
  }
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < i; ++j) out(i, j) = out(j, i) = (out(i, j) + out(j, i)) / 2;
  }
  return out;
}

}  // namespace

CoxFit fitCoxFirth(const CoxProblem& problem, const CoxOptions& options) {
  CoxFit fit;
  CoxFrame frame(problem);
  CoxScan scan(frame.rows, problem.ties);
  const std::size_t k = problem.columns();
  const std::vector<double>& reach = frame.rows.reach();
  const auto greatestMove = [&](const std::vector<double>& change) {
    double move = 0;
    for (std::size_t j = 0; j < k; ++j) move += std::fabs(change[j]) * reach[j];
    return move;
  };
  std::size_t scans = 0;
  const auto tell = [&] {
    ++scans;
    if (options.progress) options.progress(static_cast<double>(scans) / static_cast<double>(scans + 10));
  };
  std::vector<double> b(k);
  const auto sumsAtZero = [&] {
    scan.at(b);
    return scan.sums();
  };
  if (const std::optional<std::size_t> column = frame.settle(sumsAtZero(), sumsAtZero)) {
    fit.end = End::singular;
    fit.column = *column;
    return fit;
  }
  Penalised here = penalised(scan, b, true);
  tell();
  const double units = frame.logDeterminant() / 2;
  fit.nullLogLik = here.objective + units;
  fit.end = End::notConverged;
  double lastMove = std::numeric_limits<double>::infinity();
  bool hessian = false;
  while (!here.score.empty()) {
    SymmetricFactor factor(here.information);
    if (hessian) {
      const SymmetricFactor exact(differences(scan, b, reach));
      if (exact.positiveDefinite()) factor = exact;  // far out l* need not be concave
      tell();
    }
    const std::vector<double> change = factor.solve(here.score);
    const double move = greatestMove(change);
    const double gain = product(change.data(), here.score.data(), k);
    const bool noise = move < 1e-6 && move > lastMove / 4 && gain < 1e-12 * (1 + std::fabs(here.objective));
    if (move <= tolerance || (hessian && noise)) {
      for (std::size_t j = 0; j < k; ++j) b[j] += change[j];
      fit.end = End::converged;
      break;
    }
    if (fit.iterations >= options.maxSteps || !std::isfinite(move)) break;
    // I is not the Hessian of l*: steps shrink by a constant factor, slowly in small samples. Then that is taken.
    if (fit.iterations > 1 && move > lastMove / 10) hessian = true;
    lastMove = move;
    const std::vector<double> from = b;
    const double least = here.objective - 1e-12 * (1 + std::fabs(here.objective));
    double part = std::min(1.0, 20 / move);
    do {
      for (std::size_t j = 0; j < k; ++j) b[j] = from[j] + part * change[j];
      here = penalised(scan, b, true);
      tell();
      part /= 2;
    } while (!(here.objective >= least) && part > 1e-12);
    if (!(here.objective >= least)) {
      b = from;
      here = penalised(scan, b, true);
      break;
    }
    ++fit.iterations;
  }
  fit.coefficients = frame.toUser(b);
  fit.logLik = here.objective + units;
  fit.covariance = frame.covarianceToUser(SymmetricFactor(here.information).inverse());
  if (options.progress) options.progress(1);
  return fit;
}

}  // namespace bedside::numerics
