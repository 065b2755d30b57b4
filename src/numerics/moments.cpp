#include "numerics/moments.hpp"

#include <algorithm>
#include <cmath>

namespace bedside::numerics {
namespace {

/// Moments of `count` values without NaN, with positive weights where given.
Moments ofPart(const double* values, const double* weights, std::size_t count) {
  Moments part;
  if (count == 0) return part;
  // The first value stands in for the mean: differences from it are exact or nearly so, whatever the offset.
  const double origin = values[0];
  double weight = 0, sum = 0;
  double min = origin, max = origin;
  for (std::size_t i = 0; i < count; ++i) {
    const double w = weights ? weights[i] : 1;
    weight += w;
    sum += w * (values[i] - origin);
    min = std::min(min, values[i]);
    max = std::max(max, values[i]);
  }
  const double shift = sum / weight;
  double rest = 0, m2 = 0, m3 = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double w = weights ? weights[i] : 1;
    const double d = values[i] - origin - shift;
    rest += w * d;
    m2 += w * d * d;
    m3 += w * d * d * d;
  }
  // What rounding left of Σ w d, were the mean exact 0, is taken out (Chan, Golub & LeVeque 1983, eq. 1.7).
  const double r = rest / weight;
  part.n = count;
  part.weight = weight;
  part.origin = origin;
  part.shift = shift + r;
  part.mean = origin + part.shift;
  part.m2 = std::max(0.0, m2 - rest * r);
  part.m3 = m3 - 3 * r * m2 + 2 * rest * r * r;
  part.min = min;
  part.max = max;
  return part;
}

/// Copies the rows that count, value and weight side by side, into scratch.
class Kept {
 public:
  explicit Kept(std::size_t rows) : values_(rows), weights_(rows) {}

  Moments of(const double* values, const double* weights, std::size_t rows) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      if (std::isnan(values[i]) || (weights && !(weights[i] > 0))) continue;
      values_[kept] = values[i];
      if (weights) weights_[kept] = weights[i];
      ++kept;
    }
    return ofPart(values_.data(), weights ? weights_.data() : nullptr, kept);
  }

 private:
  std::vector<double> values_;
  std::vector<double> weights_;
};

}  // namespace

void Moments::merge(const Moments& other) {
  if (other.n == 0) return;
  if (n == 0) {
    *this = other;
    return;
  }
  const double total = weight + other.weight;
  const double delta = (other.origin - origin) + (other.shift - shift);
  const double share = other.weight / total;
  m3 += other.m3 + delta * delta * delta * weight * share * (weight - other.weight) / total +
        3 * delta * (weight * other.m2 - other.weight * m2) / total;
  m2 += other.m2 + delta * delta * weight * share;
  shift += delta * share;
  mean = origin + shift;
  n += other.n;
  weight = total;
  min = std::min(min, other.min);
  max = std::max(max, other.max);
}

double Moments::variance() const {
  if (n < 2) return std::numeric_limits<double>::quiet_NaN();
  const double rows = static_cast<double>(n);
  return m2 / weight * (rows / (rows - 1));
}

double Moments::sd() const { return std::sqrt(variance()); }

double Moments::skewness() const {
  if (n == 0 || min == max) return std::numeric_limits<double>::quiet_NaN();
  const double variance = m2 / weight;
  return m3 / weight / (variance * std::sqrt(variance));
}

Moments moments(const Blocks& rows, std::size_t column) {
  Moments all;
  Kept kept(std::min(rows.blockRows(), rows.rows()));
  rows.scan([&](const Block& block) { all.merge(kept.of(block[column], nullptr, block.rows)); });
  return all;
}

Moments weightedMoments(const Blocks& rows, std::size_t column, std::size_t weights) {
  Moments all;
  Kept kept(std::min(rows.blockRows(), rows.rows()));
  rows.scan([&](const Block& block) { all.merge(kept.of(block[column], block[weights], block.rows)); });
  return all;
}

std::vector<Moments> groupMoments(const Blocks& rows, std::size_t column, std::size_t codes, std::size_t groups) {
  std::vector<Moments> all(groups);
  std::vector<std::size_t> begin(groups + 1);
  std::vector<double> sorted(std::min(rows.blockRows(), rows.rows()));
  const auto group = [groups](double value, double code) {
    return !std::isnan(value) && code >= 0 && code < static_cast<double>(groups) ? static_cast<std::size_t>(code)
                                                                                 : groups;
  };
  rows.scan([&](const Block& block) {
    // A counting sort by group; `begin[g]` moves from the start of group g to its end as values are placed.
    std::fill(begin.begin(), begin.end(), 0);
    for (std::size_t i = 0; i < block.rows; ++i) {
      const std::size_t g = group(block[column][i], block[codes][i]);
      if (g < groups) ++begin[g + 1];
    }
    for (std::size_t g = 0; g < groups; ++g) begin[g + 1] += begin[g];
    for (std::size_t i = 0; i < block.rows; ++i) {
      const std::size_t g = group(block[column][i], block[codes][i]);
      if (g < groups) sorted[begin[g]++] = block[column][i];
    }
    for (std::size_t g = 0; g < groups; ++g) {
      const std::size_t first = g == 0 ? 0 : begin[g - 1];
      all[g].merge(ofPart(sorted.data() + first, nullptr, begin[g] - first));
    }
  });
  return all;
}

Moments moments(std::span<const double> values) {
  return moments(Blocks({Source::of(values.data())}, Rows::all(values.size())), 0);
}

}  // namespace bedside::numerics
