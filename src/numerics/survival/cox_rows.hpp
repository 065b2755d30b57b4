#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "numerics/blocks.hpp"
#include "numerics/matrix.hpp"
#include "numerics/survival/cox.hpp"

namespace bedside::numerics {

/// One time of a stratum at which rows have the event, in the scan order of `CoxRows`.
struct EventTime {
  std::uint32_t begin = 0;   ///< rows [begin, end) have this time
  std::uint32_t end = 0;     ///< the stratum's rows before `end` have reached it
  std::uint32_t events = 0;  ///< d
  std::uint32_t stratum = 0;
  std::uint32_t tied = 0;  ///< how many times with more than one event come before
  double weight = 0;       ///< w̄, the mean weight of the events
};

/// Comings and goings of rows for sums over risk sets, in scan order: those who enter at `rows` leave before the event
/// time that their start forbids.
struct RiskVisits {
  std::vector<std::uint32_t> rows;      ///< rows of the scan order
  std::vector<std::uint32_t> leaving;   ///< at event time t first these leave: [arriving[t − 1], leaving[t])
  std::vector<std::uint32_t> arriving;  ///< then these come: [leaving[t], arriving[t])
};

/// The rows of a Cox model in the order in which its sums are taken: strata one after the other, within each from the
/// latest time to the earliest, so that a risk set is a beginning of its stratum less the rows not yet entered. Columns
/// are read about their mean in each stratum (the partial likelihood sees no shift within one), so a calendar year
/// costs no digits. Up to `copied` numbers are gathered once, if there is memory; else they are gathered
/// at each scan.
class CoxRows {
 public:
  /// Up to here a copy of the columns is kept: 128 MB of doubles, a million rows of sixteen columns. What random reads
  /// of a table of that size cost is six times the sums themselves.
  static constexpr std::size_t copied = std::size_t{1} << 24;

  explicit CoxRows(const CoxProblem& problem, std::size_t copyAtMost = copied,
                   std::size_t blockRows = Blocks::defaultBlockRows);

  std::size_t rows() const { return tableRow_.size(); }
  std::size_t columns() const { return columns_; }
  std::size_t strata() const { return first_.size() - 1; }
  std::size_t blockRows() const { return blockRows_; }
  std::size_t firstRow(std::size_t stratum) const { return first_[stratum]; }
  bool countingProcess() const { return !leaves_.empty(); }

  /// The position in the risk sets of a row of the scan order, and the other way round.
  std::size_t position(std::size_t row) const { return first_[stratum(row)] + first_[stratum(row) + 1] - 1 - row; }
  std::size_t stratum(std::size_t row) const {
    return static_cast<std::size_t>(std::upper_bound(first_.begin() + 1, first_.end(), row) - first_.begin()) - 1;
  }

  /// Event times by stratum, from the latest to the earliest.
  const std::vector<EventTime>& times() const { return times_; }
  std::size_t tiedTimes() const { return tiedTimes_; }
  /// Event times of stratum s: [firstTime(s), firstTime(s + 1)).
  std::size_t firstTime(std::size_t stratum) const { return firstTime_[stratum]; }
  /// A row is at risk at the event times from `reaches(row)` to before `leaves(row)`; both are places in lists with one
  /// more entry after each stratum: time t of stratum s stands at t + s.
  std::size_t reaches(std::size_t row) const { return reaches_[row]; }
  std::size_t leaves(std::size_t row, std::size_t stratum) const {
    return leaves_.empty() ? firstTime_[stratum + 1] + stratum : leaves_[row];
  }
  /// Made when first asked for.
  const RiskVisits& visits() const;

  double weight(std::size_t row) const { return weight_.empty() ? 1 : weight_[row]; }
  bool weighted() const { return !weight_.empty(); }
  /// w of a row with the event, 0 of a censored one; one per row.
  const std::vector<double>& eventWeights() const { return eventWeight_; }

  /// What has been taken away from column j in a stratum.
  double centre(std::size_t stratum, std::size_t column) const { return centres_[stratum * columns_ + column]; }
  /// Largest magnitude of each column about its centres.
  const std::vector<double>& reach() const {
    if (reach_.empty()) findReach();
    return reach_;
  }
  /// The first column that is constant in every stratum (to rounding); `columns()` where there is none.
  std::size_t firstConstant() const;
  /// From now on reads M'x instead of x, each in double-double: for columns nearly dependent.
  void transform(const Matrix& m);

  /// Calls `visit(const Block&)` for each block in scan order.
  template <class Visit>
  void scan(Visit&& visit) const {
    Reader reader(*this);
    for (std::size_t first = 0; first < rows(); first += blockRows_) visit(reader.read(first));
  }

  /// Reads blocks in scan order, or of any list of its rows.
  class Reader {
   public:
    explicit Reader(const CoxRows& rows);
    Reader(const CoxRows& rows, std::span<const std::uint32_t> list);
    Block read(std::size_t first);

   private:
    const CoxRows& rows_;
    std::span<const std::uint32_t> list_;  // empty: the scan order itself
    std::vector<std::uint32_t> tableRow_;
    Blocks blocks_;
    Blocks::Reader reader_;
    bool finished_;  // blocks come centred, from the copy
    std::vector<double> scratch_;
    std::vector<const double*> pointers_;
  };

 private:
  Blocks source(std::span<const std::uint32_t> list, std::span<const std::uint32_t> tableRows) const;
  void findTimes(const RiskSets& risk);
  void findLeaving(const RiskSets& risk);
  void centreColumns();
  void findReach() const;
  void finish(const Block& block, std::span<const std::uint32_t> list, double* const* out) const;

  const std::vector<Source>& design_;
  std::size_t columns_;
  std::size_t blockRows_;
  std::vector<std::size_t> first_;
  std::vector<std::uint32_t> tableRow_;
  std::vector<double> weight_;
  std::vector<double> eventWeight_;
  std::vector<EventTime> times_;
  std::uint32_t tiedTimes_ = 0;
  std::vector<std::size_t> firstTime_;
  std::vector<std::uint32_t> reaches_;
  std::vector<std::uint32_t> leaves_;  // empty without a counting process
  std::vector<double> centres_;
  mutable std::vector<double> reach_;  // empty until asked for
  std::vector<double> magnitude_;      // of the columns as they are
  std::unique_ptr<double[]> copy_;     // column by column, centred; null: gathered at each scan
  Matrix transform_;
  mutable RiskVisits visits_;
};

}  // namespace bedside::numerics
