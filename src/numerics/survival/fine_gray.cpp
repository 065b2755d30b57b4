#include "numerics/survival/fine_gray.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/exp.hpp"
#include "numerics/gram.hpp"
#include "numerics/moments.hpp"
#include "numerics/qr.hpp"

namespace bedside::numerics {

namespace {

/// A model laid out for its scans: rows by time, columns about their means, what belongs to times alone computed.
class PseudoLikelihood {
 public:
  PseudoLikelihood(const FineGrayProblem& problem, const Progress& progress);

  std::size_t columns() const { return k_; }
  std::size_t events() const { return eventFirst_.size(); }
  const std::vector<double>& centres() const { return centres_; }

  FineGrayPoint at(std::span<const double> coefficients);
  /// At the coefficients of the last `at`: the middle of the sandwich, Σ (η + ψ)(η + ψ)'.
  Matrix middle() const;
  /// At the same: Σ d/S₀ about the means of the columns, at each time of the cause, times e^−`shift`.
  std::vector<double> cumulativeHazard(double shift) const;
  /// Times of the cause.
  std::vector<double> eventTimes() const;
  /// The first column that is a combination of those before it; `columns()` where there is none.
  std::size_t collinear() const;

 private:
  void layTimes();
  void predict(std::span<const double> coefficients);
  void sumRiskSets();
  void meansOfRiskSets();
  void tell() {
    if (progress_) progress_(1 - 1 / (1 + 0.1 * ++scans_));
  }
  std::uint32_t firstOf(std::size_t event) const { return eventFirst_[event]; }

  const FineGrayProblem& problem_;
  const RiskSets& risk_;
  const Progress& progress_;
  double scans_ = 0;
  std::size_t n_, k_;
  Blocks rows_;  // the design, in the order of the risk sets
  std::vector<double> centres_;

