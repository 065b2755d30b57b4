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
constexpr double plainTolerance = 1e-10;
/// `coxph.control`'s eps: the log-likelihood has settled, relatively.
constexpr double settledChange = 1e-9;

/// From here on a fit to a part of the rows pays as a start.
constexpr std::size_t manyRows = 16384;
constexpr std::size_t partStride = 16;
/// An information serves again while x'b has moved by less than this (root mean square) since it was taken.
constexpr double staleMove = 0.05;
/// With many rows a last step is short enough when it moves x'b by less than this (root mean square): its square, which
/// is what it leaves, is beyond all digits, and the information has changed by as little.
constexpr double quickTolerance = 5e-7;
/// Quick fits that take longer than this are not to be had so.
constexpr std::size_t quickSteps = 15;

/// How steps are made.
enum class Pace {
  plain,  ///< from 0 by the very iterates of `coxph`, so that a monotone likelihood shows where it does there
  quick,  ///< one information for several steps, as long as these shrink fast
  rough,  ///< a start for others: to a hundredth, and given up soon
};

/// Newton's method on the partial likelihood.
class Newton {
 public:
  Newton(const CoxFrame& frame, CoxTies ties, const CoxOptions& options)
      : frame_(frame), options_(options), scan_(frame.rows, ties), b_(frame.rows.columns()) {
    start();
  }

  /// At b = 0.
  void start() {
    std::fill(b_.begin(), b_.end(), 0.0);
    scan_.at(b_);
    evaluate(true);
    nullLogLik_ = sums_.logLik;
    iterations_ = 0;
    settled_ = false;
  }
  /// From the estimate and the information of a part of the rows; false where that is worse than 0.
  bool start(const Newton& part, double share) {
    b_ = part.b_;
    if (!(scan_.at(b_) > nullLogLik_)) return false;
    sums_.information = part.sums_.information;
    for (double& entry : sums_.information.values) entry *= share;
    evaluate(false);
    drift_ = staleMove;
    return true;
  }

  const CoxSums& sums() const { return sums_; }
  const std::vector<double>& coefficients() const { return b_; }
  /// The log-likelihood at the estimate, a last step after that of `sums`.
  double logLik() const { return sums_.logLik + lastGain_; }
  std::size_t iterations() const { return iterations_; }
  const std::vector<std::size_t>& monotone() const { return monotone_; }

  End run(Pace pace) {
    const std::size_t most = pace == Pace::plain ? options_.maxSteps : quickSteps;
    const double tolerance = pace == Pace::rough ? 0.01 : plainTolerance;
    double lastMove = std::numeric_limits<double>::infinity();
    for (;;) {
      const SymmetricFactor factor(sums_.information);
      if (!factor.positiveDefinite()) return grown(b_, pace);
      const std::vector<double> change = factor.solve(sums_.score);
      const double move = greatestMove(change);
      if (!std::isfinite(move)) return End::notConverged;
      if (pace == Pace::plain && settled_ && stillGrowing(change)) return End::separated;
      const double gain = std::inner_product(change.begin(), change.end(), sums_.score.begin(), 0.0) / 2;
      // Rounding of the score moves x'b by a little itself: steps that have stopped shrinking are no steps.
      const double least = tolerance + 8 * epsilon * greatestMove(b_);
      const bool noise = move < 1e-6 && move > lastMove / 4 && gain < 1e-12 * (1 + std::fabs(sums_.logLik));
      const double spread = std::sqrt(2 * std::max(gain, 0.0) / eventWeight_);
      const bool close = pace == Pace::quick && spread <= quickTolerance;
      if (move <= least || noise || close) {
        if (!fresh_) {
          evaluate(true);  // the figures are to be those of the estimate
          continue;
        }
        for (std::size_t j = 0; j < b_.size(); ++j) b_[j] += change[j];
        lastGain_ = gain;
        return End::converged;
      }
      if (iterations_ >= most) return grown(change, pace);
      drift_ += spread;
      const bool again =
          pace == Pace::quick && drift_ < staleMove && move < lastMove / 4 && spread * drift_ > quickTolerance;
      lastMove = move;
      if (!advance(change, move, !again)) return grown(change, pace);
    }
  }

