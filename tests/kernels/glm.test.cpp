#include "numerics/glm.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "numerics/families.hpp"
#include "numerics/glm_scan.hpp"
#include "regression_sample.hpp"

namespace bedside::numerics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// log density, written down as in a textbook.
double logDensity(Family family, double theta, double y, double eta) {
  const double mu = family == Family::binomial ? 1 / (1 + std::exp(-eta)) : std::exp(eta);
  if (family == Family::binomial) return y * std::log(mu) + (1 - y) * std::log(1 - mu);
  if (family == Family::poisson) return y * eta - mu - std::lgamma(y + 1);
  return std::lgamma(y + theta) - std::lgamma(theta) - std::lgamma(y + 1) + theta * std::log(theta / (mu + theta)) +
         y * std::log(mu / (mu + theta));
}

double logLik(const RegressionSample& sample, const GlmProblem& problem, const std::vector<double>& b) {
  double total = 0;
  for (std::size_t i = 0; i < sample.rows(); ++i) {
    total += sample.weight(i) * logDensity(problem.family, problem.theta, sample.response[i], sample.eta(i, b));
  }
  return total;
}

/// Newton's method by dense loops in 2 × 10⁻⁵ differences: slow, and nothing of it is shared with the kernel.
std::vector<double> gradient(const RegressionSample& sample, const GlmProblem& problem, std::vector<double> b) {
  std::vector<double> result;
  for (std::size_t j = 0; j < b.size(); ++j) {
    const double at = b[j];
    const double step = 1e-5;
    b[j] = at + step;
    const double above = logLik(sample, problem, b);
    b[j] = at - step;
    result.push_back((above - logLik(sample, problem, b)) / (2 * step));
    b[j] = at;
  }
  return result;
}

class EachFamily : public ::testing::TestWithParam<Family> {
 protected:
  GlmProblem problem(const RegressionSample& sample, std::size_t blockRows = Blocks::defaultBlockRows) const {
    GlmProblem problem = sample.problem(GetParam(), blockRows);
    if (GetParam() == Family::negativeBinomial) problem.theta = 1.7;
    return problem;
  }
};
INSTANTIATE_TEST_SUITE_P(Glm, EachFamily,
                         ::testing::Values(Family::binomial, Family::poisson, Family::negativeBinomial));

TEST_P(EachFamily, ScoreIsTheGradient) {
  const RegressionSample sample = RegressionSample::of(GetParam(), 61, 3, 1).withWeights(2).withOffset(3);
  const GlmProblem model = problem(sample);
  const std::vector<double> b{0.2, -0.4, 0.3, 0.1};
  for (const std::size_t blockRows : {1u, 7u, 61u}) {
    const GlmProblem blocked = problem(sample, blockRows);
    EXPECT_LT(deviation(GlmScan(blocked).at(b).score, gradient(sample, model, b)), 1e-7);
  }
}

TEST_P(EachFamily, ObservedInformationIsMinusTheHessian) {
  const RegressionSample sample = RegressionSample::of(GetParam(), 40, 2, 4).withWeights(5);
  const GlmProblem model = problem(sample);
  std::vector<double> b{0.2, -0.4, 0.3};
  GlmScan scan(model);
  const Matrix information = scan.at(b).information;
  for (std::size_t j = 0; j < b.size(); ++j) {
    const double at = b[j];
    b[j] = at + 1e-5;
    const std::vector<double> above = scan.at(b).score;
    b[j] = at - 1e-5;
    const std::vector<double> below = scan.at(b).score;
    b[j] = at;
    for (std::size_t i = 0; i < b.size(); ++i) {
      EXPECT_LT(deviation(information(i, j), (below[i] - above[i]) / 2e-5), 1e-7);
    }
  }
}

