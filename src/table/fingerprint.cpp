#include "table/fingerprint.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace bedside {

Fingerprint fingerprintOf(std::span<const std::uint8_t> bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

}  // namespace bedside
