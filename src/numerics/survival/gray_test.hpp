#pragma once

#include <cstddef>
#include <vector>

#include "numerics/regression.hpp"
#include "numerics/survival/cumulative_incidence.hpp"

namespace bedside::numerics {

/// A comparison of one cause's cumulative incidence between groups.
struct GrayTest {
  double statistic = 0;  ///< χ²
  std::size_t df = 0;    ///< groups − 1, less those that the events say nothing about
};

/// Gray's test (1988), ρ = 0, without strata, for each cause (`cmprsk::cuminc`). O(n + times · groups³). Groups at risk
/// at no event leave the variance without inverse: a generalised one serves, and `df` is its rank.
std::vector<GrayTest> grayTests(const Times& times, const Groups& groups, const Causes& causes,
                                const Progress& progress = {});

}  // namespace bedside::numerics