TEST_P(EachFamily, FitIsAMaximumAtEveryBlockSize) {
  const RegressionSample sample = RegressionSample::of(GetParam(), 250, 4, 6).withWeights(7).withOffset(8);
  const GlmFit whole = fitGlm(problem(sample, 250));
  ASSERT_TRUE(whole.converged());
  EXPECT_LT(deviation(gradient(sample, problem(sample), whole.coefficients), std::vector<double>(5)), 1e-6);
  EXPECT_LT(deviation(whole.logLik, logLik(sample, problem(sample), whole.coefficients)), 1e-12);
  for (const std::size_t blockRows : {1u, 7u}) {
    const GlmFit blocked = fitGlm(problem(sample, blockRows));
    EXPECT_LT(deviation(blocked.coefficients, whole.coefficients), 1e-11);
    EXPECT_LT(deviation(blocked.covariance.values, whole.covariance.values), 1e-11);
    EXPECT_LT(deviation(blocked.logLik, whole.logLik), 1e-12);
    EXPECT_LT(deviation(blocked.deviance, whole.deviance), 1e-11);
  }
}

TEST_P(EachFamily, WeightsAreRepeatedRowsInAnyOrder) {
  RegressionSample sample = RegressionSample::of(GetParam(), 120, 3, 9);
  RegressionSample repeated;
  repeated.columns.resize(3);
  for (std::size_t i = 120; i-- > 0;) {
    for (std::size_t again = 0; again <= i % 3; ++again) {
      for (std::size_t j = 0; j < 3; ++j) repeated.columns[j].push_back(sample.columns[j][i]);
      repeated.response.push_back(sample.response[i]);
    }
  }
  for (std::size_t i = 0; i < 120; ++i) sample.weights.push_back(static_cast<double>(1 + i % 3));
  const GlmFit weighted = fitGlm(problem(sample));
  const GlmFit plain = fitGlm(problem(repeated));
  EXPECT_LT(deviation(weighted.coefficients, plain.coefficients), 1e-11);
  EXPECT_LT(deviation(weighted.covariance.values, plain.covariance.values), 1e-11);
  EXPECT_LT(deviation(weighted.deviance, plain.deviance), 1e-11);
  EXPECT_LT(deviation(weighted.weightSum, plain.weightSum), 1e-15);
}

TEST_P(EachFamily, UnitsAndOriginsDoNoHarm) {
  const RegressionSample sample = RegressionSample::of(GetParam(), 200, 3, 10);
  RegressionSample moved = sample;
  for (double& value : moved.columns[0]) value = 1e6 * value;
  for (double& value : moved.columns[1]) value = 1e-6 * value;
  for (double& value : moved.columns[2]) value += 1e6;  // calendar days: centred, or 12 digits would go
  const GlmFit want = fitGlm(problem(sample));
  const GlmFit got = fitGlm(problem(moved));
  ASSERT_TRUE(got.converged());
  EXPECT_NEAR(got.coefficients[1] * 1e6 / want.coefficients[1], 1, 1e-9);
  EXPECT_NEAR(got.coefficients[2] * 1e-6 / want.coefficients[2], 1, 1e-9);
  EXPECT_NEAR(got.coefficients[3] / want.coefficients[3], 1, 1e-9);
  EXPECT_NEAR(got.covariance(3, 3) / want.covariance(3, 3), 1, 1e-9);
  const double shift = got.coefficients[0] + 1e6 * got.coefficients[3];
  EXPECT_NEAR(shift, want.coefficients[0], 1e-8);
  // var(b₀) = var(b₀ at the old origin) + 10¹² var(b₃) − …
  const double variance = want.covariance(0, 0) - 2e6 * want.covariance(0, 3) + 1e12 * want.covariance(3, 3);
  EXPECT_NEAR(got.covariance(0, 0) / variance, 1, 1e-9);
  EXPECT_LT(deviation(got.logLik, want.logLik), 1e-12);
}

TEST_P(EachFamily, NearlyDependentColumnsAreFittedByQr) {
  // Third column = first + 1e-7 second: the same model, in coordinates in which a Gram would be singular.
  const RegressionSample sample = RegressionSample::of(GetParam(), 300, 2, 11);
  RegressionSample skew = sample;
  for (std::size_t i = 0; i < 300; ++i) skew.columns[1][i] = sample.columns[0][i] + 1e-7 * sample.columns[1][i];
  const GlmFit want = fitGlm(problem(sample));
  const GlmFit got = fitGlm(problem(skew));
  ASSERT_TRUE(got.converged());
  EXPECT_NEAR(got.coefficients[2] * 1e-7 / want.coefficients[2], 1, 1e-7);
  EXPECT_NEAR(got.coefficients[1] + got.coefficients[2], want.coefficients[1], 1e-7);
  EXPECT_NEAR(std::sqrt(got.covariance(2, 2)) * 1e-7 / std::sqrt(want.covariance(2, 2)), 1, 1e-7);
  EXPECT_LT(deviation(got.logLik, want.logLik), 1e-9);  // coefficients of 10⁷ round linear predictors to 1e-9
}

