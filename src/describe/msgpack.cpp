#include "describe/msgpack.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace bedside {

static_assert(std::endian::native == std::endian::little, "typed arrays are written as they lie in memory");

namespace {

constexpr unsigned float64Vector = 1, int32Vector = 2;
constexpr int deepest = 200;

}  // namespace

void Writer::bigEndian(std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) byte(static_cast<unsigned>(value >> shift) & 0xffu);
}

void Writer::number(double value) {
  byte(0xcb);
  bigEndian(std::isnan(value) ? 0x7ff8000000000000u : std::bit_cast<std::uint64_t>(value), 8);
}

void Writer::integer(std::int64_t value) {
  if (value >= 0 && value < 128) {
    byte(static_cast<unsigned>(value));
  } else if (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max()) {
    byte(0xd2);
    bigEndian(static_cast<std::uint32_t>(value), 4);
  } else {
    number(static_cast<double>(value));  // JavaScript's numbers are doubles: whole up to 2⁵³
  }
}

void Writer::bytes(const void* from, std::size_t count) {
  size_ += count;
  if (out_) out_->append({static_cast<const std::uint8_t*>(from), count});
}

void Writer::string(std::string_view value) {
  if (value.size() < 32) {
    byte(0xa0u | static_cast<unsigned>(value.size()));
  } else {
    byte(0xdb);
    bigEndian(value.size(), 4);
  }
  bytes(value.data(), value.size());
}

void Writer::binary(std::span<const std::uint8_t> value) {
  byte(0xc6);
  bigEndian(value.size(), 4);
  bytes(value.data(), value.size());
}

void Writer::array(std::size_t size) {
  if (size < 16) return byte(0x90u | static_cast<unsigned>(size));
  byte(0xdd);
  bigEndian(size, 4);
}

void Writer::map(std::size_t size) {
  if (size < 16) return byte(0x80u | static_cast<unsigned>(size));
  byte(0xdf);
  bigEndian(size, 4);
}

void Writer::aligned(unsigned type, std::size_t bytes) {
  const std::size_t begin = size_ + 7;  // after the header of 6 bytes and the padding's count
  const std::size_t padding = (8 - begin % 8) % 8;
  byte(0xc9);
  bigEndian(1 + padding + bytes, 4);
  byte(type);
  byte(static_cast<unsigned>(padding));
  for (std::size_t i = 0; i < padding; ++i) byte(0);
}

std::uint8_t* Writer::roomForDoubles(std::size_t size) {
  aligned(float64Vector, size * sizeof(double));
  size_ += size * sizeof(double);
  if (!out_) return nullptr;
  return out_->extend(size * sizeof(double));
}

void Writer::put(double value, std::uint8_t* to) {
  const double written = std::isnan(value) ? std::bit_cast<double>(std::uint64_t{0x7ff8000000000000u}) : value;
  std::memcpy(to, &written, sizeof written);
}

void Writer::doubles(std::span<const double> values) {
  std::uint8_t* to = roomForDoubles(values.size());
  if (!to) return;
  for (const double value : values) {
    put(value, to);
    to += sizeof value;
  }
}

void Writer::integers(std::span<const std::int32_t> values) {
  aligned(int32Vector, values.size_bytes());
  bytes(values.data(), values.size_bytes());
}

bool Value::has(std::string_view name) const {
  for (const auto& [field, value] : fields) {
    if (field == name) return true;
  }
  return false;
}

const Value& Value::operator[](std::string_view name) const {
  static const Value none;
  for (const auto& [field, value] : fields) {
    if (field == name) return value;
  }
  return none;
}

std::vector<double> Value::doubles() const {
  std::vector<double> out(type == Type::doubles ? bytes.size() / sizeof(double) : 0);
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), out.size() * sizeof(double));
  return out;
}

std::vector<std::int32_t> Value::integers() const {
  std::vector<std::int32_t> out(type == Type::integers ? bytes.size() / sizeof(std::int32_t) : 0);
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), out.size() * sizeof(std::int32_t));
  return out;
}

std::string_view Value::typeName() const {
  switch (type) {
    case Type::null: return "null";
    case Type::boolean: return "a boolean";
    case Type::number: return "a number";
    case Type::string: return "a string";
    case Type::binary: return "bytes";
    case Type::doubles:
    case Type::integers: return "a typed array";
    case Type::array: return "an array";
    case Type::map: return "an object";
  }
  return "nothing";
}

