#include "numerics/survival/product_limit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace bedside::numerics {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A row's influence on a curve at t is Σ_{tⱼ ≤ t} [its event at tⱼ] gain_j − [at risk at tⱼ] loss_j: one function of
/// time for all rows still at risk, and frozen for those that have left. So the sum of its squares over the rows, each
/// times its weight, runs along with the times.
class Influences {
 public:
  explicit Influences(const RiskTable& table) : table_(table) {
    for (std::size_t j = 0; j < table.size(); ++j) waiting_ += table.eventSquares[j] + table.censoredSquares[j];
  }

  /// Goes on to time j and gives Σ (w × influence)² there.
  double next(std::size_t j, double gain, double loss) {
    const double events = table_.eventSquares[j], censored = table_.censoredSquares[j];
    common_ += loss;
    left_ += events * (gain - common_) * (gain - common_) + censored * common_ * common_;
    waiting_ = j + 1 < table_.size() ? waiting_ - events - censored : 0;
    return left_ + waiting_ * common_ * common_;
  }

 private:
  const RiskTable& table_;
  double common_ = 0;   // what every row still at risk has lost
  double waiting_ = 0;  // Σ w² of the rows still at risk
  double left_ = 0;     // Σ (w × influence)² of the others
};

/// n − d at time j, never by subtraction: 0 only when nobody is left.
double leftAfterEvents(const RiskTable& table, std::span<const double> atRisk, std::size_t j) {
  return table.censored[j] + (j + 1 < table.size() ? atRisk[j + 1] : 0);
}

}  // namespace

std::vector<double> RiskTable::atRisk() const {
  std::vector<double> out(size());
  double after = 0;
  for (std::size_t j = size(); j-- > 0;) out[j] = after += censored[j] + events[j];
  return out;
}

std::vector<double> RiskTable::rowsAtRisk() const {
  std::vector<double> out(rows.size());
  double after = 0;
  for (std::size_t j = rows.size(); j-- > 0;) out[j] = after += rows[j];
  return out;
}

std::size_t RiskTable::bytes() const {
  const std::size_t doubles =
      time.capacity() + events.capacity() + censored.capacity() + eventSquares.capacity() + censoredSquares.capacity();
  return sizeof *this + doubles * sizeof(double) + rows.capacity() * sizeof(std::uint32_t);
}

std::vector<RiskTable> riskTables(const Times& times, const Groups& groups, std::span<const std::uint8_t> event,
                                  std::span<const double> weights, bool robust) {
  // What a row brings, in the order of times: gathered once, as rows lie in any order.
  struct Leaver {
    std::uint32_t place;
    std::uint32_t group : 31;
    std::uint32_t event : 1;
  };
  std::vector<Leaver> leavers(times.rows());
  struct Group {
    std::size_t size = 0;               // distinct times
    std::uint32_t place = 0xffffffffu;  // of the time before
  };
  std::vector<Group> seen(groups.count);
  for (std::size_t i = 0; i < leavers.size(); ++i) {
    const std::uint32_t row = times.order[i], place = times.stop[row];
    leavers[i] = {
        .place = place, .group = static_cast<std::uint32_t>(groups[row]) & 0x7fffffffu, .event = event[row] & 1u};
    Group& group = seen[groups[row]];
    if (std::exchange(group.place, place) != place) ++group.size;
  }
  std::vector<RiskTable> out(groups.count);
  for (std::size_t g = 0; g < groups.count; ++g) {
    RiskTable& table = out[g];
    const std::size_t size = std::exchange(seen[g], {}).size;
    table.time.resize(size);
    table.events.resize(size);
    table.censored.resize(size);
    if (!weights.empty()) table.rows.resize(size);
    if (robust) {
      table.eventSquares.resize(size);
      table.censoredSquares.resize(size);
    }
  }
  for (std::size_t i = 0; i < leavers.size(); ++i) {
    const Leaver& leaver = leavers[i];
    RiskTable& table = out[leaver.group];
    Group& group = seen[leaver.group];
    if (std::exchange(group.place, leaver.place) != leaver.place)
      table.time[group.size++] = times.distinct[leaver.place];
    const std::size_t j = group.size - 1;
    const double weight = weights.empty() ? 1 : weights[times.order[i]];
    (leaver.event ? table.events : table.censored)[j] += weight;
    ++table.n;
    table.eventRows += leaver.event;
    if (!weights.empty()) ++table.rows[j];
    if (robust) (leaver.event ? table.eventSquares : table.censoredSquares)[j] += weight * weight;
  }
  return out;
}

