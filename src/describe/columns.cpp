#include "describe/columns.hpp"

#include "table/text.hpp"

namespace bedside {

void detail::columnsInFields(const void* object, std::span<const FieldColumns> fields, const Table& table,
                             std::vector<ColumnUse>& out) {
  for (const FieldColumns& field : fields) field.find(field.member(object), table, field.numeric, out);
}

void checkColumns(const std::vector<ColumnUse>& columns, const Table& table) {
  for (const auto& column : columns) table.at(column.name);
  for (const auto& column : columns) {
    if (column.numeric && !table.at(column.name).data->numeric()) {
      fail(Code::notNumeric, text("Column ", quoted(column.name), " holds text where numbers are needed. If its numbers are written in "
                                  "another way, load it with types: { ", quoted(column.name), ": 'numeric' } or name its missing codes."));
    }
  }
}

}  // namespace bedside
