#include "numerics/survival/cox.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "numerics/survival/cox_scan.hpp"
#include "survival_sample.hpp"

namespace bedside::numerics {
namespace {

constexpr CoxTies everyTies[] = {CoxTies::efron, CoxTies::breslow};

TEST(CoxScan, EqualsItsNaiveTwinAtAnyBlockSizeCopiedOrNot) {
  std::uint64_t seed = 1;
  for (const SurvivalSample& sample : SurvivalSample::every(70, 3, seed)) {
    for (const CoxTies ties : everyTies) {
      const std::vector<double> b{0.5, -0.3, 1.1};
      const NaiveCox naive(sample, b, ties);
      const CoxProblem problem = sample.problem(ties);
      for (const std::size_t blockRows : {1u, 7u, 512u}) {
        for (const std::size_t copied : {std::size_t{0}, CoxRows::copied}) {
          const CoxRows rows(problem, copied, blockRows);
          CoxScan scan(rows, ties);
          scan.at(b);
          const CoxSums sums = scan.sums();
          EXPECT_LT(deviation(sums.logLik, naive.logLik), 1e-12);
          EXPECT_LT(deviation(sums.score, naive.score), 1e-12);
          EXPECT_LT(deviation(sums.information.values, naive.information.values), 1e-12);
          EXPECT_LT(deviation(scan.sums(false).score, naive.score), 1e-12);
        }
      }
    }
  }
}

TEST(CoxScan, FiveColumnsTakeTheKernelsOfFourAndOfOne) {
  for (const SurvivalSample& sample : SurvivalSample::every(90, 5, 40)) {
    const std::vector<double> b{0.5, -0.3, 0.2, 0.7, -0.4};
    const NaiveCox naive(sample, b, CoxTies::efron);
    const CoxProblem problem = sample.problem();
    const CoxRows rows(problem, CoxRows::copied, 16);
    CoxScan scan(rows, CoxTies::efron);
    scan.at(b);
    EXPECT_LT(deviation(scan.sums().information.values, naive.information.values), 1e-12);
  }
}

/// Far from the centre a naive sum still works where exp does: x'b spreads over ±350 here, over classes of levels.
TEST(CoxScan, ClassesOfLevelsHoldWhatOneLevelCannot) {
  for (SurvivalSample sample : SurvivalSample::every(60, 2, 70)) {
    for (std::size_t i = 0; i < sample.rows(); ++i) sample.columns[0][i] = 350 * std::sin(static_cast<double>(i));
    const std::vector<double> b{1, 0.5};
    for (const CoxTies ties : everyTies) {
      const NaiveCox naive(sample, b, ties);
      const CoxProblem problem = sample.problem(ties);
      const CoxRows rows(problem, CoxRows::copied, 7);
      CoxScan scan(rows, ties);
      scan.at(b);
      EXPECT_GT(scan.classCount(), 1u);
      const CoxSums sums = scan.sums();
      EXPECT_LT(deviation(sums.logLik, naive.logLik), 1e-12);
      for (std::size_t j = 0; j < 2; ++j) EXPECT_LT(std::fabs(sums.score[j] - naive.score[j]), 1e-9);
      EXPECT_LT(std::fabs(sums.information(1, 1) - naive.information(1, 1)), 1e-9);
    }
  }
}

TEST(CoxScan, ExtremePredictorsGiveFiniteSums) {
  for (SurvivalSample sample : SurvivalSample::every(60, 1, 71)) {
    for (std::size_t i = 0; i < sample.rows(); ++i) sample.columns[0][i] = std::sin(static_cast<double>(i));
    for (const double b : {500.0, -500.0, 5e3}) {
      const CoxProblem problem = sample.problem();
      const CoxRows rows(problem);
      CoxScan scan(rows, CoxTies::efron);
      EXPECT_TRUE(std::isfinite(scan.at(std::vector<double>{b})));
      EXPECT_TRUE(std::isfinite(scan.sums().score[0]));
      EXPECT_TRUE(std::isfinite(scan.sums().information(0, 0)));
    }
  }
}

TEST(CoxScan, ScoreAndInformationAreDerivatives) {
  const SurvivalSample sample = SurvivalSample::of({80, 2, 5, true, true, 2}, 5);
  const CoxProblem problem = sample.problem();
  const CoxRows rows(problem);
  CoxScan scan(rows, CoxTies::efron);
  const double h = 1e-4;
  const std::vector<double> b{0.3, -0.2};
  scan.at(b);
  const CoxSums sums = scan.sums();
  for (std::size_t j = 0; j < 2; ++j) {
    std::vector<double> above = b, below = b;
    above[j] += h;
    below[j] -= h;
    const double high = scan.at(above);
    const std::vector<double> scoreAbove = scan.sums(false).score;
    const double low = scan.at(below);
    const std::vector<double> scoreBelow = scan.sums(false).score;
    EXPECT_LT(deviation((high - low) / (2 * h), sums.score[j]), 1e-6);
    for (std::size_t m = 0; m < 2; ++m) {
      EXPECT_LT(deviation((scoreBelow[m] - scoreAbove[m]) / (2 * h), sums.information(j, m)), 1e-6);
    }
  }
}

TEST(FitCox, EndsWhereTheScoreIsZero) {
  for (const SurvivalSample& sample : SurvivalSample::every(80, 2, 100)) {
    for (const CoxTies ties : everyTies) {
      const CoxFit fit = fitCox(sample.problem(ties));
      ASSERT_TRUE(fit.converged());
      const NaiveCox at(sample, fit.coefficients, ties), zero(sample, {0, 0}, ties);
      for (const double u : at.score) EXPECT_LT(std::fabs(u), 1e-8);
      EXPECT_LT(deviation(fit.logLik, at.logLik), 1e-13);
      EXPECT_LT(deviation(fit.nullLogLik, zero.logLik), 1e-13);
      EXPECT_LT(deviation(fit.covariance.values, SymmetricFactor(at.information).inverse().values), 1e-9);
      const std::vector<double> step = SymmetricFactor(zero.information).solve(zero.score);
      EXPECT_LT(deviation(fit.scoreStatistic, step[0] * zero.score[0] + step[1] * zero.score[1]), 1e-11);
    }
  }
}

TEST(FitCox, KnowsNoShiftScaleOrOrder) {
  const SurvivalSample sample = SurvivalSample::of({120, 2, 8, true, true, 2}, 6);
  const CoxFit fit = fitCox(sample.problem());
  SurvivalSample moved = sample;
  for (std::size_t i = 0; i < moved.rows(); ++i) {
    moved.columns[0][i] = std::ldexp(std::round(std::ldexp(moved.columns[0][i], 20)), -20);  // exact beside 10⁹
  }
  const CoxFit rounded = fitCox(moved.problem());
  for (double& value : moved.columns[0]) value += 1e9;
  for (double& value : moved.columns[1]) value *= 1e-7;
  const CoxFit shifted = fitCox(moved.problem());
  EXPECT_LT(deviation(shifted.coefficients[0], rounded.coefficients[0]), 1e-10);
  EXPECT_LT(deviation(shifted.coefficients[1] * 1e-7, rounded.coefficients[1]), 1e-10);
  EXPECT_LT(deviation(shifted.logLik, rounded.logLik), 1e-12);
  EXPECT_LT(deviation(shifted.covariance(0, 0), rounded.covariance(0, 0)), 1e-9);

  SurvivalSample turned;
  for (std::size_t at = 0; at < sample.rows(); ++at) {
    const std::size_t i = at * 77 % sample.rows();
    turned.time.push_back(1000 * sample.time[i]);
    turned.start.push_back(1000 * sample.start[i]);
    turned.event.push_back(sample.event[i]);
    turned.weights.push_back(sample.weights[i]);
    turned.strata.push_back(sample.strata[i]);
  }
  for (const auto& column : sample.columns) {
    turned.columns.emplace_back();
    for (std::size_t at = 0; at < sample.rows(); ++at) turned.columns.back().push_back(column[at * 77 % sample.rows()]);
  }
  EXPECT_LT(deviation(fitCox(turned.problem()).coefficients, fit.coefficients), 1e-11);
}

TEST(FitCox, RowsRepeatedAreAWeightUnderBreslow) {
  SurvivalSample weighted = SurvivalSample::of({60, 2, 5}, 7);
  weighted.weights.assign(60, 2);
  SurvivalSample doubled = weighted;
  doubled.weights.clear();
  for (auto* of : {&doubled.time}) of->insert(of->end(), of->begin(), of->begin() + 60);
  doubled.event.insert(doubled.event.end(), doubled.event.begin(), doubled.event.begin() + 60);
  for (auto& column : doubled.columns) column.insert(column.end(), column.begin(), column.begin() + 60);
  const CoxFit a = fitCox(weighted.problem(CoxTies::breslow)), b = fitCox(doubled.problem(CoxTies::breslow));
  EXPECT_LT(deviation(a.coefficients, b.coefficients), 1e-11);
  EXPECT_LT(deviation(a.logLik, b.logLik), 1e-12);
}

TEST(FitCox, NamesTheFirstCollinearColumn) {
  SurvivalSample sample = SurvivalSample::of({60, 3, 0, false, false, 2}, 8);
  for (std::size_t i = 0; i < 60; ++i) sample.columns[2][i] = 0.1 + 2 * sample.columns[0][i] - sample.columns[1][i];
  CoxFit fit = fitCox(sample.problem());
  EXPECT_EQ(fit.end, End::singular);
  EXPECT_EQ(fit.column, 2u);
  // Constant in every stratum, though it varies between them.
  for (std::size_t i = 0; i < 60; ++i) sample.columns[1][i] = 0.1 + 0.7 * sample.strata[i];
  fit = fitCox(sample.problem());
  EXPECT_EQ(fit.end, End::singular);
  EXPECT_EQ(fit.column, 1u);
  // Varies only among rows that leave before the first event.
  SurvivalSample late = SurvivalSample::of({60, 2}, 9);
  double first = HUGE_VAL;
  for (std::size_t i = 0; i < 60; ++i) {
    if (late.event[i] != 0) first = std::min(first, late.time[i]);
  }
  for (std::size_t i = 0; i < 5; ++i) late.time[i] = first / 2, late.event[i] = 0;
  for (std::size_t i = 0; i < 60; ++i) late.columns[1][i] = i < 5 ? 1.3 : 0.1;
  fit = fitCox(late.problem());
  EXPECT_EQ(fit.end, End::singular);
  EXPECT_EQ(fit.column, 1u);
}

TEST(FitCox, NearlyDependentColumnsAreEstimated) {
  const SurvivalSample sample = SurvivalSample::of({200, 2}, 10);
  const CoxFit fit = fitCox(sample.problem());
  SurvivalSample near = sample;
  const double share = std::ldexp(1.0, -24);
  for (std::size_t i = 0; i < 200; ++i) {
    // Rounded so that the sum is exact: the same model in other coordinates.
    near.columns[0][i] = std::ldexp(std::round(std::ldexp(sample.columns[0][i], 20)), -20);
    near.columns[1][i] = std::ldexp(std::round(std::ldexp(sample.columns[1][i], 4)), -4);
  }
  const CoxFit plain = fitCox(near.problem());
  for (std::size_t i = 0; i < 200; ++i) near.columns[1][i] = near.columns[0][i] + share * near.columns[1][i];
  const CoxFit turned = fitCox(near.problem());
  ASSERT_TRUE(turned.converged());
  EXPECT_LT(deviation(turned.coefficients[1] * share, plain.coefficients[1]), 1e-8);
  EXPECT_LT(deviation(turned.coefficients[0] + turned.coefficients[1], plain.coefficients[0]), 1e-6);
  EXPECT_LT(deviation(turned.covariance(1, 1) * share * share, plain.covariance(1, 1)), 1e-8);
  EXPECT_LT(deviation(turned.logLik, plain.logLik), 1e-12);
}

TEST(FitCox, SeesAMonotoneLikelihood) {
  // No event among those with the second column at 1.
  SurvivalSample sample = SurvivalSample::of({100, 2, 6}, 11);
  for (std::size_t i = 0; i < 100; ++i) sample.columns[1][i] = sample.event[i] == 0 && i % 2 == 0 ? 1 : 0;
  CoxFit fit = fitCox(sample.problem());
  EXPECT_EQ(fit.end, End::separated);
  EXPECT_EQ(fit.monotone, std::vector<std::size_t>{1});
  EXPECT_TRUE(std::isfinite(fit.logLik));
  // The order of the events itself: the likelihood goes to 0 from below.
  for (std::size_t i = 0; i < 100; ++i)
    sample.columns[0][i] = static_cast<double>(i), sample.time[i] = 100 - static_cast<double>(i);
  sample.columns.pop_back();
  fit = fitCox(sample.problem());
  EXPECT_EQ(fit.end, End::separated);
  EXPECT_EQ(fit.monotone, std::vector<std::size_t>{0});
}

TEST(FitCox, SmallestData) {
  SurvivalSample one;
  one.time = {1, 2, 3, 4};
  one.event = {0, 1, 0, 0};
  one.columns = {{1, 2, 4, 0}};
  // Σ: 2b − log(e²ᵇ + e⁴ᵇ + 1): a zero where 2e²ᵇ + 4e⁴ᵇ = 2(e²ᵇ + e⁴ᵇ + 1), e⁴ᵇ = 1.
  CoxFit fit = fitCox(one.problem());
  ASSERT_TRUE(fit.converged());
  EXPECT_NEAR(fit.coefficients[0], 0, 1e-12);
  EXPECT_NEAR(fit.nullLogLik, -std::log(3.0), 1e-15);

  SurvivalSample tied = SurvivalSample::of({40, 1}, 12);
  tied.time.assign(40, 7.0);
  fit = fitCox(tied.problem());
  ASSERT_TRUE(fit.converged());
  EXPECT_LT(std::fabs(NaiveCox(tied, fit.coefficients, CoxTies::efron).score[0]), 1e-9);
}

/// Where a part of the rows gives the start and informations serve several steps.
TEST(FitCox, ManyRowsEndAtTheSameMaximum) {
  for (const SurvivalSample::Shape shape : {SurvivalSample::Shape{20000, 3, 0, false, false, 1},
                                            {20000, 3, 40, true, true, 7},
                                            {20000, 3, 0, false, true, 5000}}) {
    const SurvivalSample sample = SurvivalSample::of(shape, 14);
    for (const CoxTies ties : everyTies) {
      const CoxProblem problem = sample.problem(ties);
      const CoxFit fit = fitCox(problem);
      ASSERT_TRUE(fit.converged());
      const CoxRows rows(problem);
      CoxScan scan(rows, ties);
      const double logLik = scan.at(fit.coefficients);
      const CoxSums sums = scan.sums();
      const SymmetricFactor factor(sums.information);
      const std::vector<double> step = factor.solve(sums.score);
      for (std::size_t j = 0; j < 3; ++j) {
        EXPECT_LT(std::fabs(step[j]), 1e-10);
        EXPECT_LT(std::fabs(fit.covariance(j, j) / factor.inverse()(j, j) - 1), 5e-7);
      }
      EXPECT_LT(deviation(fit.logLik, logLik), 1e-13);
    }
  }
}

TEST(FitCox, ManyRowsShowAMonotoneLikelihoodToo) {
  SurvivalSample sample = SurvivalSample::of({20000, 2, 0}, 15);
  for (std::size_t i = 0; i < 20000; ++i) sample.columns[1][i] = sample.event[i] == 0 && i % 2 == 0 ? 1 : 0;
  const CoxFit fit = fitCox(sample.problem());
  EXPECT_EQ(fit.end, End::separated);
  EXPECT_EQ(fit.monotone, std::vector<std::size_t>{1});
}

TEST(FitCox, TellsProgressThatNeverFalls) {
  double last = 0;
  std::size_t calls = 0;
  CoxOptions options;
  options.progress = [&](double share) {
    EXPECT_GE(share, last);
    last = share;
    ++calls;
  };
  fitCox(SurvivalSample::of({100, 2}, 13).problem(), options);
  EXPECT_GT(calls, 3u);
  EXPECT_EQ(last, 1);
}

TEST(BaselineHazard, IsTheSumOfItsDefinition) {
  for (const SurvivalSample& sample : SurvivalSample::every(60, 2, 200)) {
    for (const CoxTies ties : everyTies) {
      const std::vector<double> b{0.4, -0.6};
      const CoxProblem problem = sample.problem(ties);
      const std::vector<BaselineHazard> got = baselineHazards(problem, b);
      const std::vector<NaiveTime> times = naiveTimes(sample, b, ties);
      for (std::size_t s = 0; s < got.size(); ++s) {
        std::vector<double> distinct;
        for (std::size_t i = 0; i < sample.rows(); ++i) {
          if (sample.stratum(i) == static_cast<std::int32_t>(s)) distinct.push_back(sample.time[i]);
        }
        std::sort(distinct.begin(), distinct.end());
        distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
        ASSERT_EQ(got[s].place.size(), distinct.size());
        for (std::size_t t = 0; t < distinct.size(); ++t) {
          EXPECT_EQ(problem.risk.distinct[got[s].place[t]], distinct[t]);
          double hazard = 0;
          for (const NaiveTime& at : times) {
            if (at.stratum != static_cast<std::int32_t>(s) || at.time > distinct[t]) continue;
            for (const double sum : at.sums) hazard += at.weight / sum;
          }
          EXPECT_LT(deviation(got[s].cumulativeHazard[t], hazard), 1e-12);
        }
      }
    }
  }
}

TEST(PredictedHazard, AndItsVarianceAreTheirDefinition) {
  for (const SurvivalSample& sample : SurvivalSample::every(50, 2, 300)) {
    for (const CoxTies ties : everyTies) {
      const std::vector<double> b{0.4, -0.6}, x{1.5, -0.7};
      Matrix v = Matrix::square(2);
      v(0, 0) = 0.03, v(1, 1) = 0.05, v(0, 1) = v(1, 0) = 0.01;
      const std::size_t stratum = sample.strata.empty() ? 0 : 1;
      const std::vector<double> asked{3, -1, 0.4, 1e6, 8, 0.1};
      const PredictedHazard got = predictedHazard(sample.problem(ties), b, v, stratum, x, asked);
      const double e = std::exp(x[0] * b[0] + x[1] * b[1]);
      for (std::size_t a = 0; a < asked.size(); ++a) {
        double hazard = 0, own = 0, q[2] = {0, 0};
        for (const NaiveTime& at : naiveTimes(sample, b, ties)) {
          if (at.stratum != static_cast<std::int32_t>(stratum) || at.time > asked[a]) continue;
          for (std::size_t l = 0; l < at.sums.size(); ++l) {
            hazard += at.weight / at.sums[l];
            own += at.weight / at.sums[l] / at.sums[l];
            for (std::size_t j = 0; j < 2; ++j) q[j] += at.weight * (at.means[l][j] - x[j]) / at.sums[l];
          }
        }
        const double form = q[0] * q[0] * v(0, 0) + 2 * q[0] * q[1] * v(0, 1) + q[1] * q[1] * v(1, 1);
        EXPECT_LT(deviation(got.cumulativeHazard[a], e * hazard), 1e-12);
        EXPECT_LT(deviation(got.variance[a], e * e * (own + form)), 1e-12);
      }
    }
  }
}

}  // namespace
}  // namespace bedside::numerics
