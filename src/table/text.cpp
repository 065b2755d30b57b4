#include "table/text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace bedside {
namespace {

constexpr std::size_t significantDigits = 15;

/// All decimal digits of a positive finite double, exactly: value = 0.d₁d₂d₃… · 10^point.
struct Decimal {
  std::string digits;
  std::ptrdiff_t point = 0;
};

/// Multiplies or adds in base 10⁹, least limb first. A double needs at most 767 digits, 86 limbs.
struct BigDecimal {
  static constexpr std::uint64_t base = 1'000'000'000;
  std::array<std::uint32_t, 90> limbs{};
  std::size_t used = 0;

  explicit BigDecimal(std::uint64_t value) {
    for (; value != 0; value /= base) limbs[used++] = static_cast<std::uint32_t>(value % base);
  }
  void multiply(std::uint32_t factor) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < used; ++i) {
      carry += std::uint64_t{limbs[i]} * factor;
      limbs[i] = static_cast<std::uint32_t>(carry % base);
      carry /= base;
    }
    if (carry != 0) limbs[used++] = static_cast<std::uint32_t>(carry);
  }
  std::string digits() const {
    std::string out;
    for (std::size_t i = used; i-- > 0;) {
      const std::string limb = std::to_string(limbs[i]);
      if (!out.empty()) out.append(9 - limb.size(), '0');
      out += limb;
    }
    return out;
  }
};

/// value = m · 2^e is m · 2^e (e ≥ 0) or m · 5^−e · 10^e: whole numbers both, so every digit is exact.
Decimal exactDecimal(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
  exponent -= 53;
  const int even = std::countr_zero(mantissa);
  mantissa >>= even;
  exponent += even;
  BigDecimal big(mantissa);
  const std::uint32_t prime = exponent < 0 ? 5 : 2;
  for (int left = std::abs(exponent); left > 0; --left) big.multiply(prime);
  Decimal out{big.digits(), 0};
  out.point = static_cast<std::ptrdiff_t>(out.digits.size()) + std::min(exponent, 0);
  return out;
}

/// Rounds half to even, as printf does; what is cut off is known exactly.
void roundTo(Decimal& number, std::size_t count) {
  std::string& digits = number.digits;
  if (digits.size() <= count) return;
  const std::string_view rest = std::string_view(digits).substr(count);
  const bool half = rest[0] == '5' && rest.find_first_not_of('0', 1) == std::string_view::npos;
  const bool up = half ? (digits[count - 1] - '0') % 2 == 1 : rest[0] >= '5';
  digits.resize(count);
  if (!up) return;
  std::size_t i = count;
  while (i > 0 && digits[i - 1] == '9') digits[--i] = '0';
  if (i > 0) {
    ++digits[i - 1];
  } else {
    digits.insert(digits.begin(), '1');
    ++number.point;
  }
}

std::string inDecimalNotation(std::string digits, std::ptrdiff_t point) {
  digits.erase(digits.find_last_not_of('0') + 1);
  const auto count = static_cast<std::ptrdiff_t>(digits.size());
  if (point <= 0) return "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (point >= count) return digits + std::string(static_cast<std::size_t>(point - count), '0');
  return digits.insert(static_cast<std::size_t>(point), 1, '.');
}

/// Nearly every number in a file is a decimal of few digits: m / 10^d with m < 10¹⁵ is then the only decimal of
/// at most 15 digits that reads as `value`. Empty when it is not one of these.
std::string shortDecimal(double value) {
  constexpr double limit = 1e15;
  double scale = 1;
  for (std::ptrdiff_t decimals = 0; decimals <= 15; ++decimals, scale *= 10) {
    const double scaled = std::nearbyint(value * scale);
    if (scaled >= limit) return {};
    if (scaled / scale == value) {
      std::string digits = std::to_string(static_cast<std::uint64_t>(scaled));
      const auto point = static_cast<std::ptrdiff_t>(digits.size()) - decimals;
      return inDecimalNotation(std::move(digits), point);
    }
  }
  return {};
}

}  // namespace

std::string decimalText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "Inf";
  if (value == 0) return "0";
  if (value < 0) return '-' + decimalText(-value);
  std::string out = shortDecimal(value);
  if (!out.empty()) return out;
  Decimal number = exactDecimal(value);
  roundTo(number, significantDigits);
  return inDecimalNotation(std::move(number.digits), number.point);
}

std::string quoted(std::string_view name) {
  std::string out = "'";
  out += name;
  out += '\'';
  return out;
}

std::string shortened(std::string_view text) {
  constexpr std::size_t longest = 60;
  if (text.size() <= longest) return std::string(text);
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // never inside a character
  return std::string(text.substr(0, end)) + "…";
}

std::size_t editDistance(std::string_view a, std::string_view b, std::size_t limit) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > limit) return limit + 1;
  std::vector<std::size_t> row(a.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t j = 1; j <= b.size(); ++j) {
    std::size_t diagonal = row[0];
    row[0] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[i];
      row[i] = std::min({substituted, row[i] + 1, row[i - 1] + 1});
    }
    if (*std::min_element(row.begin(), row.end()) > limit) return limit + 1;
  }
  return std::min(row.back(), limit + 1);
}

}  // namespace bedside
