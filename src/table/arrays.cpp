#include "table/arrays.hpp"

#include <utility>

#include "table/dates.hpp"
#include "table/text.hpp"

namespace bedside {

Column columnOfNumbers(std::string name, std::vector<double> values) {
  return {std::move(name), ColumnData::numericOf(std::move(values)), {}, {}, {}};
}

Column columnOfTimes(std::string name, std::vector<double> milliseconds) {
  for (double& value : milliseconds) value = dayOf(value);
  return {std::move(name), ColumnData::numericOf(std::move(milliseconds), Kind::date), {}, {}, {}};
}

Column TextColumn::finish(std::string name) {
  std::vector<std::string> texts;
  texts.reserve(levels_.size());
  for (std::size_t code = 0; code < levels_.size(); ++code) texts.emplace_back(levels_[code]);
  LevelOrder order = inLevelOrder(std::move(texts));
  recode(codes_, order.place);
  codes_.shrink_to_fit();
  return {std::move(name), ColumnData::categoricalOf(std::move(codes_), std::move(order.levels)), {}, {}, {}};
}

Table tableOf(std::vector<Column> columns) {
  Table table;
  table.rows = columns.empty() ? 0 : columns.front().data->rows();
  for (Column& column : columns) {
    if (column.data->rows() != table.rows) {
      fail(Code::invalidSpec, text("column ", quoted(column.name), " has ", column.data->rows(), " values, column ",
                                   quoted(table.columns.front().name), " has ", table.rows));
    }
    if (table.find(column.name) != nullptr)
      fail(Code::invalidSpec, text("two columns are named ", quoted(column.name)));
    table.columns.push_back(std::move(column));
  }
  return table;
}

}  // namespace bedside
