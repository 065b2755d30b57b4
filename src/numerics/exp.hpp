#pragma once

#include "numerics/lanes.hpp"

namespace bedside::numerics {

/// eˣ of two numbers at once where |x| ≤ 700, within 1 ulp. x = n log 2 + r with |r| ≤ ½ log 2, then Cephes' rational
/// approximation (Moshier 1989). A call of the library's exp per row would take longer than the rest of a logistic scan.
inline Lanes expWithinRange(Lanes x) {
  const Lanes shift = both(6755399441055744.0);  // 1.5 · 2⁵²: adding it leaves n in the low bits
  const Lanes shifted = x * both(1.4426950408889634) + shift;
  const Lanes n = shifted - shift;
  // log 2 in two parts, the first with so few bits that n times it is exact.
  const Lanes r = (x - n * both(6.93145751953125e-1)) - n * both(1.42860682030941723212e-6);
  const Lanes square = r * r;
  const Lanes p =
      r * ((both(1.26177193074810590878e-4) * square + both(3.02994407707441961300e-2)) * square + both(1.0));
  const Lanes q = ((both(3.00198505138664455042e-6) * square + both(2.52448340349684104192e-3)) * square +
                   both(2.27265548208155028766e-1)) * square + both(2.0);
  const Lanes fraction = both(1.0) + both(2.0) * (p / (q - p));
  // 2ⁿ as 2ⁿ⁻¹ · 2, since n reaches 1024.
  const Lanes power = (Lanes)(((LaneBits)shifted + LaneBits{1022, 1022}) << 52);
  return fraction * power * both(2.0);
}

/// eˣ of any two numbers; 0 below −708 (no subnormals), ∞ above 709.78.
inline Lanes exp(Lanes x) {
  const Lanes clamped = select(x > both(710.0), both(710.0), select(x < both(-709.0), both(-709.0), x));
  return select(x < both(-708.0), both(0.0), x == x ? expWithinRange(clamped) : x);
}

}  // namespace bedside::numerics
