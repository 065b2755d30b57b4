#include "numerics/matching/sets.hpp"

#include <algorithm>
#include <tuple>

#include "numerics/stable_order.hpp"

namespace bedside::numerics {

MatchedSets setsOf(std::span<const MatchedPair> pairs, std::size_t units) {
  std::vector<std::uint32_t> next(units);  // pairs of each unit, then the place of its next control
  for (const MatchedPair& pair : pairs) ++next[pair.treated];
  const auto size = units - static_cast<std::size_t>(std::count(next.begin(), next.end(), 0u));
  MatchedSets sets;
  sets.treated.reserve(size);
  if (size < pairs.size()) sets.ends.reserve(size);
  std::uint32_t end = 0;
  for (std::size_t unit = 0; unit < units; ++unit) {
    const std::uint32_t count = next[unit];
    next[unit] = end;
    if (count == 0) continue;
    end += count;
    sets.treated.push_back(static_cast<std::uint32_t>(unit));
    if (size < pairs.size()) sets.ends.push_back(end);
  }
  sets.controls.resize(pairs.size());
  for (const MatchedPair& pair : pairs) sets.controls[next[pair.treated]++] = pair.control;
  return sets;
}

void sortNearestFirst(std::vector<MatchedPair>& pairs, std::size_t first, std::span<const double> distances) {
  const std::vector<MatchedPair> unordered(pairs.begin() + static_cast<std::ptrdiff_t>(first), pairs.end());
  const auto order = stableOrder(unordered.size(), [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple(unordered[a].treated, distances[a], unordered[a].control) <
           std::tuple(unordered[b].treated, distances[b], unordered[b].control);
  });
  for (std::size_t i = 0; i < order.size(); ++i) pairs[first + i] = unordered[order[i]];
}

std::vector<double> matchingWeights(const MatchedSets& sets, std::size_t units) {
  std::vector<double> weights(units);
  for (std::size_t set = 0; set < sets.size(); ++set) {
    weights[sets.treated[set]] = 1;
    const auto controls = sets.controlsOf(set);
    for (const std::uint32_t control : controls) weights[control] += 1.0 / static_cast<double>(controls.size());
  }
  // The controls' sum is the number of sets; counted once each, whatever the number of their sets.
  std::size_t distinct = 0;
  std::vector<bool> seen(units);
  for (const std::uint32_t control : sets.controls) {
    if (!seen[control]) ++distinct;
    seen[control] = true;
  }
  const double scale = static_cast<double>(distinct) / static_cast<double>(sets.size());
  for (std::size_t unit = 0; unit < units; ++unit) {
    if (seen[unit]) weights[unit] *= scale;
  }
  return weights;
}

}  // namespace bedside::numerics
