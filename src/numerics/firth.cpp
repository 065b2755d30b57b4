#include "numerics/firth.hpp"

#include <cmath>

#include "numerics/frame.hpp"
#include "numerics/glm_scan.hpp"
#include "numerics/qr.hpp"

namespace bedside::numerics {
namespace {

/// Below this pivot of the scaled information a QR decides whether a column is collinear.
constexpr double doubtfulPivot = 1e-8;

/// l* and what the next scan needs, at one vector of coefficients.
struct Penalised {
  double logLik;         ///< l
  SymmetricFactor factor;  ///< of X'WX
  double objective;      ///< l + ½ log |X'WX|
};

Penalised penalised(GlmScan& scan, const std::vector<double>& b) {
  const GlmSums sums = scan.at(b);
  const SymmetricFactor factor(sums.information);
  // Not positive definite: |X'WX| is 0 to rounding, l* as good as −∞.
  const double objective =
      factor.positiveDefinite() ? sums.logLik + factor.logDeterminant() / 2 : -std::numeric_limits<double>::infinity();
  return {sums.logLik, factor, objective};
}

/// Sums of the modified score X'(w(y − π) + h(½ − π)) and of X' diag((w + h) π(1 − π)) X.
GlmSums modified(const GlmProblem& problem, GlmScan& scan, const std::vector<double>& b, const SymmetricFactor& factor) {
  const Layout& layout = problem.layout;
  const Matrix root = factor.inverseRoot();
  Gram gram(layout.design);
  std::vector<double> hats;
  std::vector<double> scratch;
  std::vector<double> information;
  std::vector<double> score;
  scan.each(b, Information::expected, [&](const GlmBlock& rows) {
    const Block& block = rows.block;
    hats.assign(block.rows, 0.0);
    information.resize(block.rows);
    score.resize(block.rows);
    addSquaredNorms(block, root, scratch, hats.data());
    for (std::size_t r = 0; r < block.rows; ++r) {
      const double w = layout.weighted ? block[layout.weights()][r] : 1.0;
      const double hat = hats[r] * rows.information[r];
      const double half = 0.5 - block[layout.response()][r] + rows.score[r] / w;  // ½ − π
      score[r] = rows.score[r] + hat * half;
      information[r] = rows.information[r] * (1 + hat / w);
    }
    gram.add(block, information.data(), score.data());
  });
  return {0, 0, gram.score(), gram.matrix()};
}

}  // namespace

GlmFit fitFirth(const GlmProblem& problem, const GlmOptions& options) {
  const Frame frame(problem, options.fixed);
  const std::size_t k = problem.layout.design;
  GlmFit fit;
  fit.end = End::notConverged;
  std::size_t scans = 0;
  const auto tell = [&] {
    ++scans;
    if (options.progress) options.progress(static_cast<double>(scans) / static_cast<double>(scans + 10));
  };
  std::vector<double> b = options.start.empty() ? std::vector<double>(k) : frame.fromUser(options.start);
  GlmScan scan(frame.problem);
  Penalised here = penalised(scan, b);
  tell();
  if (options.fixed.empty() && (frame.centred || here.factor.leastPivot() < doubtfulPivot)) {
    fit.column = firstCollinear(problem.rows, problem.layout);
    if (fit.column < k) fit.end = End::singular;
    if (fit.column < k) return fit;
  }
  while (here.factor.positiveDefinite()) {
    const GlmSums sums = modified(frame.problem, scan, b, here.factor);
    tell();
    const std::vector<double> change =
        frame.expand(SymmetricFactor(submatrix(sums.information, frame.free)).solve(frame.gather(sums.score)));
    double gain = 0;
    for (std::size_t j = 0; j < k; ++j) gain += change[j] * sums.score[j] / 2;
    if (frame.greatestMove(change) <= options.tolerance || gain < options.gain) {
      for (std::size_t j = 0; j < k; ++j) b[j] += change[j];
      fit.end = End::converged;
      break;
    }
    if (fit.iterations >= options.maxSteps) break;
    const std::vector<double> from = b;
    const double before = here.objective - 1e-12 * (1 + std::fabs(here.objective));
    double part = 1;
    do {
      for (std::size_t j = 0; j < k; ++j) b[j] = from[j] + part * change[j];
      here = penalised(scan, b);
      tell();
      part /= 2;
    } while (!(here.objective >= before) && part > 1e-12);
    if (!(here.objective >= before)) break;
    ++fit.iterations;
  }
  fit.coefficients = frame.toUser(b);
  fit.logLik = here.objective;
  fit.deviance = -2 * here.logLik;
  fit.covariance = frame.covarianceToUser(here.factor.inverse());
  fit.weightSum = totalWeight(problem);
  if (options.progress) options.progress(1);
  return fit;
}

}  // namespace bedside::numerics
