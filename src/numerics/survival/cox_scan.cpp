#include "numerics/survival/cox_scan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "numerics/double_double.hpp"
#include "numerics/exp.hpp"
#include "numerics/glm_scan.hpp"

namespace bedside::numerics {

/// Σ weight · log(value), a logarithm for each twenty or so.
class LogSum {
 public:
  void add(double value, double weight) {
    if (weight != weight_ || !(product_ > 1e-140 && product_ < 1e140)) flush(weight);
    if (value > 1e-140 && value < 1e140) {
      product_ *= value;
    } else {
      addTerm(weight * std::log(value));
    }
  }
  double total() {
    flush(weight_);
    return sum_.high + sum_.low;
  }
  void addTerm(double term) { sum_ += DoubleDouble(term); }

 private:
  void flush(double weight) {
    if (product_ != 1) addTerm(weight_ * std::log(product_));
    product_ = 1;
    weight_ = weight;
  }

  DoubleDouble sum_;
  double product_ = 1;
  double weight_ = 1;
};

namespace {

/// x'b may spread this far within one level: the square of e³⁰⁰ is still a double.
constexpr double straightWidth = 300;
/// Where rows leave again compensated sums (32 digits) must keep the least row beside the greatest.
constexpr double visitedWidth = 20;
constexpr std::size_t mostClasses = 64;

}  // namespace

std::size_t firstUnknown(const CoxSums& sums) {
  constexpr double rounding = 1e-12;
  const SymmetricFactor factor(sums.information);
  std::size_t j = 0;
  while (j < factor.size() && factor.pivot(j) * sums.information(j, j) > rounding * sums.gross[j]) ++j;
  return j;
}

CoxScan::CoxScan(const CoxRows& rows, CoxTies ties)
    : rows_(rows),
      ties_(ties),
      predictors_(rows.rows()),
      risk_(rows.rows()),
      top_(rows.strata()),
      hazard_(rows.times().size()),
      tied_(ties == CoxTies::efron ? rows.tiedTimes() : 0) {}

double CoxScan::at(std::span<const double> coefficients) {
  if (std::all_of(coefficients.begin(), coefficients.end(), [](double b) { return b == 0; })) {
    std::fill(predictors_.begin(), predictors_.end(), 0.0);
  } else {
    rows_.scan(
        [&](const Block& block) { linearPredictor(block, coefficients, nullptr, predictors_.data() + block.first); });
  }
  if (!setLevels()) return logLik_ = -std::numeric_limits<double>::infinity();
  if (classes()) {
    sumVisits();
  } else {
    sumStraight();
  }
  return logLik_;
}

bool CoxScan::setLevels() {
  double widest = 0, nothing = 0;
  for (std::size_t s = 0; s < rows_.strata(); ++s) {
    std::size_t row = rows_.firstRow(s);
    const std::size_t end = rows_.firstRow(s + 1);
    if (row == end) continue;
    Lanes low = both(predictors_[row]), high = low, zero = both(0);
    for (; row + 2 <= end; row += 2) {
      const Lanes x = load(&predictors_[row]);
      low = select(x < low, x, low);
      high = select(x > high, x, high);
      zero += x * both(0);  // NaN from ∞ and NaN
    }
    if (row < end) zero += both(predictors_[row] * 0);
    top_[s] = std::max({high[0], high[1], predictors_[end - 1]});
    widest = std::max(widest, top_[s] - std::min({low[0], low[1], predictors_[end - 1]}));
    nothing += sum(zero);
  }
  if (!(widest < mostClasses * straightWidth) || nothing != 0) return false;
  width_ = rows_.countingProcess() ? visitedWidth : straightWidth;
  classCount_ = static_cast<std::size_t>(std::min(widest / width_, mostClasses - 1.0)) + 1;
  if (classCount_ == mostClasses) width_ = std::max(width_, widest / (mostClasses - 1.0));
  if (classCount_ > 1) classOf_.resize(rows_.rows());
  for (std::size_t s = 0; s < rows_.strata(); ++s) {
    const std::size_t end = rows_.firstRow(s + 1);
    std::size_t row = rows_.firstRow(s);
    for (; classCount_ > 1 && row < end; ++row) {
      const std::size_t c = std::min(static_cast<std::size_t>((top_[s] - predictors_[row]) / width_), classCount_ - 1);
      classOf_[row] = static_cast<std::uint8_t>(c);
      risk_[row] = std::exp(predictors_[row] - top_[s] + static_cast<double>(c) * width_);
    }
    for (; row + 2 <= end; row += 2) store(&risk_[row], expWithinRange(load(&predictors_[row]) - both(top_[s])));
    if (row < end) risk_[row] = expWithinRange(both(predictors_[row] - top_[s]))[0];
  }
  if (rows_.weighted()) {
    for (std::size_t row = 0; row < rows_.rows(); ++row) risk_[row] *= rows_.weight(row);
  }
  return true;
}

double CoxScan::level(std::size_t time) const {
  const double top = top_[rows_.times()[time].stratum];
  return classCount_ == 1 ? top : top - static_cast<double>(timeClass_[time]) * width_;
}

TimeTerms CoxScan::terms(std::size_t t) const {
  const EventTime& time = rows_.times()[t];
  if (tied(t)) return tied_[time.tied];
  const double all = time.weight * time.events, hazard = hazard_[t];
  return {0, all / hazard, hazard, hazard, hazard * hazard / all, 1, 0};
}

/// `alive`: Σ r of the risk set without the events; `dead`: of the events.
void CoxScan::finishTime(std::size_t t, double alive, double dead, LogSum& logs) {
  const EventTime& time = rows_.times()[t];
  const double d = time.events;
  if (!tied(t)) {
    hazard_[t] = d * time.weight / (alive + dead);
    logs.add(alive + dead, -d * time.weight);
    return;
  }
  // Two l at once, and a product of up to eight S_l for each logarithm's sum: within these bounds it is a double.
  Lanes hazard = both(0), own = both(0), square = both(0), first = both(0), second = both(0), product = both(1);
  const bool tame = alive + dead < 1e30 && alive + dead / d > 1e-30;
  const double step = 1 / d;
  for (std::size_t l = 0; l < time.events; l += 2) {
    const double at = static_cast<double>(l);
    const bool whole = l + 1 < time.events;  // else the second lane stands idle
    const Lanes share{(d - at) * step, whole ? (d - at - 1) * step : 0};
    const Lanes sums = both(alive) + share * both(dead);
    const Lanes inverse = whole ? both(1) / sums : Lanes{1 / sums[0], 0};
    product *= whole ? sums : Lanes{sums[0], 1};
    if (!tame || l % 8 == 6 || l + 2 >= time.events) {
      if (tame) {
        logs.add(product[0] * product[1], -time.weight);
      } else {
        logs.add(product[0], -time.weight);
        logs.add(product[1], -time.weight);
      }
      product = both(1);
    }
    const Lanes shared = share * inverse;
    hazard += inverse;
    own += shared;
    square += inverse * inverse;
    first += shared * inverse;
    second += shared * shared;
  }
  const double firstSum = sum(first), w = time.weight;
  TimeTerms& terms = tied_[time.tied];
  terms = {alive, dead, sum(hazard) * w, sum(own) * w, sum(square) * w, firstSum / sum(square), 0};
  terms.spread = std::max(0.0, sum(second) - firstSum * terms.centre) * w;
  hazard_[t] = terms.hazard;
}

/// Without a counting process risk sets only grow along the scan order.
void CoxScan::sumStraight() {
  LogSum logs;
  const std::vector<double>& events = rows_.eventWeights();
  prefix_.resize(std::max(prefix_.size(), rows_.rows()));
  for (std::size_t s = 0; s < rows_.strata(); ++s) {
    const std::size_t first = rows_.firstRow(s), end = rows_.firstRow(s + 1);
    double total = 0;
    for (std::size_t row = first; row < end;) {
      const std::size_t stop = std::min(row + rows_.blockRows(), end);
      double sum = 0;
      for (; row < stop; ++row) {
        total += risk_[row];
        prefix_[row] = total;
        sum += events[row] * (predictors_[row] - top_[s]);
      }
      logs.addTerm(sum);
    }
    for (std::size_t t = rows_.firstTime(s); t < rows_.firstTime(s + 1); ++t) {
      const EventTime& time = rows_.times()[t];
      double alive = prefix_[time.end - 1], dead = 0;
      if (time.events > 1) {
        alive = time.begin > first ? prefix_[time.begin - 1] : 0.0;
        for (std::size_t row = time.begin; row < time.end; ++row) {
          alive += events[row] > 0 ? 0.0 : risk_[row];
          dead += events[row] > 0 ? risk_[row] : 0.0;
        }
      }
      finishTime(t, alive, dead, logs);
    }
  }
  logLik_ = logs.total();
}

void CoxScan::sumVisits() {
  LogSum logs;
  const std::vector<double>& events = rows_.eventWeights();
  const RiskVisits& visits = rows_.visits();
  const std::size_t times = rows_.times().size();
  if (classCount_ > 1) {
    factors_.assign(classCount_ * times, 0.0);
    timeClass_.resize(times);
  }
  std::vector<double> alive(classCount_), low(classCount_), dead(classCount_);
  std::vector<std::size_t> present(classCount_);
  std::size_t stratum = 0, visit = 0;
  for (std::size_t t = 0; t < times; ++t) {
    const EventTime& time = rows_.times()[t];
    if (time.stratum != stratum) {
      stratum = time.stratum;
      std::fill(alive.begin(), alive.end(), 0.0);
      std::fill(low.begin(), low.end(), 0.0);
      std::fill(present.begin(), present.end(), std::size_t{0});
    }
    for (; visit < visits.leaving[t]; ++visit) {
      const std::size_t row = visits.rows[visit], c = classOf(row);
      addTo(alive[c], low[c], -risk_[row]);
      if (--present[c] == 0) alive[c] = low[c] = 0;
    }
    std::fill(dead.begin(), dead.end(), 0.0);
    for (; visit < visits.arriving[t]; ++visit) {
      const std::size_t row = visits.rows[visit], c = classOf(row);
      ++present[c];
      if (events[row] > 0) {
        dead[c] += risk_[row];
      } else {
        addTo(alive[c], low[c], risk_[row]);
      }
    }
    std::size_t highest = 0;
    while (present[highest] == 0) ++highest;
    if (classCount_ > 1) timeClass_[t] = static_cast<std::uint8_t>(highest);
    double aliveSum = 0, deadSum = 0;
    for (std::size_t c = highest; c < classCount_; ++c) {
      if (present[c] == 0) continue;
      const double factor = std::exp(-static_cast<double>(c - highest) * width_);
      if (classCount_ > 1) factors_[c * times + t] = factor;
      aliveSum += factor * (alive[c] + low[c]);
      deadSum += factor * dead[c];
    }
    finishTime(t, aliveSum, deadSum, logs);
    double sum = 0;
    for (std::size_t row = time.begin; row < time.end; ++row) sum += events[row] * (predictors_[row] - level(t));
    logs.addTerm(sum);
    for (std::size_t row = time.begin; row < time.end; ++row) {
      if (events[row] > 0) addTo(alive[classOf(row)], low[classOf(row)], risk_[row]);
    }
  }
  logLik_ = logs.total();
}

void CoxScan::expect(std::span<const double> multipliers, std::vector<double>& out) const {
  const std::vector<EventTime>& times = rows_.times();
  const std::size_t places = times.size() + rows_.strata();
  const auto multiplier = [&](std::size_t t) { return multipliers.empty() ? 1 : multipliers[t]; };
  // Who enters late takes a difference of two sums, in which times with few at risk may outweigh all that it sees.
  const bool differences = rows_.countingProcess();
  std::vector<double> cumulative(classCount_ * places), low(differences ? cumulative.size() : 0);
  for (std::size_t c = 0; c < classCount_; ++c) {
    double* of = cumulative.data() + c * places;
    for (std::size_t s = 0; s < rows_.strata(); ++s) {
      DoubleDouble total;
      for (std::size_t t = rows_.firstTime(s + 1); t-- > rows_.firstTime(s);) {
        const double rise = multiplier(t) * classFactor(c, t) * hazard_[t];
        if (differences) {
          addTo(total.high, total.low, rise);
          low[c * places + t + s] = total.low;
        } else {
          total.high += rise;
        }
        of[t + s] = total.high;
      }
    }
  }
  out.resize(rows_.rows());
  for (std::size_t s = 0; s < rows_.strata(); ++s) {
    for (std::size_t row = rows_.firstRow(s); row < rows_.firstRow(s + 1); ++row) {
      const std::size_t at = classOf(row) * places, reaches = rows_.reaches(row), leaves = rows_.leaves(row, s);
      if (!differences) {
        out[row] = risk_[row] * cumulative[at + reaches];
      } else {
        const double exposure =
            (cumulative[at + reaches] - cumulative[at + leaves]) + (low[at + reaches] - low[at + leaves]);
        out[row] = reaches < leaves ? risk_[row] * exposure : 0.0;
      }
    }
  }
  if (tied_.empty()) return;
  for (std::size_t t = 0; t < times.size(); ++t) {
    if (!tied(t)) continue;
    const TimeTerms& of = tied_[times[t].tied];
    const double change = multiplier(t) * (of.own - of.hazard);
    for (std::size_t row = times[t].begin; row < times[t].end; ++row) {
      if (rows_.eventWeights()[row] > 0) out[row] += risk_[row] * factor(row, t) * change;
    }
  }
}

CoxSums CoxScan::sums(bool withInformation) {
  const std::size_t k = rows_.columns();
  expect({}, expectation_);
  std::vector<double> residuals(std::min(rows_.blockRows(), rows_.rows())), weights;
  Gram squares(k), means(k);
  const auto onRows = [&](const Block& block) {
    const double* of = expectation_.data() + block.first;
    const double* events = rows_.eventWeights().data() + block.first;
    for (std::size_t r = 0; r < block.rows; ++r) residuals[r] = events[r] - of[r];
    if (withInformation) {
      squares.add(block, of, residuals.data());
    } else {
      squares.addScore(block, residuals.data());
    }
  };
  if (!withInformation) {
    rows_.scan(onRows);
    return {logLik_, squares.score(), {}, {}};
  }
  scan(onRows, [&](const TimeVectors& vectors) {
    weights.clear();
    for (const std::uint32_t t : vectors.time) weights.push_back(terms(t).square);
    means.add(vectors.means, weights.data());
    if (vectors.tied.empty()) return;
    weights.clear();
    for (const std::uint32_t t : vectors.tied) weights.push_back(terms(t).spread);
    means.add(vectors.deaths, weights.data());
  });
  Matrix information = squares.matrix();
  const Matrix taken = means.matrix();
  std::vector<double> gross(k);
  for (std::size_t j = 0; j < k; ++j) gross[j] = information(j, j);
  for (std::size_t i = 0; i < taken.values.size(); ++i) information.values[i] -= taken.values[i];
  return {logLik_, squares.score(), std::move(information), std::move(gross)};
}

}  // namespace bedside::numerics
