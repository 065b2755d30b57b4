#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bedside::numerics {

/// The values of a column, those of each group together in row order, missing ones left out: read once, they serve
/// every figure that compares the groups.
class GroupedValues {
 public:
  /// `codes[i]`, in −1 (no group) … groups − 1, is the group of `values[i]`; `weights` as long, or null.
  GroupedValues(std::span<const double> values, std::span<const std::int32_t> codes, std::size_t groups,
                const double* weights = nullptr);

  std::size_t groups() const { return begin_.size() - 2; }
  std::span<double> operator[](std::size_t group) { return part(values_, group); }
  /// Of the same values; empty without weights.
  std::span<double> weights(std::size_t group) { return part(weights_, group); }
  /// The values of all groups, group by group.
  std::span<double> all() { return std::span(values_).subspan(begin_[1]); }
  std::span<double> allWeights() {
    return weights_.empty() ? std::span(weights_) : std::span(weights_).subspan(begin_[1]);
  }

 private:
  std::span<double> part(std::vector<double>& of, std::size_t group) {
    if (of.empty()) return of;
    return std::span(of).subspan(begin_[group + 1], begin_[group + 2] - begin_[group + 1]);
  }

  std::vector<std::size_t> begin_;  ///< of what is left out, then of each group, then the end
  std::vector<double> values_;
  std::vector<double> weights_;
};

}  // namespace bedside::numerics
