#include "numerics/survival/cox.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "numerics/double_double.hpp"
#include "numerics/glm_scan.hpp"
#include "numerics/qr.hpp"
#include "numerics/survival/cox_frame.hpp"
#include "numerics/survival/cox_scan.hpp"

namespace bedside::numerics {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
/// A step that moves no x'b by more than this ends the search.
constexpr double tolerance = 1e-10;
/// `coxph.control`'s eps: the log-likelihood has settled, relatively.
constexpr double settledChange = 1e-9;

/// Newton's method from b = 0, by the very iterates of `coxph`, so that a monotone likelihood shows where it does
/// there.
class Newton {
 public:
  Newton(const CoxFrame& frame, CoxTies ties, const CoxOptions& options)
      : frame_(frame), options_(options), scan_(frame.rows, ties), b_(frame.rows.columns()) {
    scan_.at(b_);
    evaluate();
  }

  const CoxSums& sums() const { return sums_; }
  const std::vector<double>& coefficients() const { return b_; }
  std::size_t iterations() const { return iterations_; }
  const std::vector<std::size_t>& monotone() const { return monotone_; }

  End run() {
    double lastMove = std::numeric_limits<double>::infinity();
    for (;;) {
      const SymmetricFactor factor(sums_.information);
      if (!factor.positiveDefinite()) return stillGrowing({}) ? End::separated : End::notConverged;
      const std::vector<double> change = factor.solve(sums_.score);
      const double move = greatestMove(change);
      if (!std::isfinite(move)) return End::notConverged;
      double gain = 0;
      for (std::size_t j = 0; j < b_.size(); ++j) gain += change[j] * sums_.score[j];
      if (settled_ && stillGrowing(change)) return End::separated;
      // Rounding of the score moves x'b by a little itself: steps that have stopped shrinking are no steps.
      const double least = tolerance + 8 * epsilon * greatestMove(b_);
      const bool noise = move < 1e-6 && move > lastMove / 4 && gain < 1e-12 * (1 + std::fabs(sums_.logLik));
      if (move <= least || noise) {
        for (std::size_t j = 0; j < b_.size(); ++j) b_[j] += change[j];
        return End::converged;
      }
      if (iterations_ >= options_.maxSteps) return stillGrowing(change) ? End::separated : End::notConverged;
      lastMove = move;
      if (!advance(change, move)) return stillGrowing(change) ? End::separated : End::notConverged;
    }
  }

 private:
  /// Sums at b, where the scan stands.
  void evaluate() {
    sums_ = scan_.sums();
    tell();
  }

  void tell() {
    if (!options_.progress) return;
    const double done = static_cast<double>(++scans_);
    options_.progress(done / (done + 3));
  }

  /// A bound on how far this change moves any x'b.
  double greatestMove(const std::vector<double>& change) const {
    double move = 0;
    for (std::size_t j = 0; j < change.size(); ++j) move += std::fabs(change[j]) * frame_.rows.reach()[j];
    return move;
  }

  /// Takes the step, or the first of its halves that does not lower the likelihood beyond rounding.
  bool advance(const std::vector<double>& change, double move) {
    const std::vector<double> from = b_;
    const double before = sums_.logLik;
    const double rounding = 1e-13 * (1 + std::fabs(before));
    constexpr double sensible = 200;
    double part = std::min(1.0, sensible / move);
    for (std::size_t halving = 0; halving < 40; ++halving, part /= 2) {
      for (std::size_t j = 0; j < b_.size(); ++j) b_[j] = from[j] + part * change[j];
      const double logLik = scan_.at(b_);
      tell();
      if (!(logLik >= before - rounding)) continue;
      ++iterations_;
      evaluate();
      // Where the likelihood ends at 0 (each event alone foreseen) it never settles relative to itself.
      settled_ = halving == 0 && (std::fabs(1 - before / logLik) <= settledChange ||
                                  std::fabs(logLik - before) <= settledChange * 1e-3 * std::fabs(frame_.nullLogLik));
      return true;
    }
    b_ = from;
    scan_.at(b_);
    evaluate();
    return false;
  }

  /// `coxph`'s test of a settled likelihood: which coefficients, in the user's units, would still go on.
  bool stillGrowing(const std::vector<double>& change) {
    const std::vector<double> b = frame_.toUser(b_), next = frame_.toUser(change.empty() ? b_ : change);
    monotone_.clear();
    for (std::size_t j = 0; j < b.size(); ++j) {
      const double step = std::fabs(next[j]);
      if (step > settledChange && step > std::sqrt(settledChange) * std::fabs(b[j])) monotone_.push_back(j);
    }
    return !monotone_.empty();
  }

  const CoxFrame& frame_;
  const CoxOptions& options_;
  CoxScan scan_;
  std::vector<double> b_;
  CoxSums sums_;
  bool settled_ = false;
  std::size_t iterations_ = 0;
  std::size_t scans_ = 0;
  std::vector<std::size_t> monotone_;
};

}  // namespace

std::size_t CoxFit::bytes() const {
  return sizeof *this + (coefficients.capacity() + covariance.values.capacity()) * sizeof(double) +
         monotone.capacity() * sizeof(std::size_t);
}

CoxFit fitCox(const CoxProblem& problem, const CoxOptions& options) {
  CoxFit fit;
  CoxFrame frame(problem);
  if (frame.singular()) {
    fit.end = End::singular;
    fit.column = *frame.collinear;
    return fit;
  }
  Newton newton(frame, problem.ties, options);
  fit.nullLogLik = frame.nullLogLik = newton.sums().logLik;
  if (const std::size_t unknown = firstUnknown(newton.sums()); unknown < problem.columns()) {
    fit.end = End::singular;
    fit.column = unknown;
    return fit;
  }
  const std::vector<double> step = SymmetricFactor(newton.sums().information).solve(newton.sums().score);
  fit.scoreStatistic = std::inner_product(step.begin(), step.end(), newton.sums().score.begin(), 0.0);
  fit.end = newton.run();
  fit.coefficients = frame.toUser(newton.coefficients());
  fit.covariance = frame.covarianceToUser(SymmetricFactor(newton.sums().information).inverse());
  fit.logLik = newton.sums().logLik;
  fit.iterations = newton.iterations();
  if (fit.end == End::separated) fit.monotone = newton.monotone();
  if (options.progress) options.progress(1);
  return fit;
}

}  // namespace bedside::numerics
