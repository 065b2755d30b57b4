#include "numerics/survival/fine_gray.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "competing_sample.hpp"

namespace bedside::numerics {
namespace {

/// A model of the first cause, and its sums by definition: every row against every time of the cause.
struct Patients {
  CompetingSample sample;
  std::vector<double> weights;  // empty: 1
  bool countsOfRows = true;

  std::size_t rows() const { return sample.rows(); }
  std::size_t columns() const { return sample.covariates.size(); }
  double x(std::size_t i, std::size_t j) const { return sample.covariates[j][i]; }
  double weight(std::size_t i) const { return weights.empty() ? 1 : weights[i]; }
  bool own(std::size_t i) const { return sample.causes.codes[i] == 0; }
  bool censored(std::size_t i) const { return sample.causes.codes[i] == Causes::censored; }
  bool other(std::size_t i) const { return sample.causes.codes[i] > 0; }
  double time(std::size_t i) const { return sample.time[i]; }

  FineGrayProblem problem() const {
    FineGrayProblem out;
    for (const auto& column : sample.covariates) out.design.push_back(Source::of(column.data()));
    std::vector<std::uint8_t> events;
    for (std::size_t i = 0; i < rows(); ++i) {
      events.push_back(own(i) ? ownCause : censored(i) ? censoredRow : otherCause);
    }
    out.risk = riskSets(sample.times(), {}, events, weights, Rows::all(rows()));
    out.countsOfRows = countsOfRows;
    return out;
  }

  /// Kaplan–Meier of the censoring just before t.
  double g(double t) const {
    double out = 1;
    for (const double u : sample.times().distinct) {
      if (u >= t) break;
      out *= 1 - censoredAt(u) / atRisk(u);
    }
    return out;
  }
  double atRisk(double u) const {
    double out = 0;
    for (std::size_t i = 0; i < rows(); ++i) out += time(i) >= u ? weight(i) : 0;
    return out;
  }
  double censoredAt(double u) const {
    double out = 0;
    for (std::size_t i = 0; i < rows(); ++i) out += time(i) == u && censored(i) ? weight(i) : 0;
    return out;
  }
};

/// ω of each row at each time of the cause, and the sums they give at some coefficients.
struct Twin {
  std::vector<double> times, d, s0;
  std::vector<std::vector<double>> omega, means;  // by time
  std::vector<double> risk;                       // e^x'b
  double logLik = 0;
  std::vector<double> score;
  Matrix information;

  Twin(const Patients& p, const std::vector<double>& b) : score(p.columns()), information(Matrix::square(p.columns())) {
    const std::size_t n = p.rows(), k = p.columns();
    std::vector<double> gOfRow;
    for (std::size_t i = 0; i < n; ++i) {
      double eta = 0;
      for (std::size_t j = 0; j < k; ++j) eta += p.x(i, j) * b[j];
      risk.push_back(std::exp(eta));
      gOfRow.push_back(p.g(p.time(i)));
      if (p.own(i)) {
        logLik += p.weight(i) * eta;
        for (std::size_t j = 0; j < k; ++j) score[j] += p.weight(i) * p.x(i, j);
      }
    }
    for (const double t : p.sample.times().distinct) {
      double events = 0;
      for (std::size_t i = 0; i < n; ++i) events += p.own(i) && p.time(i) == t ? p.weight(i) : 0;
      if (events == 0) continue;
      const double g = p.g(t);
      std::vector<double> w(n), mean(k);
      double total = 0;
      for (std::size_t i = 0; i < n; ++i) {
        w[i] = p.time(i) >= t ? 1 : p.other(i) ? g / gOfRow[i] : 0;
        const double r = p.weight(i) * w[i] * risk[i];
        total += r;
        for (std::size_t j = 0; j < k; ++j) mean[j] += r * p.x(i, j);
      }
      for (double& value : mean) value /= total;
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < k; ++j) {
          for (std::size_t l = 0; l < k; ++l) {
            information(j, l) += events * p.weight(i) * w[i] * risk[i] / total * (p.x(i, j) - mean[j]) * (p.x(i, l) - mean[l]);
          }
        }
      }
      logLik -= events * std::log(total);
      for (std::size_t j = 0; j < k; ++j) score[j] -= events * mean[j];
      times.push_back(t);
      d.push_back(events);
      s0.push_back(total);
      omega.push_back(w);
      means.push_back(mean);
    }
  }

