#include "numerics/survival/pseudo_likelihood.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/double_double.hpp"
#include "numerics/exp.hpp"
#include "numerics/gram.hpp"
#include "numerics/moments.hpp"
#include "numerics/qr.hpp"

namespace bedside::numerics {

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

std::vector<double> PseudoLikelihood::cumulativeHazard(std::span<const double> user) const {
  // S₀ was taken with e^(eta − top), eta of columns about their means.
  double shift = top_;
  for (std::size_t j = 0; j < k_; ++j) shift += centres_[j] * user[j];
  std::vector<double> out(hazardUpTo_.begin() + 1, hazardUpTo_.end());
  for (double& hazard : out) hazard = std::exp(std::log(hazard) - shift);
  return out;
}

std::vector<double> PseudoLikelihood::eventTimes() const {
  std::vector<double> out;
  out.reserve(events());
  for (const std::uint32_t first : eventFirst_) out.push_back(risk_.distinct[risk_.stop[first]]);
  return out;
}

namespace {

template <class Real>
TallQr<Real> qrOf(const Blocks& rows) {
  TallQr<Real> qr(rows.columns(), 0, columnScales(rows, rows.columns()));
  rows.scan([&](const Block& block) { qr.add(block.columns, block.rows); });
  return qr;
}

}  // namespace

std::size_t PseudoLikelihood::turn() {
  constexpr double doubtfulShare = 1e-6;  // of a column's norm: below, double-double takes over
  const TallQr<double> plain = qrOf<double>(rows_);
  const std::size_t collinear = plain.firstDependent(collinearShare);
  if (collinear < k_) return collinear;
  toColumns_ = plain.leastShare() >= doubtfulShare ? plain.inverseRoot() : qrOf<DoubleDouble>(rows_).inverseRoot();
  // To a size of 1 in each column, as they were: z of norm 1 over many rows would be small.
  for (double& entry : toColumns_.values) entry *= std::sqrt(static_cast<double>(n_));
  turned_.assign(k_, std::vector<double>(n_));
  rows_.scan([&](const Block& block) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      for (std::size_t j = 0; j < k_; ++j) {
        DoubleDouble z;  // nearly equal parts cancel
        for (std::size_t l = 0; l <= j; ++l) z += exactProduct(toColumns_(l, j), block[l][i]);
        turned_[j][block.first + i] = static_cast<double>(z);
      }
    }
  });
  std::vector<Source> sources;
  for (const auto& column : turned_) sources.push_back(Source::of(column.data()));
  rows_ = Blocks(std::move(sources), Rows::all(n_));
  return k_;
}

std::vector<double> PseudoLikelihood::toUser(const std::vector<double>& coefficients) const {
  return toColumns_.rows == 0 ? coefficients : product(toColumns_, coefficients);
}

Matrix PseudoLikelihood::covarianceToUser(const Matrix& covariance) const {
  if (toColumns_.rows == 0) return covariance;
  return product(product(toColumns_, covariance), transposed(toColumns_));
}

}  // namespace bedside::numerics
