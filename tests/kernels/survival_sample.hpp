#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "numerics/survival/cox.hpp"
#include "regression_sample.hpp"

namespace bedside::numerics {

/// Patients made for a test, and the Cox model they pose.
struct SurvivalSample {
  std::vector<double> time;
  std::vector<double> start;  // none: empty
  std::vector<std::uint8_t> event;
  std::vector<double> weights;       // none: empty
  std::vector<std::int32_t> strata;  // none: empty
  std::vector<std::vector<double>> columns;

  std::size_t rows() const { return time.size(); }
  std::size_t k() const { return columns.size(); }
  double weight(std::size_t i) const { return weights.empty() ? 1 : weights[i]; }
  std::int32_t stratum(std::size_t i) const { return strata.empty() ? 0 : strata[i]; }
  bool atRisk(std::size_t i, double t, std::int32_t s) const {
    return stratum(i) == s && time[i] >= t && (start.empty() || start[i] < t);
  }
  double predictor(std::size_t i, const std::vector<double>& b) const {
    double sum = 0;
    for (std::size_t j = 0; j < k(); ++j) sum += columns[j][i] * b[j];
    return sum;
  }

  Groups groups() const {
    Groups out{strata, 1};
    for (const std::int32_t s : strata) out.count = std::max(out.count, static_cast<std::size_t>(s) + 1);
    return out;
  }
  CoxProblem problem(CoxTies ties = CoxTies::efron) const {
    CoxProblem out;
    for (const auto& column : columns) out.design.push_back(Source::of(column.data()));
    const Rows all = Rows::all(rows());
    const Times times = timesOf(time.data(), start.empty() ? nullptr : start.data(), all);
    out.risk = riskSets(times, groups(), event, weights, all);
    out.ties = ties;
    return out;
  }

