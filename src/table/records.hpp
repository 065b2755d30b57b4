#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/cells.hpp"

namespace bedside {

/// Cuts text into records and cells (RFC 4180 with the answers of loading.md §2–4) and hands the cells to the columns.
/// Works on bytes: every mark it looks for is ASCII.
class Records {
 public:
  /// Makes the columns of a header's names.
  using Begin = std::function<std::vector<Cells>(const std::vector<std::string>& names, char separator)>;

  /// Without a separator the first record that is not blank decides.
  Records(std::optional<char> separator, Begin begin);

  /// Reads the cells that are whole in [p, end) and returns where the first unfinished one begins: its bytes are to
  /// come again with more behind them. A NUL and `scanMargin` bytes that may be read stand at `end`, and no other NUL.
  const char* read(const char* p, const char* end);

  /// The text has ended, and `left` was never finished. PARSE_ERROR when that is a quote, or when there is no header.
  void finish(std::string_view left);
  /// The separator is decided by what was seen, when the text ends within the first record.
  void decideNow();

  /// The line, from 1, on which the unfinished cell begins; `text` is what is there of it.
  std::size_t lineAfter(std::string_view text) const;

  std::vector<std::string>& names() { return names_; }
  std::vector<Cells>& columns() { return columns_; }
  std::size_t rows() const { return rows_; }

 private:
  const char* cell(const char* p, const char* end);
  const char* quotedCell(const char* p, const char* open, const char* end);
  const char* deliver(std::string_view text, bool quoted, const char* stop, const char* end);
  const char* endOfLine(const char* stop, const char* end);
  void endRecord();
  void beginTable();
  bool isBlank(char c) const { return c == ' ' || (c == '\t' && separator_ != '\t'); }
  bool findSeparator(const char* p, const char* end);

  Begin begin_;
  bool separatorKnown_ = false;
  char separator_ = '\n';           ///< a line end when there is only one column
  std::vector<std::string> names_;  ///< as bytes of the file
  std::vector<Cells> columns_;
  bool inTable_ = false;    ///< the header was read
  std::size_t column_ = 0;  ///< of the cell at hand
  std::size_t rows_ = 0;
  std::size_t line_ = 1;        ///< of the cell at hand
  std::size_t recordLine_ = 1;  ///< where its record began
  bool skipLineFeed_ = false;   ///< the last byte read was a CR
  std::size_t searched_ = 0;    ///< bytes of the unfinished cell in which its end is not
  std::string scratch_;         ///< a cell without its doubled quotes
  std::string surplus_;         ///< the first cell beyond the header

  struct Vote {  ///< while the separator is sought
    std::array<std::size_t, 3> counts{};
    std::size_t seen = 0;  ///< bytes of the first record looked at
    bool inQuotes = false, cellBegins = true, blank = true;
  } vote_;
};

}  // namespace bedside
