#pragma once

#include <optional>
#include <string>
#include <string_view>
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

/// One column or several that an analysis uses: `'sex'` or `['sex', 'centre']`. Empty: none.
struct ColumnList {
  std::vector<std::string> names;  ///< each once
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

/// The values of columns for one patient who need not be in the table: `{ age: 60, sex: 'Female' }`, in the order given.
/// Results hand it back as it was written.
struct CovariateProfile {
  struct Entry {
    enum class Written { number, text, boolean };

    std::string column;
    Level level;
    Written written = Written::number;
    double number = 0;  ///< of a number
  };
  std::vector<Entry> entries;

  /// The entry of a column; null when it is not named.
  const Entry* find(std::string_view column) const {
    for (const Entry& entry : entries) {
      if (entry.column == column) return &entry;
    }
    return nullptr;
  }
};

/// A number that `null` switches off (for other fields `null` means: as if it had not been named).
struct NumberOrNull {
  std::optional<double> value;
};

/// Reference levels by column: `{ sex: 'Female' }`, in order of the names.
struct References {
  std::vector<std::pair<std::string, Level>> levels;
};

}  // namespace bedside