  struct Shape {
    std::size_t rows = 60, columns = 2;
    double ties = 0;  // times are whole numbers of this many units of their mean; 0: no ties
    bool starts = false, weighted = false;
    std::size_t strata = 1;
  };
  static SurvivalSample of(const Shape& shape, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    SurvivalSample sample;
    sample.columns.assign(shape.columns, std::vector<double>(shape.rows));
    for (auto& column : sample.columns) {
      for (double& value : column) value = normal(random);
    }
    for (std::size_t i = 0; i < shape.rows; ++i) {
      double eta = 0;
      for (std::size_t j = 0; j < shape.columns; ++j)
        eta += (0.6 - 0.4 * static_cast<double>(j)) * sample.columns[j][i];
      double failure = -std::log(1 - uniform(random)) * std::exp(-eta);
      double censoring = -std::log(1 - uniform(random)) * 1.5;
      sample.event.push_back(failure <= censoring);
      double time = std::min(failure, censoring), start = time * uniform(random) * 0.8;
      if (shape.ties > 0) {
        time = std::ceil(time * shape.ties);
        start = std::min(std::floor(start * shape.ties), time - 1);
      }
      sample.time.push_back(time);
      if (shape.starts) sample.start.push_back(start);
      if (shape.weighted) sample.weights.push_back(0.25 * static_cast<double>(1 + random() % 9));
      if (shape.strata > 1) sample.strata.push_back(static_cast<std::int32_t>(random() % shape.strata));
    }
    return sample;
  }
  /// Ties, weights, strata and starts, with and without each.
  static std::vector<SurvivalSample> every(std::size_t rows, std::size_t columns, std::uint64_t seed) {
    std::vector<SurvivalSample> out;
    for (int kind = 0; kind < 16; ++kind) {
      out.push_back(
          of({rows, columns, (kind & 1) != 0 ? 6.0 : 0.0, (kind & 2) != 0, (kind & 4) != 0, (kind & 8) != 0 ? 3u : 1u},
             seed + static_cast<std::uint64_t>(kind)));
    }
    return out;
  }
};

/// One event time of a stratum as the conventions write it: the rows with an event, those at risk, and for each l the
/// sum S, the mean and the covariance of x.
struct NaiveTime {
  double time = 0;
  std::int32_t stratum = 0;
  std::vector<std::size_t> deaths, atRisk;
  double weight = 0;  // w̄
  std::vector<double> sums;
  std::vector<std::vector<double>> means;
  std::vector<Matrix> covariances;
  /// f of a row at each l.
  double share(std::size_t l, bool dies, CoxTies ties) const {
    return dies && ties == CoxTies::efron ? 1 - static_cast<double>(l) / static_cast<double>(deaths.size()) : 1;
  }
  bool dies(std::size_t i) const { return std::find(deaths.begin(), deaths.end(), i) != deaths.end(); }
};

inline std::vector<NaiveTime> naiveTimes(const SurvivalSample& sample, const std::vector<double>& b, CoxTies ties) {
  std::vector<NaiveTime> out;
  const std::size_t n = sample.rows(), k = sample.k();
  for (std::int32_t s = 0; s < 64; ++s) {
    std::vector<double> times;
    for (std::size_t i = 0; i < n; ++i) {
      if (sample.stratum(i) == s && sample.event[i] != 0) times.push_back(sample.time[i]);
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    for (const double t : times) {
      NaiveTime at;
      at.time = t;
      at.stratum = s;
      for (std::size_t i = 0; i < n; ++i) {
        if (!sample.atRisk(i, t, s)) continue;
        at.atRisk.push_back(i);
        if (sample.time[i] == t && sample.event[i] != 0) at.deaths.push_back(i);
      }
      for (const std::size_t i : at.deaths) at.weight += sample.weight(i) / static_cast<double>(at.deaths.size());
      for (std::size_t l = 0; l < at.deaths.size(); ++l) {
        double sum = 0;
        std::vector<double> mean(k);
        Matrix covariance = Matrix::square(k);
        const auto r = [&](std::size_t i) {
          return sample.weight(i) * std::exp(sample.predictor(i, b)) * at.share(l, at.dies(i), ties);
        };
        for (const std::size_t i : at.atRisk) {
          sum += r(i);
          for (std::size_t j = 0; j < k; ++j) mean[j] += r(i) * sample.columns[j][i];
        }
        for (double& value : mean) value /= sum;
        for (const std::size_t i : at.atRisk) {
          for (std::size_t j = 0; j < k; ++j) {
            for (std::size_t m = 0; m < k; ++m) {
              covariance(j, m) += r(i) / sum * (sample.columns[j][i] - mean[j]) * (sample.columns[m][i] - mean[m]);
            }
          }
        }
        at.sums.push_back(sum);
        at.means.push_back(mean);
        at.covariances.push_back(covariance);
      }
      out.push_back(at);
    }
  }
  return out;
}

/// Log-likelihood, score and information by their definition.
struct NaiveCox {
  double logLik = 0;
  std::vector<double> score;
  Matrix information;

  NaiveCox(const SurvivalSample& sample, const std::vector<double>& b, CoxTies ties)
      : score(sample.k()), information(Matrix::square(sample.k())) {
    for (const NaiveTime& at : naiveTimes(sample, b, ties)) {
      for (const std::size_t i : at.deaths) {
        logLik += sample.weight(i) * sample.predictor(i, b);
        for (std::size_t j = 0; j < sample.k(); ++j) score[j] += sample.weight(i) * sample.columns[j][i];
      }
      for (std::size_t l = 0; l < at.sums.size(); ++l) {
        logLik -= at.weight * std::log(at.sums[l]);
        for (std::size_t j = 0; j < sample.k(); ++j) score[j] -= at.weight * at.means[l][j];
        for (std::size_t m = 0; m < information.values.size(); ++m) {
          information.values[m] += at.weight * at.covariances[l].values[m];
        }
      }
    }
  }
};

}  // namespace bedside::numerics
