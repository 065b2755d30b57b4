// What an expression needs a whole column for, on the rows of its table.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "numerics/double_double.hpp"
#include "numerics/moments.hpp"
#include "numerics/order.hpp"
#include "table/dates.hpp"
#include "table/distinct.hpp"
#include "table/expressions/program.hpp"
#include "table/levels.hpp"
#include "table/text.hpp"

namespace bedside::expressions {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();
constexpr double mostGroups = 10'000;

double sumOf(std::span<const double> values) {
  numerics::DoubleDouble exact;
  double plain = 0;
  for (const double value : values) {
    exact += value;
    plain += value;
  }
  return std::isfinite(plain) ? static_cast<double>(exact) : plain;
}

/// Of at least one value.
double aggregateOf(Operation operation, std::span<double> values, double p) {
  switch (operation) {
    case Operation::min:
      return *std::min_element(values.begin(), values.end());
    case Operation::max:
      return *std::max_element(values.begin(), values.end());
    case Operation::sum:
      return sumOf(values);
    case Operation::mean: {
      const double mean = numerics::moments(values).mean;
      return std::isfinite(mean) ? mean : sumOf(values) / static_cast<double>(values.size());
    }
    case Operation::sd:
      return numerics::moments(values).sd();
    case Operation::median:
      p = 0.5;
      [[fallthrough]];
    default:
      return numerics::quantiles(values, std::span(&p, 1))[0];
  }
}

}  // namespace

std::vector<double> Program::numbersOf(Index index) {
  const Step& given = step(index);
  if (given.extent == Step::Extent::single) return {given.single.number};
  if (given.extent == Step::Extent::whole) return {given.values.begin(), given.values.end()};
  std::vector<double> out(table_.rows);
  const Progress waiting = [this](double) {
    if (progress_) progress_(0);
  };
  scan(
      index,
      [&](std::size_t first, Cells cells, std::size_t rows) { std::copy_n(cells.numbers, rows, out.data() + first); },
      waiting);
  return out;
}

Program::Index Program::aggregate(const Node& node) {
  const Index x = number(stepOf_[node.operands[0]]);
  double p = 0;
  if (node.operation == Operation::quantile) {
    const Index at = stepOf_[node.operands[1]];
    p = constantNumber(at, "a constant from 0 to 1");
    if (!(p >= 0 && p <= 1)) tree_.fault(step(at).at, "expected a share from 0 to 1");
  }
  std::vector<double> values = numbersOf(x);
  std::erase_if(values, [](double value) { return value != value; });
  const bool dated = step(x).date && node.operation != Operation::sd && node.operation != Operation::sum;
  const double value = values.empty() ? absent : aggregateOf(node.operation, values, p);
  return push({.extent = Step::Extent::single, .date = dated, .at = node.at, .single = {.number = value}});
}

/// `ntile(x, k)`: 1 and how many of the k − 1 inner quantiles lie below the value.
Program::Index Program::groups(const Node& node) {
  const Index x = number(stepOf_[node.operands[0]]), given = stepOf_[node.operands[1]];
  const double k = constantNumber(given, "a constant number of groups, as in ntile(x, 4)");
  if (!(k >= 1 && k <= mostGroups && k == std::floor(k))) {
    tree_.fault(step(given).at, text("expected a whole number of groups from 1 to ", mostGroups));
  }
  const std::vector<double> values = numbersOf(x);
  std::vector<double> sorted;
  for (const double value : values) {
    if (value == value) sorted.push_back(value);
  }
  numerics::sortAscending(sorted);
  std::vector<double> breaks;
  std::vector<std::string> levels;
  for (double i = 1; i <= k; ++i) {
    if (i < k) breaks.push_back(numerics::quantileOfSorted(sorted, i / k));
    levels.push_back(decimalText(i));
  }
  std::vector<std::int32_t> codes;
  codes.reserve(values.size());
  for (const double value : values) {
    const auto below = std::lower_bound(breaks.begin(), breaks.end(), value) - breaks.begin();
    codes.push_back(value != value ? -1 : static_cast<std::int32_t>(below));
  }
  return wholeText(std::move(codes), std::move(levels), x);
}

/// `text(x)` of numbers; of dates the days of the calendar.
Program::Index Program::writtenNumbers(Index x) {
  const bool dated = step(x).date;
  DistinctNumbers distinct;
  const std::vector<double> values = numbersOf(x);
  std::vector<std::int32_t> codes;
  codes.reserve(values.size());
  for (const double value : values) codes.push_back(value != value ? -1 : distinct.codeOf(value));
  std::vector<std::string> texts;
  for (const double value : distinct.values()) texts.push_back(dated ? dateText(value) : decimalText(value));
  LevelOrder order = inLevelOrder(std::move(texts));
  recode(codes, order.place);
  return wholeText(std::move(codes), std::move(order.levels), x);
}

Program::Index Program::wholeText(std::vector<std::int32_t> codes, std::vector<std::string> levels, Index of) {
  const bool single = step(of).extent == Step::Extent::single;
  Step made{.type = Type::text,
            .extent = single ? Step::Extent::single : Step::Extent::whole,
            .fixedOrder = true,
            .at = step(of).at,
            .levels = std::make_shared<const std::vector<std::string>>(std::move(levels))};
  if (single) {
    made.single.code = codes[0];
  } else {
    auto owned = std::make_shared<const std::vector<std::int32_t>>(std::move(codes));
    made.codes = *owned;
    made.owner = std::move(owned);
  }
  return push(std::move(made));
}

}  // namespace bedside::expressions
