#include "numerics/survival/fine_gray.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/survival/pseudo_likelihood.hpp"

namespace bedside::numerics {

namespace {

/// What is left of each column's squares (about its mean) where there are events, given the columns before it.
std::vector<double> whatIsLeft(const FineGrayPoint& point) {
  const SymmetricFactor factor(point.information);
  std::vector<double> out;
  for (std::size_t j = 0; j < factor.size(); ++j) {
    const double left = std::min(factor.pivot(j), point.information(j, j) / point.squares[j]);
    out.push_back(left > 0 ? left : 0);  // NaN included
  }
  return out;
}

double dot(std::span<const double> a, std::span<const double> b) {
  double total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) total += a[i] * b[i];
  return total;
}

}  // namespace

std::size_t FineGrayFit::bytes() const {
  return sizeof *this + monotone.capacity() * sizeof(std::size_t) +
         sizeof(double) * (coefficients.capacity() + covariance.values.capacity() + time.capacity() +
                           cumulativeHazard.capacity());
}

FineGrayPoint fineGrayAt(const FineGrayProblem& problem, std::span<const double> coefficients) {
  return PseudoLikelihood(problem, {}).at(coefficients);
}

FineGrayFit fitFineGray(const FineGrayProblem& problem, const FineGrayOptions& options) {
  // `coxph`'s signs of a maximum at infinity: the likelihood has settled to a relative `settled` while a step is still
  // larger than that and than its root of the coefficient.
  constexpr double settled = 1e-9;
  const double rootOfSettled = std::sqrt(settled);
  constexpr double still = 1e-20, nearlyStill = 1e-12;      // of U'I⁻¹U: the square of the step in standard errors
  constexpr double illConditioned = 1e-8, rounding = 1e-13;  // of what is left of a column

  PseudoLikelihood likelihood(problem, options.progress);
  const std::size_t k = likelihood.columns();
  FineGrayFit fit;
  std::vector<double> b(k);
  FineGrayPoint point = likelihood.at(b);
  fit.nullLogLik = point.logLik;
  const std::vector<double> left = whatIsLeft(point);
  if (std::ranges::min(left) < illConditioned) {
    fit.column = likelihood.turn();
    if (fit.column == k) {  // no combination: unless no risk set knows one of them
      point = likelihood.at(b);
      const std::vector<double> turned = whatIsLeft(point);
      const auto unknown = std::ranges::find_if(turned, [](double share) { return share < rounding; });
      fit.column = static_cast<std::size_t>(unknown - turned.begin());
    }
    if (fit.column < k) {
      fit.end = End::singular;
      return fit;
    }
  }

  fit.end = End::notConverged;
  SymmetricFactor information(point.information);
  std::vector<double> step = information.solve(point.score), before;
  double distance = dot(point.score, step), gain = HUGE_VAL;
  while (true) {
    if (std::abs(gain) <= settled * std::abs(point.logLik) && distance > nearlyStill) {
      const auto user = likelihood.toUser(b), ahead = likelihood.toUser(step), behind = likelihood.toUser(before);
      for (std::size_t j = 0; j < k; ++j) {
        const double length = std::abs(ahead[j]);
        const bool arrives = length < 0.5 * std::abs(behind[j]);  // shrinks, in the end quadratically
        if (length > settled && length > rootOfSettled * std::abs(user[j]) && !arrives) fit.monotone.push_back(j);
      }
      if (!fit.monotone.empty()) {
        fit.end = End::separated;
        break;
      }
    }
    if (!(distance > still)) {
      fit.end = End::converged;
      break;
    }
    if (fit.iterations == options.maxSteps) break;

    ++fit.iterations;
    before = step;
    const std::vector<double> from = b;
    FineGrayPoint next;
    double share = 1;
    for (int halvings = 0; halvings < 40; ++halvings, share /= 2) {
      for (std::size_t j = 0; j < k; ++j) b[j] = from[j] + share * step[j];
      next = likelihood.at(b);
      // Near the maximum the gain drowns in rounding: a short step is taken as it is.
      if (next.logLik >= point.logLik || (std::isfinite(next.logLik) && distance < 1e-6)) break;
    }
    if (!std::isfinite(next.logLik)) {
      b = from;
      point = likelihood.at(b);
      break;
    }
    gain = next.logLik - point.logLik;
    const double last = distance;
    point = std::move(next);
    information = SymmetricFactor(point.information);
    if (!information.positiveDefinite()) break;
    step = information.solve(point.score);
    distance = dot(point.score, step);
    if (distance <= nearlyStill && distance > 0.25 * last) {  // rounding keeps it from coming closer
      fit.end = End::converged;
      break;
    }
  }

  fit.coefficients = likelihood.toUser(b);
  fit.logLik = point.logLik;
  const Matrix inverse = information.inverse();
  fit.covariance = likelihood.covarianceToUser(product(product(inverse, likelihood.middle()), inverse));
  fit.time = likelihood.eventTimes();
  fit.cumulativeHazard = likelihood.cumulativeHazard(fit.coefficients);
  return fit;
}

}  // namespace bedside::numerics
