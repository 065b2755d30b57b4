#include "numerics/boost_policy.hpp"
// The policy stands before every other Boost header.
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "numerics/distributions.hpp"

namespace bedside::numerics {
namespace {

namespace bm = boost::math;

// The special functions are called, not Boost's distribution classes: those would check the same arguments twice and
// decide the degenerate ones otherwise than R.

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double logSqrt2Pi = 0.918938533204672741780329736405617640;

bool isProbability(double p) { return p >= 0 && p <= 1; }

/// One half of P(|T| ≥ |t|).
double studentTail(double t, double df) {
  if (std::isnan(t) || !(df > 0)) return nan;
  if (std::isinf(df)) return normalUpper(std::abs(t));
  if (std::isinf(t)) return 0;
  const double square = t * t;
  if (std::isinf(square)) {
    // x = df/t² to the first order: I_x(df/2, ½) → x^{df/2} / (df/2 · B(df/2, ½)).
    return 0.5 * std::exp(0.5 * df * (std::log(df) - 2 * std::log(std::abs(t))) - std::log(0.5 * df)) /
           bm::beta(0.5 * df, 0.5);
  }
  // Whichever argument of the incomplete beta is small is the one passed: the other, near 1, would have lost t.
  return square > df ? 0.5 * bm::ibeta(0.5 * df, 0.5, df / (df + square))
                     : 0.5 * bm::ibetac(0.5, 0.5 * df, square / (df + square));
}

/// t > 0 with studentTail(t) = p < ½, by Newton's method; Boost's inverse of the incomplete beta
/// is 12 KB of code. Near the middle P(0 < T < t) is concave in t: from 0 every step stays on this side. Beyond,
/// log P is concave in log t, and nearly a line: after the first step every one comes from above.
double studentTailQuantile(double p, double df) {
  constexpr int mostSteps = 100;
  const double logScale = std::log(std::sqrt(df) * bm::beta(0.5 * df, 0.5));
  const auto logDensity = [&](double t) { return -0.5 * (df + 1) * std::log1p(t * t / df) - logScale; };
  double t = 0;
  if (p > 0.25) {
    for (int step = 0; step < mostSteps; ++step) {
      const double square = t * t;
      const double middle = square > df ? 0.5 - studentTail(t, df)
                                        : 0.5 * bm::ibeta(0.5, 0.5 * df, square / (df + square));
      const double next = t + ((0.5 - p) - middle) / std::exp(logDensity(t));
      if (!(std::abs(next - t) > 1e-15 * next)) return next;
      t = next;
    }
    return t;
  }
  double before = t = -normalQuantile(p);
  for (int step = 0; step < mostSteps; ++step) {
    const double tail = studentTail(t, df);
    if (tail == 0) {  // the first step went beyond the smallest number
      t = std::sqrt(before) * std::sqrt(t);
      continue;
    }
    // Where t² overflows the line is straight: its slope is df.
    const double slope = std::isinf(t * t) ? df : std::exp(std::log(t) + logDensity(t) - std::log(tail));
    const double change = std::log(tail / p) / slope;
    before = std::exchange(t, t * std::exp(change));
    if (!(std::abs(change) > 1e-15) || std::isinf(t)) return t;
  }
  return t;
}

/// I_{x}(a, b) or its complement for x = odds/(1 + odds), passing on whichever of x and 1 − x is small.
double betaOfOdds(double odds, double a, double b, bool upper) {
  if (odds > 1) {
    const double y = 1 / (1 + odds);
    return upper ? bm::ibeta(b, a, y) : bm::ibetac(b, a, y);
  }
  const double x = odds / (1 + odds);
  return upper ? bm::ibetac(a, b, x) : bm::ibeta(a, b, x);
}

double chiSquaredTail(double x, double df, bool upper) {
  if (std::isnan(x) || !(df >= 0)) return nan;
  if (std::isinf(df)) return upper ? 1 : 0;
  if (df == 0) return upper == (x <= 0) ? 1 : 0;
  if (x <= 0) return upper ? 1 : 0;
  if (std::isinf(x)) return upper ? 0 : 1;
  return upper ? bm::gamma_q(0.5 * df, 0.5 * x) : bm::gamma_p(0.5 * df, 0.5 * x);
}

double fTail(double x, double df1, double df2, bool upper) {
  if (std::isnan(x) || !(df1 > 0) || !(df2 > 0)) return nan;
  if (x <= 0) return upper ? 1 : 0;
  if (std::isinf(x)) return upper ? 0 : 1;
  if (std::isinf(df1) && std::isinf(df2)) return x == 1 ? 0.5 : (x > 1) == upper ? 0 : 1;
  if (std::isinf(df2)) return chiSquaredTail(x * df1, df1, upper);
  if (std::isinf(df1)) return chiSquaredTail(df2 / x, df2, !upper);
  return betaOfOdds(df1 / df2 * x, 0.5 * df1, 0.5 * df2, upper);
}

double betaTail(double x, double a, double b, bool upper) {
  if (std::isnan(x) || !(a >= 0) || !(b >= 0)) return nan;
  if (x <= 0) return upper ? 1 : 0;
  if (x >= 1) return upper ? 0 : 1;
  const bool massAt0 = a == 0 || std::isinf(b);
  const bool massAt1 = b == 0 || std::isinf(a);
  if (massAt0 && massAt1) return a == b ? 0.5 : nan;
  if (massAt0 || massAt1) return massAt0 == upper ? 0 : 1;
  return upper ? bm::ibetac(a, b, x) : bm::ibeta(a, b, x);
}

bool isCount(double count) { return count >= 0 && count == std::floor(count) && !std::isinf(count); }

/// log n! − log(√(2πn) nⁿ e⁻ⁿ), the error of Stirling's formula.
double stirlingError(double n) {
  if (n <= 15) return std::lgamma(n + 1) - (n + 0.5) * std::log(n) + n - logSqrt2Pi;
  const double r = 1 / (n * n);
  constexpr double c[] = {1.0 / 12, 1.0 / 360, 1.0 / 1260, 1.0 / 1680, 1.0 / 1188, 691.0 / 360360};
  return (c[0] - r * (c[1] - r * (c[2] - r * (c[3] - r * (c[4] - r * c[5]))))) / n;
}

/// x log(x/m) + m − x, the deviance term, without cancellation where x ≈ m (Loader 2000, section 2).
double devianceTerm(double x, double m) {
  if (std::abs(x - m) < 0.1 * (x + m)) {
    const double v = (x - m) / (x + m);
    double sum = (x - m) * v;
    double term = 2 * x * v;
    for (int j = 1; j < 1000; ++j) {
      term *= v * v;
      const double next = sum + term / (2 * j + 1);
      if (next == sum) break;
      sum = next;
    }
    return sum;
  }
  return x * std::log(x / m) + m - x;
}

/// log of the binomial probability with q = 1 − p given; x and n need not be whole.
double logBinomialTerm(double x, double n, double p, double q) {
  if (p == 0) return x == 0 ? 0 : -infinity;
  if (q == 0) return x == n ? 0 : -infinity;
  if (x < 0 || x > n) return -infinity;
  if (x == 0) return n == 0 ? 0 : p < 0.1 ? -devianceTerm(n, n * q) - n * p : n * std::log(q);
  if (x == n) return q < 0.1 ? -devianceTerm(n, n * p) - n * q : n * std::log(p);
  return stirlingError(n) - stirlingError(x) - stirlingError(n - x) - devianceTerm(x, n * p) -
         devianceTerm(n - x, n * q) - logSqrt2Pi - 0.5 * (std::log(x) + std::log1p(-x / n));
}

}  // namespace

double normalCdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double normalUpper(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

double normalTwoSided(double z) { return std::erfc(std::abs(z) / std::numbers::sqrt2); }

double normalQuantile(double p) {
  if (!isProbability(p)) return nan;
  if (p == 0 || p == 1) return p == 0 ? -infinity : infinity;
  return -std::numbers::sqrt2 * bm::erfc_inv(2 * p);
}

double normalCritical(double level) { return -normalQuantile(0.5 * (1 - level)); }

double studentTCdf(double t, double df) {
  const double tail = studentTail(t, df);
  return t < 0 ? tail : 1 - tail;
}

double studentTUpper(double t, double df) { return studentTCdf(-t, df); }

double studentTTwoSided(double t, double df) { return 2 * studentTail(t, df); }

double studentTQuantile(double p, double df) {
  if (!isProbability(p) || !(df > 0)) return nan;
  if (p == 0 || p == 1) return p == 0 ? -infinity : infinity;
  if (std::isinf(df)) return normalQuantile(p);
  if (p == 0.5) return 0;
  const double t = p < 0.5 ? studentTailQuantile(p, df) : studentTailQuantile(1 - p, df);
  return p < 0.5 ? -t : t;
}

double chiSquaredCdf(double x, double df) { return chiSquaredTail(x, df, false); }

double chiSquaredUpper(double x, double df) { return chiSquaredTail(x, df, true); }

double chiSquaredQuantile(double p, double df) {
  if (!isProbability(p) || !(df >= 0) || std::isinf(df)) return nan;
  if (p == 1) return infinity;
  if (p == 0 || df == 0) return 0;
  return 2 * bm::gamma_p_inv(0.5 * df, p);
}

double fCdf(double x, double df1, double df2) { return fTail(x, df1, df2, false); }

double fUpper(double x, double df1, double df2) { return fTail(x, df1, df2, true); }

double fQuantile(double p, double df1, double df2) {
  if (!isProbability(p) || !(df1 > 0) || !(df2 > 0)) return nan;
  if (p == 0 || p == 1) return p == 0 ? 0 : infinity;
  if (std::isinf(df2)) return std::isinf(df1) ? 1 : chiSquaredQuantile(p, df1) / df1;
  if (std::isinf(df1)) return df2 / (2 * bm::gamma_q_inv(0.5 * df2, p));
  double y = 0;
  const double x = bm::ibeta_inv(0.5 * df1, 0.5 * df2, p, &y);
  return df2 / df1 * (x / y);
}

double betaCdf(double x, double a, double b) { return betaTail(x, a, b, false); }

double betaUpper(double x, double a, double b) { return betaTail(x, a, b, true); }

double betaQuantile(double p, double a, double b) {
  if (!isProbability(p) || !(a > 0) || !(b > 0) || std::isinf(a) || std::isinf(b)) return nan;
  if (p == 0 || p == 1) return p;
  return bm::ibeta_inv(a, b, p);
}

double binomialCdf(double k, double n, double p) {
  if (std::isnan(k) || !isCount(n) || !isProbability(p)) return nan;
  k = std::floor(k);
  return k < 0 ? 0 : k >= n ? 1 : betaTail(p, k + 1, n - k, true);
}

double binomialUpper(double k, double n, double p) {
  if (std::isnan(k) || !isCount(n) || !isProbability(p)) return nan;
  k = std::floor(k);
  return k < 0 ? 1 : k >= n ? 0 : betaTail(p, k + 1, n - k, false);
}

double logGamma(double x) { return std::lgamma(x); }

double digamma(double x) { return x == std::floor(x) && x <= 0 ? nan : std::isinf(x) ? x : bm::digamma(x); }

double trigamma(double x) { return x == std::floor(x) && x <= 0 ? infinity : std::isinf(x) ? 0 : bm::trigamma(x); }

double logPoisson(double count, double mean) {
  if (std::isnan(count) || !(mean >= 0)) return nan;
  if (!isCount(count)) return -infinity;
  if (mean == 0) return count == 0 ? 0 : -infinity;
  if (std::isinf(mean)) return -infinity;
  if (count <= mean * std::numeric_limits<double>::min()) return -mean;
  if (mean < count * std::numeric_limits<double>::min()) return -mean + count * std::log(mean) - std::lgamma(count + 1);
  return -logSqrt2Pi - 0.5 * std::log(count) - stirlingError(count) - devianceTerm(count, mean);
}

double logNegativeBinomial(double count, double theta, double mean) {
  if (std::isnan(count) || !(theta >= 0) || !(mean >= 0)) return nan;
  if (!isCount(count)) return -infinity;
  if (theta == 0 || mean == 0) return count == 0 ? 0 : -infinity;
  if (std::isinf(theta)) return logPoisson(count, mean);
  if (std::isinf(mean)) return -infinity;
  const double p = theta / (theta + mean);
  if (count == 0) return theta * (theta < mean ? std::log(p) : std::log1p(-mean / (theta + mean)));
  if (count < 1e-10 * theta) {
    // Nearly Poisson: count + theta would lose the count. Γ(count + θ)/Γ(θ) = θ^count (1 + count(count − 1)/2θ + …), as
    // R's dnbinom_mu; but the power of θ/(θ + mean) is kept exact, where R has −mean.
    const double logRatio = theta < mean ? std::log(theta / (1 + theta / mean)) : std::log(mean / (1 + mean / theta));
    return count * logRatio - theta * std::log1p(mean / theta) - std::lgamma(count + 1) +
           std::log1p(count * (count - 1) / (2 * theta));
  }
  return std::log(theta / (theta + count)) + logBinomialTerm(theta, count + theta, p, mean / (theta + mean));
}

double logBinomial(double count, double n, double p) {
  if (std::isnan(count) || !isCount(n) || !isProbability(p)) return nan;
  return isCount(count) ? logBinomialTerm(count, n, p, 1 - p) : -infinity;
}

}  // namespace bedside::numerics
