#include "numerics/qr.hpp"

#include <gtest/gtest.h>

#include "numerics/gram.hpp"
#include "regression_sample.hpp"

namespace bedside::numerics {
namespace {

template <class Real>
TallQr<Real> reduce(const RegressionSample& sample, std::size_t blockRows, std::size_t from = 0,
                    std::size_t to = SIZE_MAX) {
  TallQr<Real> qr(sample.design(), 1);
  sample.blocks(blockRows).scan([&](const Block& block) {
    if (block.first >= from && block.first < to) qr.add(block.columns, block.rows);
  });
  return qr;
}

TEST(TallQr, TriangleIsARootOfTheGram) {
  const RegressionSample sample = RegressionSample::of(Family::gaussian, 600, 6, 1);
  const Matrix want = gram(sample.blocks(), sample.design());
  for (const std::size_t blockRows : {1u, 7u, 600u}) {
    const Matrix r = reduce<double>(sample, blockRows).triangle();
    EXPECT_LT(deviation(product(transposed(r), r).values, want.values), 1e-12) << blockRows;
  }
}

TEST(TallQr, SolvesTheNormalEquations) {
  const RegressionSample sample = RegressionSample::of(Family::gaussian, 300, 5, 2);
  const SymmetricFactor factor(gram(sample.blocks(), sample.design()));
  std::vector<double> moments(sample.design());
  for (std::size_t i = 0; i < sample.rows(); ++i) {
    for (std::size_t j = 0; j < sample.design(); ++j) moments[j] += sample.x(i, j) * sample.response[i];
  }
  for (const std::size_t blockRows : {1u, 7u, 300u}) {
    const auto plain = reduce<double>(sample, blockRows);
    const auto exact = reduce<DoubleDouble>(sample, blockRows);
    EXPECT_LT(deviation(plain.solve(), factor.solve(moments)), 1e-12);
    EXPECT_LT(deviation(plain.solve(), exact.solve()), 1e-13);
    EXPECT_LT(deviation(plain.inverseGram().values, factor.inverse().values), 1e-12);
    EXPECT_LT(deviation(exact.inverseGram().values, factor.inverse().values), 1e-12);
  }
}

TEST(TallQr, PartsMergeToTheWhole) {
  const RegressionSample sample = RegressionSample::of(Family::gaussian, 400, 4, 3);
  TallQr<double> first = reduce<double>(sample, 100, 0, 200);
  first.merge(reduce<double>(sample, 100, 200));
  EXPECT_LT(deviation(first.solve(), reduce<double>(sample, 100).solve()), 1e-13);
}

TEST(TallQr, ScalesAndRootsAreUndone) {
  RegressionSample sample = RegressionSample::of(Family::gaussian, 120, 3, 4).withWeights(5);
  std::vector<double> roots;
  for (const double w : sample.weights) roots.push_back(std::sqrt(w));
  TallQr<double> scaled(4, 1, {1, 1024, 0.125, 1});
  TallQr<double> byHand(4, 1);
  const RegressionSample multiplied = [&] {
    RegressionSample copy = sample;
    for (std::size_t i = 0; i < copy.rows(); ++i) copy.response[i] *= roots[i];
    for (auto& column : copy.columns) {
      for (std::size_t i = 0; i < copy.rows(); ++i) column[i] *= roots[i];
    }
    return copy;
  }();
  sample.blocks(120).scan([&](const Block& block) { scaled.add(block.columns, block.rows, roots.data()); });
  const std::vector<const double*> columns{roots.data(), multiplied.columns[0].data(), multiplied.columns[1].data(),
                                           multiplied.columns[2].data(), multiplied.response.data()};
  byHand.add(columns, 120);
  EXPECT_LT(deviation(scaled.solve(), byHand.solve()), 1e-13);
  EXPECT_LT(deviation(scaled.inverseGram().values, byHand.inverseGram().values), 1e-13);
}

TEST(TallQr, OrthogonalShareIsWhatTheColumnsBeforeLeave) {
  // 1, x with mean m and deviation s: the share of x is s / √(m² + s²).
  RegressionSample sample;
  sample.columns.resize(1);
  for (int i = 0; i < 10; ++i) sample.columns[0].push_back(i % 2 == 0 ? 1e6 - 3 : 1e6 + 3);
  sample.response.assign(10, 0.0);
  EXPECT_NEAR(reduce<double>(sample, 10).orthogonalShare(1), 3e-6, 1e-15);
}

TEST(Collinear, TheFirstColumnThatFollowsFromThoseBefore) {
  RegressionSample sample = RegressionSample::of(Family::gaussian, 100, 5, 6);
  EXPECT_EQ(firstCollinear(sample.blocks(), sample.layout()), sample.design());
  for (std::size_t i = 0; i < 100; ++i) sample.columns[3][i] = 2 * sample.columns[0][i] - sample.columns[2][i] + 1e6;
  EXPECT_EQ(firstCollinear(sample.blocks(), sample.layout()), 4u);
  sample.columns[1].assign(100, 0.0);
  EXPECT_EQ(firstCollinear(sample.blocks(), sample.layout()), 2u);
  sample.columns[0].assign(100, 0.1);  // a constant repeats the intercept
  EXPECT_EQ(firstCollinear(sample.blocks(), sample.layout()), 1u);
}

TEST(Collinear, ToleranceIsTheConventions) {
  RegressionSample sample = RegressionSample::of(Family::gaussian, 1000, 2, 7);
  const std::vector<double> noise = sample.columns[1];
  for (const double share : {1e-10, 1e-12}) {
    for (std::size_t i = 0; i < 1000; ++i) sample.columns[1][i] = sample.columns[0][i] + share * noise[i];
    EXPECT_EQ(firstCollinear(sample.blocks(), sample.layout()), share > 1e-11 ? 3u : 2u) << share;
  }
}

TEST(DoubleDouble, CarriesTwiceTheDigits) {
  const DoubleDouble third = DoubleDouble(1) / DoubleDouble(3);
  const DoubleDouble rest = DoubleDouble(1) - third * DoubleDouble(3);
  EXPECT_LT(std::fabs(double(rest)), 1e-31);
  const DoubleDouble root = sqrt(DoubleDouble(2));
  EXPECT_LT(std::fabs(double(root * root - DoubleDouble(2))), 1e-31);
  EXPECT_EQ(double(DoubleDouble(1e16) + DoubleDouble(1) - DoubleDouble(1e16)), 1);
}

}  // namespace
}  // namespace bedside::numerics
