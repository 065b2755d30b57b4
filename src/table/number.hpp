#pragma once

#include <optional>
#include <string_view>

namespace bedside {

/// The number that a whole text is (loading.md §6): `[+-]? (digits [. digits?] | . digits) ([eE] [+-]? digits)?` in
/// ASCII, or `Inf` / `Infinity` with an optional sign; else nothing. Correctly rounded whatever the number of digits;
/// beyond the range of a double it is infinite. `point` is the decimal mark, `.` or `,`.
std::optional<double> numberOf(std::string_view text, char point = '.');

/// Whether a text that is a number is a whole number without point and exponent, of more than 2⁵³: neighbours may then
/// have become one double.
bool beyondWholeNumbers(std::string_view number);

/// 10⁰ … 10²²: the powers of ten that a double holds exactly.
inline constexpr double powersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                         1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

}  // namespace bedside