  // Of rows, by position.
  std::vector<std::uint32_t> eventsUpTo_;  // times of the cause up to and with the row's own
  std::vector<double> atRisk_;             // Σ weights from here on
  std::vector<double> gone_;               // 1/G(T−) after another cause, else 0
  std::vector<double> eta_;                // less the largest
  std::vector<double> r_;                  // weight × e^eta
  double top_ = 0;                         // the largest eta
  // Of the times of the cause.
  std::vector<std::uint32_t> eventFirst_;  // first position with this time
  std::vector<double> d_, g_;              // events, G(t−)
  std::vector<double> s0_;
  std::vector<double> means_;              // x̄(t): column j in [j m, (j + 1) m)
  // λ = d/S₀ summed up to and with event e − 1, and G λ from event e on: m + 1 of each.
  std::vector<double> hazardUpTo_, goneHazardFrom_;
};

PseudoLikelihood::PseudoLikelihood(const FineGrayProblem& problem, const Progress& progress)
    : problem_(problem),
      risk_(problem.risk),
      progress_(progress),
      n_(risk_.size()),
      k_(problem.columns()),
      rows_(problem.design, Rows::of(risk_.tableRow)) {
  for (std::size_t j = 0; j < k_; ++j) {
    centres_.push_back(moments(Blocks({problem.design[j]}, Rows::of(risk_.tableRow)), 0).mean);
    rows_.centre(j, centres_[j]);
  }
  layTimes();
  const std::size_t m = events();
  eta_.resize(n_);
  r_.resize(n_);
  s0_.resize(m);
  means_.resize(m * k_);
  hazardUpTo_.resize(m + 1);
  goneHazardFrom_.resize(m + 1);
}

void PseudoLikelihood::layTimes() {
  eventsUpTo_.resize(n_);
  gone_.resize(n_);
  atRisk_.resize(n_);
  double rest = 0;
  for (std::size_t i = n_; i-- > 0;) atRisk_[i] = rest += risk_.weightAt(i);
  double g = 1;  // of the censoring, before the present time
  for (std::size_t first = 0, end = 0; first < n_; first = end) {
    double own = 0, censored = 0;
    bool event = false;
    for (; end < n_ && risk_.stop[end] == risk_.stop[first]; ++end) {
      const double weight = risk_.weightAt(end);
      event = event || risk_.event[end] == ownCause;
      own += risk_.event[end] == ownCause ? weight : 0;
      censored += risk_.event[end] == censoredRow ? weight : 0;
    }
    if (event) {
      eventFirst_.push_back(static_cast<std::uint32_t>(first));
      d_.push_back(own);
      g_.push_back(g);
    }
    for (std::size_t i = first; i < end; ++i) {
      eventsUpTo_[i] = static_cast<std::uint32_t>(eventFirst_.size());
      gone_[i] = risk_.event[i] == otherCause ? 1 / g : 0;
    }
    g *= 1 - censored / atRisk_[first];
  }
}

void PseudoLikelihood::predict(std::span<const double> coefficients) {
  rows_.scan([&](const Block& block) {
    double* eta = eta_.data() + block.first;
    std::fill_n(eta, block.rows, 0.0);
    for (std::size_t j = 0; j < k_; ++j) {
      const double b = coefficients[j], *x = block[j];
      for (std::size_t i = 0; i < block.rows; ++i) eta[i] += b * x[i];
    }
  });
  top_ = *std::max_element(eta_.begin(), eta_.end());
  std::size_t i = 0;
  for (; i + 2 <= n_; i += 2) {
    const Lanes eta = load(eta_.data() + i) - both(top_);
    store(eta_.data() + i, eta);
    store(r_.data() + i, exp(eta));
  }
  if (i < n_) {
    eta_[i] -= top_;
    r_[i] = exp(both(eta_[i]))[0];
  }
  if (!risk_.weight.empty()) {
    for (i = 0; i < n_; ++i) r_[i] *= risk_.weight[i];
  }
  tell();
}

void PseudoLikelihood::sumRiskSets() {
  const std::size_t m = events();
  double gone = 0;
  for (std::size_t i = 0, e = 0; e < m; ++e) {
    for (; i < firstOf(e); ++i) gone += r_[i] * gone_[i];
    s0_[e] = g_[e] * gone;
  }
  double there = 0;
  for (std::size_t i = n_, e = m; e-- > 0;) {
    for (; i > firstOf(e); --i) there += r_[i - 1];
    s0_[e] += there;
  }
  for (std::size_t e = 0; e < m; ++e) hazardUpTo_[e + 1] = hazardUpTo_[e] + d_[e] / s0_[e];
  for (std::size_t e = m; e-- > 0;) goneHazardFrom_[e] = goneHazardFrom_[e + 1] + g_[e] * d_[e] / s0_[e];
}

void PseudoLikelihood::meansOfRiskSets() {
  const std::size_t m = events();
  // Those gone, from the beginning; a block is taken column by column, sums stand still between blocks.
  std::vector<double> sums(k_);
  std::size_t e = 0;
  rows_.scan([&](const Block& block) {
    const std::size_t from = e, past = block.first + block.rows;
    while (e < m && firstOf(e) < past) ++e;
    for (std::size_t j = 0; j < k_; ++j) {
      const double* x = block[j];
      double sum = sums[j];
      std::size_t i = block.first;
      for (std::size_t here = from; here < e; ++here) {
        for (; i < firstOf(here); ++i) sum += x[i - block.first] * (r_[i] * gone_[i]);
        means_[j * m + here] = g_[here] * sum;
      }
      for (; i < past; ++i) sum += x[i - block.first] * (r_[i] * gone_[i]);
      sums[j] = sum;
    }
  });
  tell();
  // Those still there, from the end.
  std::fill(sums.begin(), sums.end(), 0.0);
  Blocks::Reader reader(rows_);
  const std::size_t blockRows = rows_.blockRows();
  for (std::size_t number = (n_ + blockRows - 1) / blockRows; number-- > 0;) {
    const Block block = reader.read(number * blockRows);
    const std::size_t past = e;
    while (e > 0 && firstOf(e - 1) >= block.first) --e;
    for (std::size_t j = 0; j < k_; ++j) {
      const double* x = block[j];
      double sum = sums[j];
      std::size_t i = block.first + block.rows;
      for (std::size_t here = past; here-- > e;) {
        for (; i > firstOf(here); --i) sum += x[i - 1 - block.first] * r_[i - 1];
        means_[j * m + here] = (means_[j * m + here] + sum) / s0_[here];
      }
      for (; i > block.first; --i) sum += x[i - 1 - block.first] * r_[i - 1];
      sums[j] = sum;
    }
  }
  tell();
}

FineGrayPoint PseudoLikelihood::at(std::span<const double> coefficients) {
  const std::size_t m = events();
  predict(coefficients);
  sumRiskSets();
  FineGrayPoint out;
  for (std::size_t i = 0; i < n_; ++i) {
    if (risk_.event[i] == ownCause) out.logLik += risk_.weightAt(i) * eta_[i];
  }
  for (std::size_t e = 0; e < m; ++e) out.logLik -= d_[e] * std::log(s0_[e]);
  if (!std::isfinite(out.logLik)) return out;

  meansOfRiskSets();
  // Σ d S₁/S₀ and Σ d S₂/S₀ by rows: each takes part with what the risk sets that it is in give it.
  Gram rows(k_);
  std::vector<double> part(rows_.blockRows()), residual(rows_.blockRows());
  rows_.scan([&](const Block& block) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      const std::size_t at = block.first + i, upTo = eventsUpTo_[at];
      part[i] = r_[at] * (hazardUpTo_[upTo] + gone_[at] * goneHazardFrom_[upTo]);
      residual[i] = (risk_.event[at] == ownCause ? risk_.weightAt(at) : 0) - part[i];
    }
    rows.add(block, part.data(), residual.data());
  });
  out.score = rows.score();
  out.information = rows.matrix();
  for (std::size_t j = 0; j < k_; ++j) out.squares.push_back(out.information(j, j));

