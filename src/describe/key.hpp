#pragma once

#include <string_view>

#include "describe/encode.hpp"
#include "table/fingerprint.hpp"
#include "table/table.hpp"

namespace bedside {

/// Builds the key of what is computed from a table: of a result (analysis, canonical spec, content of the columns
/// used) or of a fit that several results share. Two computations with the same key give the same bytes.
class KeyBuilder {
 public:
  explicit KeyBuilder(std::string_view kind) { writer_.string(kind); }

  /// Any value that can be described: part of what determines the outcome.
  template <class T>
  KeyBuilder& add(const T& value) {
    detail::write(writer_, value);
    return *this;
  }

  /// A column by name and content, so that unused columns and their order do not matter.
  KeyBuilder& column(const Column& column) {
    writer_.string(column.name);
    return add(column.data->fingerprint);
  }

  KeyBuilder& add(const Fingerprint& fingerprint) {
    const std::uint64_t halves[] = {fingerprint.high, fingerprint.low};
    writer_.binary({reinterpret_cast<const std::uint8_t*>(halves), sizeof halves});
    return *this;
  }

  Fingerprint key() const { return fingerprintOf(bytes_); }

 private:
  Bytes bytes_;
  Writer writer_{bytes_};
};

}  // namespace bedside