namespace {

class Parser {
 public:
  explicit Parser(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool whole() const { return ok_ && at_ == bytes_.size(); }

  Value value(int depth = 0) {
    if (depth > deepest) return broken();
    const unsigned head = static_cast<unsigned>(unsignedOf(1));
    if (!ok_) return {};
    if (head < 0x80) return number(head);
    if (head < 0x90) return map(head & 0x0f, depth);
    if (head < 0xa0) return array(head & 0x0f, depth);
    if (head < 0xc0) return string(head & 0x1f);
    if (head >= 0xe0) return number(static_cast<std::int8_t>(head));
    switch (head) {
      case 0xc0: return {};
      case 0xc2:
      case 0xc3: return boolean(head == 0xc3);
      case 0xc4: return binary(unsignedOf(1));
      case 0xc5: return binary(unsignedOf(2));
      case 0xc6: return binary(unsignedOf(4));
      case 0xc9: return extension(unsignedOf(4));
      case 0xca: return number(std::bit_cast<float>(static_cast<std::uint32_t>(unsignedOf(4))));
      case 0xcb: return number(std::bit_cast<double>(unsignedOf(8)));
      case 0xcc: return number(static_cast<double>(unsignedOf(1)));
      case 0xcd: return number(static_cast<double>(unsignedOf(2)));
      case 0xce: return number(static_cast<double>(unsignedOf(4)));
      case 0xcf: return number(static_cast<double>(unsignedOf(8)));
      case 0xd0: return number(static_cast<std::int8_t>(unsignedOf(1)));
      case 0xd1: return number(static_cast<std::int16_t>(unsignedOf(2)));
      case 0xd2: return number(static_cast<std::int32_t>(unsignedOf(4)));
      case 0xd3: return number(static_cast<double>(static_cast<std::int64_t>(unsignedOf(8))));
      case 0xd9: return string(unsignedOf(1));
      case 0xda: return string(unsignedOf(2));
      case 0xdb: return string(unsignedOf(4));
      case 0xdc: return array(unsignedOf(2), depth);
      case 0xdd: return array(unsignedOf(4), depth);
      case 0xde: return map(unsignedOf(2), depth);
      case 0xdf: return map(unsignedOf(4), depth);
      default: return broken();
    }
  }

 private:
  Value broken() {
    ok_ = false;
    return {};
  }

  std::span<const std::uint8_t> take(std::uint64_t size) {
    if (!ok_ || size > bytes_.size() - at_) {
      ok_ = false;
      return {};
    }
    const auto taken = bytes_.subspan(at_, static_cast<std::size_t>(size));
    at_ += taken.size();
    return taken;
  }

  std::uint64_t unsignedOf(std::size_t size) {
    std::uint64_t out = 0;
    for (const std::uint8_t byte : take(size)) out = out << 8 | byte;
    return out;
  }

  static Value of(Value::Type type) {
    Value out;
    out.type = type;
    return out;
  }

  static Value boolean(bool truth) {
    Value out = of(Value::Type::boolean);
    out.truth = truth;
    return out;
  }

  static Value number(double number) {
    Value out = of(Value::Type::number);
    out.number = number;
    return out;
  }

  std::string_view textOf(std::uint64_t size) {
    const auto taken = take(size);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }

  Value string(std::uint64_t size) {
    Value out = of(Value::Type::string);
    out.text = textOf(size);
    return out;
  }

  Value binary(std::uint64_t size) {
    Value out = of(Value::Type::binary);
    out.bytes = take(size);
    return out;
  }

  Value extension(std::uint64_t size) {
    const unsigned type = static_cast<unsigned>(unsignedOf(1));
    auto body = take(size);
    if (!ok_ || body.empty() || body[0] >= body.size()) return broken();
    Value out = of(type == float64Vector ? Value::Type::doubles : Value::Type::integers);
    out.bytes = body.subspan(1u + body[0]);
    if (type != float64Vector && type != int32Vector) return broken();
    return out;
  }

  Value array(std::uint64_t size, int depth) {
    Value out = of(Value::Type::array);
    for (std::uint64_t i = 0; i < size && ok_; ++i) out.items.push_back(value(depth + 1));
    return out;
  }

  Value map(std::uint64_t size, int depth) {
    Value out = of(Value::Type::map);
    for (std::uint64_t i = 0; i < size && ok_; ++i) {
      const Value key = value(depth + 1);
      if (key.type != Value::Type::string) return broken();
      out.fields.push_back({key.text, value(depth + 1)});
    }
    return out;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace

ReadResult readMessage(std::span<const std::uint8_t> bytes) {
  Parser parser(bytes);
  Value value = parser.value();
  if (!parser.whole()) return {};
  return {true, std::move(value)};
}

}  // namespace bedside