TEST_P(EachFamily, CollinearColumnIsNamed) {
  RegressionSample sample = RegressionSample::of(GetParam(), 90, 4, 12);
  for (std::size_t i = 0; i < 90; ++i) sample.columns[2][i] = 3 * sample.columns[0][i] - 2 * sample.columns[1][i] + 5;
  const GlmFit got = fitGlm(problem(sample));
  EXPECT_EQ(got.end, End::singular);
  EXPECT_EQ(got.column, 3u);
  sample.columns[0].assign(90, 1e6);
  EXPECT_EQ(fitGlm(problem(sample)).column, 1u);
  sample.columns[0].assign(90, 0.0);
  EXPECT_EQ(fitGlm(problem(sample)).column, 1u);
}

TEST_P(EachFamily, ManyRowsTakeTheShortWayToTheSameFit) {
  const RegressionSample sample = RegressionSample::of(GetParam(), 40000, 5, 13).withWeights(14);
  const GlmFit fast = fitGlm(problem(sample));
  GlmOptions start;  // one block, so that no part of the rows is fitted first
  start.start = std::vector<double>(6);
  start.tolerance = 1e-12;
  const GlmFit plain = fitGlm(problem(sample), start);
  ASSERT_TRUE(fast.converged());
  EXPECT_LT(deviation(fast.coefficients, plain.coefficients), 1e-10);
  EXPECT_LT(deviation(fast.covariance.values, plain.covariance.values), 1e-10);
  EXPECT_LT(deviation(fast.deviance, plain.deviance), 1e-12);
}

TEST_P(EachFamily, ManyRowsWithARareLevelThatMostBlocksLack) {
  RegressionSample sample = RegressionSample::of(GetParam(), 40000, 2, 15);
  sample.columns.emplace_back(40000);
  for (std::size_t i = 700; i < 40000; i += 1024) sample.columns[2][i] = 1;  // in every other block, never the 16th
  const GlmFit got = fitGlm(problem(sample));
  ASSERT_TRUE(got.converged());
  EXPECT_LT(deviation(GlmScan(problem(sample)).at(got.coefficients).score, std::vector<double>(4)), 1e-6);
}

TEST_P(EachFamily, HeldCoefficientsStay) {
  const RegressionSample sample = RegressionSample::of(GetParam(), 150, 3, 16);
  GlmOptions options;
  options.start = {0.1, 0.7, 0, 0};
  options.fixed = {1};
  const GlmFit got = fitGlm(problem(sample), options);
  ASSERT_TRUE(got.converged());
  EXPECT_EQ(got.coefficients[1], 0.7);
  std::vector<double> slope = gradient(sample, problem(sample), got.coefficients);
  EXPECT_GT(std::fabs(slope[1]), 1e-3);
  slope[1] = 0;
  EXPECT_LT(deviation(slope, std::vector<double>(4)), 1e-6);
}

TEST_P(EachFamily, LeveragesSumToTheColumns) {
  const RegressionSample sample = RegressionSample::of(GetParam(), 77, 3, 17).withWeights(18);
  const GlmFit got = fitGlm(problem(sample));
  const std::vector<double> h = leverages(problem(sample, 10), got.coefficients);
  double total = 0;
  for (const double value : h) total += value;
  EXPECT_NEAR(total, 4, 1e-11);
  // The definition, for one row.
  const Matrix& c = got.covariance;
  const double mu = fittedMeans(problem(sample), got.coefficients)[5];
  const double v = GetParam() == Family::binomial ? mu * (1 - mu)
                   : GetParam() == Family::poisson ? mu : mu / (1 + mu / 1.7);
  double quadratic = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) quadratic += sample.x(5, i) * c(i, j) * sample.x(5, j);
  }
  EXPECT_NEAR(h[5], sample.weights[5] * v * quadratic, 1e-11);
}

