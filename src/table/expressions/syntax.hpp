#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/expressions/functions.hpp"

namespace bedside::expressions {

/// A part of an expression. Operands stand before what they belong to, so a tree is walked without recursion.
struct Node {
  Operation operation = Operation::missing;
  std::size_t at = 0;                   ///< byte of the text where it stands; of an operator, the operator's
  double number = 0;                    ///< of a number; 0 or 1 of a logical
  std::string text;                     ///< of a text; name of a column
  std::vector<std::uint32_t> operands;  ///< nodes
};

/// An expression that parsed.
struct Tree {
  std::string_view text;    ///< what was parsed; must outlive the tree
  std::string where;        ///< what a message calls it: `filter` or `derive 'bmi'`
  std::vector<Node> nodes;  ///< the last is the whole

  /// INVALID_SPEC that names the position (in characters, from 0), shows what stands there and says `what`.
  [[noreturn]] void fault(std::size_t at, std::string_view what) const;
};

/// Parses by R's precedence: `^` (right to left) over signs over `%%` `%in%` over `* /` over `+ -` over comparisons
/// (which do not chain) over `!` over `&` over `|`. Also takes R's `TRUE`, `FALSE`, `NA`, `NaN`, `Inf` and R's escapes
/// in texts. At most 10,000 characters and 200 levels.
/// Fails with INVALID_SPEC, saying where and what was expected there.
Tree parse(std::string_view text, std::string where);

}  // namespace bedside::expressions
