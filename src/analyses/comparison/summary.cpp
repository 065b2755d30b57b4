#include "analyses/comparison/summary.hpp"

#include <cmath>

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
  const double quartiles[] = {0.25, 0.5, 0.75};
  const auto q = numerics::quantiles(values, quartiles);
  if (shape) *shape = {moments.min, moments.max, moments.skewness()};
  return {.n = moments.n,
          .missing = rows.count - moments.n,
          .mean = moments.mean,
          .sd = moments.sd(),
          .median = q[1],
          .q1 = q[0],
          .q3 = q[2],
          .levels = std::nullopt};
}

Summary summarize(const Factor& factor, const Rows& rows) {
  const auto counts = numerics::tabulate(Blocks({Source::codesOf(factor.codes.data())}, rows), 0, factor.levels.size());
  Summary out;
  double total = 0;
  for (const double each : counts) total += each;
  out.n = static_cast<std::size_t>(total);
  out.missing = rows.count - out.n;
  out.levels.emplace();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    out.levels->push_back({factor.levels[i], static_cast<std::size_t>(counts[i]), counts[i] / total});
  }
  return out;
}

}  // namespace bedside
