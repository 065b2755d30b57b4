#include "numerics/survival/cox_vectors.hpp"

#include <algorithm>

#include "numerics/lanes.hpp"
#include "numerics/survival/cox_scan.hpp"

namespace bedside::numerics {
namespace {

/// Running totals of risk · x down N columns at once: the additions of one column wait for each other, those of
/// several do not. Where `keep` is 0 a stratum begins.
template <std::size_t N, bool Strata>
void runDown(const double* const* columns, const double* risk, const double* keep, std::size_t rows, double* running,
             double* out, std::size_t stride) {
  double totals[N];
  for (std::size_t j = 0; j < N; ++j) totals[j] = running[j];
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t j = 0; j < N; ++j) {
      if constexpr (Strata) totals[j] *= keep[r];
      totals[j] += risk[r] * columns[j][r];
      out[j * stride + r] = totals[j];
    }
  }
  for (std::size_t j = 0; j < N; ++j) running[j] = totals[j];
}

template <bool Strata>
void runDownColumns(const Block& block, const double* risk, const double* keep, double* running, double* out,
                    std::size_t stride) {
  const std::size_t k = block.columns.size();
  std::size_t j = 0;
  for (; j + 4 <= k; j += 4) {
    runDown<4, Strata>(&block.columns[j], risk, keep, block.rows, running + j, out + j * stride, stride);
  }
  for (; j < k; ++j) {
    runDown<1, Strata>(&block.columns[j], risk, keep, block.rows, running + j, out + j * stride, stride);
  }
}

double dot(const double* x, const double* y, std::size_t rows) {
  Lanes sums[2] = {both(0), both(0)};
  std::size_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    sums[0] += load(x + r) * load(y + r);
    sums[1] += load(x + r + 2) * load(y + r + 2);
  }
  double total = sum(sums[0] + sums[1]);
  for (; r < rows; ++r) total += x[r] * y[r];
  return total;
}

}  // namespace

RiskSetVectors::RiskSetVectors(const CoxScan& scan, std::span<const double> extra)
    : scan_(scan),
      rows_(scan.rows()),
      extra_(extra),
      straight_(scan.classCount() == 1 && !rows_.countingProcess()),
      columns_(rows_.columns() + (extra.empty() ? 0 : 1)),
      running_(2 * scan.classCount() * columns_),
      runningDeaths_(columns_),
      present_(scan.classCount()) {
  const std::size_t capacity = std::min(rows_.blockRows(), 2 * rows_.rows());
  capacity_ = capacity;
  prefix_.resize(straight_ ? columns_ * capacity : 0);
  means_.resize(columns_ * capacity);
  deaths_.resize(columns_ * capacity);
  for (std::size_t j = 0; j < columns_; ++j) {
    meanColumns_.push_back(means_.data() + j * capacity);
    deathColumns_.push_back(deaths_.data() + j * capacity);
  }
}

TimeVectors RiskSetVectors::vectors() const {
  return {{0, time_.size(), meanColumns_}, time_, {0, tied_.size(), deathColumns_}, tied_};
}

Block RiskSetVectors::extended(const Block& block, const double* extra) {
  extended_.assign(block.columns.begin(), block.columns.end());
  if (extra != nullptr) extended_.push_back(extra);
  return {block.first, block.rows, extended_};
}

