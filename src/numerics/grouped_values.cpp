#include "numerics/grouped_values.hpp"

#include <cmath>

namespace bedside::numerics {

GroupedValues::GroupedValues(std::span<const double> values, std::span<const std::int32_t> codes, std::size_t groups,
                             const double* weights)
    : begin_(groups + 2), values_(values.size()), weights_(weights ? values.size() : 0) {
  // A counting sort without branches: what is left out goes to a group of its own, before the others.
  const auto place = [&](std::size_t i) { return std::isnan(values[i]) ? 0 : static_cast<std::size_t>(codes[i] + 1); };
  for (std::size_t i = 0; i < values.size(); ++i) ++begin_[place(i) + 1];
  for (std::size_t g = 0; g <= groups; ++g) begin_[g + 1] += begin_[g];
  std::vector<std::size_t> next(begin_);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t at = next[place(i)]++;
    values_[at] = values[i];
    if (weights) weights_[at] = weights[i];
  }
}

}  // namespace bedside::numerics
