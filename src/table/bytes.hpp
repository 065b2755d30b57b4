#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace bedside {

/// Bytes that may be read behind the end of a text that is scanned sixteen at a time.
inline constexpr std::size_t scanMargin = 16;

/// One bit per byte of the sixteen at `p`, set where it ends a cell: the separator, a line end, or the NUL that stands
/// behind the last byte read so far.
inline std::uint32_t cellEnds(const char* p, char separator) {
#if defined(__wasm_simd128__)
  const v128_t bytes = wasm_v128_load(p);
  const v128_t lineEnds = wasm_v128_or(wasm_i8x16_eq(bytes, wasm_i8x16_const_splat('\n')),
                                       wasm_i8x16_eq(bytes, wasm_i8x16_const_splat('\r')));
  const v128_t others =
      wasm_v128_or(wasm_i8x16_eq(bytes, wasm_i8x16_splat(separator)), wasm_i8x16_eq(bytes, wasm_i8x16_const_splat(0)));
  return wasm_i8x16_bitmask(wasm_v128_or(lineEnds, others));
#elif defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const __m128i lineEnds =
      _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
  const __m128i others =
      _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(separator)), _mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(lineEnds, others)));
#else
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < scanMargin; ++i) {
    const bool ends = p[i] == separator || p[i] == '\n' || p[i] == '\r' || p[i] == '\0';
    mask |= static_cast<std::uint32_t>(ends) << i;
  }
  return mask;
#endif
}

/// Where the cell that begins at `p` ends. There is an end: a NUL stands behind the text.
inline const char* cellEnd(const char* p, char separator) {
  for (;; p += scanMargin) {
    const std::uint32_t mask = cellEnds(p, separator);
    if (mask != 0) return p + std::countr_zero(mask);
  }
}

/// The first byte from `p` to `end` that is no plain ASCII (NUL or ≥ 0x80), else `end`. As signed bytes these are the
/// ones below 1, so one comparison tells. Reads up to `scanMargin` bytes behind `end`.
inline const char* firstUnusual(const char* p, const char* end) {
  for (; p < end; p += scanMargin) {
#if defined(__wasm_simd128__)
    const std::uint32_t mask = wasm_i8x16_bitmask(wasm_i8x16_lt(wasm_v128_load(p), wasm_i8x16_const_splat(1)));
#elif defined(__SSE2__)
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8(1))));
#else
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < scanMargin; ++i)
      mask |= static_cast<std::uint32_t>(static_cast<signed char>(p[i]) < 1) << i;
#endif
    if (mask != 0) return p + std::countr_zero(mask) < end ? p + std::countr_zero(mask) : end;
  }
  return end;
}

}  // namespace bedside