  std::vector<double> q(const Patients& p, double u) const {
    std::vector<double> out(p.columns());
    for (std::size_t t = 0; t < times.size(); ++t) {
      if (times[t] < u) continue;
      for (std::size_t i = 0; i < p.rows(); ++i) {
        if (!p.other(i) || p.time(i) >= u) continue;
        for (std::size_t j = 0; j < p.columns(); ++j) {
          out[j] += d[t] / s0[t] * p.weight(i) * omega[t][i] * risk[i] * (p.x(i, j) - means[t][j]);
        }
      }
    }
    return out;
  }

  Matrix sandwich(const Patients& p) const {
    const std::size_t k = p.columns();
    std::vector<double> censorings;
    std::vector<std::vector<double>> qs;
    for (const double u : p.sample.times().distinct) {
      if (p.censoredAt(u) == 0) continue;
      censorings.push_back(u);
      qs.push_back(q(p, u));
    }
    Matrix middle = Matrix::square(k);
    for (std::size_t i = 0; i < p.rows(); ++i) {
      std::vector<double> u(k);
      for (std::size_t t = 0; t < times.size(); ++t) {
        for (std::size_t j = 0; j < k; ++j) {
          if (p.own(i) && p.time(i) == times[t]) u[j] += p.x(i, j) - means[t][j];
          u[j] -= omega[t][i] * risk[i] * (p.x(i, j) - means[t][j]) * d[t] / s0[t];
        }
      }
      for (std::size_t c = 0; c < censorings.size() && censorings[c] <= p.time(i); ++c) {
        const double y = p.atRisk(censorings[c]);
        for (std::size_t j = 0; j < k; ++j) {
          if (p.censored(i) && p.time(i) == censorings[c]) u[j] += qs[c][j] / y;
          u[j] -= qs[c][j] * p.censoredAt(censorings[c]) / (y * y);
        }
      }
      const double w = p.countsOfRows ? p.weight(i) : p.weight(i) * p.weight(i);
      for (std::size_t j = 0; j < k; ++j) {
        for (std::size_t l = 0; l < k; ++l) middle(j, l) += w * u[j] * u[l];
      }
    }
    const Matrix inverse = SymmetricFactor(information).inverse();
    return product(product(inverse, middle), inverse);
  }
};

void expectNear(const std::vector<double>& got, const std::vector<double>& want, double tolerance) {
  ASSERT_EQ(got.size(), want.size());
  double size = 0;
  for (const double value : want) size = std::max(size, std::fabs(value));
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], want[i], tolerance * size) << i;
}

std::vector<Patients> patients() {
  std::vector<Patients> out;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Patients p{CompetingSample::of(40 + 12 * seed, seed % 3 == 0 ? 0 : 6 * seed, 1 + seed % 3, 1, 1 + seed % 4, seed), {}};
    if (seed % 2 == 0) {
      for (std::size_t i = 0; i < p.rows(); ++i) p.weights.push_back(static_cast<double>(1 + (i * seed) % 3));
    }
    if (seed % 4 == 0) {
      p.countsOfRows = false;
      for (double& weight : p.weights) weight *= 0.7;
    }
    out.push_back(std::move(p));
  }
  out.push_back({CompetingSample::of(700, 60, 2, 1, 3, 30), {}});  // more than a block of rows
  return out;
}

TEST(FineGray, SumsEqualTheirDefinition) {
  for (const Patients& p : patients()) {
    std::vector<double> b;
    for (std::size_t j = 0; j < p.columns(); ++j) b.push_back(0.3 - 0.2 * static_cast<double>(j));
    const FineGrayPoint got = fineGrayAt(p.problem(), b);
    const Twin want(p, b);
    EXPECT_LT(relative(got.logLik, want.logLik), 1e-12);
    expectNear(got.score, want.score, 1e-11);
    expectNear(got.information.values, want.information.values, 1e-11);
  }
}

