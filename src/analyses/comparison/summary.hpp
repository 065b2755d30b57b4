#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "describe/fields.hpp"
#include "numerics/blocks.hpp"
#include "numerics/moments.hpp"
#include "table/table.hpp"

namespace bedside {

/// One level of a categorical variable.
struct LevelCount {
  std::string level;
  double count = 0;
  double share = 0;

  static constexpr auto describe() {
    return fields(field<&LevelCount::level>(doc("Level, as text.")), field<&LevelCount::count>(doc("Rows with it; with weights the sum of their weights."), bedside::count),
                  field<&LevelCount::share>(doc("Of the variable's non-missing rows; NaN when there are none."), bedside::share));
  }
};

/// A variable over some rows: the figures of a numeric one or the levels of a categorical one; what does not apply is
/// null, what applies but is not defined NaN.
struct Summary {
  std::size_t n = 0;
  std::size_t missing = 0;
  std::optional<double> mean, sd, median, q1, q3;
  std::optional<std::vector<LevelCount>> levels;

  static constexpr auto describe() {
    return fields(field<&Summary::n>(doc("Rows with a value."), count), field<&Summary::missing>(doc("Rows without."), count),
                  field<&Summary::mean>(doc("Arithmetic mean.")),
                  field<&Summary::sd>(doc("Standard deviation, divisor n − 1; NaN for n < 2.")),
                  field<&Summary::median>(doc("Median (quantiles: type 7, R's default; Hyndman & Fan 1996).")),
                  field<&Summary::q1>(doc("First quartile.")), field<&Summary::q3>(doc("Third quartile.")),
                  field<&Summary::levels>(doc("Counts by level, in level order, 0 included; null for a numeric variable.")));
  }
};

/// A variable among the rows of one group.
struct GroupSummary {
  std::string group;
  Summary summary;

  static constexpr auto describe() {
    return fields(field<&GroupSummary::group>(doc("Level that the rows have in common.")),
                  inlined<&GroupSummary::summary>());
  }
};

/// Of the quartiles of a summary, in their order.
inline constexpr double quartileProbabilities[] = {0.25, 0.5, 0.75};

/// What `describe` adds to a summary of a numeric variable.
struct Shape {
  double min, max, skewness;
};

/// The summary of values whose moments are known, and their first quartile, median and third quartile.
Summary summarize(const numerics::Moments& moments, std::span<const double> quartiles, std::size_t rows);
/// The summary of the counts (or sums of weights) of `levels`, of which `n` rows have one.
Summary summarize(std::span<const std::string> levels, std::span<const double> counts, std::size_t n, std::size_t rows);
/// The summary of a numeric column over some rows; `shape` too when asked for.
Summary summarize(const ColumnData& column, const numerics::Rows& rows, Shape* shape = nullptr);
/// The summary of a factor over some rows, every level of `factor` listed.
Summary summarize(const Factor& factor, const numerics::Rows& rows);

}  // namespace bedside