  Gram means(k_);
  std::vector<const double*> columns;
  for (std::size_t j = 0; j < k_; ++j) columns.push_back(means_.data() + j * m);
  means.add({0, m, columns}, d_.data());
  const Matrix between = means.matrix();
  for (std::size_t i = 0; i < between.values.size(); ++i) out.information.values[i] -= between.values[i];
  tell();
  return out;
}

Matrix PseudoLikelihood::middle() const {
  const std::size_t m = events();
  // Σ G λ x̄ from event e on, column by column.
  std::vector<double> goneMeansFrom(k_ * (m + 1));
  for (std::size_t j = 0; j < k_; ++j) {
    double* from = goneMeansFrom.data() + j * (m + 1);
    for (std::size_t e = m; e-- > 0;) from[e] = from[e + 1] + g_[e] * (d_[e] / s0_[e]) * means_[j * m + e];
  }
  std::vector<double> censored(n_);  // at the same time, this row or later ones
  for (std::size_t i = n_; i-- > 0;) {
    const bool tied = i + 1 < n_ && risk_.stop[i + 1] == risk_.stop[i];
    censored[i] = (risk_.event[i] == censoredRow ? risk_.weightAt(i) : 0) + (tied ? censored[i + 1] : 0);
  }

  /// Sums of one column up to the present row.
  struct Walk {
    double hazardMeans = 0;      // Σ λ x̄
    double gone = 0, goneX = 0;  // Σ r/G and Σ x r/G over the rows gone
    double ofCensoring = 0;      // q/Y at the present time
    double compensator = 0;      // Σ q c/Y²
    std::size_t event = 0;       // times of the cause passed
  };
  std::vector<Walk> walks(k_);
  std::vector<double> residuals(k_ * rows_.blockRows()), weights(rows_.blockRows());
  std::vector<const double*> pointers;
  for (std::size_t j = 0; j < k_; ++j) pointers.push_back(residuals.data() + j * rows_.blockRows());
  Gram sums(k_);
  rows_.scan([&](const Block& block) {
    for (std::size_t j = 0; j < k_; ++j) {
      const double *means = means_.data() + j * m, *from = goneMeansFrom.data() + j * (m + 1);
      Walk walk = walks[j];
      for (std::size_t i = 0; i < block.rows; ++i) {
        const std::size_t at = block.first + i;
        if (at == 0 || risk_.stop[at] != risk_.stop[at - 1]) {  // a new time: first its censorings, by the rows before
          const double q = walk.goneX * goneHazardFrom_[walk.event] - walk.gone * from[walk.event];
          walk.ofCensoring = q / atRisk_[at];
          walk.compensator += walk.ofCensoring * censored[at] / atRisk_[at];
          if (walk.event < eventsUpTo_[at]) {
            walk.hazardMeans += d_[walk.event] / s0_[walk.event] * means[walk.event];
            ++walk.event;
          }
        }
        const double x = block[j][i], e = r_[at] / risk_.weightAt(at);
        const std::size_t upTo = walk.event;
        double u = -e * (x * hazardUpTo_[upTo] - walk.hazardMeans) -
                   e * gone_[at] * (x * goneHazardFrom_[upTo] - from[upTo]) - walk.compensator;
        if (risk_.event[at] == ownCause) u += x - means[upTo - 1];
        if (risk_.event[at] == censoredRow) u += walk.ofCensoring;
        residuals[j * rows_.blockRows() + i] = u;
        const double gone = r_[at] * gone_[at];
        walk.gone += gone;
        walk.goneX += gone * x;
      }
      walks[j] = walk;
    }
    for (std::size_t i = 0; i < block.rows; ++i) {
      const double weight = risk_.weightAt(block.first + i);
      weights[i] = problem_.countsOfRows ? weight : weight * weight;
    }
    sums.add({block.first, block.rows, pointers}, weights.data());
  });
  return sums.matrix();
}

std::vector<double> PseudoLikelihood::cumulativeHazard(double shift) const {
  std::vector<double> out(hazardUpTo_.begin() + 1, hazardUpTo_.end());
  // S₀ was taken with e^(eta − top).
  for (double& hazard : out) hazard = std::exp(std::log(hazard) - top_ - shift);
  return out;
}

std::vector<double> PseudoLikelihood::eventTimes() const {
  std::vector<double> out;
  out.reserve(events());
  for (const std::uint32_t first : eventFirst_) out.push_back(risk_.distinct[risk_.stop[first]]);
  return out;
}

std::size_t PseudoLikelihood::collinear() const { return firstCollinear(rows_, {.design = k_}); }

