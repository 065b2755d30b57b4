#include "numerics/matching/balance.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "numerics/order.hpp"

namespace bedside::numerics {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// Root of the machine's precision, as R's tests of equality.
constexpr double negligible = 1.5e-8;

/// Weighted mean and squares of one arm.
struct Arm {
  double weight = 0, squaredWeight = 0, mean = 0, squares = 0;

  double variance(bool binary) const {
    // Σw(x − m)²/(1 − Σw²) with w scaled to sum 1; NaN for a single unit.
    return binary ? mean * (1 - mean) : squares * weight / (weight * weight - squaredWeight);
  }
};

struct Arms {
  Arm treated, control;
};

template <class WeightOf>
Arms armsOf(std::span<const double> values, std::span<const std::uint8_t> treated, WeightOf&& weightOf) {
  Arms arms;
  // Sums about a value of the column: a large offset costs no digits.
  const double origin = values.empty() ? 0 : values[0];
  for (std::size_t i = 0; i < values.size(); ++i) {
    Arm& arm = treated[i] ? arms.treated : arms.control;
    const double w = weightOf(i);
    arm.weight += w;
    arm.squaredWeight += w * w;
    arm.mean += w * (values[i] - origin);
  }
  for (Arm* arm : {&arms.treated, &arms.control}) arm->mean = origin + arm->mean / arm->weight;
  for (std::size_t i = 0; i < values.size(); ++i) {
    Arm& arm = treated[i] ? arms.treated : arms.control;
    const double distance = values[i] - arm.mean;
    arm.squares += weightOf(i) * distance * distance;
  }
  return arms;
}

double standardDeviation(const Arms& arms, Standardiser by, bool binary) {
  const double treated = arms.treated.variance(binary);
  const double sd =
      by == Standardiser::treated ? std::sqrt(treated) : std::sqrt(0.5 * (treated + arms.control.variance(binary)));
  if (!(sd < negligible)) return sd;
  const double n = arms.treated.weight + arms.control.weight;
  const double within = std::sqrt((arms.treated.squares + arms.control.squares) / (binary ? n : n - 1));
  return within > 0 ? within : nan;
}

ArmContrast contrast(const Arms& arms, double sd, bool binary) {
  ArmContrast out;
  out.meanTreated = arms.treated.mean;
  out.meanControl = arms.control.mean;
  const double difference = out.meanTreated - out.meanControl;
  out.smd = std::abs(difference) <= negligible ? 0 : difference / sd;
  if (binary) {
    out.ecdfMean = out.ecdfMax = std::abs(difference);
  } else {
    out.varianceRatio = arms.treated.variance(false) / arms.control.variance(false);
  }
  return out;
}

/// Gap between the arms' distribution functions, cumulated over ascending values.
class Gap {
 public:
  Gap(double treated, double control) : treated_(treated), control_(control) {}
  void add(bool treated, double weight) { (treated ? belowTreated_ : belowControl_) += weight; }
  void endOfValue() {
    const double gap = std::abs(belowTreated_ / treated_ - belowControl_ / control_);
    sum_ += gap;
    most_ = std::max(most_, gap);
    ++values_;
  }
  double mean() const { return sum_ / values_; }
  double most() const { return sum_ == sum_ ? most_ : nan; }

 private:
  double treated_, control_;  // whole weight of each arm
  double belowTreated_ = 0, belowControl_ = 0;
  double sum_ = 0, most_ = 0, values_ = 0;
};

void compareDistributions(std::span<const double> values, std::span<const std::uint8_t> treated,
                          std::span<const double> weights, const Arms& before, const Arms& after, Balance& out) {
  Gap gapBefore(before.treated.weight, before.control.weight);
  Gap gapAfter(after.treated.weight, after.control.weight);
  const std::vector<std::uint32_t> order = ascending(values);
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::uint32_t unit = order[k];
    gapBefore.add(treated[unit], 1);
    gapAfter.add(treated[unit], weights[unit]);
    if (k + 1 < order.size() && values[order[k + 1]] == values[unit]) continue;
    gapBefore.endOfValue();
    gapAfter.endOfValue();
  }
  out.before.ecdfMean = gapBefore.mean();
  out.before.ecdfMax = gapBefore.most();
  out.after.ecdfMean = gapAfter.mean();
  out.after.ecdfMax = gapAfter.most();
}

}  // namespace

Balance balanceOf(std::span<const double> values, std::span<const std::uint8_t> treated,
                  std::span<const double> weights, Standardiser by) {
  const bool binary = std::all_of(values.begin(), values.end(), [](double value) { return value == 0 || value == 1; });
  const Arms before = armsOf(values, treated, [](std::size_t) { return 1.0; });
  const Arms after = armsOf(values, treated, [&](std::size_t i) { return weights[i]; });
  Balance out;
  out.sd = standardDeviation(before, by, binary);
  out.before = contrast(before, out.sd, binary);
  out.after = contrast(after, out.sd, binary);
  if (!binary) compareDistributions(values, treated, weights, before, after, out);
  return out;
}

double meanPairDistance(std::span<const double> values, const MatchedSets& sets, double sd) {
  double sum = 0;
  for (std::size_t set = 0; set < sets.size(); ++set) {
    for (const std::uint32_t control : sets.controlsOf(set)) {
      sum += std::abs(values[sets.treated[set]] - values[control]);
    }
  }
  const double mean = sum / static_cast<double>(sets.controls.size());
  return mean == 0 ? 0 : mean / sd;
}

}  // namespace bedside::numerics
