#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bedside::numerics {

/// Units are the rows used, by number from 0. Those who may be matched with each other: both arms rising.
struct Pool {
  std::vector<std::uint32_t> treated, controls;
};

/// A treated unit and a control of its set.
struct MatchedPair {
  std::uint32_t treated = 0, control = 0;
};

/// Treated units with their controls, one after another.
struct MatchedSets {
  std::vector<std::uint32_t> treated;   ///< rising
  std::vector<std::uint32_t> ends;      ///< end of each one's controls in `controls`; empty when each has one
  std::vector<std::uint32_t> controls;  ///< within a set in the order of the pairs

  std::size_t size() const { return treated.size(); }
  std::span<const std::uint32_t> controlsOf(std::size_t set) const {
    if (ends.empty()) return std::span(controls).subspan(set, 1);
    const std::size_t first = set == 0 ? 0 : ends[set - 1];
    return std::span(controls).subspan(first, ends[set] - first);
  }
};

/// Gathers pairs of units below `units` into sets; pairs of the same treated unit keep their order.
MatchedSets setsOf(std::span<const MatchedPair> pairs, std::size_t units);

/// Puts the pairs from `first` on in order of treated unit, distance (one per pair of these) and control.
void sortNearestFirst(std::vector<MatchedPair>& pairs, std::size_t first, std::span<const double> distances);

/// One weight per unit (`MatchIt`, estimand ATT): a matched treated unit 1; a control Σ over its sets of 1/(controls in
/// the set), all controls then scaled to sum to their number; everyone else 0.
std::vector<double> matchingWeights(const MatchedSets& sets, std::size_t units);

}  // namespace bedside::numerics
