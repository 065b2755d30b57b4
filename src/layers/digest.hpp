#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace bedside::layers {

/// XXH3 with 128 bits over bytes that come in pieces. No defence against forgery: whoever serves the bytes could as
/// well serve false ones at once.
class Digest {
 public:
  struct Value {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend bool operator==(const Value&, const Value&) = default;
  };

  Digest();
  void add(const void* bytes, std::size_t count);
  Value value() const;
  /// Begins anew.
  void reset();

 private:
  struct State;
  struct Release {
    void operator()(State* state) const;
  };
  std::unique_ptr<State, Release> state_;
};

/// Of bytes that are all there.
Digest::Value digestOf(const void* bytes, std::size_t count);

}  // namespace bedside::layers
