#include "numerics/stable_order.hpp"

#include <algorithm>
#include <numeric>

namespace bedside::numerics::detail {

std::vector<std::uint32_t> stableOrder(std::size_t n, Before before, const void* by) {
  std::vector<std::uint32_t> order(n), other(n);
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  // Runs of `width` are in order; each two neighbours become one.
  for (std::size_t width = 1; width < n; width *= 2) {
    for (std::size_t first = 0; first < n; first += 2 * width) {
      const std::size_t middle = std::min(first + width, n), end = std::min(middle + width, n);
      std::size_t a = first, b = middle;
      for (std::size_t to = first; to < end; ++to) {
        const bool second = a == middle || (b < end && before(by, order[b], order[a]));
        other[to] = order[second ? b++ : a++];
      }
    }
    order.swap(other);
  }
  return order;
}

}  // namespace bedside::numerics::detail
