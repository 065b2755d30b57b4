#include "numerics/matching/sets.hpp"

#include <algorithm>

namespace bedside::numerics {

MatchedSets setsOf(std::vector<MatchedPair> pairs) {
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const MatchedPair& a, const MatchedPair& b) { return a.treated < b.treated; });
  MatchedSets sets;
  sets.controls.reserve(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    sets.controls.push_back(pairs[i].control);
    if (i + 1 < pairs.size() && pairs[i + 1].treated == pairs[i].treated) continue;
    sets.treated.push_back(pairs[i].treated);
    sets.ends.push_back(static_cast<std::uint32_t>(i + 1));
  }
  return sets;
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
