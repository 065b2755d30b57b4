#include "numerics/fisher.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace bedside::numerics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Counts tableOf(std::size_t rows, const std::vector<double>& cells) {
  Counts counts(rows, cells.size() / rows);
  counts.cells = cells;
  return counts;
}

double logFactorial(double count) { return std::lgamma(count + 1); }

/// −Σ log x! of a table, its log-probability but for a constant of the margins.
double logWeight(const std::vector<double>& cells) {
  double sum = 0;
  for (const double cell : cells) sum -= logFactorial(cell);
  return sum;
}

/// Every table with these margins, cell by cell.
template <class Visit>
void eachTable(std::vector<double>& rows, std::vector<double>& columns, std::vector<double>& cells, Visit& visit) {
  const std::size_t at = cells.size(), width = columns.size();
  if (at == rows.size() * width) {
    visit(cells);
    return;
  }
  const std::size_t i = at / width, j = at % width;
  const double most = std::min(rows[i], columns[j]);
  for (double x = 0; x <= most; ++x) {
    if (j + 1 == width && x != rows[i]) continue;           // the row must be used up
    if (i + 1 == rows.size() && x != columns[j]) continue;  // and the column
    rows[i] -= x;
    columns[j] -= x;
    cells.push_back(x);
    eachTable(rows, columns, cells, visit);
    cells.pop_back();
    rows[i] += x;
    columns[j] += x;
  }
}

/// p by its definition.
double enumerated(const Counts& counts) {
  const double observed = logWeight(counts.cells) + 1e-7;
  double total = 0, asExtreme = 0;
  std::vector<double> rows = counts.rowTotals(), columns = counts.columnTotals(), cells;
  const auto visit = [&](const std::vector<double>& table) {
    const double log = logWeight(table), weight = std::exp(log - observed);
    total += weight;
    if (log <= observed) asExtreme += weight;
  };
  eachTable(rows, columns, cells, visit);
  return asExtreme / total;
}

Counts randomTable(std::mt19937_64& random, std::size_t rows, std::size_t columns, std::size_t n) {
  Counts counts(rows, columns);
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t i = random() % (1 + random() % rows), j = random() % columns;
    ++counts(i, j);
  }
  return counts;
}

TEST(Fisher, TwoByTwoIsTheSumOfAllTables) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    const Counts t = randomTable(random, 2, 2, random() % 60);
    const double want = enumerated(t), got = fisherP(t.cells[0], t.cells[1], t.cells[2], t.cells[3]);
    EXPECT_NEAR(got, want, 1e-12 * want) << t.cells[0] << ' ' << t.cells[1] << ' ' << t.cells[2] << ' ' << t.cells[3];
    EXPECT_NEAR(fisherP(t.cells[2], t.cells[3], t.cells[0], t.cells[1]), got, 1e-12 * got);  // rows changed over
    EXPECT_NEAR(fisherP(t.cells[0], t.cells[2], t.cells[1], t.cells[3]), got, 1e-12 * got);  // turned
    EXPECT_NEAR(*freemanHalton(t),
                t.rowTotals()[1] == 0 || t.columnTotals()[0] == 0 || t.columnTotals()[1] == 0 || t.rowTotals()[0] == 0
                    ? 1
                    : want,
                1e-9 * want);
  }
}

TEST(Fisher, TwoByTwoOfR) {  // fisher.test(matrix(c(a, c, b, d), 2))
  EXPECT_NEAR(fisherP(3, 1, 1, 3), 0.48571428571428571, 1e-15);
  EXPECT_NEAR(fisherP(10, 2, 3, 15), 0.00053672411914343795, 1e-17);
  EXPECT_EQ(fisherP(0, 0, 3, 4), 1);
  EXPECT_EQ(fisherP(5, 5, 5, 5), 1);
}

TEST(Fisher, TailsFarBelowTheSmallestDouble) {
  // C(2000, 1000)⁻¹ twice: both tables of complete separation.
  const double log = std::log(2.0) - (std::lgamma(2001) - 2 * std::lgamma(1001));
  EXPECT_LT(log, -1380);
  EXPECT_EQ(fisherP(1000, 0, 0, 1000), 0);
  const double small = std::log(2.0) - (std::lgamma(801) - 2 * std::lgamma(401));
  EXPECT_NEAR(std::log(fisherP(400, 0, 0, 400)), small, 1e-10);
}

