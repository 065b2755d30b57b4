#include "numerics/least_squares.hpp"

#include <gtest/gtest.h>

#include "nist_strd.hpp"
#include "regression_sample.hpp"

namespace bedside::numerics {
namespace {

LeastSquaresFit fit(const RegressionSample& sample, std::size_t blockRows = Blocks::defaultBlockRows) {
  return fitLeastSquares(sample.blocks(blockRows), sample.layout());
}

/// Digits that agree (McCullough 1998, "LRE"); 16 for the very number.
double digits(double got, double want) {
  const double error = want == 0 ? std::fabs(got) : std::fabs(got - want) / std::fabs(want);
  return error > 0 ? std::min(16.0, -std::log10(error)) : 16.0;
}

double leastDigits(const std::vector<double>& got, const std::vector<double>& want) {
  double least = 16;
  for (std::size_t j = 0; j < want.size(); ++j) least = std::min(least, digits(got[j], want[j]));
  return least;
}

/// Each certified set, at three block sizes; certificates carry 15 digits. https://www.itl.nist.gov/div898/strd/
class Strd : public ::testing::TestWithParam<CertifiedSet> {};

TEST_P(Strd, CoefficientsStandardErrorsAndSigma) {
  const CertifiedSet& set = GetParam();
  RegressionSample sample;
  sample.columns = set.columns;
  sample.response = set.response;
  for (const std::size_t blockRows : {std::size_t{1}, std::size_t{7}, sample.rows()}) {
    const LeastSquaresFit got = fit(sample, blockRows);
    ASSERT_EQ(got.end, End::converged);
    EXPECT_GE(leastDigits(got.coefficients, set.coefficients), set.digits) << set.name;
    const double sigma = std::sqrt(got.residualSum / static_cast<double>(sample.rows() - sample.design()));
    if (set.sigma > 0) {
      EXPECT_GE(digits(sigma, set.sigma), set.digits) << set.name;
      for (std::size_t j = 0; j < set.errors.size(); ++j) {
        EXPECT_GE(digits(sigma * std::sqrt(got.covariance(j, j)), set.errors[j]), set.digits) << set.name << " " << j;
      }
      EXPECT_GE(digits(1 - got.residualSum / got.totalSum, set.rSquared), set.digits) << set.name;
    } else {
      EXPECT_LT(sigma, 1e-8) << set.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Nist, Strd, ::testing::ValuesIn(certifiedSets()),
                         [](const auto& test) { return test.param.name; });

TEST(LeastSquares, ResidualsAreOrthogonalToTheDesign) {
  const RegressionSample sample = RegressionSample::of(Family::gaussian, 500, 5, 1).withWeights(2).withOffset(3);
  const LeastSquaresFit got = fit(sample, 64);
  double residualSum = 0;
  std::vector<double> moments(sample.design());
  for (std::size_t i = 0; i < sample.rows(); ++i) {
    const double residual = sample.response[i] - sample.eta(i, got.coefficients);
    residualSum += sample.weights[i] * residual * residual;
    for (std::size_t j = 0; j < moments.size(); ++j) moments[j] += sample.weights[i] * residual * sample.x(i, j);
  }
  EXPECT_LT(deviation(moments, std::vector<double>(moments.size())), 1e-10);
  EXPECT_NEAR(got.residualSum, residualSum, 1e-11 * residualSum);
}

TEST(LeastSquares, SumsAreThoseOfTheRows) {
  const RegressionSample sample = RegressionSample::of(Family::gaussian, 100, 1, 4).withWeights(5);
  const LeastSquaresFit got = fit(sample);
  double sum = 0, logs = 0, mean = 0, total = 0;
  for (std::size_t i = 0; i < 100; ++i) sum += sample.weights[i], logs += std::log(sample.weights[i]);
  for (std::size_t i = 0; i < 100; ++i) mean += sample.weights[i] * sample.response[i] / sum;
  for (std::size_t i = 0; i < 100; ++i) total += sample.weights[i] * std::pow(sample.response[i] - mean, 2);
  EXPECT_LT(deviation(got.weightSum, sum), 1e-14);
  EXPECT_LT(deviation(got.logWeightSum, logs), 1e-13);
  EXPECT_LT(deviation(got.totalSum, total), 1e-13);
}

TEST(LeastSquares, WeightsAreRepeatedRows) {
  RegressionSample sample = RegressionSample::of(Family::gaussian, 60, 3, 5);
  RegressionSample repeated = sample;
  for (std::size_t i = 0; i < 60; ++i) {
    sample.weights.push_back(static_cast<double>(1 + i % 3));
    for (std::size_t again = 0; again < i % 3; ++again) {
      for (std::size_t j = 0; j < 3; ++j) repeated.columns[j].push_back(sample.columns[j][i]);
      repeated.response.push_back(sample.response[i]);
    }
  }
  const LeastSquaresFit weighted = fit(sample);
  const LeastSquaresFit plain = fit(repeated);
  EXPECT_LT(deviation(weighted.coefficients, plain.coefficients), 1e-12);
  EXPECT_LT(deviation(weighted.covariance.values, plain.covariance.values), 1e-12);
  EXPECT_LT(deviation(weighted.residualSum, plain.residualSum), 1e-12);
}

TEST(LeastSquares, UnitsDoNoHarm) {
  const RegressionSample sample = RegressionSample::of(Family::gaussian, 80, 3, 6);
  RegressionSample scaled = sample;
  for (double& value : scaled.columns[0]) value *= 1e200;
  for (double& value : scaled.columns[1]) value *= 1e-200;
  const LeastSquaresFit want = fit(sample);
  const LeastSquaresFit got = fit(scaled);
  ASSERT_EQ(got.end, End::converged);
  EXPECT_NEAR(got.coefficients[1] * 1e200 / want.coefficients[1], 1, 1e-12);
  EXPECT_NEAR(got.coefficients[2] * 1e-200 / want.coefficients[2], 1, 1e-12);
  EXPECT_NEAR(got.residualSum / want.residualSum, 1, 1e-12);
}

TEST(LeastSquares, NamesTheCollinearColumn) {
  RegressionSample sample = RegressionSample::of(Family::gaussian, 50, 4, 7);
  for (std::size_t i = 0; i < 50; ++i) sample.columns[2][i] = sample.columns[0][i] + sample.columns[1][i];
  const LeastSquaresFit got = fit(sample);
  EXPECT_EQ(got.end, End::singular);
  EXPECT_EQ(got.column, 3u);
}

}  // namespace
}  // namespace bedside::numerics
