#include <gtest/gtest.h>

#include "numerics/survival/cox.hpp"
#include "survival_sample.hpp"

namespace bedside::numerics {
namespace {

constexpr CoxTies everyTies[] = {CoxTies::efron, CoxTies::breslow};

/// l*(b) = l(b) + ½ log |I(b)|, from its definition.
double objective(const SurvivalSample& sample, const std::vector<double>& b, CoxTies ties) {
  const NaiveCox naive(sample, b, ties);
  return naive.logLik + SymmetricFactor(naive.information).logDeterminant() / 2;
}

/// Its slope along each coefficient, by central differences, in terms of what one standard error would gain.
double steepest(const SurvivalSample& sample, const CoxFit& fit, CoxTies ties) {
  double most = 0;
  for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
    const double se = std::sqrt(fit.covariance(j, j)), h = 1e-4 * se;
    std::vector<double> above = fit.coefficients, below = above;
    above[j] += h;
    below[j] -= h;
    most = std::max(most, std::fabs(objective(sample, above, ties) - objective(sample, below, ties)) / (2 * h) * se);
  }
  return most;
}

TEST(FitCoxFirth, EndsWhereThePenalisedLikelihoodIsLevel) {
  for (const SurvivalSample& sample : SurvivalSample::every(50, 2, 1)) {
    for (const CoxTies ties : everyTies) {
      const CoxFit fit = fitCoxFirth(sample.problem(ties));
      ASSERT_TRUE(fit.converged());
      EXPECT_LT(steepest(sample, fit, ties), 1e-8);
      EXPECT_LT(deviation(fit.logLik, objective(sample, fit.coefficients, ties)), 1e-12);
      EXPECT_LT(deviation(fit.nullLogLik, objective(sample, {0, 0}, ties)), 1e-12);
      const NaiveCox at(sample, fit.coefficients, ties);
      EXPECT_LT(deviation(fit.covariance.values, SymmetricFactor(at.information).inverse().values), 1e-8);
    }
  }
}

TEST(FitCoxFirth, IsFiniteWhereTheLikelihoodIsMonotone) {
  SurvivalSample sample = SurvivalSample::of({100, 2, 6}, 11);
  for (std::size_t i = 0; i < 100; ++i) sample.columns[1][i] = sample.event[i] == 0 && i % 2 == 0 ? 1 : 0;
  for (const CoxTies ties : everyTies) {
    const CoxFit fit = fitCoxFirth(sample.problem(ties));
    ASSERT_TRUE(fit.converged());
    EXPECT_LT(steepest(sample, fit, ties), 1e-8);
    EXPECT_GT(std::fabs(fit.coefficients[1]), 1);
  }
}

TEST(FitCoxFirth, CountsTheDeterminantInUnitsOfTheUser) {
  SurvivalSample sample = SurvivalSample::of({60, 2}, 12);
  const CoxFit fit = fitCoxFirth(sample.problem());
  for (double& value : sample.columns[1]) value *= 1000;
  const CoxFit scaled = fitCoxFirth(sample.problem());
  EXPECT_NEAR(scaled.logLik - fit.logLik, std::log(1000.0), 1e-9);
  // Nearly dependent columns, which are turned inside: |I| is that of the columns all the same.
  for (std::size_t i = 0; i < 60; ++i)
    sample.columns[1][i] = sample.columns[0][i] + std::ldexp(sample.columns[1][i], -30);
  const CoxFit turned = fitCoxFirth(sample.problem());
  ASSERT_TRUE(turned.converged());
  EXPECT_NEAR(turned.logLik - fit.logLik, std::log(std::ldexp(1000.0, -30)), 1e-6);
}

TEST(FitCoxFirth, NamesACollinearColumn) {
  SurvivalSample sample = SurvivalSample::of({60, 2}, 13);
  for (std::size_t i = 0; i < 60; ++i) sample.columns[1][i] = 3 * sample.columns[0][i];
  const CoxFit fit = fitCoxFirth(sample.problem());
  EXPECT_EQ(fit.end, End::singular);
  EXPECT_EQ(fit.column, 1u);
}

}  // namespace
}  // namespace bedside::numerics
