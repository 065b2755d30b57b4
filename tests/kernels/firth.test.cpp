#include "numerics/firth.hpp"

#include <gtest/gtest.h>

#include "regression_sample.hpp"

namespace bedside::numerics {
namespace {

/// l* from its definition, with a determinant by elimination.
double penalisedLogLik(const RegressionSample& sample, const std::vector<double>& b) {
  const std::size_t k = sample.design();
  Matrix information = Matrix::square(k);
  double total = 0;
  for (std::size_t r = 0; r < sample.rows(); ++r) {
    const double pi = 1 / (1 + std::exp(-sample.eta(r, b)));
    total += sample.weight(r) * std::log(sample.response[r] > 0 ? pi : 1 - pi);
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) {
        information(i, j) += sample.weight(r) * pi * (1 - pi) * sample.x(r, i) * sample.x(r, j);
      }
    }
  }
  for (std::size_t p = 0; p < k; ++p) {
    total += std::log(information(p, p)) / 2;
    for (std::size_t i = p + 1; i < k; ++i) {
      const double factor = information(i, p) / information(p, p);
      for (std::size_t j = p; j < k; ++j) information(i, j) -= factor * information(p, j);
    }
  }
  return total;
}

std::vector<double> gradient(const RegressionSample& sample, std::vector<double> b) {
  std::vector<double> result;
  for (std::size_t j = 0; j < b.size(); ++j) {
    const double at = b[j];
    b[j] = at + 1e-5;
    const double above = penalisedLogLik(sample, b);
    b[j] = at - 1e-5;
    result.push_back((above - penalisedLogLik(sample, b)) / 2e-5);
    b[j] = at;
  }
  return result;
}

TEST(Firth, IsTheMaximumOfThePenalisedLikelihood) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    RegressionSample sample = RegressionSample::of(Family::binomial, 20 + 10 * seed, 1 + seed % 3, seed);
    if (seed % 2 == 0) sample.withWeights(seed);
    const GlmFit whole = fitFirth(sample.problem(Family::binomial));
    ASSERT_TRUE(whole.converged());
    EXPECT_LT(deviation(gradient(sample, whole.coefficients), std::vector<double>(sample.design())), 1e-7);
    EXPECT_LT(deviation(whole.logLik, penalisedLogLik(sample, whole.coefficients)), 1e-11);
    for (const std::size_t blockRows : {1u, 7u}) {
      const GlmFit blocked = fitFirth(sample.problem(Family::binomial, blockRows));
      EXPECT_LT(deviation(blocked.coefficients, whole.coefficients), 1e-10);
      EXPECT_LT(deviation(blocked.covariance.values, whole.covariance.values), 1e-10);
      EXPECT_LT(deviation(blocked.logLik, whole.logLik), 1e-12);
    }
  }
}

TEST(Firth, TwoByTwoTablesGetHalfACase) {
  // Saturated: the penalty is that of ½ added to each cell; an empty cell is no trouble.
  RegressionSample sample;
  sample.columns = {{0, 0, 1}};
  sample.response = {1, 0, 0};
  sample.weights = {3, 11, 8};
  const GlmFit fit = fitFirth(sample.problem(Family::binomial));
  ASSERT_TRUE(fit.converged());
  EXPECT_NEAR(fit.coefficients[0], std::log(3.5 / 11.5), 1e-10);
  EXPECT_NEAR(fit.coefficients[0] + fit.coefficients[1], std::log(0.5 / 8.5), 1e-10);
}

TEST(Firth, WeightsAreRepeatedRows) {
  RegressionSample sample = RegressionSample::of(Family::binomial, 40, 2, 7);
  RegressionSample repeated;
  repeated.columns.resize(2);
  for (std::size_t i = 0; i < 40; ++i) {
    sample.weights.push_back(static_cast<double>(1 + i % 2));
    for (std::size_t again = 0; again <= i % 2; ++again) {
      for (std::size_t j = 0; j < 2; ++j) repeated.columns[j].push_back(sample.columns[j][i]);
      repeated.response.push_back(sample.response[i]);
    }
  }
  const GlmFit weighted = fitFirth(sample.problem(Family::binomial));
  const GlmFit plain = fitFirth(repeated.problem(Family::binomial));
  EXPECT_LT(deviation(weighted.coefficients, plain.coefficients), 1e-9);
  EXPECT_LT(deviation(weighted.logLik, plain.logLik), 1e-11);
}

TEST(Firth, UnitsAndOriginsDoNoHarm) {
  const RegressionSample sample = RegressionSample::of(Family::binomial, 50, 2, 8);
  RegressionSample moved = sample;
  for (double& value : moved.columns[0]) value *= 1e6;
  for (double& value : moved.columns[1]) value += 1e6;
  const GlmFit want = fitFirth(sample.problem(Family::binomial));
  const GlmFit got = fitFirth(moved.problem(Family::binomial));
  ASSERT_TRUE(got.converged());
  EXPECT_NEAR(got.coefficients[1] * 1e6 / want.coefficients[1], 1, 1e-8);
  EXPECT_NEAR(got.coefficients[2] / want.coefficients[2], 1, 1e-8);
  EXPECT_NEAR(got.logLik, want.logLik + std::log(1e6), 1e-8);  // X in the user's units
}

TEST(Firth, HeldCoefficientsKeepThePenaltyOfTheWholeDesign) {
  const RegressionSample sample = RegressionSample::of(Family::binomial, 45, 2, 9);
  GlmOptions null;
  null.start = {0, 0, 0};
  null.fixed = {1, 2};
  const GlmFit fit = fitFirth(sample.problem(Family::binomial), null);
  ASSERT_TRUE(fit.converged());
  EXPECT_EQ(fit.coefficients[1], 0);
  EXPECT_LT(deviation(fit.logLik, penalisedLogLik(sample, fit.coefficients)), 1e-12);
  EXPECT_LT(std::fabs(gradient(sample, fit.coefficients)[0]), 1e-7);
}

TEST(Firth, SmallSeparatedSamplesConverge) {
  std::mt19937_64 random(10);
  std::size_t most = 0;
  for (int trial = 0; trial < 400; ++trial) {
    RegressionSample sample = RegressionSample::of(Family::binomial, 8 + random() % 20, 1 + random() % 4, random());
    for (std::size_t i = 0; i < sample.rows(); ++i) {
      if (trial % 2 == 0) sample.response[i] = sample.columns[0][i] > 0 ? 1 : 0;
    }
    const GlmFit fit = fitFirth(sample.problem(Family::binomial));
    ASSERT_TRUE(fit.converged()) << trial;
    EXPECT_LT(deviation(gradient(sample, fit.coefficients), std::vector<double>(sample.design())), 1e-6) << trial;
    most = std::max(most, fit.iterations);
  }
  EXPECT_LT(most, 100u);
  RecordProperty("mostIterations", static_cast<int>(most));
}

TEST(Firth, CollinearColumnIsNamed) {
  RegressionSample sample = RegressionSample::of(Family::binomial, 30, 3, 11);
  for (std::size_t i = 0; i < 30; ++i) sample.columns[1][i] = 2 - sample.columns[0][i];
  const GlmFit fit = fitFirth(sample.problem(Family::binomial));
  EXPECT_EQ(fit.end, End::singular);
  EXPECT_EQ(fit.column, 2u);
}

}  // namespace
}  // namespace bedside::numerics
