#include "describe/encode.hpp"

namespace bedside {

void encodeFields(Writer& to, const Writable& object) {
  for (const auto& field : object.fields) {
    to.string(field.name);
    field.write(to, field.member(object.object));
  }
}

void encode(Writer& to, const Writable& object) {
  to.map(object.fields.size());
  encodeFields(to, object);
}

namespace detail {

void writeEach(Writer& to, const void* values, std::size_t count, std::size_t bytesEach, WriteAt writeOne) {
  to.array(count);
  const auto* at = static_cast<const std::byte*>(values);
  for (std::size_t i = 0; i < count; ++i, at += bytesEach) writeOne(to, at);
}

}  // namespace detail

}  // namespace bedside
