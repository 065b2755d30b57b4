#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace bedside {

/// A number in decimal notation with at most 15 significant digits, no exponent, no zeros at the end: `0`, `0.5`,
/// `10` (R's `as.character` for factor levels). NaN and infinities are `NaN`, `Inf`, `-Inf`.
std::string decimalText(double value);

/// `'name'`, for messages.
std::string quoted(std::string_view name);

/// A text cut to 60 bytes with an ellipsis, for messages.
std::string shortened(std::string_view text);

namespace detail {
inline void append(std::string& out, std::string_view piece) { out += piece; }
inline void append(std::string& out, double value) { out += decimalText(value); }
inline void append(std::string& out, std::integral auto value) { out += std::to_string(value); }
}  // namespace detail

/// The pieces (texts and numbers) one after another.
template <class... Pieces>
std::string text(const Pieces&... pieces) {
  std::string out;
  (detail::append(out, pieces), ...);
  return out;
}

/// The one of `names` that is nearest to `wanted` by edit distance, when it is near enough to be a slip of the
/// finger; else empty.
template <class Names>
std::string_view nearest(std::string_view wanted, const Names& names);

/// Edit distance (Levenshtein 1966), counted no further than `limit`.
std::size_t editDistance(std::string_view a, std::string_view b, std::size_t limit);

template <class Names>
std::string_view nearest(std::string_view wanted, const Names& names) {
  std::size_t best = wanted.size() / 3 + 2;  // further than this is another word
  std::string_view found;
  for (const auto& name : names) {
    const std::size_t distance = editDistance(wanted, name, best);
    if (distance < best) {
      best = distance;
      found = name;
    }
  }
  return found;
}

}  // namespace bedside
