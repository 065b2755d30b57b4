#include "table/expressions/program.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "table/text.hpp"

namespace bedside::expressions {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

Kernel kernelOf(Operation operation) {
  switch (operation) {
    case Operation::minus:
      return Kernel::negate;
    case Operation::log:
      return Kernel::log;
    case Operation::log2:
      return Kernel::log2;
    case Operation::log10:
      return Kernel::log10;
    case Operation::exp:
      return Kernel::exp;
    case Operation::sqrt:
      return Kernel::sqrt;
    case Operation::abs:
      return Kernel::abs;
    case Operation::floor:
      return Kernel::floor;
    case Operation::ceiling:
      return Kernel::ceiling;
    case Operation::year:
      return Kernel::year;
    case Operation::month:
      return Kernel::month;
    case Operation::add:
      return Kernel::add;
    case Operation::subtract:
      return Kernel::subtract;
    case Operation::multiply:
      return Kernel::multiply;
    case Operation::divide:
      return Kernel::divide;
    case Operation::power:
      return Kernel::power;
    case Operation::modulo:
      return Kernel::modulo;
    case Operation::pmin:
      return Kernel::pmin;
    case Operation::pmax:
      return Kernel::pmax;
    case Operation::years:
      return Kernel::years;
    default:
      return Kernel::none;
  }
}

}  // namespace

Program::Program(const Table& table, const Tree& tree, Coerced& coerced, const Progress& progress)
    : table_(table), tree_(tree), coerced_(coerced), progress_(progress) {
  for (const Node& node : tree.nodes) {
    if (node.operation == Operation::column) table.at(node.text);
  }
  for (const Node& node : tree.nodes) stepOf_.push_back(node.operation == Operation::list ? -1 : compile(node));
  root_ = stepOf_.back();
}

Program::Index Program::push(Step given) {
  const bool pending = given.kernel != Kernel::none;
  bool single = pending;
  for (const Index operand : given.operands) {
    if (operand >= 0) single = single && step(operand).extent == Step::Extent::single;
  }
  steps_.push_back(std::move(given));
  const auto index = static_cast<Index>(steps_.size() - 1);
  if (single) computeSingle(index);
  return index;
}

Program::Index Program::compile(const Node& node) {
  const auto operand = [&](std::size_t i) { return stepOf_[node.operands[i]]; };
  constexpr auto single = Step::Extent::single;
  switch (node.operation) {
    case Operation::number:
      return push({.extent = single, .at = node.at, .single = {.number = node.number}});
    case Operation::logical:
      return push({.type = Type::logical,
                   .extent = single,
                   .at = node.at,
                   .single = {.truth = node.number == 1 ? isTrue : isFalse}});
    case Operation::missing:
      return push({.type = Type::missing, .extent = single, .at = node.at, .single = {.number = absent}});
    case Operation::text:
      return push(
          {.type = Type::text, .extent = single, .at = node.at, .single = {.code = 0}, .levels = shared({node.text})});
    case Operation::column:
      return columnStep(node);
    case Operation::plus:
      return number(operand(0));
    case Operation::add: {
      // A date and days are a date.
      const bool dated = step(operand(0)).date != step(operand(1)).date;
      return numeric(node, Kernel::add, dated);
    }
    case Operation::subtract:
      return numeric(node, Kernel::subtract, step(operand(0)).date && !step(operand(1)).date);
    case Operation::pmin:
    case Operation::pmax:
      return numeric(node, kernelOf(node.operation), step(operand(0)).date && step(operand(1)).date);
    case Operation::round:
      return numeric(node, node.operands.size() == 1 ? Kernel::round : Kernel::roundTo);
    case Operation::days: {
      const Index from = number(operand(0)), to = number(operand(1));
      return push({.kernel = Kernel::subtract, .at = node.at, .operands = {to, from, -1}});
    }
    case Operation::negation: {
      const Index inner = logical(operand(0));
      return push({.kernel = Kernel::negation, .type = Type::logical, .at = node.at, .operands = {inner, -1, -1}});
    }
    case Operation::conjunction:
    case Operation::disjunction: {
      const Index left = logical(operand(0)), right = logical(operand(1));
      const Kernel kernel = node.operation == Operation::conjunction ? Kernel::conjunction : Kernel::disjunction;
      return push({.kernel = kernel, .type = Type::logical, .at = node.at, .operands = {left, right, -1}});
    }
    case Operation::less:
    case Operation::lessEqual:
    case Operation::greater:
    case Operation::greaterEqual:
    case Operation::equal:
    case Operation::notEqual:
      return comparison(node);
    case Operation::in:
      return among(node);
    case Operation::ifElse:
      return choice(node);
    case Operation::isMissing: {
      const Type type = step(operand(0)).type;
      const Kernel kernel = type == Type::text      ? Kernel::missingCode
                            : type == Type::logical ? Kernel::missingLogical
                                                    : Kernel::missingNumber;
      return push({.kernel = kernel, .type = Type::logical, .at = node.at, .operands = {operand(0), -1, -1}});
    }
    case Operation::min:
    case Operation::max:
    case Operation::mean:
    case Operation::sd:
    case Operation::median:
    case Operation::sum:
    case Operation::quantile:
      return aggregate(node);
    case Operation::ntile:
      return groups(node);
    case Operation::cut:
      return cutting(node);
    case Operation::date:
      return reading(node, true);
    case Operation::toNumber:
      return reading(node, false);
    case Operation::toText:
      return writing(node);
    default:
      return numeric(node, kernelOf(node.operation));
  }
}

