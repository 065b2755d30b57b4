#include "numerics/glm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "numerics/frame.hpp"
#include "numerics/glm_scan.hpp"
#include "numerics/qr.hpp"
#include "numerics/separation.hpp"
#include "numerics/weighted_qr.hpp"

namespace bedside::numerics {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
/// A pivot of the scaled Gram below this: half of its digits are gone, QR takes over.
constexpr double doubtfulPivot = 1e-8;
/// From here on a fit to a part of the rows pays as a start.
constexpr std::size_t manyRows = 32768;
constexpr std::size_t partStride = 16;
/// A Gram is used again while linear predictors have moved by less than this since it was taken (root mean square, or
/// four times this by one coefficient alone).
constexpr double staleMove = 0.05;
/// Steps before a fit that still moves linear predictors by more than ½ is asked whether its maximum exists.
constexpr std::size_t patience = 6;

/// Newton's method over the rows, or every `stride`-th block of them.
class Newton {
 public:
  Newton(const Frame& frame, const GlmOptions& options, std::size_t stride = 1)
      : frame_(frame), problem_(frame.problem), options_(options), stride_(stride), scan_(frame.problem, stride),
        b_(problem_.layout.design), chords_(stride == 1 && problem_.rows.rows() >= manyRows) {}

  /// From these coefficients.
  void start(std::vector<double> b) {
    b_ = std::move(b);
    evaluate(true);
  }
  /// From the coefficients and the Gram of a fit to a part of the rows.
  void start(const Newton& part) {
    b_ = part.b_;
    evaluate(false);
    factor_ = part.factor_;
    const double rows = static_cast<double>(problem_.rows.rows());
    share_ = static_cast<double>(part.stride_);
    drift_ = std::sqrt(static_cast<double>(part.stride_ * frame_.free.size()) / rows);  // of its Gram
  }
  /// From the response alone, by the system made from it. False where the columns prove dependent in doing so.
  bool start(GlmSums fromResponse) {
    sums_ = std::move(fromResponse);
    factor_.emplace(submatrix(sums_.information, frame_.free));
    if (factor_->leastPivot() < doubtfulPivot && !resolve()) return false;
    b_ = frame_.expand(ill_ ? weightedStep(problem_, {}, frame_.free, frame_.reach)
                            : factor_->solve(frame_.gather(sums_.score)));
    ++iterations_;
    evaluate(true);
    return true;
  }

  /// Steps until one moves no linear predictor by more than `tolerance`, or another end comes.
  End run(std::size_t maxSteps, double tolerance) {
    double lastMove = std::numeric_limits<double>::infinity();
    for (;;) {
      if (fresh_) {
        factor_.emplace(submatrix(sums_.information, frame_.free));
        if (!ill_ && factor_->leastPivot() < doubtfulPivot && !resolve()) return End::singular;
      }
      const std::vector<double> change = step();
      const double move = frame_.greatestMove(change);
      const double gain = promisedGain(change);
      const double spread = std::sqrt(2 * gain / sums_.weight);  // root mean square move
      // Where columns all but cancel, linear predictors are rounded more coarsely than the tolerance.
      const double least = tolerance + 8 * epsilon * frame_.greatestMove(b_);
      if (gain < options_.gain || move <= least || (spread <= least && frame_.exactMove(change) <= least)) {
        if (fresh_) {
          for (std::size_t j = 0; j < b_.size(); ++j) b_[j] += change[j];
          return End::converged;
        }
        evaluate(true);  // the figures are to be those of the estimate, not of a step before
        continue;
      }
      if (iterations_ >= maxSteps || !std::isfinite(move)) return End::notConverged;
      if (mayAskSeparation() && move > 0.5 && separated(change)) return End::separated;
      drift_ += std::max(spread, greatestSingleMove(change) / 4);
      // A Gram serves again while it is near, steps shrink fast, and the next (about drift × move) will not be the last.
      const bool again = chords_ && !ill_ && drift_ < staleMove && move < lastMove / 4 && move * drift_ > tolerance;
      lastMove = move;
      if (!advance(change, !again)) return End::notConverged;
    }
  }

  /// (X'WX)⁻¹ of all columns at the estimate, W the expected weights.
  Matrix covariance() {
    if (ill_) {
      const Matrix root = weightedInverseRoot(problem_, b_, frame_.reach);
      return product(root, transposed(root));
    }
    if (problem_.family == Family::negativeBinomial) sums_ = scan_.at(b_, true, Information::expected);
    return SymmetricFactor(sums_.information).inverse();
  }

