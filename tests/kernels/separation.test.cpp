#include "numerics/separation.hpp"

#include <gtest/gtest.h>

#include "numerics/glm.hpp"
#include "regression_sample.hpp"

namespace bedside::numerics {
namespace {

using Integers = std::vector<long long>;

long long dot(const Integers& a, const Integers& b) {
  long long total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) total += a[i] * b[i];
  return total;
}

long long determinant(std::vector<Integers> m) {
  if (m.empty()) return 1;
  long long total = 0;
  for (std::size_t c = 0; c < m.size(); ++c) {
    std::vector<Integers> minor;
    for (std::size_t r = 1; r < m.size(); ++r) {
      minor.push_back(m[r]);
      minor.back().erase(minor.back().begin() + static_cast<std::ptrdiff_t>(c));
    }
    total += (c % 2 == 0 ? 1 : -1) * m[0][c] * determinant(minor);
  }
  return total;
}

/// The vector orthogonal to k − 1 rows of length k (generalised cross product); zero when they are dependent.
Integers orthogonal(const std::vector<Integers>& rows, std::size_t k) {
  Integers result;
  for (std::size_t c = 0; c < k; ++c) {
    std::vector<Integers> minor = rows;
    for (Integers& row : minor) row.erase(row.begin() + static_cast<std::ptrdiff_t>(c));
    result.push_back((c % 2 == 0 ? 1 : -1) * determinant(minor));
  }
  return result;
}

/// Whether some b has a·b ≥ 0 for all rows and > 0 for one, in exact integers. The columns being independent, the cone
/// of such b contains no line, so if it is more than 0 it has an extreme ray, which is orthogonal to k − 1 of the rows.
bool separable(const std::vector<Integers>& rows) {
  const std::size_t k = rows.front().size();
  std::vector<std::size_t> chosen(k - 1);
  const auto try_ = [&](auto&& self, std::size_t depth, std::size_t from) -> bool {
    if (depth == k - 1) {
      std::vector<Integers> tight;
      for (const std::size_t i : chosen) tight.push_back(rows[i]);
      const Integers ray = orthogonal(tight, k);
      bool up = true, down = true, some = false;
      for (const Integers& row : rows) {
        const long long side = dot(row, ray);
        up = up && side >= 0;
        down = down && side <= 0;
        some = some || side != 0;
      }
      return some && (up || down);
    }
    for (std::size_t i = from; i < rows.size(); ++i) {
      chosen[depth] = i;
      if (self(self, depth + 1, i + 1)) return true;
    }
    return false;
  };
  return try_(try_, 0, 0);
}

TEST(Separation, AgreesWithExactEnumerationOnRandomData) {
  std::mt19937_64 random(1984);
  std::size_t separated = 0;
  std::size_t overlapping = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const std::size_t columns = 1 + random() % 3;
    const std::size_t rows = columns + 3 + random() % 12;
    const int range = 1 + static_cast<int>(random() % 6);  // few values: many ties and empty cells
    RegressionSample sample;
    sample.columns.assign(columns, std::vector<double>(rows));
    std::vector<Integers> signedRows(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      const long long side = random() % 2 == 0 ? 1 : -1;
      sample.response.push_back(side > 0 ? 1 : 0);
      signedRows[i].push_back(side);
      for (auto& column : sample.columns) {
        column[i] = static_cast<double>(random() % static_cast<std::uint64_t>(range + 1));
        // Make many of the data sets all but separated.
        if (&column == &sample.columns[0] && random() % 4 != 0) column[i] += side > 0 ? range : 0;
        signedRows[i].push_back(side * static_cast<long long>(column[i]));
      }
    }
    const GlmFit fit = fitGlm(sample.problem(Family::binomial, 7));
    if (fit.end == End::singular) continue;
    const bool want = separable(signedRows);
    (want ? separated : overlapping) += 1;
    ASSERT_EQ(fit.end, want ? End::separated : End::converged) << "trial " << trial << ", step " << fit.iterations;
    if (!want) continue;
    for (std::size_t i = 0; i < rows; ++i) {
      double side = 0;
      for (std::size_t j = 0; j <= columns; ++j) side += static_cast<double>(signedRows[i][j]) * fit.separation[j];
      EXPECT_GT(side, -1e-9);
    }
  }
  EXPECT_GT(separated, 500u);
  EXPECT_GT(overlapping, 500u);
}

