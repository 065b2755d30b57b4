#include "analyses/comparison/summary.hpp"

#include <cmath>
#include <numeric>

#include "numerics/moments.hpp"
#include "numerics/order.hpp"
#include "numerics/tables.hpp"

namespace bedside {

using numerics::Blocks;
using numerics::Rows;
using numerics::Source;

Summary summarize(const ColumnData& column, const Rows& rows, Shape* shape) {
  const Blocks blocks({Source::of(column.values.data())}, rows);
  const auto moments = numerics::moments(blocks, 0);
  std::vector<double> values;
  values.reserve(moments.n);
  blocks.scan([&](const numerics::Block& block) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      if (!std::isnan(block[0][i])) values.push_back(block[0][i]);
    }
  });
  const auto q = numerics::quantiles(values, quartileProbabilities);
  if (shape) *shape = {moments.min, moments.max, moments.skewness()};
  return summarize(moments, q, rows.count);
}

Summary summarize(const numerics::Moments& moments, std::span<const double> quartiles, std::size_t rows) {
  return {.n = moments.n,
          .missing = rows - moments.n,
          .mean = moments.mean,
          .sd = moments.sd(),
          .median = quartiles[1],
          .q1 = quartiles[0],
          .q3 = quartiles[2],
          .levels = std::nullopt};
}

Summary summarize(std::span<const std::string> levels, std::span<const double> counts, std::size_t n,
                  std::size_t rows) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  Summary out;
  out.n = n;
  out.missing = rows - n;
  out.levels.emplace();
  out.levels->reserve(levels.size());
  for (std::size_t i = 0; i < levels.size(); ++i) out.levels->push_back({levels[i], counts[i], counts[i] / total});
  return out;
}

Summary summarize(const Factor& factor, const Rows& rows) {
  const auto counts = numerics::tabulate(Blocks({Source::codesOf(factor.codes.data())}, rows), 0, factor.levels.size());
  const double n = std::accumulate(counts.begin(), counts.end(), 0.0);
  return summarize(factor.levels, counts, static_cast<std::size_t>(n), rows.count);
}

}  // namespace bedside