TEST_P(EachFamily, PearsonIsTheSumOfSquaredResiduals) {
  const RegressionSample sample = RegressionSample::of(GetParam(), 77, 2, 19).withWeights(20);
  const GlmFit got = fitGlm(problem(sample));
  const std::vector<double> means = fittedMeans(problem(sample), got.coefficients);
  double want = 0;
  for (std::size_t i = 0; i < 77; ++i) {
    const double mu = means[i];
    const double v = GetParam() == Family::binomial ? mu * (1 - mu)
                     : GetParam() == Family::poisson ? mu : mu + mu * mu / 1.7;
    want += sample.weights[i] * std::pow(sample.response[i] - mu, 2) / v;
  }
  EXPECT_NEAR(pearsonStatistic(problem(sample, 9), got.coefficients) / want, 1, 1e-11);
}

TEST_P(EachFamily, WhatProgressThrowsEndsTheFit) {
  const RegressionSample sample = RegressionSample::of(GetParam(), 100, 2, 21);
  GlmOptions options;
  double last = 0;
  options.progress = [&](double share) {
    EXPECT_GE(share, last);
    EXPECT_LE(share, 1);
    last = share;
  };
  fitGlm(problem(sample), options);
  EXPECT_EQ(last, 1);
  options.progress = [](double) { throw 7; };
  EXPECT_THROW(fitGlm(problem(sample), options), int);
}

TEST(Glm, TwoByTwoTablesHaveClosedForms) {
  RegressionSample sample;
  sample.columns = {{0, 0, 1, 1}};
  sample.response = {1, 0, 1, 0};
  sample.weights = {3, 11, 17, 5};
  const GlmFit got = fitGlm(sample.problem(Family::binomial));
  EXPECT_NEAR(got.coefficients[0], std::log(3.0 / 11), 1e-14);
  EXPECT_NEAR(got.coefficients[1], std::log(17.0 * 11 / (3 * 5)), 1e-14);
  EXPECT_NEAR(got.covariance(1, 1), 1.0 / 3 + 1.0 / 11 + 1.0 / 17 + 1.0 / 5, 1e-14);
}

TEST(Glm, CountsFarFromOneStartWell) {
  RegressionSample sample;
  sample.columns = {{0, 0, 1, 1}};
  sample.response = {1e8, 1.2e8, 3, 5};
  const GlmFit got = fitGlm(sample.problem(Family::poisson));
  ASSERT_TRUE(got.converged());
  EXPECT_NEAR(got.coefficients[0], std::log(1.1e8), 1e-12);
  EXPECT_NEAR(got.coefficients[1], std::log(4 / 1.1e8), 1e-12);
}

TEST(Glm, NegativeBinomialWithoutDispersionIsPoisson) {
  const RegressionSample sample = RegressionSample::of(Family::poisson, 90, 2, 22);
  GlmProblem problem = sample.problem(Family::negativeBinomial);
  problem.theta = infinity;
  const GlmFit limit = fitGlm(problem);
  const GlmFit poisson = fitGlm(sample.problem(Family::poisson));
  EXPECT_LT(deviation(limit.coefficients, poisson.coefficients), 1e-12);
  EXPECT_LT(deviation(limit.logLik, poisson.logLik), 1e-12);
  EXPECT_LT(deviation(limit.deviance, poisson.deviance), 1e-12);
}

TEST(Glm, TailsOfTheLogisticKeepTheirPull) {
  // π = 1 − e^−100 still has a score of e^−100; 1 − π in doubles would be 0.
  double information[2];
  double score[2];
  const double eta[2] = {100, -600};
  const double y[2] = {1, 0};
  const RegressionSample any = RegressionSample::of(Family::binomial, 2, 0, 1);
  likelihoodTerms(any.problem(Family::binomial), {2, eta, y, nullptr}, Information::observed, information, score);
  EXPECT_NEAR(score[0] / std::exp(-100), 1, 1e-15);
  EXPECT_NEAR(score[1] / -std::exp(-600), 1, 1e-15);
  EXPECT_NEAR(information[0] / std::exp(-100), 1, 1e-15);
}

}  // namespace
}  // namespace bedside::numerics