TimeVectors RiskSetVectors::takeBlock(const Block& columns) {
  const Block block = extended(columns, extra_.empty() ? nullptr : extra_.data() + columns.first);
  const std::size_t end = block.first + block.rows;
  const std::vector<EventTime>& times = rows_.times();
  const double* risk = scan_.risks().data();
  keep_.clear();
  while (stratum_ + 1 < rows_.strata() && rows_.firstRow(stratum_ + 1) < end) {
    if (keep_.empty()) keep_.assign(block.rows, 1.0);
    keep_[rows_.firstRow(++stratum_) - block.first] = 0;
  }
  const auto run = keep_.empty() ? runDownColumns<false> : runDownColumns<true>;
  run(block, risk + block.first, keep_.data(), running_.data(), prefix_.data(), capacity_);
  time_.clear();
  tied_.clear();
  const std::size_t firstTime = nextTime_;
  for (; nextTime_ < times.size() && times[nextTime_].end <= end; ++nextTime_) {
    time_.push_back(static_cast<std::uint32_t>(nextTime_));
  }
  for (std::size_t j = 0; j < columns_; ++j) {
    const double* of = prefix_.data() + j * capacity_ - block.first;
    double* out = means_.data() + j * capacity_;
    for (std::size_t m = 0; m < time_.size(); ++m) out[m] = of[times[time_[m]].end - 1];
  }
  if (scan_.ties() == CoxTies::breslow) return vectors();
  bool taken = false;
  for (std::size_t t = firstTime; t < times.size() && times[t].begin < end; ++t) {
    if (times[t].events == 1) continue;
    if (!taken) takeDeaths(block);
    taken = true;
    const std::size_t from = std::max<std::size_t>(times[t].begin, block.first) - block.first;
    const std::size_t to = std::min<std::size_t>(times[t].end, end) - block.first;
    for (std::size_t j = 0; j < columns_; ++j) {
      runningDeaths_[j] += dot(block[j] + from, deathRisks_.data() + from, to - from);
    }
    if (t < nextTime_) finishTied(t, t - firstTime);
  }
  return vectors();
}

/// r of the block's rows with the event, 0 of the others.
void RiskSetVectors::takeDeaths(const Block& block) {
  const double* risk = scan_.risks().data() + block.first;
  const double* events = rows_.eventWeights().data() + block.first;
  deathRisks_.resize(block.rows);
  for (std::size_t r = 0; r < block.rows; ++r) deathRisks_[r] = events[r] > 0 ? risk[r] : 0.0;
}

/// The row of a tied time in `means_`, S₁ so far, and that of its deaths.
void RiskSetVectors::finishTied(std::size_t time, std::size_t row) {
  for (std::size_t j = 0; j < columns_; ++j) {
    means_[j * capacity_ + row] -= (1 - scan_.terms(time).centre) * runningDeaths_[j];
    deaths_[j * capacity_ + tied_.size()] = runningDeaths_[j];
    runningDeaths_[j] = 0;
  }
  tied_.push_back(static_cast<std::uint32_t>(time));
}

TimeVectors RiskSetVectors::takeVisits(const RiskVisits& visits, const Block& columns) {
  if (!extra_.empty()) {
    gathered_.clear();
    for (std::size_t r = 0; r < columns.rows; ++r) gathered_.push_back(extra_[visits.rows[columns.first + r]]);
  }
  const Block block = extended(columns, extra_.empty() ? nullptr : gathered_.data());
  const std::size_t k = columns_;
  time_.clear();
  tied_.clear();
  for (std::size_t r = 0; r < block.rows; ++r) {
    const std::size_t visit = block.first + r, row = visits.rows[visit], c = scan_.classOf(row), t = nextTime_;
    const EventTime& time = rows_.times()[t];
    if (time.stratum != stratum_) {
      stratum_ = time.stratum;
      std::fill(running_.begin(), running_.end(), 0.0);
      std::fill(present_.begin(), present_.end(), std::size_t{0});
    }
    double* sums = running_.data() + 2 * c * k;
    const bool leaves = visit < visits.leaving[t];
    const double risk = leaves ? -scan_.risk(row) : scan_.risk(row);
    for (std::size_t j = 0; j < k; ++j) addTo(sums[j], sums[k + j], risk * block[j][r]);
    present_[c] += leaves ? std::size_t(-1) : 1;
    if (present_[c] == 0) std::fill_n(sums, 2 * k, 0.0);  // nobody left: no residue either
    const bool tied = scan_.tied(t);
    if (tied && !leaves && rows_.eventWeights()[row] > 0) {
      for (std::size_t j = 0; j < k; ++j) runningDeaths_[j] += risk * scan_.factor(row, t) * block[j][r];
    }
    if (visit + 1 < visits.arriving[t]) continue;
    for (std::size_t j = 0; j < k; ++j) {
      double sum = 0;
      for (std::size_t i = 0; i < scan_.classCount(); ++i) {
        sum += scan_.classFactor(i, t) * (running_[2 * i * k + j] + running_[(2 * i + 1) * k + j]);
      }
      means_[j * capacity_ + time_.size()] = sum;
    }
    if (tied) finishTied(t, time_.size());
    time_.push_back(static_cast<std::uint32_t>(t));
    ++nextTime_;
  }
  return vectors();
}

}  // namespace bedside::numerics
