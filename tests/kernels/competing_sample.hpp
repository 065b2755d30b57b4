#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "numerics/survival/cumulative_incidence.hpp"

namespace bedside::numerics {

/// Patients made for a test of competing risks: times with ties (or none), causes, censorings, groups, covariates.
struct CompetingSample {
  std::vector<double> time;
  Causes causes;
  Groups groups;
  std::vector<std::vector<double>> covariates;

  std::size_t rows() const { return time.size(); }
  Times times() const { return timesOf(time.data(), nullptr, Rows::all(rows()), TimeTies::exact); }

  /// `distinct` 0: no ties. About a third of the rows are censored.
  static CompetingSample of(std::size_t rows, std::size_t distinct, std::size_t causes, std::size_t groups,
                            std::size_t covariates, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> uniform;
    std::normal_distribution<double> normal;
    CompetingSample out;
    out.causes.count = causes;
    out.groups.count = groups;
    out.covariates.assign(covariates, std::vector<double>(rows));
    for (std::size_t i = 0; i < rows; ++i) {
      double eta = 0;
      for (std::size_t j = 0; j < covariates; ++j) {
        out.covariates[j][i] = j % 2 == 0 ? normal(random) : static_cast<double>(random() % 2);
        eta += (j % 3 == 0 ? 0.5 : -0.4) * out.covariates[j][i];
      }
      const double t = -std::log(uniform(random)) * std::exp(-eta);
      out.time.push_back(distinct == 0 ? t : std::ceil(std::min(t / 4, 1.0) * static_cast<double>(distinct)));
      const bool censored = uniform(random) < 0.35;
      out.causes.codes.push_back(censored ? Causes::censored : static_cast<std::int32_t>(random() % causes));
      out.groups.codes.push_back(static_cast<std::int32_t>(random() % groups));
    }
    if (groups == 1) out.groups.codes.clear();
    return out;
  }
};

/// |got − want| as a share of |want|, at least of `floor`.
inline double relative(double got, double want, double floor = 1e-12) {
  return std::fabs(got - want) / std::max(std::fabs(want), floor);
}

}  // namespace bedside::numerics