TEST(Separation, OneEmptyCellAmongManyRows) {
  RegressionSample sample = RegressionSample::of(Family::binomial, 5000, 4, 5);
  sample.columns.emplace_back(5000);
  for (std::size_t i = 0; i < 5000; i += 500) {
    sample.columns.back()[i] = 1;
    sample.response[i] = 0;
  }
  const GlmFit fit = fitGlm(sample.problem(Family::binomial));
  ASSERT_EQ(fit.end, End::separated);
  for (std::size_t j = 0; j < 5; ++j) EXPECT_NEAR(fit.separation[j] / fit.separation[5], 0, 1e-12) << j;
  sample.response[0] = 1;  // one event in the level and the maximum exists
  EXPECT_TRUE(fitGlm(sample.problem(Family::binomial)).converged());
}

TEST(Separation, OneEmptyCellAmongVeryManyRows) {
  RegressionSample sample = RegressionSample::of(Family::binomial, 60000, 3, 6);
  sample.columns.emplace_back(60000);
  for (std::size_t i = 100; i < 60000; i += 3000) {
    sample.columns.back()[i] = 1;
    sample.response[i] = 1;
  }
  EXPECT_EQ(fitGlm(sample.problem(Family::binomial)).end, End::separated);
}

TEST(Separation, CompleteWithManyColumns) {
  RegressionSample sample = RegressionSample::of(Family::binomial, 2000, 8, 7);
  for (std::size_t i = 0; i < 2000; ++i) {
    sample.response[i] = sample.eta(i, {0.1, 1, -1, 0.5, 2, 0, 0, -0.3, 1}) > 0 ? 1 : 0;
  }
  EXPECT_EQ(fitGlm(sample.problem(Family::binomial)).end, End::separated);
}

TEST(Separation, MerelyExtremeFitsConverge) {
  // Overlap of one part in 10ᵖ of the range: the estimate grows like 10ᵖ, and exists.
  for (const double overlap : {1e-2, 1e-4, 1e-6}) {
    RegressionSample sample;
    sample.columns.resize(1);
    for (int i = 0; i <= 20; ++i) {
      sample.columns[0].push_back(i / 20.0);
      sample.response.push_back(i >= 10 ? 1 : 0);
    }
    sample.columns[0].push_back(sample.columns[0][10] + overlap);
    sample.response.push_back(0);
    const GlmFit fit = fitGlm(sample.problem(Family::binomial));
    EXPECT_EQ(fit.end, End::converged) << overlap;
  }
}

TEST(Separation, RareEventsAreNoSeparation) {
  // 3 events among 200,000, one of them in the rare level: coefficients near −12 and 8.
  RegressionSample sample;
  sample.columns.assign(1, std::vector<double>(200000));
  sample.response.assign(200000, 0);
  for (std::size_t i = 0; i < 40; ++i) sample.columns[0][i * 5000 + 17] = 1;
  sample.response[17] = sample.response[1234] = sample.response[99999] = 1;
  const GlmFit fit = fitGlm(sample.problem(Family::binomial));
  ASSERT_TRUE(fit.converged());
  EXPECT_NEAR(fit.coefficients[0], std::log(2.0 / 199958), 1e-9);
  EXPECT_NEAR(fit.coefficients[0] + fit.coefficients[1], std::log(1.0 / 39), 1e-9);
}

TEST(Separation, LogLinkWithALevelWithoutCounts) {
  RegressionSample sample;
  sample.columns = {{0, 0, 0, 1, 1, 1}};
  sample.response = {2, 5, 0, 0, 0, 0};
  EXPECT_EQ(fitGlm(sample.problem(Family::poisson)).end, End::separated);
  sample.response[4] = 1;
  EXPECT_TRUE(fitGlm(sample.problem(Family::poisson)).converged());
}

TEST(Separation, AProofIsAskedOfAnyCandidate) {
  RegressionSample sample;
  sample.columns = {{0, 1, 2, 3, 4, 5}};
  sample.response = {0, 0, 1, 0, 1, 1};  // overlapping
  const GlmProblem problem = sample.problem(Family::binomial);
  const std::vector<std::size_t> free{0, 1};
  const std::vector<double> reach{1, 5};
  for (const std::vector<double>& candidate : {std::vector<double>{-2.5, 1}, {0, 1}, {1, 0}, {-1e-3, 1e-3}}) {
    EXPECT_TRUE(separatingDirection(problem, candidate, free, reach).empty());
    EXPECT_FALSE(separates(problem, candidate));
  }
}

}  // namespace
}  // namespace bedside::numerics
