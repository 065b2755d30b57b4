#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "describe/bytes.hpp"

namespace bedside {

/// Writes MessagePack, the one form in which results cross the boundary, lie in the cache and are stored.
/// The same values give the same bytes everywhere: every NaN is written as the canonical one.
///
/// Vectors of numbers are an extension (type 1: Float64, type 2: Int32; little-endian) whose first byte counts the
/// padding after it, so that the numbers lie at a multiple of 8 from the start of the message and JavaScript can lay
/// a typed array on them.
class Writer {
 public:
  explicit Writer(Bytes& out) : out_(&out) {}
  /// Writes nowhere: to learn the `size()` of a message first. A buffer that grows to a large one would need three times
  /// as much on the way.
  Writer() = default;

  /// Bytes of the message so far.
  std::size_t size() const { return size_; }

  void null() { byte(0xc0); }
  void boolean(bool value) { byte(value ? 0xc3 : 0xc2); }
  void number(double value);
  void integer(std::int64_t value);
  void string(std::string_view value);
  void binary(std::span<const std::uint8_t> value);
  void array(std::size_t size);
  void map(std::size_t size);
  void doubles(std::span<const double> values);
  /// `size` numbers as one vector, each made by `next()` while it is written.
  template <class Next>
  void doublesFrom(std::size_t size, Next&& next) {
    std::uint8_t* to = roomForDoubles(size);
    for (std::size_t i = 0; to && i < size; ++i, to += sizeof(double)) put(next(), to);
  }
  void integers(std::span<const std::int32_t> values);

 private:
  void byte(unsigned value) {
    ++size_;
    if (out_) out_->push_back(static_cast<std::uint8_t>(value));
  }
  void bytes(const void* from, std::size_t count);
  void bigEndian(std::uint64_t value, int bytes);
  void aligned(unsigned type, std::size_t bytes);
  /// Begins a vector of so many numbers; where they go, null when nothing is written.
  std::uint8_t* roomForDoubles(std::size_t size);
  /// Writes eight bytes.
  static void put(double value, std::uint8_t* to);

  Bytes* out_ = nullptr;
  std::size_t size_ = 0;
};

struct NamedValue;

/// A message read: a spec, options, a request. Texts and binaries are views of the message, which must outlive it.
struct Value {
  enum class Type : std::uint8_t { null, boolean, number, string, binary, doubles, integers, array, map };

  Type type = Type::null;
  bool truth = false;
  double number = 0;
  std::string_view text;                                  ///< string
  std::span<const std::uint8_t> bytes;                    ///< binary, doubles, integers (unaligned)
  std::vector<Value> items;                               ///< array
  std::vector<NamedValue> fields;                         ///< map

  bool isNull() const { return type == Type::null; }
  /// The field of a map; null when there is none (or this is no map).
  const Value& operator[](std::string_view name) const;
  /// Whether a map names the field, be it null.
  bool has(std::string_view name) const;
  std::size_t count() const { return number > 0 ? static_cast<std::size_t>(number) : 0; }
  /// Copies of the numbers of `doubles` or `integers`, whatever their alignment.
  std::vector<double> doubles() const;
  std::vector<std::int32_t> integers() const;
  /// "a number", "an array" …, for messages.
  std::string_view typeName() const;
};

struct NamedValue {
  std::string_view name;
  Value value;
};

/// Reads one message. `ok` is false (and the value null) when the bytes are no whole MessagePack message, hold more
/// than 200 levels or claim more than they have: a length is believed only as far as bytes are there.
struct ReadResult {
  bool ok = false;
  Value value;
};
ReadResult readMessage(std::span<const std::uint8_t> bytes);

}  // namespace bedside
