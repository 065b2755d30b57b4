// The rows of a program, a block at a time.

#include <algorithm>

#include "table/expressions/program.hpp"

namespace bedside::expressions {
namespace {

/// Rows of a block: ten steps of doubles are 80 KB. A program of very many steps goes in smaller ones.
constexpr std::size_t blockRows = 1024, fewRows = 64, manySlots = 128;
/// Blocks between two reports.
constexpr std::size_t toldEvery = 64;

Cells cellsOf(const Single& single, Type type) {
  if (type == Type::text) return {.codes = &single.code};
  if (type == Type::logical) return {.truths = &single.truth};
  return {.numbers = &single.number};
}

void fill(double* slot, const Step& step, std::size_t rows) {
  if (step.type == Type::text) {
    std::fill_n(reinterpret_cast<std::int32_t*>(slot), rows, step.single.code);
  } else if (step.type == Type::logical) {
    std::fill_n(reinterpret_cast<Truth*>(slot), rows, step.single.truth);
  } else {
    std::fill_n(slot, rows, step.single.number);
  }
}

Scratch scratchAt(double* slot, Type type) {
  if (type == Type::text) return {.codes = reinterpret_cast<std::int32_t*>(slot)};
  if (type == Type::logical) return {.truths = reinterpret_cast<Truth*>(slot)};
  return {.numbers = slot};
}

Cells cellsAt(const double* slot, Type type) {
  if (type == Type::text) return {.codes = reinterpret_cast<const std::int32_t*>(slot)};
  if (type == Type::logical) return {.truths = reinterpret_cast<const Truth*>(slot)};
  return {.numbers = slot};
}

Cells wholeAt(const Step& step, std::size_t first) {
  if (step.type == Type::text) return {.codes = step.codes.data() + first};
  return {.numbers = step.values.data() + first};
}

}  // namespace

void Program::computeSingle(Index index) {
  Step& made = step(index);
  std::array<Cells, 3> operands{};
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (made.operands[i] < 0) continue;
    const Step& operand = step(made.operands[i]);
    operands[i] = cellsOf(operand.single, operand.type);
  }
  Single value;
  const Scratch out = made.type == Type::text      ? Scratch{.codes = &value.code}
                      : made.type == Type::logical ? Scratch{.truths = &value.truth}
                                                   : Scratch{.numbers = &value.number};
  run(made, operands, out, 1, coerced_);
  made.single = value;
  made.kernel = Kernel::none;
  made.extent = Step::Extent::single;
}

void Program::scan(Index root, const Take& take, const Progress& progress) {
  const std::size_t rows = table_.rows;
  const Step& whole = step(root);
  if (whole.extent == Step::Extent::single) return take(0, cellsOf(whole.single, whole.type), 1);

  // The steps that the root needs, in order; those before others, so that reading backwards meets users first.
  std::vector<bool> needed(static_cast<std::size_t>(root) + 1);
  needed.back() = true;
  std::vector<Index> plan;
  for (Index index = root; index >= 0; --index) {
    if (!needed[static_cast<std::size_t>(index)] || step(index).extent != Step::Extent::rows) continue;
    plan.push_back(index);
    for (const Index operand : step(index).operands) {
      if (operand >= 0) needed[static_cast<std::size_t>(operand)] = true;
    }
  }
  std::reverse(plan.begin(), plan.end());

  // Scratch: constants keep theirs, filled once; that of a step is free again when its only user has read it.
  std::vector<std::size_t> slot(static_cast<std::size_t>(root) + 1);
  std::vector<Index> constants;
  std::vector<std::size_t> spare;
  std::size_t slots = 0;
  for (const Index index : plan) {
    if (spare.empty()) spare.push_back(slots++);
    slot[static_cast<std::size_t>(index)] = spare.back();
    spare.pop_back();
    for (const Index operand : step(index).operands) {
      if (operand < 0) continue;
      if (step(operand).extent == Step::Extent::rows) spare.push_back(slot[static_cast<std::size_t>(operand)]);
    }
  }
  for (std::size_t index = 0; index < needed.size(); ++index) {
    if (!needed[index] || steps_[index].extent != Step::Extent::single) continue;
    slot[index] = slots++;
    constants.push_back(static_cast<Index>(index));
  }
  const std::size_t block = slots > manySlots ? fewRows : blockRows;
  std::vector<double> scratch(slots * block);
  const auto slotOf = [&](Index index) { return scratch.data() + slot[static_cast<std::size_t>(index)] * block; };
  for (const Index index : constants) fill(slotOf(index), step(index), block);

  const auto cells = [&](Index index, std::size_t first) {
    const Step& given = step(index);
    return given.extent == Step::Extent::whole ? wholeAt(given, first) : cellsAt(slotOf(index), given.type);
  };
  std::size_t untold = 0;
  for (std::size_t first = 0; first < rows; first += block) {
    const std::size_t count = std::min(block, rows - first);
    for (const Index index : plan) {
      std::array<Cells, 3> operands{};
      for (std::size_t i = 0; i < operands.size(); ++i) {
        if (step(index).operands[i] >= 0) operands[i] = cells(step(index).operands[i], first);
      }
      run(step(index), operands, scratchAt(slotOf(index), step(index).type), count, coerced_);
    }
    take(first, cells(root, first), count);
    if (++untold == toldEvery) {
      untold = 0;
      if (progress) progress(static_cast<double>(first) / static_cast<double>(rows));
    }
  }
}

}  // namespace bedside::expressions
