#pragma once

#include <cstdint>
#include <cstring>

namespace bedside::numerics {

/// Two doubles that the processor handles at once: 128 bits are what WebAssembly and every x86-64 have, so the same
/// operations run in the same order everywhere and give the same bits.
using Lanes = double __attribute__((vector_size(16)));
using LaneBits = std::int64_t __attribute__((vector_size(16)));

inline Lanes load(const double* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}
inline void store(double* to, Lanes lanes) { std::memcpy(to, &lanes, sizeof lanes); }
inline Lanes both(double value) { return Lanes{value, value}; }
inline double sum(Lanes lanes) { return lanes[0] + lanes[1]; }
/// Lane by lane: `mask` ? `yes` : `no`; a comparison of Lanes gives the mask.
inline Lanes select(LaneBits mask, Lanes yes, Lanes no) {
  return (Lanes)((mask & (LaneBits)yes) | (~mask & (LaneBits)no));
}
inline Lanes magnitude(Lanes x) { return (Lanes)((LaneBits)x & LaneBits{INT64_MAX, INT64_MAX}); }

}  // namespace bedside::numerics
