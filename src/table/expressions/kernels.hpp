#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "table/expressions/values.hpp"
#include "table/table.hpp"

namespace bedside::expressions {

/// What a step does with a block of rows; the letters are the types of operands and result: n(umber), l(ogical),
/// c(ode).
enum class Kernel : std::uint8_t {
  none,  ///< nothing left to do: a column, or one value for all rows
  // n → n
  negate,
  log,
  log2,
  log10,
  exp,
  sqrt,
  abs,
  round,
  floor,
  ceiling,
  year,
  month,
  // n n → n
  add,
  subtract,
  multiply,
  divide,
  power,
  modulo,
  pmin,
  pmax,
  roundTo,
  years,
  // n n → l
  less,
  lessEqual,
  equal,
  notEqual,
  // c c → l, by places in one order
  codeLess,
  codeLessEqual,
  codeEqual,
  codeNotEqual,
  // l l → l
  conjunction,
  disjunction,
  // l → l
  negation,
  // l x x → x
  ifElseNumber,
  ifElseLogical,
  ifElseCode,
  // → l
  missingNumber,
  missingLogical,
  missingCode,
  oneOfNumbers,  ///< `numbers` in ascending order
  truthOfCode,   ///< `truths[code]`, and `truthOfMissing` for −1
  // conversions
  logicalOfNumber,
  numberOfLogical,
  codeOfLogical,
  placeOfCode,   ///< `places[code]`
  numberOfCode,  ///< `numbers[code]`; those with `truths[code]` are counted as unread
  cut,           ///< number of `numbers` at or below it, then `places`
};

/// Cells that an expression made missing although there was a value.
struct Coerced {
  std::size_t negatives = 0;  ///< logarithms and roots of negative numbers
  std::size_t unread = 0;     ///< texts that are no number or no date
  std::string first;          ///< of the unread ones

  std::size_t count() const { return negatives + unread; }
};

/// A value of any type, for all rows.
struct Single {
  double number = 0;
  std::int32_t code = -1;
  Truth truth = isUnknown;
};

/// One operation of a program.
struct Step {
  enum class Extent : std::uint8_t {
    rows,    ///< computed a block at a time, where it is needed
    single,  ///< one value for all rows
    whole,   ///< a column that is there
  };

  Kernel kernel = Kernel::none;
  Type type = Type::number;
  Extent extent = Extent::rows;
  bool date = false;        ///< a number that counts days
  bool fixedOrder = false;  ///< of a text: the order of its levels says something
  std::size_t at = 0;       ///< byte of the expression, for messages
  std::array<std::int32_t, 3> operands{-1, -1, -1};
  Single single;
  std::span<const double> values;                          ///< of a whole number
  std::span<const std::int32_t> codes;                     ///< of a whole text
  std::shared_ptr<const void> owner;                       ///< of what `values` or `codes` points to
  const Column* column = nullptr;                          ///< the table's own, when it is just that
  std::shared_ptr<const std::vector<std::string>> levels;  ///< of a text; of `numberOfCode` its operand's
  std::vector<double> numbers;
  std::vector<std::int32_t> places;
  std::vector<Truth> truths;
  Truth truthOfMissing = isUnknown;
};

/// Cells of an operand or a result: doubles, codes or truths, by the step's type.
union Cells {
  const double* numbers;
  const std::int32_t* codes;
  const Truth* truths;
};
union Scratch {
  double* numbers;
  std::int32_t* codes;
  Truth* truths;
};

/// Computes `rows` rows of a step. The result lies in none of the operands.
void run(const Step& step, const std::array<Cells, 3>& operands, Scratch out, std::size_t rows, Coerced& coerced);

/// Completed anniversaries of one day at another. Someone born on 29 February has them on 1 March in common years.
double yearsBetween(double from, double to);

}  // namespace bedside::expressions
