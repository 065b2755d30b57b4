#include "numerics/fisher.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "numerics/distributions.hpp"

namespace bedside::numerics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double tolerance = 1e-7;  // of `fisher.test`

/// A 2 × 2 table with its margins fixed: the first cell runs from `low` to `high`.
struct Margins {
  double row, column, n;  ///< first row, first column, all
  double low, high;

  Margins(double a, double b, double c, double d)
      : row(a + b),
        column(a + c),
        n(a + b + c + d),
        low(std::max(0.0, row + column - n)),
        high(std::min(row, column)) {}

  /// P(A = x + 1)/P(A = x).
  double ratio(double x) const { return (row - x) / (x + 1) * ((column - x) / (n - row - column + x + 1)); }
  /// log P(A = x): three binomial probabilities with the same p (Loader 2000), so that nothing large cancels.
  double logP(double x) const {
    // Of the two columns that with the smaller total: its share of n is the p, exact to the last digit.
    const bool turned = column > n - column;
    const double k = turned ? n - column : column, y = turned ? row - x : x;
    const double p = k / n;
    return logBinomial(y, row, p) + logBinomial(k - y, n - row, p) - logBinomial(k, n, p);
  }
};

/// Σ P(A = y)/P(A = x) over y = x, x + 1, … (step 1) or x, x − 1, … (step −1), which fall from x on.
double tailFrom(const Margins& margins, double x, int step) {
  double sum = 1, term = 1;
  for (double y = x; step > 0 ? y < margins.high : y > margins.low; y += step) {
    term *= step > 0 ? margins.ratio(y) : 1 / margins.ratio(y - 1);
    sum += term;
    // Ratios fall further out, so what is left is less than a geometric series.
    if (term < 1e-18 * sum) break;
  }
  return sum;
}

}  // namespace

double fisherP(double a, double b, double c, double d) {
  const Margins margins(a, b, c, d);
  if (margins.low == margins.high) return 1;
  const double observed = margins.logP(a), most = observed + std::log1p(tolerance);
  const double mode =
      std::clamp(std::floor((margins.row + 1) * (margins.column + 1) / (margins.n + 2)), margins.low, margins.high);
  if (margins.logP(mode) <= most) return 1;
  const int outward = a < mode ? -1 : 1;
  double p = std::exp(observed) * tailFrom(margins, a, outward);
  // The first table of the other side that is at most as probable: the probabilities fall from the mode on.
  const double end = outward < 0 ? margins.high : margins.low;
  if (margins.logP(end) > most) return std::min(1.0, p);
  double inside = mode, beyond = end;
  while (std::abs(beyond - inside) > 1) {
    const double middle = std::floor(0.5 * (inside + beyond));
    (margins.logP(middle) > most ? inside : beyond) = middle;
  }
  p += std::exp(margins.logP(beyond)) * tailFrom(margins, beyond, -outward);
  return std::min(1.0, p);
}

namespace {

/// Sums over one side of x of the noncentral weights P(A = y) ψ^{y − x} relative to x, with the distance j = |y − x|.
struct Side {
  double weight = 0, distance = 0, square = 0;  ///< Σ w, Σ j w, Σ j² w, j from 1
};

Side sideOf(const Margins& margins, double x, double psi, int step) {
  Side side;
  double term = 1;
  for (double y = x, j = 1; step > 0 ? y < margins.high : y > margins.low; y += step, ++j) {
    const double ratio = step > 0 ? margins.ratio(y) * psi : 1 / (margins.ratio(y - 1) * psi);
    term *= ratio;
    side.weight += term;
    side.distance += j * term;
    side.square += j * j * term;
    if (ratio < 1 && j * j * term <= 1e-18 * side.square * (1 - ratio)) break;
    if (side.square > 1e290) return {infinity, infinity, infinity};  // ψ is far off: the search turns back
  }
  return side;
}

/// The θ = log ψ at which a rising function is 0: Newton's steps inside a bracket that every value narrows.
/// `at(θ)` gives value and slope; a value may be infinite.
template <class At>
double rootOf(double start, At&& at) {
  double low = -infinity, high = infinity, theta = start;
  for (int step = 0; step < 200; ++step) {
    const auto [value, slope] = at(theta);
    if (value == 0) break;
    (value < 0 ? low : high) = theta;
    double next = theta - value / slope;
    // Outside the bracket or without a finite value: halve it, or double the reach while it is open.
    if (!(next > low && next < high)) {
      const bool open = std::isinf(low) || std::isinf(high);
      next = open ? theta + (value < 0 ? 1 : -1) * std::max(1.0, std::abs(theta - start)) : 0.5 * (low + high);
    }
    if (std::abs(next - theta) <= 1e-15 * std::max(1.0, std::abs(theta))) {
      theta = next;
      break;
    }
    theta = next;
  }
  return theta;
}

}  // namespace

ConditionalOdds conditionalOdds(double a, double b, double c, double d, double level) {
  const Margins margins(a, b, c, d);
  const double tail = 0.5 * (1 - level);
  const double start = std::log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)));
  struct Point {
    double value, slope;
  };
  // E(A) = a: the weighted distances above and below balance, and their logarithms are nearly linear in θ.
  const auto expectation = [&](double theta) -> Point {
    const Side up = sideOf(margins, a, std::exp(theta), 1), down = sideOf(margins, a, std::exp(theta), -1);
    return {std::log(up.distance) - std::log(down.distance), up.square / up.distance + down.square / down.distance};
  };
  // The logit of P(A ≥ a) (or P(A > a), whose complement is P(A ≤ a)) less its wanted value.
  const auto upperTail = [&](double theta, double wanted, bool including) -> Point {
    const Side up = sideOf(margins, a, std::exp(theta), 1), down = sideOf(margins, a, std::exp(theta), -1);
    const double above = up.weight + (including ? 1 : 0), below = down.weight + (including ? 0 : 1);
    return {std::log(above) - std::log(below) - wanted, up.distance / above + down.distance / below};
  };
  const double logit = std::log(tail) - std::log1p(-tail);
  ConditionalOdds odds{0, 0, infinity};
  if (a > margins.low) {
    odds.estimate = a == margins.high ? infinity : std::exp(rootOf(start, expectation));
    odds.ciLow = std::exp(rootOf(start, [&](double theta) { return upperTail(theta, logit, true); }));
  }
  if (a < margins.high) {
    odds.ciHigh = std::exp(rootOf(start, [&](double theta) { return upperTail(theta, -logit, false); }));
  }
  return odds;
}

}  // namespace bedside::numerics
