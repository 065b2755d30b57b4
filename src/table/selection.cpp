#include "table/selection.hpp"

#include <algorithm>
#include <cmath>

#include "table/text.hpp"

namespace bedside {
namespace {

std::vector<const Column*> columnsNamed(const Table& table, std::span<const std::string> names) {
  std::vector<const Column*> columns;
  columns.reserve(names.size());
  for (const std::string& name : names) columns.push_back(&table.at(name));
  return columns;
}

/// Marks a strip of rows (0: missing) for one column after the other: loops over one array each, which compilers
/// turn into vector instructions while every row is looked at.
template <class Row>
void markMissing(const ColumnData& data, std::size_t length, std::uint8_t* complete, Row row) {
  if (data.numeric()) {
    for (std::size_t i = 0; i < length; ++i) complete[i] &= data.values[row(i)] == data.values[row(i)];
  } else {
    for (std::size_t i = 0; i < length; ++i) complete[i] &= data.codes[row(i)] >= 0;
  }
}

constexpr std::size_t stripRows = 2048;

}  // namespace

void Selection::dropMissing(std::span<const Column* const> columns) {
  std::vector<const ColumnData*> gappy;
  std::size_t fewest = 0;
  for (const Column* column : columns) {
    const ColumnData* data = column->data.get();
    if (data->missing == 0 || std::find(gappy.begin(), gappy.end(), data) != gappy.end()) continue;
    gappy.push_back(data);
    fewest = std::max(fewest, data->missing);
  }
  if (gappy.empty()) return;

  // The gaps may all lie in rows left out before; row numbers are kept only when one lies in a row selected.
  std::size_t kept = 0;
  bool dropped = chosen_;
  std::uint8_t complete[stripRows];
  for (std::size_t first = 0; first < count_; first += stripRows) {
    const std::size_t length = std::min(stripRows, count_ - first);
    std::fill_n(complete, length, std::uint8_t{1});
    for (const ColumnData* data : gappy) {
      if (chosen_)
        markMissing(*data, length, complete, [&](std::size_t i) { return numbers_[first + i]; });
      else
        markMissing(*data, length, complete, [&](std::size_t i) { return first + i; });
    }
    for (std::size_t i = 0; i < length; ++i) {
      if (complete[i] == 0) {
        if (!dropped) {
          dropped = true;
          numbers_.reserve(count_ - fewest);
          for (std::size_t row = 0; row < kept; ++row) numbers_.push_back(static_cast<std::uint32_t>(row));
        }
      } else if (!dropped) {
        ++kept;
      } else if (chosen_) {
        numbers_[kept++] = numbers_[first + i];
      } else {
        numbers_.push_back(static_cast<std::uint32_t>(first + i));
        ++kept;
      }
    }
  }
  missing_ += count_ - kept;
  if (dropped) numbers_.resize(kept);
  chosen_ = dropped;
  count_ = kept;
}

void Selection::dropMissing(const Table& table, std::span<const std::string> columns) {
  dropMissing(columnsNamed(table, columns));
}

Selection completeRows(const Table& table, std::span<const std::string> columns, const Column* weights) {
  std::vector<const Column*> used = columnsNamed(table, columns);
  Selection selection(table.rows);
  if (weights) {
    if (weights->data->numeric()) {
      // A missing weight stays for now: it is counted as missing.
      selection.keepIf([&](std::size_t row) { return weights->data->values[row] != 0; });
    }
    used.push_back(weights);
  }
  selection.dropMissing(used);
  return selection;
}

void checkWeights(const Column& weights) {
  checkNumeric(weights, "the weights");
  const std::vector<double>& values = weights.data->values;
  const auto negative = std::find_if(values.begin(), values.end(), [](double weight) { return weight < 0; });
  if (negative == values.end()) return;
  fail(Code::invalidSpec,
       text("weights ", quoted(weights.name), " hold ", *negative, " in data row ",
            static_cast<std::size_t>(negative - values.begin()) + 1, " (the first row is 1): a weight is 0 or more"));
}

void checkNumeric(const Column& column, std::string_view role) {
  if (column.data->numeric()) return;
  const std::vector<std::string>& levels = column.data->levels;
  const std::string example = levels.empty() ? std::string() : text(" such as ", quoted(shortened(levels.back())));
  fail(Code::notNumeric, text("column ", quoted(column.name), " holds text", example, ", but ", role,
                              " must be numbers: load it with types: { ", quoted(column.name),
                              ": 'numeric' } or derive a numeric column"));
}

void checkFinite(const Column& column, const Selection& selection) {
  if (!column.data->infinite) return;
  const std::vector<double>& values = column.data->values;
  for (std::size_t i = 0; i < selection.count(); ++i) {
    const std::size_t row = selection[i];
    if (!std::isinf(values[row])) continue;
    fail(Code::notFinite, text("column ", quoted(column.name), " holds ", values[row], " in data row ", row + 1,
                               " (the first row is 1): correct it, make it missing or filter it out"));
  }
}

void checkFinite(const Table& table, std::span<const std::string> columns, const Selection& selection) {
  for (const std::string& name : columns) checkFinite(table.at(name), selection);
}

}  // namespace bedside