  const std::vector<double>& coefficients() const { return b_; }
  const std::vector<double>& separation() const { return separation_; }
  double logLik() const { return sums_.logLik; }
  std::size_t iterations() const { return iterations_; }
  std::size_t dependentColumn() const { return dependent_; }

 private:
  void evaluate(bool withInformation) {
    GlmSums sums = scan_.at(b_, withInformation);
    if (!withInformation) sums.information = std::move(sums_.information);
    sums_ = std::move(sums);
    fresh_ = withInformation;
    if (fresh_) drift_ = 0, share_ = 1;
    if (options_.progress && stride_ == 1) {
      // Steps to come are not known: the share told approaches 1.
      const double done = static_cast<double>(++scans_);
      options_.progress(done / (done + 2));
    }
  }

  /// A pivot is doubtful: is a column collinear (false), or do we go on by QR? A held coefficient means that the whole
  /// model was fitted before.
  bool resolve() {
    if (stride_ > 1) return false;  // a part of the rows that is no help
    ill_ = true;
    if (frame_.free.size() < b_.size()) return true;
    dependent_ = firstCollinear(problem_.rows, problem_.layout);
    return dependent_ == b_.size();
  }

  std::vector<double> step() {
    if (ill_) return frame_.expand(weightedStep(problem_, b_, frame_.free, frame_.reach));
    std::vector<double> solved = factor_->solve(frame_.gather(sums_.score));
    for (double& entry : solved) entry /= share_;
    return frame_.expand(solved);
  }

  /// ½ Σ W (x'change)², which the log-likelihood should rise by.
  double promisedGain(const std::vector<double>& change) const {
    double decrement = 0;
    for (const std::size_t j : frame_.free) decrement += change[j] * sums_.score[j];
    return std::max(decrement, 0.0) / 2;
  }

  bool mayAskSeparation() const { return stride_ == 1 && options_.gain == 0 && iterations_ >= patience; }

  bool separated(const std::vector<double>& change) {
    separation_ = separatingDirection(problem_, change, frame_.free, frame_.reach);
    if (separation_.empty() && frame_.free.size() == b_.size() && separates(problem_, b_)) separation_ = b_;
    return !separation_.empty();
  }

  /// The most that the change of one coefficient alone moves a linear predictor: what a rare level's fit goes by.
  double greatestSingleMove(const std::vector<double>& change) const {
    double most = 0;
    for (std::size_t j = 0; j < change.size(); ++j) most = std::max(most, std::fabs(change[j]) * frame_.reach[j]);
    return most;
  }

  /// Takes the step, or the first of its halves that does not lower the likelihood beyond rounding.
  bool advance(const std::vector<double>& change, bool withInformation) {
    const std::vector<double> from = b_;
    const double before = sums_.logLik;
    const double rounding = 1e-12 * (1 + std::fabs(before));
    double part = frame_.sensiblePart(change);
    for (std::size_t halving = 0; halving < 40; ++halving, part /= 2) {
      for (std::size_t j = 0; j < b_.size(); ++j) b_[j] = from[j] + part * change[j];
      evaluate(withInformation);
      if (sums_.logLik >= before - rounding) {
        ++iterations_;
        return true;
      }
      withInformation = true;
    }
    b_ = from;
    evaluate(true);
    return false;
  }

  const Frame& frame_;
  const GlmProblem& problem_;
  const GlmOptions& options_;
  std::size_t stride_;
  GlmScan scan_;
  std::vector<double> b_;
  GlmSums sums_;                           // at b_; the information may be of an earlier step
  std::optional<SymmetricFactor> factor_;  // of the information of the free columns
  bool chords_;                            // whether a Gram may serve several steps
  bool fresh_ = false;                     // whether sums_.information is that at b_
  bool ill_ = false;                       // steps by QR
  double drift_ = 0;                       // how far linear predictors have moved since the Gram was taken
  double share_ = 1;                       // rows for each row that the Gram was taken from
  std::size_t iterations_ = 0;
  std::size_t scans_ = 0;
  std::size_t dependent_ = 0;
  std::vector<double> separation_;
};

/// Starts from a converged fit to every 16th block where there is one.
bool startFromPart(Newton& newton, const Frame& frame, const GlmOptions& options) {
  if (frame.problem.rows.rows() < manyRows) return false;
  GlmSums fromResponse = GlmScan(frame.problem, partStride).at({});
  // Without the columns that are empty or dependent in these blocks.
  Frame some = frame;
  some.free.clear();
  const SymmetricFactor factor(submatrix(fromResponse.information, frame.free));
  for (std::size_t i = 0; i < frame.free.size(); ++i) {
    if (factor.pivot(i) > 1e-6) some.free.push_back(frame.free[i]);
  }
  Newton part(some, options, partStride);
  if (!part.start(std::move(fromResponse)) || part.run(8, 0.05) != End::converged) return false;
  if (some.free.size() == frame.free.size()) {
    newton.start(part);
  } else {
    newton.start(part.coefficients());
  }
  return true;
}

/// Log-likelihood with its constants, and deviance.
void takeFigures(const GlmProblem& problem, const Newton& newton, GlmFit& fit) {
  fit.weightSum = totalWeight(problem);
  fit.logLik = newton.logLik();
  fit.deviance = -2 * newton.logLik();
  if (problem.family != Family::poisson && problem.family != Family::negativeBinomial) return;
  fit.logLik = fit.deviance = 0;
  GlmScan scan(problem);
  scan.eachBlock([&](const Block& block) {
    const LinkedRows rows = scan.link(block, newton.coefficients());
    fit.logLik += logDensity(problem, rows);
    fit.deviance += devianceOf(problem, rows);
  });
}

}  // namespace

