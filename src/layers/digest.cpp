#include "layers/digest.hpp"

#include <new>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace bedside::layers {

struct Digest::State {
  XXH3_state_t xxh3;  // aligned to 64 bytes by its own declaration
};

void Digest::Release::operator()(State* state) const { delete state; }

Digest::Digest() : state_(new State) { reset(); }

void Digest::add(const void* bytes, std::size_t count) { XXH3_128bits_update(&state_->xxh3, bytes, count); }

Digest::Value Digest::value() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&state_->xxh3);
  return {hash.high64, hash.low64};
}

void Digest::reset() { XXH3_128bits_reset(&state_->xxh3); }

Digest::Value digestOf(const void* bytes, std::size_t count) {
  const XXH128_hash_t hash = XXH3_128bits(bytes, count);
  return {hash.high64, hash.low64};
}

}  // namespace bedside::layers
