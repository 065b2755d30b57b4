#include "table/number.hpp"

#include <fast_float/fast_float.h>

#include <cstddef>
#include <limits>

namespace bedside {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::size_t digitsFrom(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && isDigit(text[end])) ++end;
  return end - at;
}

/// The grammar of §6 for what stands behind the sign. fast_float alone would take `inf`, `nan`, `1e` too.
bool isDecimal(std::string_view text, char point) {
  std::size_t at = digitsFrom(text, 0);
  std::size_t mantissa = at;
  if (at < text.size() && text[at] == point) {
    const std::size_t decimals = digitsFrom(text, ++at);
    mantissa += decimals;
    at += decimals;
  }
  if (mantissa == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digitsFrom(text, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == text.size();
}

}  // namespace

std::optional<double> numberOf(std::string_view text, char point) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  double value = 0;
  if (text == "Inf" || text == "Infinity") {
    value = std::numeric_limits<double>::infinity();
  } else {
    if (!isDecimal(text, point)) return std::nullopt;
    // Out of range it sets 0 or infinity, which is what we want.
    fast_float::from_chars_advanced(text.data(), text.data() + text.size(), value,
                                    fast_float::parse_options{fast_float::chars_format::general, point});
  }
  return negative ? -value : value;
}

bool beyondWholeNumbers(std::string_view number) {
  constexpr std::string_view limit = "9007199254740992";
  if (number[0] == '-' || number[0] == '+') number.remove_prefix(1);
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  if (number.size() < limit.size() || digitsFrom(number, 0) != number.size()) return false;
  return number.size() > limit.size() || number > limit;
}

}  // namespace bedside
