#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <tuple>
#include <vector>

#include "numerics/matching/nearest.hpp"

/// Matching written from its definition, for comparison: every distance looked at, every time.
namespace bedside::numerics {

inline bool operator==(const MatchedPair& a, const MatchedPair& b) {
  return a.treated == b.treated && a.control == b.control;
}
inline std::ostream& operator<<(std::ostream& out, const MatchedPair& pair) {
  return out << pair.treated << "–" << pair.control;
}

/// The definition of matching.md §3: `distance(t, c)` what is small within a pair, infinite where it is not allowed.
template <class Distance>
std::vector<MatchedPair> naiveMatch(const std::vector<double>& scores, const Pool& pool, const NearestOptions& options,
                                    Distance&& distance) {
  std::vector<std::uint32_t> choosing = pool.treated;
  if (options.order == MatchOrder::largest && !options.replace) {
    std::sort(choosing.begin(), choosing.end(),
              [&](auto a, auto b) { return scores[a] != scores[b] ? scores[a] > scores[b] : a < b; });
  }
  std::vector<MatchedPair> pairs;
  std::vector<bool> taken(scores.size());
  const auto isFree = [&](std::uint32_t t, std::uint32_t c) {
    if (!options.replace) return !taken[c];
    return std::find(pairs.begin(), pairs.end(), MatchedPair{t, c}) == pairs.end();
  };
  for (std::size_t round = 0; round < options.ratio; ++round) {
    std::vector<bool> served(scores.size());
    const auto take = [&](std::uint32_t t, std::uint32_t c) {
      pairs.push_back({t, c});
      taken[c] = true;
      served[t] = true;
    };
    if (options.order == MatchOrder::closest && !options.replace) {
      for (;;) {
        std::tuple best{HUGE_VAL, std::uint32_t{0}, std::uint32_t{0}};
        for (const auto t : pool.treated) {
          for (const auto c : pool.controls) {
            if (!served[t] && isFree(t, c)) best = std::min(best, std::tuple{distance(t, c), t, c});
          }
        }
        if (std::get<0>(best) == HUGE_VAL) break;
        take(std::get<1>(best), std::get<2>(best));
      }
      continue;
    }
    for (const auto t : choosing) {
      std::tuple best{HUGE_VAL, std::uint32_t{0}};
      for (const auto c : pool.controls) {
        if (isFree(t, c)) best = std::min(best, std::tuple{distance(t, c), c});
      }
      if (std::get<0>(best) < HUGE_VAL) take(t, std::get<1>(best));
    }
  }
  return pairs;
}

/// A random pool: scores on a grid of `steps` values (many ties), or all different for 0.
struct MatchingSample {
  std::vector<double> scores;
  Pool pool;

  MatchingSample(std::mt19937_64& random, std::size_t treated, std::size_t controls, int steps) {
    std::vector<bool> arm(treated + controls);
    std::fill(arm.begin(), arm.begin() + static_cast<std::ptrdiff_t>(treated), true);
    std::shuffle(arm.begin(), arm.end(), random);
    for (std::size_t unit = 0; unit < arm.size(); ++unit) {
      const double spread = std::uniform_real_distribution<double>(-4, 4)(random) + (arm[unit] ? 1 : 0);
      scores.push_back(steps == 0 ? spread : std::round(spread * steps) / steps);
      (arm[unit] ? pool.treated : pool.controls).push_back(static_cast<std::uint32_t>(unit));
    }
  }

  double gap(std::uint32_t t, std::uint32_t c) const { return std::fabs(scores[t] - scores[c]); }
};

}  // namespace bedside::numerics
