#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bedside::numerics {

namespace detail {
using Before = bool (*)(const void* by, std::uint32_t a, std::uint32_t b);
std::vector<std::uint32_t> stableOrder(std::size_t n, Before before, const void* by);
}  // namespace detail

/// The numbers below `n` in the order that `before(a, b)` says; those that are equal stay ascending. One merge sort for
/// every comparison, where std::sort would be compiled anew for each of them. 2³² numbers at most.
template <class Before>
std::vector<std::uint32_t> stableOrder(std::size_t n, const Before& before) {
  return detail::stableOrder(
      n, [](const void* by, std::uint32_t a, std::uint32_t b) { return (*static_cast<const Before*>(by))(a, b); }, &before);
}

}  // namespace bedside::numerics
