#pragma once

#include <optional>
#include <string_view>

namespace bedside::layers {

/// The moment an HTTP date names, in milliseconds since 1970-01-01 UTC, in any of the three forms that RFC 9110
/// (5.6.7) asks a recipient to accept: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`,
/// `Sun Nov  6 08:49:37 1994`. Nothing for any other text. `nowMs` places a two-digit year: one that seems more than
/// 50 years ahead lies in the century before.
std::optional<double> httpDateMs(std::string_view text, double nowMs);

}  // namespace bedside::layers