TEST(Fisher, CountsWhoseProductsPass2To31) {
  // As the normal approximation says at this size, 1e6 rows and 1e9; n of 4e9 is beyond 32 bits.
  const double p = fisherP(300500, 199500, 299500, 200500);
  EXPECT_NEAR(p, 0.04141, 1e-4);
  EXPECT_GT(fisherP(1e9, 1e9 + 3e4, 1e9 + 3e4, 1e9), 0);
  EXPECT_LT(fisherP(1e9, 1e9 + 1e6, 1e9 + 1e6, 1e9), 1e-100);
}

/// P(A = y) under the noncentral hypergeometric distribution, by its definition.
std::vector<double> noncentral(double a, double b, double c, double d, double psi, double& low) {
  const double row = a + b, column = a + c, n = a + b + c + d;
  low = std::max(0.0, row + column - n);
  std::vector<double> weights;
  double total = 0;
  for (double y = low; y <= std::min(row, column); ++y) {
    const double log = logWeight({y, row - y, column - y, n - row - column + y}) + (y - a) * std::log(psi);
    weights.push_back(std::exp(log - logWeight({a, b, c, d})));
    total += weights.back();
  }
  for (double& weight : weights) weight /= total;
  return weights;
}

TEST(Fisher, ConditionalOddsSolveTheirEquations) {
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 200; ++trial) {
    const Counts t = randomTable(random, 2, 2, 5 + random() % 80);
    const double a = t.cells[0], b = t.cells[1], c = t.cells[2], d = t.cells[3];
    const ConditionalOdds odds = conditionalOdds(a, b, c, d, 0.9);
    double low = 0;
    const auto moment = [&](double psi, auto&& weightOf) {
      double sum = 0, y = 0;
      for (const double p : noncentral(a, b, c, d, psi, low)) sum += p * weightOf(low + y++);
      return sum;
    };
    const double high = std::min(a + b, a + c);
    moment(1, [](double) { return 0.0; });
    if (a == low) {
      EXPECT_EQ(odds.estimate, 0);
      EXPECT_EQ(odds.ciLow, 0);
    } else {
      EXPECT_NEAR(moment(odds.ciLow, [&](double y) { return y >= a ? 1.0 : 0.0; }), 0.05, 1e-12);
    }
    if (a == high) {
      EXPECT_EQ(odds.ciHigh, infinity);
      if (a > low) EXPECT_EQ(odds.estimate, infinity);
    } else {
      EXPECT_NEAR(moment(odds.ciHigh, [&](double y) { return y <= a ? 1.0 : 0.0; }), 0.05, 1e-12);
    }
    if (a > low && a < high) EXPECT_NEAR(moment(odds.estimate, [](double y) { return y; }), a, 1e-11 * a);
  }
}

TEST(Fisher, ConditionalOddsAtHostileSizes) {
  const ConditionalOdds many = conditionalOdds(1e9, 2e9, 3e9, 1e9, 0.95);
  EXPECT_NEAR(many.estimate, 1.0 / 6, 1e-8);
  EXPECT_LT(many.ciLow, many.estimate);
  EXPECT_GT(many.ciHigh, many.estimate);
  EXPECT_NEAR(std::log(many.ciHigh / many.ciLow), 2 * 1.959963984540054 * std::sqrt(2.833333333333333e-9), 1e-7);
  const ConditionalOdds far = conditionalOdds(1, 1e9, 1e9, 1, 0.95);
  EXPECT_GT(far.ciLow, 0);
  EXPECT_LT(far.estimate, 1e-15);
}

TEST(Fisher, LargerTablesAreTheSumOfAllTables) {
  std::mt19937_64 random(3);
  const std::pair<std::size_t, std::size_t> shapes[] = {{2, 3}, {3, 2}, {2, 6}, {3, 3}, {3, 4}, {4, 3}, {4, 4}};
  for (const auto& [rows, columns] : shapes) {
    for (int trial = 0; trial < 25; ++trial) {
      const Counts counts = randomTable(random, rows, columns, 2 + random() % (rows * columns > 9 ? 13 : 22));
      const double want = enumerated(counts);
      const auto got = freemanHalton(counts);
      ASSERT_TRUE(got);
      EXPECT_NEAR(*got, want, 2e-9 * want) << rows << " x " << columns;
    }
  }
}

