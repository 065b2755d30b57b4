#include "numerics/firth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "numerics/frame.hpp"
#include "numerics/glm_scan.hpp"
#include "numerics/qr.hpp"

namespace bedside::numerics {
namespace {

/// Below this pivot of the scaled information a QR decides whether a column is collinear.
constexpr double doubtfulPivot = 1e-8;

/// l* and what the next scan needs, at one vector of coefficients.
struct Penalised {
  double logLik;           ///< l
  SymmetricFactor factor;  ///< of X'WX
  double objective;        ///< l + ½ log |X'WX|
};

Penalised penalised(GlmScan& scan, const std::vector<double>& b) {
  const GlmSums sums = scan.at(b);
  const SymmetricFactor factor(sums.information);
  // Not positive definite: |X'WX| is 0 to rounding, l* as good as −∞.
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double objective = factor.positiveDefinite() ? sums.logLik + factor.logDeterminant() / 2 : -infinity;
  return {sums.logLik, factor, objective};
}

/// How the step's matrix treats the hats: held as they are, or differentiated too.
enum class Hats { held, moving };

/// ½ tr(C I_r C I_s) with I_r = ∂(X'WX)/∂b_r: with z = M x, M'M = C, half the scalar product of the r-th and s-th
/// slices of Σ w π(1 − π)(1 − 2π) x_r z z'.
class HatMovement {
 public:
  explicit HatMovement(std::size_t columns) : k_(columns), slices_(columns, columns * (columns + 1) / 2) {}

  void add(double slope, const std::vector<double>& x, const std::vector<double>& z) {
    for (std::size_t r = 0; r < k_; ++r) {
      double* slice = &slices_(r, 0);
      for (std::size_t t = 0; t < k_; ++t) {
        const double factor = slope * x[r] * z[t];
        for (std::size_t u = t; u < k_; ++u) *slice++ += factor * z[u];
      }
    }
  }
  void addTo(Matrix& information) {
    // Entries off the diagonal of a slice stand for two.
    for (std::size_t r = 0; r < k_; ++r) {
      for (std::size_t t = 0, at = 0; t < k_; ++t) {
        for (std::size_t u = t; u < k_; ++u, ++at) slices_(r, at) *= u == t ? std::sqrt(0.5) : 1.0;
      }
    }
    const Matrix movement = product(slices_, transposed(slices_));
    for (std::size_t i = 0; i < information.values.size(); ++i) information.values[i] += movement.values[i];
  }

 private:
  std::size_t k_;
  Matrix slices_;  // row r: the upper triangle of slice r
};

/// Sums of the modified score X'(w(y − π) + h(½ − π)) and of the step's matrix. Hats held: X' diag((w + h) π(1 − π)) X.
/// Moving: minus the Hessian of l*, Σ [w v − ½ h (1 − 6v)] x x' + ½ tr(C I_r C I_s) with v = π(1 − π).
GlmSums modified(const GlmProblem& problem, GlmScan& scan, const std::vector<double>& b,
                 const SymmetricFactor& factor, Hats hats) {
  const Layout& layout = problem.layout;
  const std::size_t k = layout.design;
  const Matrix root = factor.inverseRoot();
  Gram gram(k);
  HatMovement movement(hats == Hats::moving ? k : 0);
  std::vector<double> norms;
  std::vector<double> scratch;
  std::vector<double> information;
  std::vector<double> score;
  std::vector<double> x(k);
  scan.each(b, Information::expected, [&](const GlmBlock& rows) {
    const Block& block = rows.block;
    norms.assign(block.rows, 0.0);
    information.resize(block.rows);
    score.resize(block.rows);
    addSquaredNorms(block, root, scratch, norms.data());
    for (std::size_t r = 0; r < block.rows; ++r) {
      const double w = layout.weighted ? block[layout.weights()][r] : 1.0;
      const double hat = norms[r] * rows.information[r];
      const double half = 0.5 - block[layout.response()][r] + rows.score[r] / w;  // ½ − π
      const double v = rows.information[r] / w;
      score[r] = rows.score[r] + hat * half;
      information[r] = hats == Hats::held ? (w + hat) * v : w * v - hat * (1 - 6 * v) / 2;
      if (hats == Hats::moving) {
        for (std::size_t j = 0; j < k; ++j) x[j] = block[j][r];
        movement.add(rows.information[r] * 2 * half, x, product(root, x));
      }
    }
    gram.add(block, information.data(), score.data());
  });
  GlmSums sums{0, 0, gram.score(), gram.matrix()};
  if (hats == Hats::moving) movement.addTo(sums.information);
  return sums;
}

/// In large samples hats are small, and held ones lose little; k³ per row would be the dearer way.
bool hessianPays(const GlmProblem& problem) {
  const double k = static_cast<double>(problem.layout.design);
  return static_cast<double>(problem.rows.rows()) * k * k * k < 3e7;
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
  Hats hats = Hats::held;
  double lastMove = std::numeric_limits<double>::infinity();
  while (here.factor.positiveDefinite()) {
    GlmSums sums = modified(frame.problem, scan, b, here.factor, hats);
    tell();
    SymmetricFactor stepFactor(submatrix(sums.information, frame.free));
    if (!stepFactor.positiveDefinite()) {  // far out l* need not be concave; with hats held the matrix always is
      sums = modified(frame.problem, scan, b, here.factor, Hats::held);
      stepFactor = SymmetricFactor(submatrix(sums.information, frame.free));
    }
    const std::vector<double> change = frame.expand(stepFactor.solve(frame.gather(sums.score)));
    double gain = 0;
    for (std::size_t j = 0; j < k; ++j) gain += change[j] * sums.score[j] / 2;
    const double move = frame.greatestMove(change);
    // With hats held steps shrink by a constant factor, near 1 in small separated samples: then the Hessian pays.
    if (fit.iterations > 2 && move > lastMove / 4 && hessianPays(problem)) hats = Hats::moving;
    lastMove = move;
    if (move <= options.tolerance || gain < options.gain) {
      for (std::size_t j = 0; j < k; ++j) b[j] += change[j];
      fit.end = End::converged;
      break;
    }
    if (fit.iterations >= options.maxSteps) break;
    const std::vector<double> from = b;
    const double before = here.objective - 1e-12 * (1 + std::fabs(here.objective));
    double part = frame.sensiblePart(change);
    do {
      for (std::size_t j = 0; j < k; ++j) b[j] = from[j] + part * change[j];
      here = penalised(scan, b);
      tell();
      part /= 2;
    } while (!(here.objective >= before) && part > 1e-12);
    if (!(here.objective >= before)) {
      b = from;
      here = penalised(scan, b);
      break;
    }
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
