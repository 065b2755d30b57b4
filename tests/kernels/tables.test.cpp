#include "numerics/tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace bedside::numerics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// From R's matrix(cells, rows): column by column.
Counts matrix(const std::vector<double>& cells, std::size_t rows) {
  Counts counts(rows, cells.size() / rows);
  for (std::size_t k = 0; k < cells.size(); ++k) counts(k % rows, k / rows) = cells[k];
  return counts;
}

TEST(Tables, CountsAtEveryBlockSize) {
  std::mt19937_64 random(1);
  std::vector<std::int32_t> row, column;
  std::vector<double> weights;
  Counts want(3, 4), weighted(3, 4);
  std::vector<double> levels(4);
  for (std::size_t k = 0; k < 1000; ++k) {
    row.push_back(static_cast<std::int32_t>(random() % 5) - 1);  // −1 missing, 3 beyond
    column.push_back(static_cast<std::int32_t>(random() % 5) - 1);
    weights.push_back(random() % 9 == 0 ? nan : static_cast<double>(random() % 8) / 4);
    if (column[k] >= 0) ++levels[static_cast<std::size_t>(column[k])];
    if (row[k] < 0 || row[k] > 2 || column[k] < 0) continue;
    const auto i = static_cast<std::size_t>(row[k]), j = static_cast<std::size_t>(column[k]);
    ++want(i, j);
    if (!std::isnan(weights[k])) weighted(i, j) += weights[k];
  }
  const std::vector<Source> columns{Source::codesOf(row.data()), Source::codesOf(column.data()),
                                    Source::of(weights.data())};
  for (std::size_t blockRows : {1, 7, 1000}) {
    const Blocks blocks(columns, Rows::all(row.size()), blockRows);
    EXPECT_EQ(crossTabulate(blocks, 0, 3, 1, 4).cells, want.cells);
    EXPECT_EQ(crossTabulate(blocks, 0, 3, 1, 4, 2).cells, weighted.cells);
    EXPECT_EQ(tabulate(blocks, 1, 4), levels);
  }
}

TEST(Tables, MarginsAndExpectedCounts) {
  const Counts counts = matrix({10, 20, 30, 15}, 2);
  EXPECT_EQ(counts.rowTotals(), (std::vector{40.0, 35.0}));
  EXPECT_EQ(counts.columnTotals(), (std::vector{30.0, 45.0}));
  EXPECT_EQ(counts.total(), 75);
  EXPECT_EQ(counts.expected(), (std::vector{16.0, 24.0, 14.0, 21.0}));
}

TEST(Tables, PearsonOfR) {  // chisq.test(matrix(cells, rows), correct = ...)
  const ChiSquared yates = pearson(matrix({10, 20, 30, 15}, 2), true);
  EXPECT_NEAR(yates.statistic, 6.7522321428571423496, 1e-14);
  EXPECT_EQ(yates.df, 1);
  EXPECT_NEAR(yates.p, 0.0093630476375339278, 1e-16);
  const ChiSquared plain = pearson(matrix({10, 20, 30, 15}, 2), false);
  EXPECT_NEAR(plain.statistic, 8.0357142857142864756, 1e-14);
  EXPECT_NEAR(plain.p, 0.0045863920802534878, 1e-16);
  const ChiSquared larger = pearson(matrix({5, 9, 12, 30, 4, 7, 8, 21, 6}, 3), true);  // no correction beyond 2 × 2
  EXPECT_NEAR(larger.statistic, 36.675212481222694, 1e-13);
  EXPECT_EQ(larger.df, 4);
  EXPECT_NEAR(larger.p / 2.1012683114446738e-07, 1, 1e-12);
}

TEST(Tables, YatesTakesNoMoreThanTheExcess) {
  const ChiSquared got = pearson(matrix({12, 12, 13, 13}, 2), true);
  EXPECT_EQ(got.statistic, 0);
  EXPECT_EQ(got.p, 1);
  // |O − E| = 0.25 < ½ in every cell
  EXPECT_NEAR(pearson(matrix({3, 2, 6, 5}, 2), true).statistic, 0, 1e-15);
}

TEST(Tables, EmptyMarginsAreNaN) {
  EXPECT_TRUE(std::isnan(pearson(matrix({0, 0, 3, 4}, 2), true).p));
  EXPECT_TRUE(std::isnan(pearson(matrix({0, 0, 0, 0}, 2), false).statistic));
  EXPECT_TRUE(std::isnan(pearson(matrix({5, 3, 4}, 1), false).p));
  EXPECT_EQ(pearson(matrix({5, 3, 4}, 1), false).df, 0);
}

TEST(Tables, HosmerLemeshowOfR) {
  // f <- (((1:200) * 37) %% 101) / 120 + 0.05;  y <- as.numeric(((1:200) * 53) %% 97 < 97 * f)
  // g <- cut(f, unique(quantile(f, 0:10 / 10)), include.lowest = TRUE);  sums of (O - E)^2 / E over tapply(…, g, sum)
  std::vector<double> fitted, events;
  for (int i = 1; i <= 200; ++i) {
    fitted.push_back(i * 37 % 101 / 120.0 + 0.05);
    events.push_back(i * 53 % 97 < 97 * fitted.back());
  }
  const auto got = hosmerLemeshow(fitted, events);
  ASSERT_TRUE(got);
  EXPECT_NEAR(got->statistic, 5.32103297031964040, 1e-12);
  EXPECT_EQ(got->df, 8);
  EXPECT_NEAR(got->p, 0.72277701384137893, 1e-12);
}

TEST(Tables, HosmerLemeshowPutsRoundingBelowTheBreak) {
  // Four fitted values, a rounding apart within each: four groups, whatever the last bits say.
  std::vector<double> fitted, exact, events;
  std::mt19937_64 random(6);
  for (std::size_t i = 0; i < 400; ++i) {
    exact.push_back(0.2 + 0.15 * static_cast<double>(i % 4));
    fitted.push_back(exact.back() + static_cast<double>(random() % 3) * 1e-13);
    events.push_back(random() % 2);
  }
  const auto got = hosmerLemeshow(fitted, events), want = hosmerLemeshow(exact, events);
  ASSERT_TRUE(got && want);
  EXPECT_EQ(want->df, 2);
  EXPECT_EQ(got->df, 2);
  EXPECT_NEAR(got->statistic / want->statistic, 1, 1e-10);
}

TEST(Tables, HosmerLemeshowNeedsThreeGroups) {
  std::vector<double> fitted, events;
  for (std::size_t i = 0; i < 100; ++i) {
    fitted.push_back(i % 2 ? 0.2 : 0.7);
    events.push_back(i % 3 == 0);
  }
  EXPECT_FALSE(hosmerLemeshow(fitted, events));
  EXPECT_FALSE(hosmerLemeshow({}, {}));
}

}  // namespace
}  // namespace bedside::numerics