GlmFit fitGlm(const GlmProblem& problem, const GlmOptions& options) {
  const std::size_t k = problem.layout.design;
  const Frame frame(problem, options.fixed);
  GlmFit fit;
  // Centred columns would hide that a column is next to constant; the convention judges it as it is.
  if (frame.centred && options.fixed.empty()) {
    fit.column = firstCollinear(problem.rows, problem.layout);
    if (fit.column < k) fit.end = End::singular;
    if (fit.column < k) return fit;
  }
  Newton newton(frame, options);
  bool independent = true;
  if (!options.start.empty()) {
    newton.start(frame.fromUser(options.start));
  } else if (!startFromPart(newton, frame, options)) {
    independent = newton.start(GlmScan(frame.problem).at({}));
  }
  fit.end = independent ? newton.run(options.maxSteps, options.tolerance) : End::singular;
  if (fit.end == End::singular) {
    fit.column = newton.dependentColumn();
    return fit;
  }
  fit.coefficients = frame.toUser(newton.coefficients());
  takeFigures(frame.problem, newton, fit);
  fit.covariance = frame.covarianceToUser(newton.covariance());
  fit.iterations = newton.iterations();
  fit.separation = newton.separation().empty() ? std::vector<double>{} : frame.toUser(newton.separation());
  if (options.progress) options.progress(1);
  return fit;
}

std::vector<double> linearPredictors(const GlmProblem& problem, std::span<const double> coefficients) {
  std::vector<double> eta(problem.rows.rows());
  const Layout& layout = problem.layout;
  problem.rows.scan([&](const Block& block) {
    linearPredictor(block, coefficients, layout.offset ? block[layout.offsetColumn()] : nullptr,
                    eta.data() + block.first);
  });
  return eta;
}

std::vector<double> fittedMeans(const GlmProblem& problem, std::span<const double> coefficients) {
  std::vector<double> means = linearPredictors(problem, coefficients);
  for (double& mean : means) mean = meanOf(problem.family, mean);
  return means;
}

double pearsonStatistic(const GlmProblem& problem, std::span<const double> coefficients) {
  double total = 0;
  GlmScan scan(problem);
  scan.each(coefficients, Information::expected, [&](const GlmBlock& rows) {
    // s²/W = w (y − μ)²/V for the canonical links, and for the negative binomial too: s = w(y − μ)μ/V, W = wμ²/V.
    for (std::size_t r = 0; r < rows.block.rows; ++r) {
      if (rows.information[r] > 0) total += rows.score[r] * rows.score[r] / rows.information[r];
    }
  });
  return total;
}

std::vector<double> leverages(const GlmProblem& problem, std::span<const double> coefficients) {
  const Frame frame(problem);
  const std::vector<double> b = frame.fromUser({coefficients.begin(), coefficients.end()});
  const Matrix root = transposed(weightedInverseRoot(frame.problem, b, frame.reach));
  std::vector<double> result(problem.rows.rows());
  std::vector<double> scratch;
  GlmScan scan(frame.problem);
  scan.each(b, Information::expected, [&](const GlmBlock& rows) {
    double* out = result.data() + rows.block.first;
    addSquaredNorms(rows.block, root, scratch, out);
    for (std::size_t r = 0; r < rows.block.rows; ++r) {
      out[r] *= rows.information[r];
      if (1 - out[r] <= leastLeft) out[r] = 1;
    }
  });
  return result;
}

}  // namespace bedside::numerics
