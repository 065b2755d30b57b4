#include "numerics/negative_binomial.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "numerics/dispersion.hpp"
#include "numerics/frame.hpp"
#include "numerics/glm_scan.hpp"

namespace bedside::numerics {
namespace {

/// Sums at coefficients b and α = 1/θ; the last entry of `score` and `information` is that of log α.
struct JointSums {
  double logLik = 0;
  std::vector<double> score;
  Matrix information;  // observed
};

class JointScan {
 public:
  explicit JointScan(const GlmProblem& problem) : problem_(problem), scan_(problem) {}

  JointSums at(std::span<const double> b, double alpha) {
    const std::size_t k = b.size();
    Dispersion dispersion(alpha);
    const Layout& layout = problem_.layout;
    Gram gram(k);
    Gram cross(k);
    JointSums sums;
    double slope = 0;
    double curvature = 0;
    std::vector<double> information;
    std::vector<double> score;
    std::vector<double> mixed;
    scan_.eachBlock([&](const Block& block) {
      const LinkedRows rows = scan_.link(block, b);
      information.resize(block.rows);
      score.resize(block.rows);
      mixed.resize(block.rows);
      for (std::size_t r = 0; r < block.rows; ++r) {
        const double w = layout.weighted ? rows.weights[r] : 1.0;
        const DispersionTerms terms = dispersion.terms(rows.y[r], rows.eta[r]);
        sums.logLik += w * terms.logLik;
        score[r] = w * terms.byEta;
        information[r] = -w * terms.byEtaTwice;
        mixed[r] = -w * alpha * terms.byEtaAndAlpha;
        slope += w * terms.byAlpha;
        curvature += w * terms.byAlphaTwice;
      }
      gram.add(block, information.data(), score.data());
      cross.addScore(block, mixed.data());
    });
    sums.score = gram.score();
    sums.score.push_back(alpha * slope);
    sums.information = Matrix::square(k + 1);
    const Matrix ofB = gram.matrix();
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) sums.information(i, j) = ofB(i, j);
      sums.information(i, k) = sums.information(k, i) = cross.score()[i];
    }
    sums.information(k, k) = -(alpha * alpha * curvature + alpha * slope);
    return sums;
  }

 private:
  const GlmProblem& problem_;
  GlmScan scan_;
};

/// Newton's step in the free coefficients and log α. Far from the maximum the likelihood need not be concave in log α:
/// then b and α step apart, α by its slope alone and by e at most.
std::vector<double> jointStep(const JointSums& sums, const std::vector<std::size_t>& free) {
  const std::size_t k = sums.score.size() - 1;
  std::vector<std::size_t> kept = free;
  kept.push_back(k);
  std::vector<double> change(k + 1);
  const auto solve = [&](const std::vector<std::size_t>& columns) {
    const SymmetricFactor factor(submatrix(sums.information, columns));
    std::vector<double> score;
    for (const std::size_t j : columns) score.push_back(sums.score[j]);
    const std::vector<double> solved = factor.solve(score);
    for (std::size_t i = 0; i < columns.size(); ++i) change[columns[i]] = solved[i];
    return factor.positiveDefinite();
  };
  if (solve(kept)) return change;
  solve(free);
  const double curvature = std::fabs(sums.information(k, k));
  change[k] = std::clamp(sums.score[k] / std::max(curvature, 1e-300), -1.0, 1.0);
  return change;
}

/// Σ w[(y − μ)² − y] and Σ w μ²: their ratio is the moment estimate of α, the sign of the first its score at 0.
std::pair<double, double> overdispersion(const GlmProblem& poisson, std::span<const double> b) {
  double excess = 0;
  double squares = 0;
  GlmScan scan(poisson);
  scan.eachBlock([&](const Block& block) {
    const LinkedRows rows = scan.link(block, b);
    for (std::size_t r = 0; r < block.rows; ++r) {
      const double w = rows.weights != nullptr ? rows.weights[r] : 1.0;
      const double mu = std::exp(rows.eta[r]);
      excess += w * ((rows.y[r] - mu) * (rows.y[r] - mu) - rows.y[r]);
      squares += w * mu * mu;
    }
  });
  return {excess, squares};
}

}  // namespace

NegativeBinomialFit fitNegativeBinomial(const GlmProblem& given, const GlmOptions& options) {
  GlmProblem problem = given;
  problem.family = Family::poisson;
  GlmOptions inner = options;
  inner.progress = {};
  if (options.progress) inner.progress = [&](double share) { options.progress(share / 4); };
  NegativeBinomialFit fit;
  fit.theta = std::numeric_limits<double>::infinity();
  fit.glm = fitGlm(problem, inner);
  if (fit.glm.end == End::singular) return fit;
  const auto [excess, squares] = overdispersion(problem, fit.glm.coefficients);
  if (!(excess > 0)) return fit;

  const Frame frame(problem, options.fixed);
  const bool exists = fit.glm.converged();
  const std::size_t k = problem.layout.design;
  std::vector<double> at = frame.fromUser(fit.glm.coefficients);
  at.push_back(std::log(excess / squares));  // log α
  JointScan scan(frame.problem);
  const auto evaluate = [&] { return scan.at(std::span(at).first(k), std::exp(at[k])); };
  JointSums sums = evaluate();
  End end = End::notConverged;
  std::size_t steps = 0;
  while (steps < options.maxSteps) {
    const std::vector<double> change = jointStep(sums, frame.free);
    double gain = 0;
    for (std::size_t j = 0; j <= k; ++j) gain += change[j] * sums.score[j] / 2;
    const double move = std::max(frame.greatestMove(std::span(change).first(k)), std::fabs(change[k]));
    // Without a maximum in b (Poisson and negative binomial share that) moves go on; the likelihood comes to its bound.
    if (move <= options.tolerance || (!exists && gain < 1e-10)) {
      for (std::size_t j = 0; j <= k; ++j) at[j] += change[j];
      end = End::converged;
      break;
    }
    const std::vector<double> from = at;
    const double before = sums.logLik - 1e-12 * (1 + std::fabs(sums.logLik));
    double part = 1;
    do {
      for (std::size_t j = 0; j <= k; ++j) at[j] = from[j] + part * change[j];
      sums = evaluate();
      part /= 2;
    } while (!(sums.logLik >= before) && part > 1e-12);
    if (!(sums.logLik >= before)) break;
    ++steps;
    if (options.progress) options.progress(0.25 + 0.5 * static_cast<double>(steps) / static_cast<double>(steps + 3));
  }

  fit.theta = std::exp(-at[k]);
  problem.family = Family::negativeBinomial;
  problem.theta = fit.theta;
  inner.start = frame.toUser({at.begin(), at.begin() + static_cast<std::ptrdiff_t>(k)});
  if (options.progress) inner.progress = [&](double share) { options.progress(0.75 + share / 4); };
  if (!exists) inner.gain = 1e-10;
  const End poissonEnd = fit.glm.end;
  const std::vector<double> separation = fit.glm.separation;
  fit.glm = fitGlm(problem, inner);  // starts where it ends: figures, and the expected information at θ̂
  fit.glm.iterations = steps;
  if (!exists) {
    fit.glm.end = poissonEnd;
    fit.glm.separation = separation;
  } else if (end != End::converged) {
    fit.glm.end = end;
  }
  return fit;
}

}  // namespace bedside::numerics
