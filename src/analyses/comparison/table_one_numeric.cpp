#include <algorithm>
#include <cmath>
#include <span>

#include "analyses/comparison/table_one_variable.hpp"
#include "numerics/grouped_values.hpp"
#include "numerics/hodges_lehmann.hpp"
#include "numerics/mean_tests.hpp"
#include "numerics/moments.hpp"
#include "numerics/order.hpp"
#include "numerics/ranktests.hpp"
#include "numerics/standardized_difference.hpp"

namespace bedside {
namespace {

using numerics::GroupedValues;
using numerics::Moments;

Moments momentsOf(std::span<const double> values, std::span<const double> weights) {
  if (weights.empty()) return numerics::moments(values);
  using numerics::Source;
  return numerics::weightedMoments(
      numerics::Blocks({Source::of(values.data()), Source::of(weights.data())}, numerics::Rows::all(values.size())), 0,
      1);
}

/// The test, NaN where it has nothing to compare. The groups are sorted.
void test(TableVariable& variable, GroupedValues& values, std::span<const Moments> moments, bool nonnormal) {
  const std::size_t groups = values.groups();
  if (nonnormal && groups == 2) {
    variable.test = TableTest::mannWhitney;
    const auto found = numerics::mannWhitneyOfSorted(values[0], values[1]);
    variable.p = found.p;
    variable.statistic = std::isnan(found.p) ? found.p : found.statistic;
    if (std::isnan(found.p)) return;
    const auto shift = numerics::hodgesLehmann(values[0], values[1], tableConfLevel);
    variable.difference = {shift.estimate, shift.ciLow, shift.ciHigh};
  } else if (nonnormal) {
    variable.test = TableTest::kruskalWallis;
    std::vector<std::int32_t> codes;
    codes.reserve(values.all().size());
    for (std::size_t g = 0; g < groups; ++g) codes.insert(codes.end(), values[g].size(), static_cast<std::int32_t>(g));
    const auto found = numerics::kruskalWallis(values.all(), codes, groups);
    variable.statistic = found.statistic;
    variable.df = std::max(0.0, found.df);  // without a value there is not even one group
    variable.p = found.p;
  } else if (groups == 2) {
    variable.test = TableTest::welchT;
    const auto found = numerics::welch(moments[0], moments[1], tableConfLevel);
    variable.statistic = found.statistic;
    variable.df = found.df;
    variable.p = found.p;
    if (!std::isnan(found.p)) variable.difference = {found.difference, found.ciLow, found.ciHigh};
  } else {
    variable.test = TableTest::anova;
    const auto found = numerics::oneWayAnova(moments);
    variable.statistic = found.statistic;
    variable.df = found.df1;
    variable.df2 = found.df2;
    variable.p = found.p;
  }
}

}  // namespace

TableVariable numericVariable(const Column& column, const TableGroups& groups, bool nonnormal) {
  TableVariable variable;
  variable.name = column.name;
  variable.type = column.data->kind == Kind::date ? "date" : "numeric";
  GroupedValues values(column.data->values, groups.codes, groups.count(), groups.weights);
  std::vector<Moments> moments;
  Moments overall;
  for (std::size_t g = 0; g < groups.count(); ++g) {
    moments.push_back(momentsOf(values[g], values.weights(g)));
    overall.merge(moments.back());
  }
  std::vector<std::span<const double>> parts;
  for (std::size_t g = 0; g < groups.count(); ++g) {
    std::vector<double> quartiles;
    if (groups.weights) {
      quartiles = numerics::weightedQuantiles(values[g], values.weights(g), quartileProbabilities);
    } else {
      quartiles = numerics::quantiles(values[g], quartileProbabilities);
      parts.push_back(values[g]);
    }
    variable.byGroup.push_back({groups.levels[g], summarize(moments[g], quartiles, groups.sizes[g])});
  }
  const auto quartiles = groups.weights
                             ? numerics::weightedQuantiles(values.all(), values.allWeights(), quartileProbabilities)
                             : numerics::quantilesOfParts(parts, quartileProbabilities);
  variable.overall = summarize(overall, quartiles, groups.rows);
  variable.smd = numerics::meanStandardizedDifference(moments);
  if (!groups.weights) test(variable, values, moments, nonnormal);
  return variable;
}

}  // namespace bedside
