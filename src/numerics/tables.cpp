#include "numerics/tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <new>
#include <numeric>

#include "numerics/distributions.hpp"
#include "numerics/order.hpp"

namespace bedside::numerics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

bool within(double code, std::size_t count) { return code >= 0 && code < static_cast<double>(count); }

}  // namespace

Counts::Counts(std::size_t rows, std::size_t columns) : rows(rows), columns(columns) {
  if (columns > 0 && rows > cells.max_size() / columns) throw std::bad_alloc();
  cells.resize(rows * columns);
}

std::vector<double> Counts::rowTotals() const {
  std::vector<double> totals(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) totals[i] += (*this)(i, j);
  }
  return totals;
}

std::vector<double> Counts::columnTotals() const {
  std::vector<double> totals(columns);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) totals[j] += (*this)(i, j);
  }
  return totals;
}

double Counts::total() const { return std::accumulate(cells.begin(), cells.end(), 0.0); }

std::vector<double> Counts::expected() const {
  const std::vector<double> ofRow = rowTotals(), ofColumn = columnTotals();
  const double n = total();
  std::vector<double> result;
  result.reserve(cells.size());
  for (double row : ofRow) {
    for (double column : ofColumn) result.push_back(row * column / n);
  }
  return result;
}

Counts crossTabulate(const Blocks& blocks, std::size_t rowCodes, std::size_t rows, std::size_t columnCodes,
                     std::size_t columns, std::optional<std::size_t> weights) {
  Counts counts(rows, columns);
  blocks.scan([&](const Block& block) {
    for (std::size_t k = 0; k < block.rows; ++k) {
      const double i = block[rowCodes][k], j = block[columnCodes][k];
      const double weight = weights ? block[*weights][k] : 1;
      if (!within(i, rows) || !within(j, columns) || std::isnan(weight)) continue;
      counts(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) += weight;
    }
  });
  return counts;
}

std::vector<double> tabulate(const Blocks& blocks, std::size_t codes, std::size_t levels) {
  std::vector<double> counts(levels);
  blocks.scan([&](const Block& block) {
    for (std::size_t k = 0; k < block.rows; ++k) {
      if (within(block[codes][k], levels)) ++counts[static_cast<std::size_t>(block[codes][k])];
    }
  });
  return counts;
}

ChiSquared pearson(const Counts& counts, bool correct) {
  if (counts.rows < 2 || counts.columns < 2) return {nan, 0, nan};
  const std::vector<double> expected = counts.expected();
  double yates = 0;
  if (correct && counts.rows == 2 && counts.columns == 2) {
    yates = 0.5;
    for (std::size_t k = 0; k < 4; ++k) yates = std::min(yates, std::abs(counts.cells[k] - expected[k]));
  }
  double statistic = 0;
  for (std::size_t k = 0; k < expected.size(); ++k) {
    const double excess = std::abs(counts.cells[k] - expected[k]) - yates;
    statistic += excess * excess / expected[k];
  }
  const double df = static_cast<double>((counts.rows - 1) * (counts.columns - 1));
  return {statistic, df, chiSquaredUpper(statistic, df)};
}

std::optional<HosmerLemeshow> hosmerLemeshow(std::span<const double> fitted, std::span<const double> events) {
  constexpr std::array<double, 9> deciles{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
  std::vector<double> sorted(fitted.begin(), fitted.end());
  const std::vector<double> breaks = quantiles(sorted, deciles);
  struct Group {
    double n = 0, observed = 0, expected = 0, expectedNonevents = 0;
  };
  std::array<Group, deciles.size() + 1> groups;
  for (std::size_t i = 0; i < fitted.size(); ++i) {
    const auto above =
        std::partition_point(breaks.begin(), breaks.end(), [&](double limit) { return fitted[i] > limit + 1e-10; });
    Group& group = groups[static_cast<std::size_t>(above - breaks.begin())];
    ++group.n;
    group.observed += events[i];
    group.expected += fitted[i];
    group.expectedNonevents += 1 - fitted[i];
  }
  double statistic = 0, used = 0;
  for (const Group& group : groups) {
    if (group.n == 0) continue;
    ++used;
    const double excess = group.observed - group.expected;
    const double nonevents = group.n - group.observed - group.expectedNonevents;
    statistic += excess * excess / group.expected + nonevents * nonevents / group.expectedNonevents;
  }
  if (used < 3) return std::nullopt;
  return HosmerLemeshow{statistic, used - 2, chiSquaredUpper(statistic, used - 2)};
}

}  // namespace bedside::numerics
