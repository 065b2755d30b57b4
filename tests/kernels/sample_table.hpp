#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "table/error.hpp"
#include "table/table.hpp"

namespace bedside {

/// A missing cell of `numbers`; of `texts` it is "NA".
inline constexpr double absent = std::numeric_limits<double>::quiet_NaN();

inline Column numbers(std::string name, std::vector<double> values, std::vector<std::string> order = {}) {
  Column column;
  column.name = std::move(name);
  column.data = ColumnData::numericOf(std::move(values), Kind::numeric, std::move(order));
  return column;
}

/// A text column, its levels in level order.
inline Column texts(std::string name, const std::vector<std::string>& cells) {
  std::vector<std::string> levels;
  for (const std::string& cell : cells) {
    if (cell != "NA" && std::find(levels.begin(), levels.end(), cell) == levels.end()) levels.push_back(cell);
  }
  std::sort(levels.begin(), levels.end(), levelBefore);
  std::vector<std::int32_t> codes;
  for (const std::string& cell : cells) {
    const auto at = std::find(levels.begin(), levels.end(), cell);
    codes.push_back(at == levels.end() ? -1 : static_cast<std::int32_t>(at - levels.begin()));
  }
  Column column;
  column.name = std::move(name);
  column.data = ColumnData::categoricalOf(std::move(codes), std::move(levels));
  return column;
}

inline Table tableOf(std::vector<Column> columns) {
  Table table;
  table.rows = columns.empty() ? 0 : columns.front().data->rows();
  table.columns = std::move(columns);
  return table;
}

/// What a call that must fail says: "CODE: message"; "no failure" when it does not.
template <class Call>
std::string failureOf(Call&& call) {
  try {
    call();
  } catch (const Failure& failure) {
    return std::string(name(failure.code)) + ": " + failure.message;
  }
  return "no failure";
}

}  // namespace bedside
