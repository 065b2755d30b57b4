#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "describe/msgpack.hpp"
#include "table/table.hpp"

/// How tables and their columns are written in messages.
namespace bedside {

/// The number of a table or a load in the field of a message.
inline std::uint32_t idIn(const Value& message, std::string_view field) {
  return static_cast<std::uint32_t>(message[field].count());
}

/// How many different values columns hold. Each is counted once, whatever tables share it.
class DistinctCounts {
 public:
  /// None when it was not counted.
  std::optional<std::size_t> find(const std::shared_ptr<const ColumnData>& column) const;
  void keep(const std::shared_ptr<const ColumnData>& column, std::size_t distinct);

 private:
  struct Counted {
    std::weak_ptr<const ColumnData> column;  // the address alone may be another column's by now
    std::size_t distinct;
  };
  std::map<const ColumnData*, Counted> counted_;
  std::size_t sweepAt_ = 64;
};

/// `{ rows, columns: [{ name, type, missing, distinct, levels, label, unit, fingerprint }], warnings }`
void writeTable(Writer& out, const Table& table, DistinctCounts& counts);

/// A column of `{ name, numbers: Float64Array }`, `{ name, times: Float64Array }` or `{ name, texts: bytes, lengths:
/// Int32Array }` (texts: one behind the other in UTF-8; a length below 0: missing).
Column readColumn(const Value& message);

}  // namespace bedside
