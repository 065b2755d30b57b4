#include "numerics/negative_binomial.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "numerics/dispersion.hpp"
#include "numerics/distributions.hpp"
#include "regression_sample.hpp"

namespace bedside::numerics {
namespace {

double logLik(const RegressionSample& sample, const std::vector<double>& b, double theta) {
  double total = 0;
  for (std::size_t i = 0; i < sample.rows(); ++i) {
    total += sample.weight(i) * logNegativeBinomial(sample.response[i], theta, std::exp(sample.eta(i, b)));
  }
  return total;
}

TEST(NegativeBinomial, IsTheJointMaximum) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    RegressionSample sample = RegressionSample::of(Family::negativeBinomial, 150, 2, seed).withOffset(seed);
    if (seed % 2 == 0) sample.withWeights(seed);
    const NegativeBinomialFit fit = fitNegativeBinomial(sample.problem(Family::negativeBinomial));
    ASSERT_TRUE(fit.glm.converged());
    ASSERT_TRUE(std::isfinite(fit.theta));
    const double top = logLik(sample, fit.glm.coefficients, fit.theta);
    EXPECT_LT(deviation(fit.glm.logLik, top), 1e-12);
    const double step = 1e-4;
    EXPECT_NEAR((logLik(sample, fit.glm.coefficients, fit.theta * (1 + step)) -
                 logLik(sample, fit.glm.coefficients, fit.theta * (1 - step))) / (2 * step), 0, 1e-5);
    for (std::size_t j = 0; j < 3; ++j) {
      std::vector<double> up = fit.glm.coefficients;
      std::vector<double> down = fit.glm.coefficients;
      up[j] += step;
      down[j] -= step;
      EXPECT_NEAR((logLik(sample, up, fit.theta) - logLik(sample, down, fit.theta)) / (2 * step), 0, 1e-4);
    }
    for (const std::size_t blockRows : {1u, 7u}) {
      const NegativeBinomialFit blocked = fitNegativeBinomial(sample.problem(Family::negativeBinomial, blockRows));
      EXPECT_LT(deviation(blocked.theta, fit.theta), 1e-9);
      EXPECT_LT(deviation(blocked.glm.coefficients, fit.glm.coefficients), 1e-10);
      EXPECT_LT(deviation(blocked.glm.covariance.values, fit.glm.covariance.values), 1e-9);
    }
  }
}

TEST(NegativeBinomial, CovarianceIsTheExpectedInformations) {
  const RegressionSample sample = RegressionSample::of(Family::negativeBinomial, 120, 1, 5);
  const NegativeBinomialFit fit = fitNegativeBinomial(sample.problem(Family::negativeBinomial));
  double a = 0, b = 0, d = 0;
  for (std::size_t i = 0; i < sample.rows(); ++i) {
    const double mu = std::exp(sample.eta(i, fit.glm.coefficients));
    const double w = mu / (1 + mu / fit.theta);
    a += w, b += w * sample.x(i, 1), d += w * sample.x(i, 1) * sample.x(i, 1);
  }
  const double det = a * d - b * b;
  EXPECT_NEAR(fit.glm.covariance(0, 0), d / det, 1e-10);
  EXPECT_NEAR(fit.glm.covariance(0, 1), -b / det, 1e-10);
  EXPECT_NEAR(fit.glm.covariance(1, 1), a / det, 1e-10);
}

TEST(NegativeBinomial, WithoutOverdispersionItIsPoisson) {
  RegressionSample sample;
  sample.columns = {{0, 1, 2, 3, 4, 5, 6, 7}};
  sample.response = {2, 2, 3, 3, 4, 4, 5, 6};
  const NegativeBinomialFit fit = fitNegativeBinomial(sample.problem(Family::negativeBinomial));
  const GlmFit poisson = fitGlm(sample.problem(Family::poisson));
  EXPECT_EQ(fit.theta, std::numeric_limits<double>::infinity());
  EXPECT_EQ(fit.glm.coefficients, poisson.coefficients);
  EXPECT_EQ(fit.glm.logLik, poisson.logLik);
}

TEST(NegativeBinomial, ALittleOverdispersionGivesALargeTheta) {
  // The variance is the mean up to a hair: Σ[(y − ȳ)² − y] = 42 with ȳ = 100. θ is large; its score keeps its digits.
  RegressionSample sample;
  for (int i = 0; i < 300; ++i) sample.response.push_back(i % 2 == 0 ? 110 : 90);
  sample.response.push_back(111);
  sample.response.push_back(89);
  const NegativeBinomialFit fit = fitNegativeBinomial(sample.problem(Family::negativeBinomial));
  ASSERT_TRUE(fit.glm.converged());
  ASSERT_GT(fit.theta, 1e3);
  ASSERT_TRUE(std::isfinite(fit.theta));
  const auto l = [&](double theta) { return logLik(sample, fit.glm.coefficients, theta); };
  EXPECT_GT(l(fit.theta), l(fit.theta * 1.1));
  EXPECT_GT(l(fit.theta), l(fit.theta / 1.1));
}

