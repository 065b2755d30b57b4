#include "numerics/sandwich.hpp"

#include <gtest/gtest.h>

#include "numerics/glm.hpp"
#include "numerics/least_squares.hpp"
#include "regression_sample.hpp"

namespace bedside::numerics {
namespace {

struct Fitted {
  GlmProblem problem;
  std::vector<double> coefficients;
  Matrix bread;
};

Fitted fitted(const RegressionSample& sample, Family family, std::size_t blockRows) {
  GlmProblem problem = sample.problem(family, blockRows);
  if (family == Family::negativeBinomial) problem.theta = 2.5;
  if (family == Family::gaussian) {
    const LeastSquaresFit fit = fitLeastSquares(problem.rows, problem.layout);
    return {problem, fit.coefficients, fit.covariance};
  }
  const GlmFit fit = fitGlm(problem);
  return {problem, fit.coefficients, fit.covariance};
}

/// u and W of a row, from the conventions' words.
std::pair<double, double> terms(const Fitted& fit, const RegressionSample& sample, std::size_t i) {
  const double eta = sample.eta(i, fit.coefficients);
  const double w = sample.weight(i);
  const double y = sample.response[i];
  if (fit.problem.family == Family::gaussian) return {w * (y - eta), w};
  const double mu = fit.problem.family == Family::binomial ? 1 / (1 + std::exp(-eta)) : std::exp(eta);
  if (fit.problem.family == Family::binomial) return {w * (y - mu), w * mu * (1 - mu)};
  const double v = fit.problem.family == Family::poisson ? mu : mu + mu * mu / fit.problem.theta;
  return {w * (y - mu) * mu / v, w * mu * mu / v};
}

Matrix naive(const Fitted& fit, const RegressionSample& sample, Hc type) {
  const std::size_t k = sample.design();
  const double n = static_cast<double>(sample.rows());
  Matrix meat = Matrix::square(k);
  for (std::size_t r = 0; r < sample.rows(); ++r) {
    const auto [u, w] = terms(fit, sample, r);
    double h = 0;
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) h += w * sample.x(r, i) * fit.bread(i, j) * sample.x(r, j);
    }
    const double omega = type == Hc::hc0   ? u * u
                         : type == Hc::hc1 ? u * u * n / (n - static_cast<double>(k))
                         : type == Hc::hc2 ? u * u / (1 - h)
                                           : u * u / ((1 - h) * (1 - h));
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) meat(i, j) += omega * sample.x(r, i) * sample.x(r, j);
    }
  }
  return product(product(fit.bread, meat), fit.bread);
}

TEST(Sandwich, EqualsItsNaiveTwin) {
  for (const Family family : {Family::gaussian, Family::binomial, Family::poisson, Family::negativeBinomial}) {
    RegressionSample sample = RegressionSample::of(family, 90, 3, 1).withWeights(2);
    if (family != Family::binomial) sample.withOffset(3);
    for (const std::size_t blockRows : {1u, 7u, 90u}) {
      const Fitted fit = fitted(sample, family, blockRows);
      for (const Hc type : {Hc::hc0, Hc::hc1, Hc::hc2, Hc::hc3}) {
        const Matrix got = sandwich(fit.problem, fit.coefficients, type);
        EXPECT_LT(deviation(got.values, naive(fit, sample, type).values), 1e-11);
      }
    }
  }
}

TEST(Sandwich, ClustersAddUpTheirScores) {
  const RegressionSample sample = RegressionSample::of(Family::binomial, 120, 2, 4).withWeights(5);
  std::vector<std::int32_t> codes;
  for (std::size_t i = 0; i < 120; ++i) codes.push_back(static_cast<std::int32_t>(i * i % 11));
  for (const std::size_t blockRows : {1u, 7u, 120u}) {
    const Fitted fit = fitted(sample, Family::binomial, blockRows);
    std::vector<std::vector<double>> scores(11, std::vector<double>(3));
    for (std::size_t i = 0; i < 120; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        scores[static_cast<std::size_t>(codes[i])][j] += terms(fit, sample, i).first * sample.x(i, j);
      }
    }
    Matrix meat = Matrix::square(3);
    for (const auto& s : scores) {
      for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) meat(i, j) += s[i] * s[j];
      }
    }
    const Matrix want = product(product(fit.bread, meat), fit.bread);
    std::vector<Source> columns;
    for (std::size_t j = 0; j < fit.problem.rows.columns(); ++j) columns.push_back(fit.problem.rows.source(j));
    columns.push_back(Source::codesOf(codes.data()));
    GlmProblem clustered = fit.problem;
    clustered.rows = Blocks(columns, Rows::all(120), blockRows);
    const Matrix got = clusterSandwich(clustered, fit.coefficients, columns.size() - 1, 11);
    EXPECT_LT(deviation(got.values, want.values), 1e-11);
  }
}

TEST(Sandwich, RowsAsTheirOwnClustersAreHc0) {
  const RegressionSample sample = RegressionSample::of(Family::poisson, 60, 2, 6);
  std::vector<std::int32_t> codes;
  for (std::int32_t i = 0; i < 60; ++i) codes.push_back(59 - i);
  const Fitted fit = fitted(sample, Family::poisson, 60);
  GlmProblem clustered = fit.problem;
  std::vector<Source> columns;
  for (std::size_t j = 0; j < fit.problem.rows.columns(); ++j) columns.push_back(fit.problem.rows.source(j));
  columns.push_back(Source::codesOf(codes.data()));
  clustered.rows = Blocks(columns, Rows::all(60));
  EXPECT_LT(deviation(clusterSandwich(clustered, fit.coefficients, columns.size() - 1, 60).values,
                      sandwich(fit.problem, fit.coefficients, Hc::hc0).values), 1e-12);
}

TEST(Sandwich, OriginsDoNoHarm) {
  const RegressionSample sample = RegressionSample::of(Family::gaussian, 80, 2, 7);
  RegressionSample moved = sample;
  for (double& value : moved.columns[1]) value += 1e6;
  const Fitted fit = fitted(sample, Family::gaussian, 80);
  const Fitted far = fitted(moved, Family::gaussian, 80);
  const Matrix want = sandwich(fit.problem, fit.coefficients, Hc::hc3);
  const Matrix got = sandwich(far.problem, far.coefficients, Hc::hc3);
  EXPECT_NEAR(got(1, 1) / want(1, 1), 1, 1e-8);
  EXPECT_NEAR(got(2, 2) / want(2, 2), 1, 1e-8);
}

}  // namespace
}  // namespace bedside::numerics
