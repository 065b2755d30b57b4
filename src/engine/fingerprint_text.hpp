#pragma once

#include <string>
#include <string_view>

#include "table/fingerprint.hpp"

namespace bedside {

/// A fingerprint as JavaScript carries it: 32 hexadecimal digits.
inline std::string hexadecimal(const Fingerprint& fingerprint) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(32, '0');
  for (int i = 0; i < 16; ++i) {
    out[static_cast<std::size_t>(15 - i)] = digits[fingerprint.high >> (4 * i) & 15u];
    out[static_cast<std::size_t>(31 - i)] = digits[fingerprint.low >> (4 * i) & 15u];
  }
  return out;
}

/// The fingerprint written so; all zero for anything else.
inline Fingerprint fingerprintFrom(std::string_view text) {
  Fingerprint out;
  if (text.size() != 32) return out;
  for (std::size_t i = 0; i < 32; ++i) {
    const char c = text[i];
    const unsigned digit = c >= '0' && c <= '9' ? static_cast<unsigned>(c - '0') : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10) : 16;
    if (digit > 15) return {};
    std::uint64_t& half = i < 16 ? out.high : out.low;
    half = half << 4 | digit;
  }
  return out;
}

}  // namespace bedside
