#include "table/aswritten.hpp"

#include <cmath>
#include <optional>
#include <utility>

#include "table/number.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

/// Forms of a note. Below `manyDigits`: that number of decimals behind a point, or (from `comma`) behind a comma.
constexpr unsigned comma = 32;       // + decimals
constexpr unsigned manyDigits = 64;  // + decimals: the digits are the value times 10^decimals, plus what follows
constexpr unsigned bytes = 96;       // the length and the text follow
constexpr unsigned mostDecimals = 22;

/// A text that is `-? digits [. digits]` without superfluous zeros in front, as one whole number.
struct Digits {
  std::uint64_t whole = 0;
  unsigned decimals = 0;
};

std::optional<Digits> digitsOf(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::size_t before = point == std::string_view::npos ? text.size() : point;
  const std::size_t count = text.size() - (before < text.size() ? 1 : 0);
  if (before == 0 || point + 1 == text.size() || count > 18) return std::nullopt;
  if (text[0] == '0' && before > 1) return std::nullopt;
  Digits digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == before) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    digits.whole = digits.whole * 10 + static_cast<unsigned>(text[i] - '0');
  }
  digits.decimals = static_cast<unsigned>(count - before);
  return digits;
}

/// The digits that the double alone gives: a few units beside the true ones when there are more than 15.
std::uint64_t guessedDigits(double value, unsigned decimals) {
  return static_cast<std::uint64_t>(std::nearbyint(std::abs(value) * powersOfTen[decimals]));
}

std::string withDecimals(std::uint64_t whole, unsigned decimals, bool negative, char mark) {
  std::string digits = std::to_string(whole);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, 1, mark);
  return negative ? '-' + digits : digits;
}

}  // namespace

void AsWritten::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) notes_ += static_cast<char>(static_cast<unsigned char>(value | 0x80));
  notes_ += static_cast<char>(value);
}

void AsWritten::begin(std::size_t row, unsigned form) {
  if (row - next_ < 0x80) {  // nearly always
    const char note[] = {static_cast<char>(row - next_), static_cast<char>(form)};
    notes_.append(note, 2);
  } else {
    varint(row - next_);
    notes_ += static_cast<char>(form);
  }
  next_ = row + 1;
}

void AsWritten::noteDecimals(std::size_t row, unsigned decimals, char mark) {
  begin(row, mark == ',' ? comma + decimals : decimals);
}

void AsWritten::note(std::size_t row, std::string_view text, double value) {
  const std::optional<Digits> digits = digitsOf(text);
  if (digits && digits->decimals <= mostDecimals && (digits->whole > 0 || !std::signbit(value))) {
    const auto guess = static_cast<std::int64_t>(guessedDigits(value, digits->decimals));
    const std::int64_t beside = static_cast<std::int64_t>(digits->whole) - guess;
    if (beside == 0) {
      const bool givenBack = digits->whole < 1'000'000'000'000'000 && (digits->decimals == 0 || text.back() != '0');
      return givenBack ? void() : noteDecimals(row, digits->decimals, '.');
    }
    begin(row, manyDigits + digits->decimals);
    varint(static_cast<std::uint64_t>(beside) << 1 ^ static_cast<std::uint64_t>(beside >> 63));
    return;
  }
  if (text == "Inf" || text == "-Inf") return;
  begin(row, bytes);
  varint(text.size());
  notes_ += text;
}

std::uint64_t AsWritten::Texts::varint() {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(notes_[0]);
    notes_.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return value;
  }
}

void AsWritten::Texts::advance() {
  pending_ = !notes_.empty();
  if (pending_) row_ += static_cast<std::size_t>(varint());
}

std::string AsWritten::Texts::of(std::size_t row, double value) {
  if (!pending_ || row != row_) return decimalText(value);
  const auto form = static_cast<unsigned char>(notes_[0]);
  notes_.remove_prefix(1);
  std::string text;
  if (form < manyDigits) {
    const unsigned decimals = form % comma;
    text = withDecimals(guessedDigits(value, decimals), decimals, value < 0, form < comma ? '.' : ',');
  } else if (form < bytes) {
    const unsigned decimals = form - manyDigits;
    const std::uint64_t zigzag = varint();
    const std::uint64_t beside = zigzag >> 1 ^ (~(zigzag & 1) + 1);
    text = withDecimals(guessedDigits(value, decimals) + beside, decimals, value < 0, '.');
  } else {
    const auto length = static_cast<std::size_t>(varint());
    text = notes_.substr(0, length);
    notes_.remove_prefix(length);
  }
  ++row_;
  advance();
  return text;
}

}  // namespace bedside
