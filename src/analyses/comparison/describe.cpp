#include "analyses/comparison/describe.hpp"

#include <algorithm>
#include <cmath>

#include "table/text.hpp"

namespace bedside {

void Describe::complete(Spec& spec, const Table& table) {
  if (spec.columns) return;
  spec.columns.emplace();
  for (const auto& column : table.columns) spec.columns->push_back({column.name});
}

DescribeResult Describe::run(const Table& table, const Spec& spec, Context& context) {
  if (table.rows == 0) fail(Code::tooFewRows, "The table has no rows to describe.");
  const auto rows = numerics::Rows::all(table.rows);
  const auto counted = [&](const Column& column) {
    return !column.data->numeric() || std::any_of(spec.categorical.begin(), spec.categorical.end(),
                                                  [&](const auto& mention) { return mention.name == column.name; });
  };
  DescribeResult result;
  result.common.n = table.rows;
  const auto& names = *spec.columns;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Column& column = table.at(names[i].name);
    DescribedVariable variable{.name = column.name, .type = "categorical", .summary = {}, .min = {}, .max = {}, .skewness = {}};
    if (counted(column)) {
      variable.summary = summarize(factorOf(*column.data), rows);
    } else {
      const auto& values = column.data->values;
      const auto infinite = std::find_if(values.begin(), values.end(), [](double value) { return std::isinf(value); });
      if (infinite != values.end()) {
        fail(Code::notFinite, text("Column ", quoted(column.name), " is infinite in row ", infinite - values.begin() + 1,
                                   ". Correct the value, or name it among the missing codes."));
      }
      Shape shape{};
      variable.type = column.data->kind == Kind::date ? "date" : "numeric";
      variable.summary = summarize(*column.data, rows, &shape);
      variable.min = shape.min;
      variable.max = shape.max;
      variable.skewness = shape.skewness;
    }
    result.variables.push_back(std::move(variable));
    context.progress(static_cast<double>(i + 1) / static_cast<double>(names.size()));
  }
  return result;
}

}  // namespace bedside
