#include "table/summary.hpp"

#include "table/distinct.hpp"

namespace bedside {

std::string_view typeName(Kind kind) {
  switch (kind) {
    case Kind::numeric:
      return "numeric";
    case Kind::date:
      return "date";
    case Kind::categorical:
      return "categorical";
  }
  return "numeric";
}

ColumnSummary summaryOf(const ColumnData& column, std::optional<std::size_t> distinct) {
  ColumnSummary summary;
  summary.type = typeName(column.kind);
  summary.missing = column.missing;
  if (!distinct) distinct = column.numeric() ? countDistinct(column.values) : column.levels.size();
  summary.distinct = *distinct;
  summary.listed = !column.numeric() && column.levels.size() <= mostLevels;
  if (summary.listed) summary.levels = column.levels;
  return summary;
}

}  // namespace bedside
