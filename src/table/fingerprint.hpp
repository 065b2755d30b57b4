#pragma once

#include <cstdint>
#include <span>

namespace bedside {

/// A 128-bit hash (XXH3): of a column's content, of a request, of stored bytes.
struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const Fingerprint&) const = default;
};

Fingerprint fingerprintOf(std::span<const std::uint8_t> bytes);

}  // namespace bedside