/// The first column that cannot be estimated: a combination of those before it, or one that does not vary where there
/// are events. `columns()` where there is none.
std::size_t notEstimable(const PseudoLikelihood& likelihood, const FineGrayPoint& point) {
  constexpr double illConditioned = 1e-8, rounding = 1e-13;
  const SymmetricFactor factor(point.information);
  const auto left = [&](std::size_t j) {  // share of the column's squares that its own information is
    return std::min(factor.pivot(j), point.information(j, j) / point.squares[j]);
  };
  std::size_t j = 0;
  while (j < likelihood.columns() && left(j) > illConditioned) ++j;
  if (j == likelihood.columns()) return j;
  const std::size_t collinear = likelihood.collinear();
  if (collinear < likelihood.columns()) return collinear;
  while (j < likelihood.columns() && left(j) > rounding) ++j;
  return j;
}

double dot(std::span<const double> a, std::span<const double> b) {
  double total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) total += a[i] * b[i];
  return total;
}

}  // namespace

std::size_t FineGrayFit::bytes() const {
  return sizeof *this + monotone.capacity() * sizeof(std::size_t) +
         sizeof(double) * (coefficients.capacity() + covariance.values.capacity() + time.capacity() +
                           cumulativeHazard.capacity());
}

FineGrayPoint fineGrayAt(const FineGrayProblem& problem, std::span<const double> coefficients) {
  return PseudoLikelihood(problem, {}).at(coefficients);
}

FineGrayFit fitFineGray(const FineGrayProblem& problem, const FineGrayOptions& options) {
  // `coxph`'s signs of a maximum at infinity: the likelihood has settled to a relative `settled` while a step is still
  // larger than that and than its root of the coefficient.
  constexpr double settled = 1e-9;
  const double rootOfSettled = std::sqrt(settled);
  constexpr double still = 1e-20, nearlyStill = 1e-12;  // of U'I⁻¹U: the square of the step in standard errors

  PseudoLikelihood likelihood(problem, options.progress);
  const std::size_t k = likelihood.columns();
  FineGrayFit fit;
  fit.coefficients.assign(k, 0.0);
  FineGrayPoint point = likelihood.at(fit.coefficients);
  fit.nullLogLik = point.logLik;
  fit.column = notEstimable(likelihood, point);
  if (fit.column < k) {
    fit.end = End::singular;
    return fit;
  }

  fit.end = End::notConverged;
  SymmetricFactor information(point.information);
  std::vector<double> step = information.solve(point.score), before;
  double distance = dot(point.score, step), gain = HUGE_VAL;
  while (true) {
    if (std::abs(gain) <= settled * std::abs(point.logLik) && distance > nearlyStill) {
      for (std::size_t j = 0; j < k; ++j) {
        const double length = std::abs(step[j]);
        // (A step that shrinks quadratically is one that arrives.)
        const bool arrives = length < 0.5 * std::abs(before[j]);
        if (length > settled && length > rootOfSettled * std::abs(fit.coefficients[j]) && !arrives) {
          fit.monotone.push_back(j);
        }
      }
      if (!fit.monotone.empty()) {
        fit.end = End::separated;
        break;
      }
    }
    if (!(distance > still)) {
      fit.end = End::converged;
      break;
    }
    if (fit.iterations == options.maxSteps) break;

    ++fit.iterations;
    before = step;
    const std::vector<double> from = fit.coefficients;
    FineGrayPoint next;
    double share = 1;
    for (int halvings = 0; halvings < 40; ++halvings, share /= 2) {
      for (std::size_t j = 0; j < k; ++j) fit.coefficients[j] = from[j] + share * step[j];
      next = likelihood.at(fit.coefficients);
      // Near the maximum the gain drowns in rounding: a short step is taken as it is.
      if (next.logLik >= point.logLik || (std::isfinite(next.logLik) && distance < 1e-6)) break;
    }
    if (!std::isfinite(next.logLik)) {
      fit.coefficients = from;
      point = likelihood.at(from);
      break;
    }
    gain = next.logLik - point.logLik;
    const double last = distance;
    point = std::move(next);
    information = SymmetricFactor(point.information);
    if (!information.positiveDefinite()) break;
    step = information.solve(point.score);
    distance = dot(point.score, step);
    if (distance <= nearlyStill && distance > 0.25 * last) {  // rounding keeps it from coming closer
      fit.end = End::converged;
      break;
    }
  }

  fit.logLik = point.logLik;
  const Matrix inverse = information.inverse();
  fit.covariance = product(product(inverse, likelihood.middle()), inverse);
  fit.time = likelihood.eventTimes();
  fit.cumulativeHazard = likelihood.cumulativeHazard(dot(likelihood.centres(), fit.coefficients));
  return fit;
}

}  // namespace bedside::numerics
