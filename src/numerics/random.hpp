#pragma once

#include <cstdint>

namespace bedside::numerics {

/// Random numbers that are a function of (stream, how many were drawn) and nothing else: a fixed seed, no state shared
/// between streams, the same on every platform (Steele, Lea & Flood 2014, SplitMix64).
class Random {
 public:
  explicit Random(std::uint64_t stream) : state_(mixed(stream + golden)) {}

  std::uint64_t bits() { return mixed(state_ += golden); }
  /// Uniform, strictly between 0 and 1.
  double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; }

 private:
  static constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;
  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }

  std::uint64_t state_;
};

}  // namespace bedside::numerics
