#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "table/load.hpp"
#include "table/text.hpp"

namespace bedside::testing {

/// What a load ends in: a table, or the code and message of its failure.
struct Loaded {
  Table table;
  std::string failure;  ///< `PARSE_ERROR: line 3: …`; empty when there is a table
};

inline Loaded loadInChunks(std::string_view text, const LoadOptions& options, const std::string& file,
                           std::size_t chunk) {
  Loaded out;
  try {
    CsvReader reader(options, file);
    for (std::size_t at = 0; at < text.size(); at += chunk) {
      const std::string piece(text.substr(at, chunk));  // on its own, so that reading beyond it is seen
      reader.feed(piece);
    }
    out.table = reader.finish();
  } catch (const Failure& failure) {
    out.failure = std::string(name(failure.code)) + ": " + failure.message;
  }
  return out;
}

/// The cell as a person would write it; `<missing>` for none.
inline std::string cellOf(const ColumnData& column, std::size_t row) {
  if (column.numeric()) return std::isnan(column.values[row]) ? "<missing>" : decimalText(column.values[row]);
  return column.codes[row] < 0 ? "<missing>" : column.levels[static_cast<std::size_t>(column.codes[row])];
}

inline std::vector<std::string> cellsOf(const Table& table, std::string_view name) {
  std::vector<std::string> cells;
  const ColumnData& column = *table.at(name).data;
  for (std::size_t row = 0; row < column.rows(); ++row) cells.push_back(cellOf(column, row));
  return cells;
}

inline void expectSame(const Loaded& a, const Loaded& b) {
  EXPECT_EQ(a.failure, b.failure);
  EXPECT_EQ(a.table.rows, b.table.rows);
  EXPECT_EQ(a.table.fingerprint(), b.table.fingerprint());
  ASSERT_EQ(a.table.columns.size(), b.table.columns.size());
  for (std::size_t i = 0; i < a.table.columns.size(); ++i) {
    EXPECT_EQ(a.table.columns[i].data->missing, b.table.columns[i].data->missing);
    EXPECT_EQ(a.table.columns[i].data->levels, b.table.columns[i].data->levels);
  }
  ASSERT_EQ(a.table.warnings.size(), b.table.warnings.size());
  for (std::size_t i = 0; i < a.table.warnings.size(); ++i) {
    EXPECT_EQ(a.table.warnings[i].message, b.table.warnings[i].message);
  }
}

/// Loads the text whole and in chunks of 1, 2 and 7 bytes, which must make no difference.
inline Loaded load(std::string_view text, const LoadOptions& options = {}, const std::string& file = "patients.csv") {
  const Loaded whole = loadInChunks(text, options, file, std::max<std::size_t>(text.size(), 1));
  for (const std::size_t chunk : {1, 2, 7}) {
    SCOPED_TRACE("chunks of " + std::to_string(chunk) + " bytes of: " + std::string(text.substr(0, 200)));
    expectSame(whole, loadInChunks(text, options, file, chunk));
  }
  return whole;
}

/// The table of a text that must load.
inline Table tableFrom(std::string_view text, const LoadOptions& options = {},
                       const std::string& file = "patients.csv") {
  Loaded loaded = load(text, options, file);
  EXPECT_EQ(loaded.failure, "") << text;
  return std::move(loaded.table);
}

inline std::vector<std::string> namesOf(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}

/// The message of the one warning with that code; empty when there is none.
inline std::string warningOf(const Table& table, std::string_view code) {
  std::string message;
  for (const Warning& warning : table.warnings) {
    if (warning.code != code) continue;
    EXPECT_EQ(message, "") << "more than one " << code;
    message = warning.message;
  }
  return message;
}

using Texts = std::vector<std::string>;

}  // namespace bedside::testing
