#include "numerics/survival/cox_rows.hpp"

#include <cmath>
#include <limits>

#include "numerics/double_double.hpp"
#include "numerics/lanes.hpp"

namespace bedside::numerics {

CoxRows::CoxRows(const CoxProblem& problem, std::size_t copyAtMost, std::size_t blockRows)
    : design_(problem.design),
      columns_(problem.columns()),
      blockRows_(blockRows),
      first_(problem.risk.first),
      tableRow_(problem.risk.size()),
      eventWeight_(problem.risk.size()) {
  const RiskSets& risk = problem.risk;
  if (!risk.weight.empty()) weight_.resize(rows());
  for (std::size_t s = 0; s < strata(); ++s) {
    for (std::size_t row = first_[s]; row < first_[s + 1]; ++row) {
      const std::size_t position = first_[s] + first_[s + 1] - 1 - row;
      tableRow_[row] = risk.tableRow[position];
      if (weighted()) weight_[row] = risk.weight[position];
      eventWeight_[row] = risk.event[position] != 0 ? weight(row) : 0.0;
    }
  }
  findTimes(risk);
  if (!risk.start.empty()) findLeaving(risk);
  if (rows() * columns_ <= copyAtMost) copy_.resize(rows() * columns_);
  centreColumns();
}

void CoxRows::findTimes(const RiskSets& risk) {
  reaches_.resize(rows());
  firstTime_.push_back(0);
  std::size_t count = 0;  // of event times, at most
  for (std::size_t i = 0; i < rows(); ++i) {
    count += risk.event[i] != 0 && (i == 0 || risk.event[i - 1] == 0 || risk.stop[i] != risk.stop[i - 1]);
  }
  times_.reserve(count);
  for (std::size_t s = 0; s < strata(); ++s) {
    const std::size_t last = first_[s] + first_[s + 1] - 1;
    std::size_t waiting = first_[s];  // rows from here on have reached no event time yet
    for (std::size_t begin = first_[s]; begin < first_[s + 1];) {
      EventTime time;
      time.begin = static_cast<std::uint32_t>(begin);
      time.stratum = static_cast<std::uint32_t>(s);
      std::size_t end = begin;
      while (end < first_[s + 1] && risk.stop[last - end] == risk.stop[last - begin]) {
        time.events += risk.event[last - end] != 0;
        time.weight += eventWeight_[end++];
      }
      if (time.events > 0) {
        time.end = static_cast<std::uint32_t>(end);
        time.weight /= time.events;
        time.tied = tiedTimes_;
        tiedTimes_ += time.events > 1;
        for (; waiting < end; ++waiting) reaches_[waiting] = static_cast<std::uint32_t>(times_.size() + s);
        times_.push_back(time);
      }
      begin = end;
    }
    for (; waiting < first_[s + 1]; ++waiting) reaches_[waiting] = static_cast<std::uint32_t>(times_.size() + s);
    firstTime_.push_back(times_.size());
  }
}

void CoxRows::findLeaving(const RiskSets& risk) {
  leaves_.resize(rows());
  for (std::size_t s = 0; s < strata(); ++s) {
    const std::size_t last = first_[s] + first_[s + 1] - 1;
    std::size_t time = firstTime_[s];
    for (std::size_t at = first_[s + 1]; at-- > first_[s];) {  // from the latest start
      const std::uint32_t position = risk.byStart[at];
      while (time < firstTime_[s + 1] && risk.stop[last - times_[time].begin] > risk.start[position]) ++time;
      leaves_[last - position] = static_cast<std::uint32_t>(time + s);
    }
  }
}

const RiskVisits& CoxRows::visits() const {
  RiskVisits& out = visits_;
  if (!out.rows.empty()) return out;
  out.rows.reserve(countingProcess() ? 2 * rows() : rows());
  // Rows by the event time before which they leave: a counting sort.
  std::vector<std::uint32_t> beginning(times_.size() + strata() + 1), leavers;
  if (countingProcess()) {
    for (std::size_t row = 0; row < rows(); ++row) ++beginning[leaves_[row] + 1];
    for (std::size_t t = 1; t < beginning.size(); ++t) beginning[t] += beginning[t - 1];
    leavers.resize(rows());
    std::vector<std::uint32_t> next = beginning;
    for (std::size_t row = 0; row < rows(); ++row) leavers[next[leaves_[row]]++] = static_cast<std::uint32_t>(row);
  }
  for (std::size_t s = 0; s < strata(); ++s) {
    std::size_t row = first_[s];
    for (std::size_t t = firstTime_[s]; t < firstTime_[s + 1]; ++t) {
      for (std::size_t at = beginning[t + s]; at < beginning[t + s + 1]; ++at) {
        if (reaches_[leavers[at]] < t + s) out.rows.push_back(leavers[at]);
      }
      out.leaving.push_back(static_cast<std::uint32_t>(out.rows.size()));
      for (; row < times_[t].end; ++row) {
        if (reaches(row) < leaves(row, s)) out.rows.push_back(static_cast<std::uint32_t>(row));
      }
      out.arriving.push_back(static_cast<std::uint32_t>(out.rows.size()));
    }
  }
  return out;
}

/// Takes the centres of columns, whose rows come in scan order.
class CoxRows::Centring {
 public:
  explicit Centring(CoxRows& rows) : rows_(rows), origin_(rows.columns_) {}

