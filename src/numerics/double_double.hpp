#pragma once

#include <cmath>

namespace bedside::numerics {

/// A sum of two doubles that do not overlap: 106 bits (Dekker 1971, "A floating-point technique for extending the
/// available precision"). Exact only without FP contraction and fast-math, which no build of ours turns on.
struct DoubleDouble {
  double high = 0;
  double low = 0;

  constexpr DoubleDouble() = default;
  constexpr DoubleDouble(double high, double low = 0) : high(high), low(low) {}
  explicit operator double() const { return high; }
};

/// a + b without loss (Knuth).
inline DoubleDouble exactSum(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}
/// The same for |a| ≥ |b|.
inline DoubleDouble renormalised(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}
/// a b without loss, by Veltkamp's splitting: WebAssembly has no fused multiply-add.
inline DoubleDouble exactProduct(double a, double b) {
  constexpr double splitter = 134217729;  // 2²⁷ + 1
  const double aHigh = splitter * a - (splitter * a - a);
  const double bHigh = splitter * b - (splitter * b - b);
  const double aLow = a - aHigh;
  const double bLow = b - bHigh;
  const double product = a * b;
  return {product, ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow};
}

inline DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }
inline DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble high = exactSum(a.high, b.high);
  const DoubleDouble low = exactSum(a.low, b.low);
  const DoubleDouble sum = renormalised(high.high, high.low + low.high);
  return renormalised(sum.high, sum.low + low.low);
}
inline DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + -b; }
inline DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = exactProduct(a.high, b.high);
  return renormalised(product.high, product.low + (a.high * b.low + a.low * b.high));
}
inline DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  const double first = a.high / b.high;
  const DoubleDouble rest = a - b * DoubleDouble(first);
  const double second = rest.high / b.high;
  const double third = (rest - b * DoubleDouble(second)).high / b.high;
  return renormalised(first, second) + DoubleDouble(third);
}
inline DoubleDouble& operator+=(DoubleDouble& a, DoubleDouble b) { return a = a + b; }
inline DoubleDouble& operator-=(DoubleDouble& a, DoubleDouble b) { return a = a - b; }
inline bool operator==(DoubleDouble a, DoubleDouble b) { return a.high == b.high && a.low == b.low; }
inline DoubleDouble sqrt(DoubleDouble a) {
  if (!(a.high > 0)) return {std::sqrt(a.high)};
  const DoubleDouble root{std::sqrt(a.high)};
  return root + (a - root * root) / (root + root);  // one step of Newton's doubles the digits
}

}  // namespace bedside::numerics
