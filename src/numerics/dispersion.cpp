#include "numerics/dispersion.hpp"

#include <cmath>

namespace bedside::numerics {
namespace {

constexpr std::size_t tabulated = 1024;
/// Below this t the closed forms lose digits to cancellation and their series need few terms.
constexpr double smallShare = 0.1;

/// Σ_{n ≥ first} coefficient(n) (−t)ⁿ for small t.
template <class Coefficient>
double series(double t, int first, Coefficient&& coefficient) {
  double power = 1;
  for (int n = 0; n < first; ++n) power *= -t;
  double total = 0;
  for (int n = first; n < first + 16; ++n, power *= -t) total += coefficient(static_cast<double>(n)) * power;
  return total;
}

/// t − log(1 + t) = t²/2 − …
double logDefect(double t) {
  if (t >= smallShare) return t - std::log1p(t);
  return series(t, 2, [](double n) { return 1 / n; });
}
/// log(1 + t) − t/(1 + t) = t²/2 − 2t³/3 + …
double shareDefect(double t) {
  if (t >= smallShare) return std::log1p(t) - t / (1 + t);
  return series(t, 2, [](double n) { return (n - 1) / n; });
}
/// 2 log(1 + t) − 2t/(1 + t) − t²/(1 + t)² = 2t³/3 − …
double secondDefect(double t) {
  const double share = t / (1 + t);
  if (t >= smallShare) return 2 * (std::log1p(t) - share) - share * share;
  return series(t, 3, [](double n) { return -(n - 1) * (n - 2) / n; });
}
/// t − 2 log(1 + t) + t/(1 + t) = t³/3 − …
double squareDefect(double t) {
  if (t >= smallShare) return t - 2 * std::log1p(t) + t / (1 + t);
  return series(t, 3, [](double n) { return -(n - 2) / n; });
}

}  // namespace

Dispersion::Dispersion(double alpha) : alpha_(alpha), table_(1) {}

Dispersion::Rising Dispersion::rising(double y) {
  const std::size_t wanted = y < static_cast<double>(tabulated) ? static_cast<std::size_t>(y) : tabulated;
  while (table_.size() <= wanted) {
    const double j = static_cast<double>(table_.size() - 1);
    const double first = j / (1 + j * alpha_);
    const Rising& last = table_.back();
    table_.push_back({last.logs + std::log1p(j * alpha_), last.firsts + first, last.squares + first * first});
  }
  Rising sums = table_[wanted];
  if (y <= static_cast<double>(tabulated)) return sums;
  // Σ_{m ≤ j < y} f(j) = ∫ f + (f(m) − f(y))/2 + (f′(y) − f′(m))/12 − (f‴(y) − f‴(m))/720 + …
  const auto add = [&](double j, double sign) {
    const double t = j * alpha_;
    const double u = 1 / (1 + t);
    const double au = alpha_ * u;
    const double first = j * u;
    sums.logs += sign * (j * std::log1p(t) - logDefect(t) / alpha_ - std::log1p(t) / 2 + au / 12 - au * au * au / 360);
    sums.firsts += sign * (logDefect(t) / alpha_ / alpha_ - first / 2 + u * u / 12 - au * au * u * u / 120);
    sums.squares += sign * (squareDefect(t) / alpha_ / alpha_ / alpha_ - first * first / 2 + first * u * u / 6 +
                            au * u * u * u * u * (1 - t) / 60);
  };
  add(y, 1);
  add(static_cast<double>(tabulated), -1);
  return sums;
}

DispersionTerms Dispersion::terms(double y, double eta) {
  const double mu = std::exp(eta);
  const double t = alpha_ * mu;
  const double inflation = 1 + t;
  const Rising sums = rising(y);
  const double perAlpha = 1 / alpha_;
  DispersionTerms terms;
  terms.logLik = sums.logs + y * eta - (y + perAlpha) * std::log1p(t);
  terms.byEta = (y - mu) / inflation;
  terms.byEtaTwice = -mu * (1 + alpha_ * y) / (inflation * inflation);
  terms.byEtaAndAlpha = -(y - mu) * mu / (inflation * inflation);
  terms.byAlpha = sums.firsts + shareDefect(t) * perAlpha * perAlpha - y * mu / inflation;
  terms.byAlphaTwice = -sums.squares - secondDefect(t) * perAlpha * perAlpha * perAlpha +
                       y * mu * mu / (inflation * inflation);
  return terms;
}

}  // namespace bedside::numerics
