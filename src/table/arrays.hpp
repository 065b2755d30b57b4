#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "table/levels.hpp"
#include "table/table.hpp"

namespace bedside {

/// A column of numbers; NaN is missing.
Column columnOfNumbers(std::string name, std::vector<double> values);

/// A column of dates from JavaScript time values in milliseconds: the UTC day of each; NaN is missing.
Column columnOfTimes(std::string name, std::vector<double> milliseconds);

/// Makes a categorical column of texts as they come, one per row. They are taken as they are: nothing is trimmed, no
/// text means missing.
class TextColumn {
 public:
  void add(std::string_view text) { codes_.push_back(levels_.codeOf(text)); }
  void addMissing() { codes_.push_back(-1); }
  void reserve(std::size_t rows) { codes_.reserve(rows); }
  Column finish(std::string name);

 private:
  Levels levels_;
  std::vector<std::int32_t> codes_;
};

/// A table of columns; INVALID_SPEC when they differ in length or two have one name.
Table tableOf(std::vector<Column> columns);

}  // namespace bedside
