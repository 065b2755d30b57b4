#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace bedside::expressions {

/// What a node of an expression does.
enum class Operation : std::uint8_t {
  // leaves
  number,
  text,
  logical,
  missing,
  column,
  // constants in brackets, after `%in%` and in cut()
  list,
  // operators
  plus,
  minus,
  negation,
  power,
  modulo,
  in,
  multiply,
  divide,
  add,
  subtract,
  less,
  lessEqual,
  greater,
  greaterEqual,
  equal,
  notEqual,
  conjunction,
  disjunction,
  // functions
  ifElse,
  isMissing,
  log,
  log2,
  log10,
  exp,
  sqrt,
  abs,
  round,
  floor,
  ceiling,
  pmin,
  pmax,
  min,
  max,
  mean,
  sd,
  median,
  sum,
  quantile,
  date,
  days,
  years,
  year,
  month,
  cut,
  ntile,
  toText,
  toNumber,
};

/// A function that an expression may call.
struct Function {
  std::string_view name;
  Operation operation;
  std::uint8_t least;      ///< arguments
  std::uint8_t most;       ///< arguments; 255: any number
  std::string_view usage;  ///< such as `quantile(x, p)`
};

inline constexpr std::uint8_t anyNumber = 255;

/// All of them, in the order of the documentation.
std::span<const Function> functions();

/// Null when there is none of this name.
const Function* functionNamed(std::string_view name);

/// How to write here what R calls otherwise; empty when it is nothing of R's.
std::string_view insteadOf(std::string_view name);

}  // namespace bedside::expressions
