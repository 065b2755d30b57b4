#include "numerics/survival/cumulative_incidence.hpp"

#include <algorithm>
#include <cmath>

namespace bedside::numerics {

namespace {

/// Σ w (point − value)² over values that the point has passed: all terms positive, so no digits are lost.
class Spread {
 public:
  void movePoint(double by) { distance_ += by; }
  /// Adds a value where the point stands (West 1979).
  void add(double weight) {
    if (!(weight > 0)) return;
    const double total = weight_ + weight;
    spread_ += weight_ * weight / total * distance_ * distance_;
    distance_ *= weight_ / total;
    weight_ = total;
  }
  /// About a point further on.
  double about(double further) const {
    const double distance = distance_ + further;
    return spread_ + weight_ * distance * distance;
  }

 private:
  double weight_ = 0;
  double distance_ = 0;  // of the point from the values' mean
  double spread_ = 0;    // about their mean
};

/// One cause on its way along the times of a group.
struct Walk {
  std::size_t events = 0;  // at the present time
  double incidence = 0;
  double ofOthers = 0;
  double variance = 0;
  Spread own;     // of F₂(tⱼ), for the events of the cause
  Spread others;  // of F(tⱼ), for those of the others

  /// `before`, `after`: S around the time; `all` events among `n` at risk.
  void step(double before, double after, std::size_t all, double n) {
    const auto d1 = static_cast<double>(events), d2 = static_cast<double>(all - events);
    const double gained = before * d1 / n, lost = before * d2 / n;
    incidence += gained;
    ofOthers += lost;
    own.movePoint(lost);
    others.movePoint(gained);
    // Everybody had the cause in the end: exactly 1, so that its limits are.
    if (incidence > 1 || (after == 0 && ofOthers == 0)) incidence = 1;
    const double unit = before / n * (before / n);
    const double ofOwn = unit * tiesTogether(d1, n) * d1, ofOther = unit * tiesTogether(d2, n) * d2;
    variance = own.about(after) + others.about(0) + ofOwn;
    if (after > 0) {
      own.add(ofOwn / after / after);
      others.add(ofOther / after / after);
    }
  }
};

GroupIncidence curvesOf(const Times& times, std::span<const std::uint32_t> rows, const Causes& causes) {
  GroupIncidence out;
  out.n = rows.size();
  // Read out of order once: of a million rows every such read goes to memory.
  std::vector<std::uint32_t> places(rows.size());
  std::vector<std::int32_t> codes(rows.size());
  std::size_t distinct = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    places[i] = times.stop[rows[i]];
    codes[i] = causes.codes[rows[i]];
    distinct += i == 0 || places[i] != places[i - 1] ? 1 : 0;
  }
  out.time.reserve(distinct);
  out.nRisk.reserve(distinct);
  out.causes.resize(causes.count);
  for (auto& curve : out.causes) {
    curve.nEvent.reserve(distinct);
    curve.incidence.reserve(distinct);
    curve.se.reserve(distinct);
  }

  std::vector<Walk> walks(causes.count);
  double survival = 1;
  for (std::size_t first = 0; first < rows.size();) {
    const std::uint32_t place = places[first];
    std::size_t end = first, all = 0;
    for (; end < rows.size() && places[end] == place; ++end) {
      if (codes[end] == Causes::censored) continue;
      ++walks[static_cast<std::size_t>(codes[end])].events;
      ++all;
    }
    const std::size_t atRisk = rows.size() - first;
    const auto n = static_cast<double>(atRisk);
    const double after = survival * (static_cast<double>(atRisk - all) / n);
    out.time.push_back(times.distinct[place]);
    out.nRisk.push_back(static_cast<std::int32_t>(atRisk));
    for (std::size_t c = 0; c < causes.count; ++c) {
      Walk& walk = walks[c];
      IncidenceCurve& curve = out.causes[c];
      if (all > 0) walk.step(survival, after, all, n);
      curve.events += walk.events;
      curve.nEvent.push_back(static_cast<std::int32_t>(walk.events));
      curve.incidence.push_back(walk.incidence);
      curve.se.push_back(std::sqrt(walk.variance));
      walk.events = 0;
    }
    survival = after;
    first = end;
  }
  return out;
}

}  // namespace

std::size_t GroupIncidence::bytes() const {
  std::size_t total = sizeof *this + time.capacity() * sizeof(double) + nRisk.capacity() * sizeof(std::int32_t);
  for (const auto& curve : causes) {
    total += sizeof curve + curve.nEvent.capacity() * sizeof(std::int32_t) +
             (curve.incidence.capacity() + curve.se.capacity()) * sizeof(double);
  }
  return total;
}

std::vector<GroupIncidence> cumulativeIncidence(const Times& times, const Groups& groups, const Causes& causes,
                                                const Progress& progress) {
  const Grouped byGroup = grouped(times.order, groups);
  std::vector<GroupIncidence> out;
  out.reserve(groups.count);
  for (std::size_t g = 0; g < groups.count; ++g) {
    const std::size_t first = byGroup.first[g], end = byGroup.first[g + 1];
    out.push_back(curvesOf(times, std::span(byGroup.rows).subspan(first, end - first), causes));
    if (progress) progress(static_cast<double>(end) / static_cast<double>(times.rows()));
  }
  return out;
}

}  // namespace bedside::numerics
