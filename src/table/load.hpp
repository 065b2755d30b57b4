#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "table/dictionary.hpp"
#include "table/table.hpp"

namespace bedside {

/// How a file is to be read (CONTRACT, `engine.load`). An empty field leaves it to the default.
struct LoadOptions {
  std::string format{};                                            ///< `csv`, `tsv`; empty: guessed
  std::vector<std::pair<std::string, std::string>> types{};        ///< column → `numeric`, `categorical`, `date`
  std::vector<std::string> missing{};                              ///< tokens added to the defaults, for every column
  std::string dateFormat{};                                        ///< of all date columns
  std::vector<std::pair<std::string, std::string>> dateFormats{};  ///< column → its own
  std::string calendar{};                                          ///< `gregorian` or `buddhist`
  Dictionary dictionary{};                                         ///< where it and `types` differ, `types` holds
};

/// Reads separated text (loading.md §1–7, 12) that comes in chunks of any size. Memory: the table, its columns packed
/// until the end (`Pages`), and the cell at hand; the text never lies in memory as a whole.
class CsvReader {
 public:
  /// INVALID_SPEC for options that cannot be, before a byte is read. `fileName` becomes the table's source, and a name
  /// that ends in `.tsv` or `.tab` means tabs.
  explicit CsvReader(LoadOptions options, std::string fileName = {});
  ~CsvReader();
  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;

  /// PARSE_ERROR at the first offending place, after which the reader is of no more use.
  void feed(std::span<const char> chunk);

  /// The end of the text. PARSE_ERROR for what it leaves open, then COLUMN_NOT_FOUND for options that name no column.
  Table finish();

 private:
  class Text;
  std::unique_ptr<Text> text_;
};

}  // namespace bedside
