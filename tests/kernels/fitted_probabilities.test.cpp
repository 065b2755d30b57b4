// Figures that share one sort of the fitted probabilities, against their twins that sort for themselves; variance
// inflation against determinants.

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "numerics/discrimination.hpp"
#include "numerics/inflation.hpp"

namespace bedside::numerics {
namespace {

struct Sample {
  std::vector<double> fitted, events, weights;

  explicit Sample(std::size_t rows, double grain) {
    std::mt19937_64 random(rows);
    std::uniform_real_distribution<double> unit;
    for (std::size_t i = 0; i < rows; ++i) {
      const double p = grain > 0 ? std::floor(unit(random) / grain) * grain + 0.01 : 0.01 + 0.98 * unit(random);
      fitted.push_back(p + (i % 3 == 0 ? 1e-13 : 0));  // rounding must not break a tie
      events.push_back(unit(random) < p ? 1 : 0);
      weights.push_back(0.5 + unit(random));
    }
  }
  Blocks responses(std::size_t blockRows, bool weighted = false) const {
    std::vector<Source> columns{Source::of(events.data())};
    if (weighted) columns.push_back(Source::of(weights.data()));
    return {columns, Rows::all(events.size()), blockRows};
  }
};

TEST(RankedProbabilities, AgreeWithTheirTwinsThatSortForThemselves) {
  for (const double grain : {0.0, 0.02, 0.3}) {
    const Sample sample(503, grain);
    for (const std::size_t blockRows : {std::size_t{1}, std::size_t{7}, std::size_t{503}}) {
      const RankedProbabilities ranked(sample.fitted, sample.responses(blockRows));
      EXPECT_NEAR(ranked.cStatistic(), cStatistic(sample.fitted, sample.events), 1e-14);
      const Auc got = ranked.delong(0.9), want = delong(sample.fitted, sample.events, 0.9, fittedTolerance);
      EXPECT_NEAR(got.auc, want.auc, 1e-14);
      EXPECT_NEAR(got.se, want.se, 1e-14);
      EXPECT_NEAR(got.low, want.low, 1e-14);
      EXPECT_NEAR(got.high, want.high, 1e-14);
      const auto test = ranked.hosmerLemeshow(), twin = hosmerLemeshow(sample.fitted, sample.events);
      ASSERT_EQ(test.has_value(), twin.has_value());
      if (test) {
        EXPECT_NEAR(test->statistic, twin->statistic, 1e-10);
        EXPECT_EQ(test->df, twin->df);
      }
      const RankedProbabilities weighted(sample.fitted, sample.responses(blockRows, true));
      EXPECT_NEAR(weighted.cStatistic(), cStatistic(sample.fitted, sample.events, sample.weights), 1e-13);
    }
  }
}

TEST(RankedProbabilities, AConstantScoreHasNoVarianceAndASingleCaseNoInterval) {
  const std::vector<double> fitted(10, 0.4), events{1, 0, 0, 1, 0, 0, 1, 0, 0, 0}, one{1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const Auc constant = RankedProbabilities(fitted, {{Source::of(events.data())}, Rows::all(10)}).delong(0.95);
  EXPECT_EQ(constant.auc, 0.5);
  EXPECT_EQ(constant.se, 0.0);
  const Auc single = RankedProbabilities(fitted, {{Source::of(one.data())}, Rows::all(10)}).delong(0.95);
  EXPECT_TRUE(std::isnan(single.se));
  EXPECT_TRUE(std::isnan(single.low));
}

double determinant(const Matrix& m) {  // by Laplace's expansion along the first row
  if (m.rows == 0) return 1;
  double total = 0;
  for (std::size_t j = 0; j < m.columns; ++j) {
    Matrix minor = Matrix::square(m.rows - 1);
    for (std::size_t r = 1; r < m.rows; ++r) {
      for (std::size_t c = 0, k = 0; c < m.columns; ++c) {
        if (c != j) minor(r - 1, k++) = m(r, c);
      }
    }
    total += (j % 2 ? -1 : 1) * m(0, j) * determinant(minor);
  }
  return total;
}

TEST(GeneralizedInflation, IsFoxAndMonettesRatioOfDeterminants) {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  Matrix root = Matrix::square(6);
  for (double& value : root.values) value = normal(random);
  const Matrix covariance = product(root, transposed(root));
  Matrix r = covariance;
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t j = 0; j < 6; ++j) r(i, j) /= std::sqrt(covariance(i, i) * covariance(j, j));
  }
  const std::vector<ColumnRange> terms{{0, 1}, {1, 3}, {4, 2}};
  const auto got = generalizedInflation(covariance, terms);
  for (std::size_t t = 0; t < terms.size(); ++t) {
    std::vector<std::size_t> own, rest;
    for (std::size_t i = 0; i < 6; ++i)
      (i >= terms[t].first && i < terms[t].first + terms[t].count ? own : rest).push_back(i);
    const double want = determinant(submatrix(r, own)) * determinant(submatrix(r, rest)) / determinant(r);
    EXPECT_NEAR(got[t], want, 1e-9 * want);
  }
  EXPECT_EQ(generalizedInflation(covariance, std::vector<ColumnRange>{{0, 6}}), std::vector<double>{1.0});
}

}  // namespace
}  // namespace bedside::numerics
