#include "numerics/adjust.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "numerics/order.hpp"

namespace bedside::numerics {

std::vector<double> adjusted(std::span<const double> p, Adjustment method) {
  std::vector<double> result(p.begin(), p.end());
  if (method == Adjustment::none) return result;
  std::vector<std::uint32_t> order = ascending(p);
  while (!order.empty() && std::isnan(p[order.back()])) order.pop_back();
  const std::size_t count = order.size();
  const double m = static_cast<double>(count);
  switch (method) {
    case Adjustment::none:
      break;
    case Adjustment::bonferroni:
      for (std::uint32_t i : order) result[i] = std::min(1.0, m * p[i]);
      break;
    case Adjustment::sidak:
      // 1 − (1 − p)^m as it stands would be 0 for p below 1e-16.
      for (std::uint32_t i : order) result[i] = -std::expm1(m * std::log1p(-p[i]));
      break;
    case Adjustment::holm: {
      double largest = 0;
      for (std::size_t k = 0; k < count; ++k) {
        largest = std::max(largest, (m - static_cast<double>(k)) * p[order[k]]);
        result[order[k]] = std::min(1.0, largest);
      }
      break;
    }
    case Adjustment::BH: {
      double smallest = 1;
      for (std::size_t k = count; k-- > 0;) {
        smallest = std::min(smallest, m / static_cast<double>(k + 1) * p[order[k]]);
        result[order[k]] = smallest;
      }
      break;
    }
  }
  return result;
}

}  // namespace bedside::numerics