TEST(FineGray, ScoreAndInformationAreDerivatives) {
  for (const Patients& p : patients()) {
    const FineGrayProblem problem = p.problem();
    std::vector<double> b(p.columns(), 0.2);
    const FineGrayPoint at = fineGrayAt(problem, b);
    const double h = 1e-5;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const double here = b[j];
      b[j] = here + h;
      const FineGrayPoint above = fineGrayAt(problem, b);
      b[j] = here - h;
      const FineGrayPoint below = fineGrayAt(problem, b);
      b[j] = here;
      EXPECT_NEAR((above.logLik - below.logLik) / (2 * h), at.score[j], 1e-5 * (1 + std::fabs(at.score[j])));
      for (std::size_t l = 0; l < b.size(); ++l) {
        EXPECT_NEAR((below.score[l] - above.score[l]) / (2 * h), at.information(j, l), 1e-5 * (1 + at.information(j, j)));
      }
    }
  }
}

TEST(FineGray, EndsAtAZeroOfTheScoreWithTheSandwichOfTheDefinition) {
  for (const Patients& p : patients()) {
    const FineGrayFit fit = fitFineGray(p.problem());
    ASSERT_EQ(fit.end, End::converged);
    const Twin want(p, fit.coefficients);
    const auto step = SymmetricFactor(want.information).solve(want.score);
    for (const double length : step) EXPECT_LT(std::fabs(length), 1e-12);
    EXPECT_LT(relative(fit.logLik, want.logLik), 1e-12);
    EXPECT_LT(relative(fit.nullLogLik, Twin(p, std::vector<double>(p.columns())).logLik), 1e-12);
    expectNear(fit.covariance.values, want.sandwich(p).values, 1e-9);
    ASSERT_EQ(fit.time, want.times);
    double hazard = 0;
    for (std::size_t t = 0; t < want.times.size(); ++t) {
      hazard += want.d[t] / want.s0[t];
      EXPECT_LT(relative(fit.cumulativeHazard[t], hazard), 1e-11);
    }
  }
}

TEST(FineGray, DoesNotMindWhereAndHowLargeAColumnIs) {
  const Patients plain{CompetingSample::of(300, 40, 2, 1, 2, 11), {}};
  Patients moved = plain;
  for (double& value : moved.sample.covariates[0]) value = 1e9 + 1024 * value;
  for (double& value : moved.sample.covariates[1]) value *= 0x1p-30;
  const FineGrayFit a = fitFineGray(plain.problem()), b = fitFineGray(moved.problem());
  EXPECT_LT(relative(b.coefficients[0] * 1024, a.coefficients[0]), 1e-7);  // 1e9 leaves the column seven digits
  EXPECT_LT(relative(b.coefficients[1] * 0x1p-30, a.coefficients[1]), 1e-7);
  EXPECT_LT(relative(b.logLik, a.logLik), 1e-8);
  EXPECT_LT(relative(b.covariance(0, 0) * 0x1p20, a.covariance(0, 0)), 1e-6);
  EXPECT_LT(relative(b.covariance(1, 1) * 0x1p-60, a.covariance(1, 1)), 1e-6);
}

TEST(FineGray, TellsNearlyDependentColumnsApart) {
  // x₂ = x₀ + 2⁻²⁰ x₁ spans the same as x₀, x₁: a Gram of x₀, x₂ has lost all but four digits of their difference.
  for (const double share : {0x1p-20, 0x1p-32}) {
    const Patients plain{CompetingSample::of(300, 40, 2, 1, 2, 16), {}};
    Patients nearly = plain;
    auto& columns = nearly.sample.covariates;
    for (std::size_t i = 0; i < nearly.rows(); ++i) {
      columns[0][i] = std::round(columns[0][i] * 0x1p14) * 0x1p-14;  // so that x₂ is exact
      columns[1][i] = columns[0][i] + share * columns[1][i];
    }
    Patients exact = plain;
    exact.sample.covariates[0] = columns[0];
    const FineGrayFit a = fitFineGray(exact.problem()), b = fitFineGray(nearly.problem());
    ASSERT_EQ(b.end, End::converged);
    EXPECT_LT(relative(b.logLik, a.logLik), 1e-12);
    EXPECT_LT(relative(b.coefficients[1] * share, a.coefficients[1]), 1e-8);
    EXPECT_NEAR(b.coefficients[0] + b.coefficients[1], a.coefficients[0], 4e-16 * std::fabs(b.coefficients[1]));
    EXPECT_LT(relative(b.covariance(1, 1) * share * share, a.covariance(1, 1)), 1e-7);
    expectNear(b.cumulativeHazard, a.cumulativeHazard, 1e-6);
  }
}

