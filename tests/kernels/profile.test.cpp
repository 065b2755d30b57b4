#include "numerics/profile.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "regression_sample.hpp"

namespace bedside::numerics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double drop95 = 3.841458820694124;  // qchisq(0.95, 1)

GlmFit fit(const GlmProblem& problem, Likelihood likelihood, const GlmOptions& options = {}) {
  return likelihood == Likelihood::plain ? fitGlm(problem, options) : fitFirth(problem, options);
}

class EachLikelihood : public ::testing::TestWithParam<Likelihood> {};
INSTANTIATE_TEST_SUITE_P(Profile, EachLikelihood, ::testing::Values(Likelihood::plain, Likelihood::penalised));

TEST_P(EachLikelihood, LimitsSolveTheirEquation) {
  const RegressionSample sample = RegressionSample::of(Family::binomial, 90, 3, 1).withWeights(2);
  const GlmProblem problem = sample.problem(Family::binomial);
  const GlmFit whole = fit(problem, GetParam());
  for (std::size_t j = 0; j < 4; ++j) {
    const Limits limits = profileLimits(problem, whole, j, drop95, GetParam());
    EXPECT_LT(limits.low, whole.coefficients[j]);
    EXPECT_GT(limits.high, whole.coefficients[j]);
    for (const double v : {limits.low, limits.high}) {
      GlmOptions held;  // an independent maximisation at the limit
      held.start = whole.coefficients;
      held.start[j] = v;
      held.fixed = {j};
      const GlmFit restricted = fit(problem, GetParam(), held);
      ASSERT_TRUE(restricted.converged());
      EXPECT_NEAR(2 * (whole.logLik - restricted.logLik), drop95, 1e-8);
    }
  }
}

TEST_P(EachLikelihood, LimitsFollowTheUnits) {
  const RegressionSample sample = RegressionSample::of(Family::binomial, 70, 2, 3);
  RegressionSample scaled = sample;
  for (double& value : scaled.columns[0]) value = 1e5 * value + 1e7;
  const GlmProblem problem = sample.problem(Family::binomial);
  const GlmProblem moved = scaled.problem(Family::binomial);
  const Limits want = profileLimits(problem, fit(problem, GetParam()), 1, drop95, GetParam());
  const Limits got = profileLimits(moved, fit(moved, GetParam()), 1, drop95, GetParam());
  EXPECT_NEAR(got.low * 1e5 / want.low, 1, 1e-7);
  EXPECT_NEAR(got.high * 1e5 / want.high, 1, 1e-7);
}

TEST_P(EachLikelihood, RatioAtTheEstimateIsNothing) {
  const RegressionSample sample = RegressionSample::of(Family::binomial, 60, 2, 4);
  const GlmProblem problem = sample.problem(Family::binomial);
  const GlmFit whole = fit(problem, GetParam());
  EXPECT_NEAR(likelihoodRatio(problem, whole, 1, whole.coefficients[1], GetParam()), 0, 1e-10);
  // Against zero: the fit without the column has the same plain likelihood.
  RegressionSample less = sample;
  less.columns.erase(less.columns.begin());
  if (GetParam() == Likelihood::plain) {
    const GlmFit without = fitGlm(less.problem(Family::binomial));
    EXPECT_NEAR(likelihoodRatio(problem, whole, 1, 0, GetParam()), 2 * (whole.logLik - without.logLik), 1e-9);
  }
}

TEST(Profile, OneProportionByItsEquation) {
  // 7 of 20: l(b) = 7 b − 20 log(1 + eᵇ); limits by bisection.
  RegressionSample sample;
  sample.response = {1, 0};
  sample.weights = {7, 13};
  const GlmProblem problem = sample.problem(Family::binomial);
  const auto logLik = [](double b) { return 7 * b - 20 * std::log1p(std::exp(b)); };
  const double top = std::log(7.0 / 13);
  const auto bisect = [&](double inside, double outside) {
    for (int i = 0; i < 200; ++i) {
      const double middle = (inside + outside) / 2;
      (2 * (logLik(top) - logLik(middle)) < drop95 ? inside : outside) = middle;
    }
    return inside;
  };
  const Limits got = profileLimits(problem, fitGlm(problem), 0, drop95, Likelihood::plain);
  EXPECT_NEAR(got.low, bisect(top, -5), 1e-9);
  EXPECT_NEAR(got.high, bisect(top, 5), 1e-9);
}

TEST(Profile, UnderSeparationOneLimitIsNeverReached) {
  // Nobody among the exposed has the event: the odds ratio's interval is (0, …).
  RegressionSample sample;
  sample.columns = {{0, 0, 1}};
  sample.response = {1, 0, 0};
  sample.weights = {6, 14, 9};
  const GlmProblem problem = sample.problem(Family::binomial);
  const GlmFit separated = fitGlm(problem);
  ASSERT_EQ(separated.end, End::separated);
  const Limits limits = profileLimits(problem, separated, 1, drop95, Likelihood::plain);
  EXPECT_EQ(limits.low, -infinity);
  ASSERT_TRUE(std::isfinite(limits.high));
  // The supremum is that of the unexposed alone; at the limit the maximum over the intercept is down by drop95 / 2.
  const double top = 6 * std::log(6.0 / 20) + 14 * std::log(14.0 / 20);
  GlmOptions held;
  held.start = {0, limits.high};
  held.fixed = {1};
  EXPECT_NEAR(2 * (top - fitGlm(problem, held).logLik), drop95, 1e-7);
  // The intercept is that of the unexposed: both its limits exist.
  const Limits intercept = profileLimits(problem, separated, 0, drop95, Likelihood::plain);
  RegressionSample unexposed;
  unexposed.response = {1, 0};
  unexposed.weights = {6, 14};
  const GlmProblem alone = unexposed.problem(Family::binomial);
  const Limits want = profileLimits(alone, fitGlm(alone), 0, drop95, Likelihood::plain);
  EXPECT_NEAR(intercept.low, want.low, 1e-6);
  EXPECT_NEAR(intercept.high, want.high, 1e-6);
  // Firth's limits exist.
  const Limits firth = profileLimits(problem, fitFirth(problem), 1, drop95, Likelihood::penalised);
  EXPECT_TRUE(std::isfinite(firth.low));
  EXPECT_TRUE(std::isfinite(firth.high));
}

}  // namespace
}  // namespace bedside::numerics
