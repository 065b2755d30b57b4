#include "numerics/survival/cox_residuals.hpp"

#include <gtest/gtest.h>

#include "survival_sample.hpp"

namespace bedside::numerics {
namespace {

constexpr CoxTies everyTies[] = {CoxTies::efron, CoxTies::breslow};
const std::vector<double> b{0.4, -0.6};

struct Naive {
  std::vector<double> martingale;
  Matrix score;
  std::vector<std::vector<double>> schoenfeld;  // of each row; empty of a censored one

  Naive(const SurvivalSample& sample, CoxTies ties)
      : martingale(sample.event.begin(), sample.event.end()), score(sample.rows(), 2), schoenfeld(sample.rows()) {
    for (const NaiveTime& at : naiveTimes(sample, b, ties)) {
      const double d = static_cast<double>(at.deaths.size());
      for (const std::size_t i : at.deaths) {
        for (std::size_t j = 0; j < 2; ++j) {
          double mean = 0;
          for (const auto& of : at.means) mean += of[j] / d;
          schoenfeld[i].push_back(sample.columns[j][i] - mean);
          score(i, j) += sample.columns[j][i] - mean;
        }
      }
      for (const std::size_t i : at.atRisk) {
        for (std::size_t l = 0; l < at.sums.size(); ++l) {
          const double rise = at.weight * at.share(l, at.dies(i), ties) * std::exp(sample.predictor(i, b)) / at.sums[l];
          martingale[i] -= rise;
          for (std::size_t j = 0; j < 2; ++j) score(i, j) -= rise * (sample.columns[j][i] - at.means[l][j]);
        }
      }
    }
  }
};

TEST(CoxResiduals, EqualTheirNaiveTwins) {
  for (const SurvivalSample& sample : SurvivalSample::every(70, 2, 1)) {
    for (const CoxTies ties : everyTies) {
      const Naive naive(sample, ties);
      const CoxProblem problem = sample.problem(ties);
      const std::vector<double> martingale = martingaleResiduals(problem, b);
      EXPECT_LT(deviation(martingale, naive.martingale), 1e-12);
      const std::vector<double> deviance = devianceResiduals(problem, martingale);
      for (std::size_t i = 0; i < 70; ++i) {
        const double m = martingale[i], e = sample.event[i];
        const double inside = m + (e > 0 ? e * std::log(e - m) : 0);
        EXPECT_LT(deviation(deviance[i], (m < 0 ? -1 : 1) * std::sqrt(std::max(0.0, -2 * inside))), 1e-12);
      }
      EXPECT_LT(deviation(scoreResiduals(problem, b).values, naive.score.values), 1e-11);
      const SchoenfeldResiduals schoenfeld = schoenfeldResiduals(problem, b);
      for (std::size_t e = 0; e < schoenfeld.position.size(); ++e) {
        const std::size_t row = problem.risk.row[schoenfeld.position[e]];
        ASSERT_EQ(naive.schoenfeld[row].size(), 2u);
        for (std::size_t j = 0; j < 2; ++j) EXPECT_NEAR(schoenfeld.residuals(e, j), naive.schoenfeld[row][j], 1e-12);
        if (e > 0) EXPECT_LT(schoenfeld.position[e - 1], schoenfeld.position[e]);
      }
    }
  }
}

TEST(CoxSandwich, AddsUpScoresByCluster) {
  for (const SurvivalSample& sample : SurvivalSample::every(70, 2, 20)) {
    for (const CoxTies ties : everyTies) {
      const Naive naive(sample, ties);
      Matrix covariance = Matrix::square(2);
      covariance(0, 0) = 0.03, covariance(1, 1) = 0.05, covariance(0, 1) = covariance(1, 0) = 0.01;
      Groups clusters{std::vector<std::int32_t>(70), 9};
      for (std::size_t i = 0; i < 70; ++i) clusters.codes[i] = static_cast<std::int32_t>(i * i % 9);
      for (const Groups& of : {Groups{}, clusters}) {
        Matrix meat = Matrix::square(2);
        Matrix sums(of.codes.empty() ? 70 : 9, 2);
        for (std::size_t i = 0; i < 70; ++i) {
          for (std::size_t j = 0; j < 2; ++j) {
            sums(of.codes.empty() ? i : of[i], j) += sample.weight(i) * naive.score(i, j);
          }
        }
        meat = product(transposed(sums), sums);
        const Matrix want = product(product(covariance, meat), covariance);
        EXPECT_LT(deviation(coxSandwich(sample.problem(ties), b, covariance, of).values, want.values), 1e-11);
      }
    }
  }
}

TEST(CoxResiduals, StayFiniteForAnyPredictor) {
  for (SurvivalSample sample : SurvivalSample::every(60, 2, 30)) {
    for (std::size_t i = 0; i < 60; ++i) sample.columns[0][i] = 1200 * std::sin(static_cast<double>(i));
    const CoxProblem problem = sample.problem();
    for (const double value : martingaleResiduals(problem, b)) EXPECT_TRUE(std::isfinite(value));
    for (const double value : scoreResiduals(problem, b).values) EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(ProportionalHazards, SumsItsTimes) {
  for (const SurvivalSample& sample : SurvivalSample::every(70, 2, 40)) {
    for (const CoxTies ties : everyTies) {
      const std::size_t n = sample.rows();
      // Kaplan–Meier of all rows, just before t.
      const auto g = [&](double t) {
        double survival = 1;
        std::vector<double> times(sample.time);
        std::sort(times.begin(), times.end());
        times.erase(std::unique(times.begin(), times.end()), times.end());
        for (const double u : times) {
          if (u >= t) break;
          double atRisk = 0, deaths = 0;
          for (std::size_t i = 0; i < n; ++i) {
            atRisk += sample.time[i] >= u && (sample.start.empty() || sample.start[i] < u);
            deaths += sample.time[i] == u && sample.event[i] != 0;
          }
          survival *= 1 - (atRisk > 0 ? deaths / atRisk : 0);
        }
        return 1 - survival;
      };
      const std::vector<NaiveTime> times = naiveTimes(sample, b, ties);
      double mean = 0, events = 0;
      for (const NaiveTime& at : times) {
        mean += g(at.time) * static_cast<double>(at.deaths.size());
        events += static_cast<double>(at.deaths.size());
      }
      mean /= events;
      std::vector<double> u(2);
      Matrix m = Matrix::square(4);
      for (const NaiveTime& at : times) {
        const double value = g(at.time) - mean;
        for (std::size_t j = 0; j < 2; ++j) {
          for (const std::size_t i : at.deaths) u[j] += value * sample.weight(i) * sample.columns[j][i];
          for (const auto& of : at.means) u[j] -= value * at.weight * of[j];
        }
        for (const Matrix& of : at.covariances) {
          for (std::size_t i = 0; i < 4; ++i) {
            for (std::size_t j = 0; j < 4; ++j) {
              m(i, j) += (i < 2 ? 1 : value) * (j < 2 ? 1 : value) * at.weight * of(i % 2, j % 2);
            }
          }
        }
      }
      const ProportionalHazards got = proportionalHazards(sample.problem(ties), b);
      EXPECT_LT(deviation(got.score, u), 1e-12);
      EXPECT_LT(deviation(got.information.values, m.values), 1e-12);
      if (SymmetricFactor(m).leastPivot() < 1e-10) continue;  // a first event alone at risk: g is constant from then on
      const std::vector<double> all{0, 0, u[0], u[1]};
      const std::vector<double> solved = SymmetricFactor(m).solve(all);
      EXPECT_LT(deviation(got.statistic(std::vector<std::size_t>{0, 1}), u[0] * solved[2] + u[1] * solved[3]), 1e-10);
      const std::vector<std::size_t> kept{0, 1, 3};
      const double one = SymmetricFactor(submatrix(m, kept)).solve(std::vector<double>{0, 0, u[1]})[2] * u[1];
      EXPECT_LT(deviation(got.statistic(std::vector<std::size_t>{1}), one), 1e-10);
    }
  }
}

TEST(ProportionalHazards, NeedsTwoTimes) {
  SurvivalSample sample = SurvivalSample::of({30, 1}, 50);
  sample.time.assign(30, 4.0);
  const ProportionalHazards got = proportionalHazards(sample.problem(), std::vector<double>{0.1});
  EXPECT_TRUE(got.oneTime);
  EXPECT_TRUE(std::isnan(got.statistic(std::vector<std::size_t>{0})));
}

}  // namespace
}  // namespace bedside::numerics