  void take(std::size_t j, std::size_t first, std::size_t count, const double* values) {
    const double* x = values - first;
    const std::size_t end = first + count;
    std::size_t s = rows_.stratum(first);
    double most = rows_.magnitude_[j];
    for (std::size_t row = first; row < end; ++s) {
      const std::size_t begin = rows_.first_[s], stop = std::min(end, rows_.first_[s + 1]);
      if (stop <= row) continue;
      double& centre = rows_.centres_[s * rows_.columns_ + j];
      if (row == begin) centre = origin_[j] = x[row];
      double sum = 0;
      for (; row < stop; ++row) {
        sum += x[row] - origin_[j];
        most = std::max(most, std::fabs(x[row]));
      }
      centre += sum / static_cast<double>(rows_.first_[s + 1] - begin);
    }
    rows_.magnitude_[j] = most;
  }

 private:
  CoxRows& rows_;
  std::vector<double> origin_;  // the first value of each column in the stratum
};

Blocks CoxRows::source(std::span<const std::uint32_t> list, std::span<const std::uint32_t> tableRows) const {
  if (copy_.empty()) return {design_, Rows::of(tableRows), blockRows_};
  std::vector<Source> columns;
  for (std::size_t j = 0; j < columns_; ++j) columns.push_back(Source::of(copy_.data() + j * rows()));
  return {columns, list.empty() ? Rows::all(rows()) : Rows::of(list), blockRows_};
}

/// Centres are means, taken of differences from the first value, so that those of a constant are its very value.
void CoxRows::centreColumns() {
  centres_.resize(strata() * columns_);
  reach_.resize(columns_);
  magnitude_.resize(columns_);
  if (copy_.empty()) {
    Centring centring(*this);
    Blocks(design_, Rows::of(tableRow_), blockRows_).scan([&](const Block& block) {
      for (std::size_t j = 0; j < columns_; ++j) centring.take(j, block.first, block.rows, block[j]);
    });
    findReach();
    return;
  }
  // Column by column: what is read in a random order then stays in a second-level cache.
  for (std::size_t j = 0; j < columns_; ++j) {
    double* out = copy_.data() + j * rows();
    Blocks({design_[j]}, Rows::of(tableRow_), blockRows_).scan([&](const Block& block) {
      std::copy(block[0], block[0] + block.rows, out + block.first);
    });
    Centring centring(*this);
    centring.take(j, 0, rows(), out);
    for (std::size_t s = 0; s < strata(); ++s) {
      const double centre = centres_[s * columns_ + j];
      for (std::size_t row = first_[s]; row < first_[s + 1]; ++row) out[row] -= centre;
    }
  }
  findReach();
}

void CoxRows::findReach() {
  std::fill(reach_.begin(), reach_.end(), 0.0);
  scan([&](const Block& block) {
    for (std::size_t j = 0; j < columns_; ++j) {
      Lanes most = both(reach_[j]);
      std::size_t r = 0;
      for (; r + 2 <= block.rows; r += 2) {
        const Lanes size = magnitude(load(block[j] + r));
        most = select(size > most, size, most);
      }
      reach_[j] = std::max(most[0], most[1]);
      if (r < block.rows) reach_[j] = std::max(reach_[j], std::fabs(block[j][r]));
    }
  });
}

std::size_t CoxRows::firstConstant() const {
  constexpr double rounding = 8 * std::numeric_limits<double>::epsilon();
  std::size_t j = 0;
  while (j < columns_ && reach_[j] > rounding * magnitude_[j]) ++j;
  return j;
}

void CoxRows::transform(const Matrix& m) {
  transform_ = m;
  if (!copy_.empty()) {
    std::vector<double> old = copy_;
    std::vector<const double*> from(columns_);
    std::vector<double*> to(columns_);
    for (std::size_t j = 0; j < columns_; ++j) from[j] = old.data() + j * rows(), to[j] = copy_.data() + j * rows();
    const std::vector<double> centres = std::move(centres_);
    centres_.assign(centres.size(), 0.0);  // taken away already
    finish({0, rows(), from}, {}, to.data());
    centres_ = centres;
  }
  findReach();
}

/// Takes away centres and transforms; `list` names the block's rows in the scan order (empty: as they lie).
void CoxRows::finish(const Block& block, std::span<const std::uint32_t> list, double* const* out) const {
  std::size_t s = 0;
  for (std::size_t at = 0; at < block.rows;) {
    const auto rowAt = [&](std::size_t i) { return list.empty() ? block.first + i : list[block.first + i]; };
    while (first_[s + 1] <= rowAt(at)) ++s;
    std::size_t stop = at;
    if (list.empty()) {
      stop = std::min(block.rows, first_[s + 1] - block.first);
    } else {
      while (stop < block.rows && rowAt(stop) < first_[s + 1] && rowAt(stop) >= first_[s]) ++stop;
    }
    for (std::size_t j = 0; j < columns_; ++j) {
      const double centre = centres_[s * columns_ + j];
      for (std::size_t r = at; r < stop; ++r) out[j][r] = block[j][r] - centre;
    }
    at = stop;
  }
  if (transform_.rows == 0) return;
  std::vector<double> x(columns_);
  for (std::size_t r = 0; r < block.rows; ++r) {
    for (std::size_t j = 0; j < columns_; ++j) x[j] = out[j][r];
    for (std::size_t j = 0; j < columns_; ++j) {
      DoubleDouble sum;
      for (std::size_t i = 0; i < columns_; ++i) sum += exactProduct(transform_(i, j), x[i]);
      out[j][r] = sum.high;
    }
  }
}

CoxRows::Reader::Reader(const CoxRows& rows) : Reader(rows, {}) {}

CoxRows::Reader::Reader(const CoxRows& rows, std::span<const std::uint32_t> list)
    : rows_(rows),
      list_(list),
      tableRow_([&] {
        std::vector<std::uint32_t> of;
        if (!rows.copy_.empty()) return of;
        for (const std::uint32_t row : list) of.push_back(rows.tableRow_[row]);
        return of;
      }()),
      blocks_(rows.source(list_, list.empty() ? std::span(rows.tableRow_) : std::span(tableRow_))),
      reader_(blocks_),
      finished_(!rows.copy_.empty()),
      pointers_(rows.columns_) {
  if (!finished_) scratch_.resize(rows.columns_ * std::min(blocks_.rows(), blocks_.blockRows()));
}

Block CoxRows::Reader::read(std::size_t first) {
  const Block block = reader_.read(first);
  if (finished_) return block;
  const std::size_t most = std::min(blocks_.rows(), blocks_.blockRows());
  std::vector<double*> out(rows_.columns_);
  for (std::size_t j = 0; j < rows_.columns_; ++j) pointers_[j] = out[j] = scratch_.data() + j * most;
  rows_.finish(block, list_, out.data());
  return {block.first, block.rows, pointers_};
}

}  // namespace bedside::numerics