TEST(Fisher, LargerTablesOfR) {  // made by tests/conformance/tables.R
  const Counts satisfaction = tableOf(4, {1, 3, 10, 6, 2, 3, 10, 7, 1, 6, 14, 12, 0, 1, 9, 11});  // ?fisher.test
  EXPECT_NEAR(*freemanHalton(satisfaction), 0.78268493896612, 1e-12);
  const Counts dispersed = tableOf(5, {10, 0, 1, 0, 0, 0, 8, 0, 0, 1, 2, 0, 0, 7, 0});
  EXPECT_NEAR(*freemanHalton(dispersed) / enumerated(dispersed), 1, 1e-8);
}

TEST(Fisher, OrderOfRowsAndColumnsDoesNotMatter) {
  std::mt19937_64 random(4);
  for (int trial = 0; trial < 20; ++trial) {
    const Counts counts = randomTable(random, 3, 5, 40);
    Counts turned(5, 3), mixed(3, 5);
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 5; ++j) {
        turned(j, i) = counts(i, j);
        mixed((i + 1) % 3, (2 * j + 1) % 5) = counts(i, j);
      }
    }
    const double p = *freemanHalton(counts);
    EXPECT_NEAR(*freemanHalton(turned), p, 1e-9 * p);
    EXPECT_NEAR(*freemanHalton(mixed), p, 1e-9 * p);
  }
}

TEST(Fisher, EdgesOfLargerTables) {
  EXPECT_EQ(*freemanHalton(tableOf(2, {1, 2, 3, 0, 0, 0})), 1);  // an empty row: nothing to compare
  EXPECT_EQ(*freemanHalton(Counts(3, 3)), 1);
  EXPECT_EQ(*freemanHalton(tableOf(1, {4, 5, 6})), 1);
  const double withEmpty = *freemanHalton(tableOf(3, {3, 0, 4, 0, 0, 0, 1, 0, 9}));
  EXPECT_NEAR(withEmpty, fisherP(3, 4, 1, 9), 1e-9);
  Counts identifiers(2, 3000);  // every column once: all tables are equally probable
  for (std::size_t j = 0; j < 3000; ++j) identifiers(j % 2, j) = 1;
  EXPECT_EQ(*freemanHalton(identifiers), 1);
}

TEST(Fisher, TellsWhatItCannotHold) {
  Counts large(6, 8);
  for (std::size_t k = 0; k < large.cells.size(); ++k) large.cells[k] = 100 + static_cast<double>(k * 37 % 23);
  EXPECT_FALSE(freemanHalton(large));
  Counts huge(3, 3);
  for (double& cell : huge.cells) cell = 5e8;  // n beyond 32 bits
  EXPECT_FALSE(freemanHalton(huge));
  EXPECT_THROW(Counts(std::size_t{1} << 40, std::size_t{1} << 40), std::bad_alloc);
}

TEST(Fisher, SimulationComesNearTheExactP) {
  std::mt19937_64 random(5);
  for (int trial = 0; trial < 5; ++trial) {
    const Counts counts = randomTable(random, 3, 4, 60);
    constexpr std::size_t replicates = 20000;
    const double p = *freemanHalton(counts);
    const double share = static_cast<double>(simulatedAsExtreme(counts, 0, replicates)) / replicates;
    EXPECT_NEAR(share, p, 4.5 * std::sqrt(p * (1 - p) / replicates) + 1e-12);
  }
}

TEST(Fisher, SimulationIsTheSameInParts) {
  const Counts counts = tableOf(3, {5, 9, 2, 7, 7, 7, 1, 4, 8});
  const std::size_t whole = simulatedAsExtreme(counts, 0, 900);
  EXPECT_EQ(simulatedAsExtreme(counts, 0, 250) + simulatedAsExtreme(counts, 250, 650), whole);
  Counts large(3, 3);
  for (std::size_t k = 0; k < 9; ++k) large.cells[k] = 4e5 + 1000 * static_cast<double>(k % 4);
  EXPECT_LT(simulatedAsExtreme(large, 0, 20), 20u);
}

}  // namespace
}  // namespace bedside::numerics
