#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numerics/gram.hpp"
#include "numerics/survival/cox_rows.hpp"
#include "numerics/survival/cox_vectors.hpp"

namespace bedside::numerics {

/// What an event time takes from its risk set, over l = 0 … d − 1 with S_l = alive + f_l dead and f_l = 1 − l/d under
/// Efron; with S_l = alive + dead and f_l = 1 under Breslow. In units of the time's level (see `CoxScan`).
struct TimeTerms {
  double alive = 0;   ///< Σ r of those at risk who do not die now
  double dead = 0;    ///< Σ r of those who do
  double hazard = 0;  ///< w̄ Σ 1/S_l: what the cumulative hazard rises by
  double own = 0;     ///< w̄ Σ f_l/S_l: the same for the tied events themselves
  double square = 0;  ///< w̄ Σ 1/S_l²
  double centre = 1;  ///< f̄ = Σ f_l/S_l² / Σ 1/S_l²
  double spread = 0;  ///< w̄ Σ (f_l − f̄)²/S_l²
};

class LogSum;

/// Log-likelihood, score and information at one vector of coefficients.
struct CoxSums {
  double logLik = 0;
  std::vector<double> score;
  Matrix information;
  std::vector<double> gross;  ///< the diagonal before the means are taken away: what its rounding is measured by
};

/// The first column of which the risk sets know nothing but rounding, though it is not collinear: it varies among rows
/// that are at risk at no event. The number of columns where there is none.
std::size_t firstUnknown(const CoxSums& sums);

/// Sums over the risk sets of a model at one vector of coefficients. `at` takes what needs no vectors, by one scan for
/// x'b: r = w exp(x'b − level), sums at the event times, the log-likelihood. The score and the information are weighted
/// Grams over the rows (weights `expected`) and over vectors at the event times: O(n k²) in one kernel, whatever the
/// ties.
///
/// Levels keep exp from overflowing: one for each stratum, its greatest x'b. Where x'b spreads over more than a double
/// (or compensated sums that rows leave again) can hold, rows are summed up in classes, each at its own level.
class CoxScan {
 public:
  CoxScan(const CoxRows& rows, CoxTies ties);

  /// Moves to b; the log-likelihood (−∞ where x'b spreads over more than e^±10⁴ or is not finite: no
  /// sums are to be asked for then).
  double at(std::span<const double> coefficients);
  double logLik() const { return logLik_; }
  /// x'b about the centres, one per row of the scan order.
  const std::vector<double>& predictors() const { return predictors_; }
  /// w exp(x'b) times what the cumulative hazard, each rise of it multiplied by `multipliers` (one per event time;
  /// empty: 1), grows by while the row is at risk: its expected number of events, times its weight. In scan order.
  std::vector<double> expected(std::span<const double> multipliers = {}) const {
    std::vector<double> out;
    expect(multipliers, out);
    return out;
  }
  /// Score, and information unless told otherwise.
  CoxSums sums(bool withInformation = true);

  /// One scan: `onRows(const Block&)`, then `onTimes(const TimeVectors&)` for the event times completed in it.
  /// With `extra` (one per row) the vectors have one entry more.
  template <class OnRows, class OnTimes>
  void scan(OnRows&& onRows, OnTimes&& onTimes, std::span<const double> extra = {}) const {
    RiskSetVectors vectors(*this, extra);
    if (vectors.straight()) {
      rows_.scan([&](const Block& block) {
        onRows(block);
        const TimeVectors completed = vectors.takeBlock(block);
        if (!completed.time.empty()) onTimes(completed);
      });
      return;
    }
    rows_.scan(onRows);
    const RiskVisits& visits = rows_.visits();
    if (visits.rows.empty()) return;
    CoxRows::Reader reader(rows_, visits.rows);
    for (std::size_t first = 0; first < visits.rows.size(); first += rows_.blockRows()) {
      const TimeVectors completed = vectors.takeVisits(visits, reader.read(first));
      if (!completed.time.empty()) onTimes(completed);
    }
  }

  const CoxRows& rows() const { return rows_; }
  CoxTies ties() const { return ties_; }
  /// Whether tied events share the risk set of a time unequally, so that it has an entry D₁ of its own.
  bool tied(std::size_t time) const { return ties_ == CoxTies::efron && rows_.times()[time].events > 1; }
  double hazard(std::size_t time) const { return hazard_[time]; }
  TimeTerms terms(std::size_t time) const;
  /// exp(level of the time − level of the row): by what a row's r is to be multiplied to be in units of the time; 0
  /// where the time is none that the row can be at risk at.
  double factor(std::size_t row, std::size_t time) const {
    return classCount_ == 1 ? 1 : factors_[classOf_[row] * rows_.times().size() + time];
  }
  /// r of each row, in units of its own level.
  const std::vector<double>& risks() const { return risk_; }
  double risk(std::size_t row) const { return risk_[row]; }
  std::size_t classCount() const { return classCount_; }
  std::size_t classOf(std::size_t row) const { return classCount_ == 1 ? 0 : classOf_[row]; }
  /// Of a class at a time, as `factor`.
  double classFactor(std::size_t c, std::size_t time) const {
    return classCount_ == 1 ? 1 : factors_[c * rows_.times().size() + time];
  }
  /// The level of a time: x'b of the rows in whose units it is summed up.
  double level(std::size_t time) const;

 private:
  bool classes() const { return classCount_ > 1 || rows_.countingProcess(); }
  void expect(std::span<const double> multipliers, std::vector<double>& out) const;
  bool setLevels();
  void sumStraight();
  void sumVisits();
  void finishTime(std::size_t time, double alive, double dead, LogSum& logs);

  const CoxRows& rows_;
  CoxTies ties_;
  std::vector<double> predictors_;
  std::vector<double> risk_;
  double logLik_ = 0;

  // Levels: of a stratum, class c is at top_[stratum] − c · width_.
  std::vector<double> top_;
  double width_ = 0;
  std::size_t classCount_ = 1;
  std::vector<std::uint8_t> classOf_;    // of each row; empty with one class
  std::vector<double> factors_;          // class × time; empty with one class
  std::vector<std::uint8_t> timeClass_;  // the class whose level is the time's

  std::vector<double> hazard_;       // of each event time
  std::vector<TimeTerms> tied_;      // of the tied ones, in order
  std::vector<double> expectation_;  // of `sums`, kept for its memory
  std::vector<double> prefix_;       // Σ r down the rows
};

}  // namespace bedside::numerics
