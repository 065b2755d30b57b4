// Texts in expressions: comparisons, choices, intervals, and the ways between texts and numbers.

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "numerics/order.hpp"
#include "numerics/stable_order.hpp"
#include "table/dates.hpp"
#include "table/expressions/program.hpp"
#include "table/levels.hpp"
#include "table/missing.hpp"
#include "table/number.hpp"
#include "table/text.hpp"

namespace bedside::expressions {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

/// Whether the comparison holds for a text that lies before (−1), at (0) or after (1) the other.
bool holds(Operation operation, int order) {
  switch (operation) {
    case Operation::less:
      return order < 0;
    case Operation::lessEqual:
      return order <= 0;
    case Operation::greater:
      return order > 0;
    case Operation::greaterEqual:
      return order >= 0;
    case Operation::equal:
      return order == 0;
    default:
      return order != 0;
  }
}

}  // namespace

Program::Index Program::textComparison(const Node& node, Index a, Index b) {
  const auto fits = [&](Index index) { return isText(index) || step(index).type == Type::missing; };
  if (!fits(a) || !fits(b)) {
    const bool dated = step(a).date || step(b).date;
    tree_.fault(node.at, dated ? "expected a date on both sides: a day is written date('2024-01-31')"
                               : "expected values of one type on both sides, not text and a number: number(x) reads "
                                 "numbers that are written as text, text(x) writes them");
  }
  a = textual(a);
  b = textual(b);
  if (step(b).extent == Step::Extent::single) return textWithConstant(node, a, b, false);
  if (step(a).extent == Step::Extent::single) return textWithConstant(node, b, a, true);
  // Both columns as places in the order of all their texts.
  Levels all;
  const auto codesOf = [&](Index index) {
    std::vector<std::int32_t> codes;
    for (const std::string& level : *step(index).levels) codes.push_back(all.codeOf(level));
    return codes;
  };
  std::vector<std::int32_t> ofA = codesOf(a), ofB = codesOf(b);
  const auto order =
      numerics::stableOrder(all.size(), [&](std::uint32_t x, std::uint32_t y) { return all[x] < all[y]; });
  std::vector<std::int32_t> place(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<std::int32_t>(i);
  recode(ofA, place);
  recode(ofB, place);
  a = recoded(a, std::move(ofA));
  b = recoded(b, std::move(ofB));
  if (node.operation == Operation::greater || node.operation == Operation::greaterEqual) std::swap(a, b);
  const Kernel kernel = node.operation == Operation::equal      ? Kernel::codeEqual
                        : node.operation == Operation::notEqual ? Kernel::codeNotEqual
                        : node.operation == Operation::less || node.operation == Operation::greater
                            ? Kernel::codeLess
                            : Kernel::codeLessEqual;
  return push({.kernel = kernel, .type = Type::logical, .at = node.at, .operands = {a, b, -1}});
}

/// Each level is compared once; the rows then look up what came of theirs.
Program::Index Program::textWithConstant(const Node& node, Index a, Index constant, bool swapped) {
  const std::int32_t code = step(constant).single.code;
  if (code < 0) return push({.type = Type::logical, .extent = Step::Extent::single, .at = node.at});
  const std::string& with = (*step(constant).levels)[static_cast<std::size_t>(code)];
  Step made{.kernel = Kernel::truthOfCode, .type = Type::logical, .at = node.at, .operands = {a, -1, -1}};
  for (const std::string& level : *step(a).levels) {
    const int order = level.compare(with);
    made.truths.push_back(holds(node.operation, swapped ? -order : order) ? isTrue : isFalse);
  }
  return push(std::move(made));
}

/// `x %in% [..]`; a missing value is in no list.
Program::Index Program::among(const Node& node) {
  Index x = stepOf_[node.operands[0]];
  const std::vector<Index> values = listed(tree_.nodes[node.operands[1]]);
  if (isText(x)) {
    Levels wanted;
    for (const Index value : values) {
      const Step& each = step(value);
      if (each.type != Type::text && each.type != Type::missing) {
        tree_.fault(each.at, "expected a 'text' like the values on the left");
      }
      if (each.single.code >= 0) wanted.codeOf((*each.levels)[static_cast<std::size_t>(each.single.code)]);
    }
    const auto count = static_cast<std::int32_t>(wanted.size());
    Step made{.kernel = Kernel::truthOfCode,
              .type = Type::logical,
              .at = node.at,
              .operands = {x, -1, -1},
              .truthOfMissing = isFalse};
    for (const std::string& level : *step(x).levels) {
      made.truths.push_back(wanted.codeOf(level) < count ? isTrue : isFalse);
    }
    return push(std::move(made));
  }
  Step made{.kernel = Kernel::oneOfNumbers, .type = Type::logical, .at = node.at};
  for (const Index value : values) {
    if (isText(value)) tree_.fault(step(value).at, "expected a number like the values on the left");
    const double wanted = step(number(value)).single.number;
    if (wanted == wanted) made.numbers.push_back(wanted);
  }
  numerics::sortAscending(made.numbers);
  made.operands[0] = number(x);
  return push(std::move(made));
}

Program::Index Program::textChoice(Index test, Index yes, Index no, std::size_t at) {
  const bool alone = step(yes).type == Type::missing || step(no).type == Type::missing;
  const Step& source = step(step(yes).type == Type::missing ? no : yes);
  std::shared_ptr<const Texts> levels = source.levels;
  const bool fixedOrder = alone && source.fixedOrder;
  yes = textual(yes);
  no = textual(no);
  if (!alone && step(no).levels != levels) {
    Levels both;
    const auto places = [&](const Texts& texts) {
      std::vector<std::int32_t> codes;
      for (const std::string& level : texts) codes.push_back(both.codeOf(level));
      return codes;
    };
    const std::vector<std::int32_t> ofYes = places(*step(yes).levels), ofNo = places(*step(no).levels);
    Texts all;
    for (std::size_t code = 0; code < both.size(); ++code) all.emplace_back(both[code]);
    levels = shared(std::move(all));
    yes = recoded(yes, ofYes);
    no = recoded(no, ofNo);
  }
  return push({.kernel = Kernel::ifElseCode,
               .type = Type::text,
               .fixedOrder = fixedOrder,
               .at = at,
               .operands = {test, yes, no},
               .levels = std::move(levels)});
}

Program::Index Program::recoded(Index index, std::vector<std::int32_t> places) {
  bool same = true;
  for (std::size_t i = 0; i < places.size(); ++i) same = same && places[i] == static_cast<std::int32_t>(i);
  if (same) return index;
  return push({.kernel = Kernel::placeOfCode,
               .type = Type::text,
               .at = step(index).at,
               .operands = {index, -1, -1},
               .places = std::move(places)});
}

Program::Index Program::cutting(const Node& node) {
  const Index x = number(stepOf_[node.operands[0]]);
  const bool dated = step(x).date;
  Step made{.kernel = Kernel::cut, .type = Type::text, .fixedOrder = true, .at = node.at, .operands = {x, -1, -1}};
  const Node& breaks = tree_.nodes[node.operands[1]];
  for (const Index value : listed(breaks)) {
    const double at = constantNumber(value, "a number");
    if (!std::isfinite(at))
      tree_.fault(step(value).at, "expected a finite number: the outer intervals are open without");
    if (!made.numbers.empty() && !(at > made.numbers.back())) tree_.fault(step(value).at, "expected breaks that rise");
    made.numbers.push_back(at);
  }
  if (made.numbers.empty()) tree_.fault(breaks.at, "expected at least one break, as in [18, 65]");
  Texts labels;
  if (node.operands.size() == 3) {
    const Node& given = tree_.nodes[node.operands[2]];
    for (const Index value : listed(given)) {
      if (!isText(value) || step(value).single.code < 0) tree_.fault(step(value).at, "expected a 'label'");
      const std::string& label = (*step(value).levels)[static_cast<std::size_t>(step(value).single.code)];
      if (std::find(labels.begin(), labels.end(), label) != labels.end()) {
        tree_.fault(step(value).at, "expected a label of its own for each interval");
      }
      labels.push_back(label);
    }
    if (labels.size() != made.numbers.size() + 1) {
      tree_.fault(given.at, text("expected ", made.numbers.size() + 1, " labels, one more than there are breaks, not ",
                                 labels.size()));
    }
  } else {
    const auto written = [&](double value) { return dated ? dateText(value) : decimalText(value); };
    for (std::size_t i = 0; i <= made.numbers.size(); ++i) {
      labels.push_back(text("[", i == 0 ? "-Inf" : written(made.numbers[i - 1]), ",",
                            i == made.numbers.size() ? "Inf" : written(made.numbers[i]), ")"));
    }
  }
  // Breaks that agree in 15 digits have one text: their intervals are one level.
  Levels distinct;
  for (const std::string& label : labels) made.places.push_back(distinct.codeOf(label));
  Texts levels;
  for (std::size_t code = 0; code < distinct.size(); ++code) levels.emplace_back(distinct[code]);
  made.levels = shared(std::move(levels));
  return push(std::move(made));
}

/// `number(x)` and `date(x)`: every level is read once.
Program::Index Program::reading(const Node& node, bool dates) {
  const Index x = stepOf_[node.operands[0]];
  if (!isText(x)) {
    const Index read = number(x);
    if (step(read).date != dates) step(read).column = nullptr;  // no longer the column as it is
    step(read).date = dates;
    return read;
  }
  const Step& source = step(x);
  const DateFormat iso;
  if (dates && source.extent == Step::Extent::single && source.single.code >= 0 &&
      !iso.read(trimmed((*source.levels)[static_cast<std::size_t>(source.single.code)]))) {
    tree_.fault(source.at, "expected a day of the calendar, as in date('2024-01-31')");
  }
  Step made{
      .kernel = Kernel::numberOfCode, .date = dates, .at = node.at, .operands = {x, -1, -1}, .levels = source.levels};
  const MissingTokens tokens;
  for (const std::string& level : *source.levels) {
    const std::string_view cell = trimmed(level);
    std::optional<double> read;
    if (dates) {
      if (const auto day = iso.read(cell)) read = day->days;
    } else {
      read = numberOf(cell);
    }
    made.numbers.push_back(read.value_or(absent));
    made.truths.push_back(read || tokens.contains(cell) ? isFalse : isTrue);
  }
  return push(std::move(made));
}

Program::Index Program::writing(const Node& node) {
  const Index x = stepOf_[node.operands[0]];
  switch (step(x).type) {
    case Type::text:
      return x;
    case Type::missing:
      return textual(x);
    case Type::number:
      return writtenNumbers(x);
    case Type::logical:
      break;
  }
  return push({.kernel = Kernel::codeOfLogical,
               .type = Type::text,
               .at = node.at,
               .operands = {x, -1, -1},
               .levels = shared({"FALSE", "TRUE"})});
}

}  // namespace bedside::expressions