TEST(NegativeBinomial, CollinearColumnIsNamed) {
  RegressionSample sample = RegressionSample::of(Family::negativeBinomial, 60, 2, 6);
  sample.columns[1] = sample.columns[0];
  const NegativeBinomialFit fit = fitNegativeBinomial(sample.problem(Family::negativeBinomial));
  EXPECT_EQ(fit.glm.end, End::singular);
  EXPECT_EQ(fit.glm.column, 2u);
}

TEST(NegativeBinomial, ALevelWithoutCountsHasNoMaximum) {
  RegressionSample sample = RegressionSample::of(Family::negativeBinomial, 100, 1, 7);
  sample.columns.emplace_back(100);
  for (std::size_t i = 0; i < 100; i += 9) sample.columns[1][i] = 1, sample.response[i] = 0;
  const NegativeBinomialFit fit = fitNegativeBinomial(sample.problem(Family::negativeBinomial));
  EXPECT_EQ(fit.glm.end, End::separated);
  EXPECT_TRUE(std::isfinite(fit.theta));
  // The other coefficients are those of the rows outside the level.
  RegressionSample rest;
  rest.columns.resize(1);
  for (std::size_t i = 0; i < 100; ++i) {
    if (i % 9 == 0) continue;
    rest.columns[0].push_back(sample.columns[0][i]);
    rest.response.push_back(sample.response[i]);
  }
  const NegativeBinomialFit alone = fitNegativeBinomial(rest.problem(Family::negativeBinomial));
  EXPECT_NEAR(fit.theta / alone.theta, 1, 1e-4);
  EXPECT_NEAR(fit.glm.coefficients[1], alone.glm.coefficients[1], 1e-4);
}

TEST(Dispersion, TermsAreTheLikelihoodAndItsDerivatives) {
  for (const double alpha : {1e-3, 0.02, 0.7, 5.0}) {
    for (const double y : {0.0, 1.0, 7.0, 300.0, 1024.0, 1025.0, 50000.0}) {
      for (const double eta : {-2.0, 1.0, 6.0}) {
        Dispersion dispersion(alpha);
        const DispersionTerms at = dispersion.terms(y, eta);
        EXPECT_LT(deviation(at.logLik, logNegativeBinomial(y, 1 / alpha, std::exp(eta)) + logGamma(y + 1)), 1e-10)
            << alpha << " " << y << " " << eta;
        const double d = 1e-6;
        Dispersion above(alpha * (1 + d));
        Dispersion below(alpha * (1 - d));
        const DispersionTerms up = above.terms(y, eta);
        const DispersionTerms down = below.terms(y, eta);
        const auto near = [&](double got, double difference, double size) {
          EXPECT_NEAR(got, difference, 3e-7 * size) << alpha << " " << y << " " << eta;
        };
        const double scale = (std::fabs(at.logLik) + y + std::exp(eta) + 1) / alpha;
        near(at.byAlpha, (up.logLik - down.logLik) / (2 * d * alpha), scale * 1e-2);
        near(at.byAlphaTwice, (up.byAlpha - down.byAlpha) / (2 * d * alpha), scale / alpha * 1e-2);
        near(at.byEtaAndAlpha, (up.byEta - down.byEta) / (2 * d * alpha), scale * 1e-2);
        const DispersionTerms right = dispersion.terms(y, eta + d);
        const DispersionTerms left = dispersion.terms(y, eta - d);
        near(at.byEta, (right.logLik - left.logLik) / (2 * d), scale * alpha);
        near(at.byEtaTwice, (right.byEta - left.byEta) / (2 * d), scale * alpha);
      }
    }
  }
}

TEST(Dispersion, ReachesDownToPoisson) {
  // As α → 0: l → y η − μ, ∂l/∂α → ½[(y − μ)² − y].
  for (const double y : {0.0, 3.0, 90.0, 2000.0}) {
    Dispersion dispersion(1e-14);
    const double mu = std::exp(2.0);
    const DispersionTerms terms = dispersion.terms(y, 2.0);
    EXPECT_LT(deviation(terms.logLik, 2 * y - mu), 1e-7);
    EXPECT_LT(deviation(terms.byAlpha, ((y - mu) * (y - mu) - y) / 2), 1e-7);
  }
}

}  // namespace
}  // namespace bedside::numerics
