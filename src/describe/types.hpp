#pragma once

#include <string>
#include <utility>
#include <vector>

namespace bedside {

/// A column that an analysis uses, by name. Its cells are part of the analysis' cache key.
struct ColumnName {
  std::string name;
  bool operator==(const ColumnName&) const = default;
};

/// A column that a spec speaks of without using it (`categorical`): it must exist, its cells are not part of the key.
struct ColumnMention {
  std::string name;
};

/// Model terms as the user writes them: `'age'`, `'sex'`, `'age:sex'`.
struct Predictors {
  std::vector<std::string> terms;
};

/// A value in a spec that is compared with cells: a number, a string or a boolean, held as level text, so that `2`
/// and `'2'` are the same value.
struct Level {
  std::string text;
  bool operator==(const Level&) const = default;
};

/// Reference levels by column: `{ sex: 'Female' }`, in order of the names.
struct References {
  std::vector<std::pair<std::string, Level>> levels;
};

}  // namespace bedside
