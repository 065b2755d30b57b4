#include "numerics/survival/cox_means.hpp"

#include <algorithm>

namespace bedside::numerics {

RiskSetMeans::RiskSetMeans(const CoxScan& scan)
    : scan_(scan),
      rows_(scan.rows()),
      k_(rows_.columns()),
      places_(rows_.times().size() + rows_.strata()),
      means_(rows_.times().size() * k_),
      cumulative_(scan.classCount() * places_ * k_) {
  scan.scan([](const Block&) {}, [&](const TimeVectors& vectors) { take(vectors); });
  // From the earliest time, which comes last.
  for (std::size_t c = 0; c < scan.classCount(); ++c) {
    double* of = cumulative_.data() + c * places_ * k_;
    for (std::size_t s = 0; s < rows_.strata(); ++s) {
      for (std::size_t t = rows_.firstTime(s + 1); t-- > rows_.firstTime(s);) {
        for (std::size_t j = 0; j < k_; ++j) of[(t + s) * k_ + j] += of[(t + s + 1) * k_ + j];
      }
    }
  }
}

void RiskSetMeans::take(const TimeVectors& vectors) {
  for (std::size_t r = 0; r < vectors.time.size(); ++r) {
    const std::size_t t = vectors.time[r];
    const EventTime& time = rows_.times()[t];
    const TimeTerms terms = scan_.terms(t);
    const double share = terms.hazard / time.weight / time.events;
    for (std::size_t j = 0; j < k_; ++j) means_[t * k_ + j] = share * vectors.means[j][r];
    for (std::size_t c = 0; c < scan_.classCount(); ++c) {
      double* rise = cumulative_.data() + (c * places_ + t + time.stratum) * k_;
      for (std::size_t j = 0; j < k_; ++j) rise[j] = scan_.classFactor(c, t) * terms.square * vectors.means[j][r];
    }
  }
  if (vectors.tied.empty()) return;
  if (tied_.empty()) tied_.assign(rows_.times().size(), none);
  for (std::size_t r = 0, m = 0; r < vectors.tied.size(); ++r) {
    const std::size_t t = vectors.tied[r];
    while (vectors.time[m] != t) ++m;
    const EventTime& time = rows_.times()[t];
    const TimeTerms terms = scan_.terms(t);
    const double share = (terms.own - terms.hazard * terms.centre) / time.weight / time.events;
    tied_[t] = static_cast<std::uint32_t>(own_.size() / std::max<std::size_t>(k_, 1));
    for (std::size_t j = 0; j < k_; ++j) {
      means_[t * k_ + j] += share * vectors.deaths[j][r];
      own_.push_back(terms.square * (terms.centre - 1) * vectors.means[j][m] + terms.spread * vectors.deaths[j][r]);
    }
  }
}

void RiskSetMeans::exposure(std::size_t row, std::size_t stratum, double* out) const {
  const double* of = cumulative_.data() + scan_.classOf(row) * places_ * k_;
  const double* reached = of + rows_.reaches(row) * k_;
  const double* left = of + rows_.leaves(row, stratum) * k_;
  const bool atRisk = rows_.reaches(row) < rows_.leaves(row, stratum);
  const double risk = atRisk ? scan_.risk(row) : 0.0;
  for (std::size_t j = 0; j < k_; ++j) out[j] = risk * (reached[j] - left[j]);
  if (tied_.empty() || !(rows_.eventWeights()[row] > 0)) return;
  const std::size_t time = rows_.reaches(row) - stratum;
  if (tied_[time] == none) return;
  const double share = risk * scan_.factor(row, time);
  for (std::size_t j = 0; j < k_; ++j) out[j] += share * own_[tied_[time] * k_ + j];
}

}  // namespace bedside::numerics