Program::Index Program::columnStep(const Node& node) {
  const Column& column = table_.at(node.text);
  const ColumnData& data = *column.data;
  Step whole{.extent = Step::Extent::whole, .date = data.kind == Kind::date, .at = node.at};
  whole.column = &column;
  if (data.numeric()) {
    whole.values = data.values;
  } else {
    whole.type = Type::text;
    whole.fixedOrder = true;
    whole.codes = data.codes;
    whole.levels = std::shared_ptr<const Texts>(column.data, &data.levels);
  }
  return push(std::move(whole));
}

void Program::refuseText(Index index, std::string_view what) const {
  tree_.fault(steps_[static_cast<std::size_t>(index)].at, text("expected ", what, ", and this is text"));
}

Program::Index Program::number(Index index) {
  const Type type = step(index).type;
  const std::size_t at = step(index).at;
  if (type == Type::text) refuseText(index, "a number (number(x) reads numbers that are written as text)");
  if (type == Type::logical) return push({.kernel = Kernel::numberOfLogical, .at = at, .operands = {index, -1, -1}});
  if (type == Type::missing) return push({.extent = Step::Extent::single, .at = at, .single = {.number = absent}});
  return index;
}

Program::Index Program::logical(Index index) {
  const Type type = step(index).type;
  const std::size_t at = step(index).at;
  if (type == Type::text) refuseText(index, "what is true or false, such as sex == 'Female'");
  if (type == Type::number) {
    return push({.kernel = Kernel::logicalOfNumber, .type = Type::logical, .at = at, .operands = {index, -1, -1}});
  }
  if (type == Type::missing) return push({.type = Type::logical, .extent = Step::Extent::single, .at = at});
  return index;
}

Program::Index Program::textual(Index index) {
  if (step(index).type == Type::text) return index;
  return push({.type = Type::text, .extent = Step::Extent::single, .at = step(index).at, .levels = shared({})});
}

Program::Index Program::numeric(const Node& node, Kernel kernel, bool dated) {
  Step made{.kernel = kernel, .date = dated, .at = node.at};
  for (std::size_t i = 0; i < node.operands.size(); ++i) made.operands[i] = number(stepOf_[node.operands[i]]);
  return push(std::move(made));
}

double Program::constantNumber(Index index, std::string_view what) {
  const Step& given = step(index);
  if (given.type == Type::text || given.extent != Step::Extent::single) tree_.fault(given.at, text("expected ", what));
  return step(number(index)).single.number;
}

std::vector<Program::Index> Program::listed(const Node& list) const {
  std::vector<Index> values;
  for (const std::uint32_t node : list.operands) {
    const Index index = stepOf_[node];
    const Step& value = steps_[static_cast<std::size_t>(index)];
    if (value.extent != Step::Extent::single) tree_.fault(value.at, "expected a constant: a list holds no columns");
    values.push_back(index);
  }
  return values;
}

Program::Index Program::comparison(const Node& node) {
  Index a = stepOf_[node.operands[0]], b = stepOf_[node.operands[1]];
  if (isText(a) || isText(b)) return textComparison(node, a, b);
  a = number(a);
  b = number(b);
  Kernel kernel = Kernel::equal;
  switch (node.operation) {
    case Operation::greater:
      std::swap(a, b);
      [[fallthrough]];
    case Operation::less:
      kernel = Kernel::less;
      break;
    case Operation::greaterEqual:
      std::swap(a, b);
      [[fallthrough]];
    case Operation::lessEqual:
      kernel = Kernel::lessEqual;
      break;
    case Operation::notEqual:
      kernel = Kernel::notEqual;
      break;
    default:
      break;
  }
  return push({.kernel = kernel, .type = Type::logical, .at = node.at, .operands = {a, b, -1}});
}

Program::Index Program::choice(const Node& node) {
  const Index test = logical(stepOf_[node.operands[0]]);
  Index yes = stepOf_[node.operands[1]], no = stepOf_[node.operands[2]];
  const auto is = [&](Index index, Type type) { return step(index).type == type || step(index).type == Type::missing; };
  if (isText(yes) || isText(no)) {
    if (!is(yes, Type::text) || !is(no, Type::text)) {
      tree_.fault(step(isText(yes) ? no : yes).at,
                  "expected text like the other value of ifelse(): text(x) writes numbers");
    }
    return textChoice(test, yes, no, node.at);
  }
  const bool anyLogical = step(yes).type == Type::logical || step(no).type == Type::logical;
  if (anyLogical && is(yes, Type::logical) && is(no, Type::logical)) {
    yes = logical(yes);
    no = logical(no);
    return push({.kernel = Kernel::ifElseLogical, .type = Type::logical, .at = node.at, .operands = {test, yes, no}});
  }
  const bool dated = (step(yes).date || step(yes).type == Type::missing) &&
                     (step(no).date || step(no).type == Type::missing) && (step(yes).date || step(no).date);
  yes = number(yes);
  no = number(no);
  return push({.kernel = Kernel::ifElseNumber, .date = dated, .at = node.at, .operands = {test, yes, no}});
}

}  // namespace bedside::expressions
