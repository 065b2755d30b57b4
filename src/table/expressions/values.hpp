#pragma once

#include <cstdint>

namespace bedside::expressions {

/// What an expression gives in every row. A date is a number of days.
enum class Type : std::uint8_t {
  number,   ///< double; NaN is missing
  text,     ///< Int32 code into levels; −1 is missing
  logical,  ///< Truth
  missing,  ///< `NA`, which takes the type of what it meets
};

/// R's three-valued logic in an order in which `&` is the smaller, `|` the larger and `!` the distance from `isTrue`
/// (Kleene 1952, § 64).
using Truth = std::uint8_t;
inline constexpr Truth isFalse = 0, isUnknown = 1, isTrue = 2;

}  // namespace bedside::expressions