 private:
  /// Sums at b, where the scan stands.
  void evaluate(bool withInformation) {
    CoxSums sums = scan_.sums(withInformation);
    if (!withInformation) sums.information = std::move(sums_.information);
    sums_ = std::move(sums);
    fresh_ = withInformation;
    if (fresh_) drift_ = 0;
    lastGain_ = 0;
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
  bool advance(const std::vector<double>& change, double move, bool withInformation) {
    const std::vector<double> from = b_;
    const double before = sums_.logLik;
    const double rounding = 1e-13 * (1 + std::fabs(before));
    constexpr double sensible = 200;
    double part = std::min(1.0, sensible / move);
    for (std::size_t halving = 0; halving < 40; ++halving, part /= 2) {
      for (std::size_t j = 0; j < b_.size(); ++j) b_[j] = from[j] + part * change[j];
      const double logLik = scan_.at(b_);
      if (!(logLik >= before - rounding)) {
        tell();
        continue;
      }
      ++iterations_;
      evaluate(withInformation || halving > 0);
      // Where the likelihood ends at 0 (each event alone foreseen) it never settles relative to itself.
      settled_ = halving == 0 && (std::fabs(1 - before / logLik) <= settledChange ||
                                  std::fabs(logLik - before) <= settledChange * 1e-3 * std::fabs(nullLogLik_));
      return true;
    }
    b_ = from;
    scan_.at(b_);
    evaluate(true);
    return false;
  }

  End grown(const std::vector<double>& change, Pace pace) {
    return pace == Pace::plain && stillGrowing(change) ? End::separated : End::notConverged;
  }

  /// `coxph`'s test of a settled likelihood: which coefficients, in the user's units, would still go on.
  bool stillGrowing(const std::vector<double>& change) {
    const std::vector<double> b = frame_.toUser(b_), next = frame_.toUser(change);
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
  CoxSums sums_;        // at b_; the information may be of an earlier step
  bool fresh_ = false;  // whether it is that at b_
  double drift_ = 0;    // how far x'b has moved since it was taken
  double eventWeight_ = std::accumulate(frame_.rows.eventWeights().begin(), frame_.rows.eventWeights().end(), 0.0);
  double nullLogLik_ = 0;
  double lastGain_ = 0;
  bool settled_ = false;
  std::size_t iterations_ = 0;
  std::size_t scans_ = 0;
  std::vector<std::size_t> monotone_;
};

/// Every 16th row, or every 16th stratum where strata are small.
RiskSets partOf(const RiskSets& risk) {
  RiskSets out;
  const bool whole = risk.size() < 20 * partStride * risk.strata();
  std::vector<std::uint32_t> number(risk.start.empty() ? 0 : risk.size(), UINT32_MAX);
  for (std::size_t s = 0; s < risk.strata(); ++s) {
    out.first.push_back(out.row.size());
    if (whole && s % partStride != 0) continue;
    for (std::size_t at = risk.first[s]; at < risk.first[s + 1]; at += whole ? 1 : partStride) {
      if (!risk.start.empty()) {
        number[at] = static_cast<std::uint32_t>(out.row.size());
        out.start.push_back(risk.start[at]);
      }
      out.row.push_back(risk.row[at]);
      out.tableRow.push_back(risk.tableRow[at]);
      out.stop.push_back(risk.stop[at]);
      out.event.push_back(risk.event[at]);
      if (!risk.weight.empty()) out.weight.push_back(risk.weight[at]);
    }
  }
  out.first.push_back(out.row.size());
  for (const std::uint32_t position : risk.byStart) {
    if (number[position] != UINT32_MAX) out.byStart.push_back(number[position]);
  }
  return out;
}

/// A fit with many rows by shortcuts; false where they lead nowhere, which only the plain way can judge.
bool quickFit(const CoxProblem& problem, const CoxFrame& frame, Newton& newton, const CoxOptions& options) {
  if (frame.rows.rows() < manyRows || frame.toColumns.rows != 0) return false;
  const CoxProblem part{problem.design, partOf(problem.risk), problem.ties};
  const CoxFrame partFrame(part);
  const CoxOptions quiet{options.maxSteps, {}};
  if (partFrame.rows.times().size() < 20 * problem.columns() || partFrame.constant < problem.columns()) return false;
  Newton rough(partFrame, problem.ties, quiet);
  if (SymmetricFactor(rough.sums().information).leastPivot() < CoxFrame::doubtfulPivot) return false;
  if (rough.run(Pace::rough) != End::converged) return false;
  const auto& events = frame.rows.eventWeights();
  const auto& partEvents = partFrame.rows.eventWeights();
  const double share =
      std::accumulate(events.begin(), events.end(), 0.0) / std::accumulate(partEvents.begin(), partEvents.end(), 0.0);
  return newton.start(rough, share) && newton.run(Pace::quick) == End::converged;
}

}  // namespace

std::size_t CoxFit::bytes() const {
  return sizeof *this + (coefficients.capacity() + covariance.values.capacity()) * sizeof(double) +
         monotone.capacity() * sizeof(std::size_t);
}

CoxFit fitCox(const CoxProblem& problem, const CoxOptions& options) {
  CoxFit fit;
  CoxFrame frame(problem);
  Newton newton(frame, problem.ties, options);
  if (const std::optional<std::size_t> column = frame.settle(newton.sums(), [&] {
        newton.start();
        return newton.sums();
      })) {
    fit.end = End::singular;
    fit.column = *column;
    return fit;
  }
  fit.nullLogLik = newton.sums().logLik;
  const std::vector<double> step = SymmetricFactor(newton.sums().information).solve(newton.sums().score);
  fit.scoreStatistic = std::inner_product(step.begin(), step.end(), newton.sums().score.begin(), 0.0);
  if (!quickFit(problem, frame, newton, options)) {
    if (newton.iterations() > 0 || newton.logLik() != fit.nullLogLik) newton.start();
    fit.end = newton.run(Pace::plain);
  }
  fit.coefficients = frame.toUser(newton.coefficients());
  fit.covariance = frame.covarianceToUser(SymmetricFactor(newton.sums().information).inverse());
  fit.logLik = newton.logLik();
  fit.iterations = newton.iterations();
  if (fit.end == End::separated) fit.monotone = newton.monotone();
  if (options.progress) options.progress(1);
  return fit;
}

}  // namespace bedside::numerics
