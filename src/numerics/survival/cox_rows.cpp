#include "numerics/survival/cox_rows.hpp"

#include <cmath>
#include <limits>
#include <new>

#include "numerics/double_double.hpp"
#include "numerics/lanes.hpp"

namespace bedside::numerics {
namespace {

struct Summary {
  double sum = 0;        ///< Σ (x − origin)
  double magnitude = 0;  ///< largest |x|
};

Summary summaryOf(const double* x, std::size_t count, double origin) {
  Lanes sums[2] = {both(0), both(0)}, most[2] = {both(0), both(0)};
  std::size_t r = 0;
  for (; r + 4 <= count; r += 4) {
    for (std::size_t half = 0; half < 2; ++half) {
      const Lanes value = load(x + r + 2 * half), size = magnitude(value);
      sums[half] += value - both(origin);
      most[half] = select(size > most[half], size, most[half]);
    }
  }
  Summary out{sum(sums[0] + sums[1]), std::max({most[0][0], most[0][1], most[1][0], most[1][1]})};
  for (; r < count; ++r) {
    out.sum += x[r] - origin;
    out.magnitude = std::max(out.magnitude, std::fabs(x[r]));
  }
  return out;
}

/// x − centre in place; the largest magnitude of it.
double shift(double* x, std::size_t count, double centre) {
  Lanes most = both(0);
  std::size_t r = 0;
  for (; r + 2 <= count; r += 2) {
    const Lanes value = load(x + r) - both(centre), size = magnitude(value);
    store(x + r, value);
    most = select(size > most, size, most);
  }
  double out = std::max(most[0], most[1]);
  for (; r < count; ++r) {
    x[r] -= centre;
    out = std::max(out, std::fabs(x[r]));
  }
  return out;
}

/// A copy must leave room for what the sums themselves need, about a dozen numbers in each row: without it they run all
/// the same.
bool memoryFor(std::size_t numbers, std::size_t rows) {
  constexpr std::size_t always = std::size_t{1} << 20;
  if (numbers <= always) return true;
  return std::unique_ptr<double[]>(new (std::nothrow) double[numbers + 12 * rows]) != nullptr;
}

}  // namespace

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
  const std::size_t numbers = rows() * columns_;
  if (numbers > 0 && numbers <= copyAtMost && memoryFor(numbers, rows())) {
    copy_ = std::make_unique_for_overwrite<double[]>(numbers);
  }
  centreColumns();
}

/// Without a branch on who has the event, which no processor foresees.
void CoxRows::findTimes(const RiskSets& risk) {
  reaches_.resize(rows());
  firstTime_.push_back(0);
  std::size_t most = 1;  // of event times
  for (std::size_t i = 0; i < rows(); ++i) {
    const bool another = i == 0 || risk.event[i - 1] == 0 || risk.stop[i - 1] != risk.stop[i];
    most += risk.event[i] != 0 && another;
  }
  times_.resize(most + strata());
  std::size_t count = 0;
  for (std::size_t s = 0; s < strata(); ++s) {
    const std::size_t last = first_[s] + first_[s + 1] - 1;
    EventTime time;
    time.begin = static_cast<std::uint32_t>(first_[s]);
    time.stratum = static_cast<std::uint32_t>(s);
    for (std::size_t row = first_[s]; row < first_[s + 1]; ++row) {
      reaches_[row] = static_cast<std::uint32_t>(count + s);  // the next event time that will be found, its own maybe
      time.events += risk.event[last - row];
      time.weight += eventWeight_[row];
      if (row + 1 < first_[s + 1] && risk.stop[last - row - 1] == risk.stop[last - row]) continue;
      time.end = static_cast<std::uint32_t>(row + 1);
      time.tied = tiedTimes_;
      times_[count] = time;
      times_[count].weight /= time.events;
      count += time.events > 0;
      tiedTimes_ += time.events > 1;
      time.begin = time.end;
      time.events = 0;
      time.weight = 0;
    }
    firstTime_.push_back(count);
  }
  times_.resize(count);
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

Blocks CoxRows::source(std::span<const std::uint32_t> list, std::span<const std::uint32_t> tableRows) const {
  if (!copy_) return {design_, Rows::of(tableRows), blockRows_};
  std::vector<Source> columns;
  for (std::size_t j = 0; j < columns_; ++j) columns.push_back(Source::of(copy_.get() + j * rows()));
  return {columns, list.empty() ? Rows::all(rows()) : Rows::of(list), blockRows_};
}

/// Centres are means, taken of differences from the first value, so that those of a constant are its very value.
void CoxRows::centreColumns() {
  centres_.resize(strata() * columns_);
  magnitude_.resize(columns_);
  std::vector<double> origin(columns_);
  const auto take = [&](std::size_t j, std::size_t first, std::size_t count, const double* values) {
    const double* x = values - first;
    for (std::size_t row = first, s = stratum(first); row < first + count; ++s) {
      const std::size_t stop = std::min(first + count, first_[s + 1]);
      if (stop <= row) continue;
      double& centre = centres_[s * columns_ + j];
      if (row == first_[s]) centre = origin[j] = x[row];
      const Summary summary = summaryOf(x + row, stop - row, origin[j]);
      magnitude_[j] = std::max(magnitude_[j], summary.magnitude);
      centre += summary.sum / static_cast<double>(first_[s + 1] - first_[s]);
      row = stop;
    }
  };
  if (!copy_) {
    Blocks(design_, Rows::of(tableRow_), blockRows_).scan([&](const Block& block) {
      for (std::size_t j = 0; j < columns_; ++j) take(j, block.first, block.rows, block[j]);
    });
    return;
  }
  reach_.resize(columns_);
  // Column by column: what is read in a random order then stays in a second-level cache.
  for (std::size_t j = 0; j < columns_; ++j) {
    double* out = copy_.get() + j * rows();
    Blocks({design_[j]}, Rows::of(tableRow_), blockRows_).scan([&](const Block& block) {
      std::copy(block[0], block[0] + block.rows, out + block.first);
    });
    take(j, 0, rows(), out);
    for (std::size_t s = 0; s < strata(); ++s) {
      const double reach = shift(out + first_[s], first_[s + 1] - first_[s], centres_[s * columns_ + j]);
      reach_[j] = std::max(reach_[j], reach);
    }
  }
}

void CoxRows::findReach() const {
  reach_.assign(columns_, 0.0);
  scan([&](const Block& block) {
    for (std::size_t j = 0; j < columns_; ++j) {
      reach_[j] = std::max(reach_[j], summaryOf(block[j], block.rows, 0).magnitude);
    }
  });
}

std::size_t CoxRows::firstConstant() const {
  constexpr double rounding = 8 * std::numeric_limits<double>::epsilon();
  std::size_t j = 0;
  while (j < columns_ && reach()[j] > rounding * magnitude_[j]) ++j;
  return j;
}

void CoxRows::transform(const Matrix& m) {
  transform_ = m;
  if (copy_) {
    const std::vector<double> old(copy_.get(), copy_.get() + rows() * columns_);
    std::vector<const double*> from(columns_);
    std::vector<double*> to(columns_);
    for (std::size_t j = 0; j < columns_; ++j) from[j] = old.data() + j * rows(), to[j] = copy_.get() + j * rows();
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
        if (rows.copy_) return of;
        for (const std::uint32_t row : list) of.push_back(rows.tableRow_[row]);
        return of;
      }()),
      blocks_(rows.source(list_, list.empty() ? std::span(rows.tableRow_) : std::span(tableRow_))),
      reader_(blocks_),
      finished_(rows.copy_ != nullptr),
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
