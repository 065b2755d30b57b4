#include "numerics/profile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace bedside::numerics {
namespace {

/// What a further step may still promise a restricted maximum: 2 × 1e-11 beside a `drop` of 3.84 moves a limit by
/// 1e-12 of the interval.
constexpr double enough = 1e-11;

/// max l(b; b_j = v) along v.
class ProfileLikelihood {
 public:
  ProfileLikelihood(const GlmProblem& problem, const GlmFit& fit, std::size_t column, Likelihood likelihood,
                    const Progress& progress)
      : problem_(problem), column_(column), likelihood_(likelihood), estimate_(fit), known_{fit},
        greatest_(fit.logLik) {
    options_.gain = enough;
    if (progress) options_.progress = [&progress](double) { progress(0); };  // how many fits it takes is not known
    // Where the maximum does not exist the iterate's likelihood is not yet the supremum.
    if (!fit.converged()) {
      options_.start = fit.coefficients;
      greatest_ = maximise().logLik;
    }
    options_.fixed = {column};
  }

  double estimate() const { return estimate_.coefficients[column_]; }
  double standardError() const { return std::sqrt(estimate_.covariance(column_, column_)); }

  /// 2[l(b̂) − max l(b; b_j = value)].
  double drop(double value) {
    // From the nearest fit so far; along a profile the other coefficients move by C_ij / C_jj for a unit of b_j.
    const GlmFit& nearest = *std::min_element(known_.begin(), known_.end(), [&](const GlmFit& a, const GlmFit& b) {
      return std::fabs(a.coefficients[column_] - value) < std::fabs(b.coefficients[column_] - value);
    });
    options_.start = nearest.coefficients;
    const Matrix& c = nearest.covariance;
    const double move = value - nearest.coefficients[column_];
    for (std::size_t i = 0; i < options_.start.size(); ++i) {
      const double slope = c(i, column_) / c(column_, column_);
      options_.start[i] += std::isfinite(slope) ? slope * move : 0.0;
    }
    options_.start[column_] = value;
    known_.push_back(maximise());
    return std::max(0.0, 2 * (greatest_ - known_.back().logLik));
  }

 private:
  GlmFit maximise() const {
    return likelihood_ == Likelihood::plain ? fitGlm(problem_, options_) : fitFirth(problem_, options_);
  }

  const GlmProblem& problem_;
  std::size_t column_;
  Likelihood likelihood_;
  const GlmFit& estimate_;
  std::vector<GlmFit> known_;
  double greatest_;
  GlmOptions options_;
};

/// The limit on one side. In the root of the drop, which is all but linear in the distance from the estimate, both the
/// search for a bracket and the regula falsi within it (Illinois variant) come down to a few fits.
double limit(ProfileLikelihood& profile, double side, double drop) {
  const double wanted = std::sqrt(drop);
  const auto excess = [&](double distance) {
    return std::sqrt(profile.drop(profile.estimate() + side * distance)) - wanted;
  };
  double low = 0;
  double lowExcess = -wanted;
  double high = profile.standardError() * wanted;
  if (!std::isfinite(high) || high <= 0) return std::numeric_limits<double>::quiet_NaN();
  double highExcess = excess(high);
  while (highExcess < 0) {
    const double reached = highExcess + wanted;
    const double next = high * std::clamp(1.05 * wanted / reached, 1.1, 2.0);
    const double nextExcess = excess(next);
    // At least a tenth further out and no lower: the likelihood has come to its bound on this side.
    const bool flat = std::fabs(nextExcess - highExcess) < 1e-9 * wanted;
    if (flat || !std::isfinite(nextExcess) || next > 1e300) return side * std::numeric_limits<double>::infinity();
    low = high;
    lowExcess = highExcess;
    high = next;
    highExcess = nextExcess;
  }
  double weightLow = lowExcess;
  double weightHigh = highExcess;
  double distance = high;
  double last = highExcess;
  for (std::size_t step = 0; step < 100 && std::fabs(last) > 1e-11 * wanted && high - low > 1e-12 * high; ++step) {
    distance = (low * weightHigh - high * weightLow) / (weightHigh - weightLow);
    const double before = last;
    last = excess(distance);
    if (last < 0) {
      low = distance;
      weightLow = last;
      if (before < 0) weightHigh /= 2;
    } else {
      high = distance;
      weightHigh = last;
      if (before > 0) weightLow /= 2;
    }
  }
  return profile.estimate() + side * distance;
}

}  // namespace

Limits profileLimits(const GlmProblem& problem, const GlmFit& fit, std::size_t column, double drop,
                     Likelihood likelihood, const Progress& progress) {
  ProfileLikelihood profile(problem, fit, column, likelihood, progress);
  return {limit(profile, -1, drop), limit(profile, +1, drop)};
}

double likelihoodRatio(const GlmProblem& problem, const GlmFit& fit, std::size_t column, double value,
                       Likelihood likelihood, const Progress& progress) {
  return ProfileLikelihood(problem, fit, column, likelihood, progress).drop(value);
}

}  // namespace bedside::numerics