SurvivalCurve kaplanMeier(const RiskTable& table) {
  SurvivalCurve out{.atRisk = table.atRisk(),
                    .survival = std::vector<double>(table.size()),
                    .variance = std::vector<double>(table.size())};
  double survival = 1, greenwood = 0;
  std::optional<Influences> influences;
  if (table.robust()) influences.emplace(table);
  for (std::size_t j = 0; j < table.size(); ++j) {
    const double n = out.atRisk[j], left = leftAfterEvents(table, out.atRisk, j);
    if (table.events[j] > 0) survival *= left / n;
    out.survival[j] = survival;
    if (survival == 0) {
      out.variance[j] = nan;
      continue;
    }
    const double increment = table.events[j] / (n * left);
    greenwood += increment;
    out.variance[j] = influences ? influences->next(j, 1 / left, increment) : greenwood;
  }
  return out;
}

HazardCurve nelsonAalen(const RiskTable& table) {
  HazardCurve out{.atRisk = table.atRisk(),
                  .cumulativeHazard = std::vector<double>(table.size()),
                  .variance = std::vector<double>(table.size())};
  double hazard = 0, variance = 0;
  std::optional<Influences> influences;
  if (table.robust()) influences.emplace(table);
  for (std::size_t j = 0; j < table.size(); ++j) {
    const double n = out.atRisk[j];
    out.cumulativeHazard[j] = hazard += table.events[j] / n;
    const double increment = table.events[j] / (n * n);
    variance += increment;
    out.variance[j] = influences ? influences->next(j, 1 / n, increment) : variance;
  }
  return out;
}

Limits survivalLimits(const SurvivalCurve& curve, SurvivalScale scale, double z) {
  const std::size_t size = curve.survival.size();
  Limits out{.low = std::vector<double>(size), .high = std::vector<double>(size)};
  for (std::size_t j = 0; j < size; ++j) {
    const double s = curve.survival[j], reach = z * std::sqrt(curve.variance[j]);
    double low = nan, high = nan;
    if (scale == SurvivalScale::log) {
      low = s * std::exp(-reach);
      high = std::min(s * std::exp(reach), 1.0);  // NaN stays
    } else if (scale == SurvivalScale::plain) {
      low = std::clamp(s - s * reach, 0.0, 1.0);
      high = std::clamp(s + s * reach, 0.0, 1.0);
    } else if (s < 1) {
      const double theta = reach / -std::log(s);
      low = std::pow(s, std::exp(theta));
      high = std::pow(s, std::exp(-theta));
    }
    out.low[j] = low;
    out.high[j] = high;
  }
  return out;
}

double medianTime(std::span<const double> time, std::span<const double> curve) {
  const double tolerance = std::sqrt(std::numeric_limits<double>::epsilon());
  for (std::size_t j = 0; j < curve.size(); ++j) {
    if (!(curve[j] < 0.5 + tolerance)) continue;
    if (std::abs(curve[j] - 0.5) < tolerance) {
      for (std::size_t later = j + 1; later < curve.size(); ++later) {
        if (curve[later] < curve[j]) return (time[j] + time[later]) / 2;
      }
    }
    return time[j];
  }
  return nan;
}

}  // namespace bedside::numerics
