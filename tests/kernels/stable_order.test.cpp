#include "numerics/stable_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace bedside {
namespace {

TEST(StableOrder, IsAscendingAndKeepsEqualsAsGiven) {
  std::mt19937 random(3);
  for (std::size_t n : {0u, 1u, 2u, 3u, 4u, 5u, 7u, 8u, 9u, 31u, 64u, 65u, 1000u}) {
    for (unsigned different : {1u, 3u, 1000u}) {
      std::vector<unsigned> values(n);
      for (unsigned& value : values) value = random() % different;
      const auto before = [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; };
      std::vector<std::uint32_t> twin(n);
      std::iota(twin.begin(), twin.end(), 0u);
      std::sort(twin.begin(), twin.end(), [&](std::uint32_t a, std::uint32_t b) {
        return values[a] != values[b] ? values[a] < values[b] : a < b;
      });
      EXPECT_EQ(numerics::stableOrder(n, before), twin) << n << " numbers, " << different << " different";
    }
  }
}

}  // namespace
}  // namespace bedside