TEST(FineGray, CountsWholeWeightsAsRepeatedRows) {
  Patients weighted{CompetingSample::of(80, 15, 2, 1, 2, 12), {}};
  Patients repeated{{}, {}};
  repeated.sample.causes.count = 2;
  repeated.sample.covariates.resize(2);
  for (std::size_t i = 0; i < weighted.rows(); ++i) {
    weighted.weights.push_back(static_cast<double>(1 + i % 3));
    for (std::size_t copy = 0; copy < 1 + i % 3; ++copy) {
      repeated.sample.time.push_back(weighted.time(i));
      repeated.sample.causes.codes.push_back(weighted.sample.causes.codes[i]);
      for (std::size_t j = 0; j < 2; ++j) repeated.sample.covariates[j].push_back(weighted.x(i, j));
    }
  }
  const FineGrayFit a = fitFineGray(weighted.problem()), b = fitFineGray(repeated.problem());
  expectNear(a.coefficients, b.coefficients, 1e-11);
  expectNear(a.covariance.values, b.covariance.values, 1e-10);
  expectNear(a.cumulativeHazard, b.cumulativeHazard, 1e-11);
}

TEST(FineGray, NamesAColumnThatCannotBeEstimated) {
  Patients p{CompetingSample::of(200, 20, 2, 1, 3, 13), {}};
  auto& columns = p.sample.covariates;
  for (std::size_t i = 0; i < p.rows(); ++i) columns[2][i] = columns[0][i] - 2 * columns[1][i];
  FineGrayFit fit = fitFineGray(p.problem());
  EXPECT_EQ(fit.end, End::singular);
  EXPECT_EQ(fit.column, 2u);
  columns[1].assign(p.rows(), 1e8 / 3);  // constant
  fit = fitFineGray(p.problem());
  EXPECT_EQ(fit.end, End::singular);
  EXPECT_EQ(fit.column, 1u);
  // Varies only among rows censored before the first event.
  for (std::size_t i = 0; i < p.rows(); ++i) {
    columns[1][i] = 0;
    if (i < 8) {
      p.sample.time[i] = 0;
      p.sample.causes.codes[i] = Causes::censored;
      columns[1][i] = static_cast<double>(i);
    }
  }
  for (std::size_t i = 0; i < p.rows(); ++i) columns[2][i] = static_cast<double>(i % 5);
  fit = fitFineGray(p.problem());
  EXPECT_EQ(fit.end, End::singular);
  EXPECT_EQ(fit.column, 1u);
}

TEST(FineGray, StopsWhereTheLikelihoodGoesOnRising) {
  Patients p{CompetingSample::of(150, 30, 2, 1, 2, 14), {}};
  for (std::size_t i = 0; i < p.rows(); ++i) {  // no event of the cause with x = 1
    if (p.own(i)) p.sample.covariates[1][i] = 0;
  }
  const FineGrayFit fit = fitFineGray(p.problem());
  EXPECT_EQ(fit.end, End::separated);
  EXPECT_EQ(fit.monotone, std::vector<std::size_t>{1});
  EXPECT_LT(fit.coefficients[1], -10);
  for (const double value : fit.covariance.values) EXPECT_TRUE(std::isfinite(value));
}

TEST(FineGray, TellsTinyEffectsFromGrowingOnes) {
  // An estimate near 0 is settled long before a step is small beside it.
  Patients p{CompetingSample::of(400, 30, 2, 1, 1, 15), {}};
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    std::mt19937_64 random(seed);
    for (double& value : p.sample.covariates[0]) value = static_cast<double>(random() % 1000);
    EXPECT_EQ(fitFineGray(p.problem()).end, End::converged);
  }
}

}  // namespace
}  // namespace bedside::numerics
