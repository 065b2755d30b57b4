#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/aswritten.hpp"
#include "table/bytes.hpp"
#include "table/dates.hpp"
#include "table/encoding.hpp"
#include "table/levels.hpp"
#include "table/missing.hpp"
#include "table/number.hpp"
#include "table/pages.hpp"
#include "table/table.hpp"

namespace bedside {

/// How the cells of a column are to be read.
struct CellRules {
  std::optional<Kind> kind;  ///< none: numeric when every cell is a number
  std::shared_ptr<const MissingTokens> missing;
  DateFormat dates;
  char mark = '.';                     ///< the decimal mark beside the point; ',' in a file separated by `;`
  std::size_t pageRows = Pages::rows;  ///< cells that wait unpacked; fewer where there are thousands of columns
};

/// The cells of one column on their way from a file to a `ColumnData` (loading.md §5, 6, 7, 12). Begins as numbers;
/// the first cell that is none turns it to text, and what was read before is written out again as it was.
class Cells {
 public:
  explicit Cells(CellRules rules);

  /// Adds the trimmed cell.
  void add(std::string_view cell);

  /// The fast way: reads a plain number of at most 15 digits at `p` and adds it when `separator` or a line end
  /// follows. Returns where it ends; null when nothing was read. Text as `Records::read` has it.
  const char* addNumber(const char* p, char separator);

  /// The fast way for a column of text: adds the cell that begins at `p` unless it is empty, quoted, has blanks at its
  /// ends or means missing. Returns and reads as `addNumber`.
  const char* addText(const char* p, const char* end, char separator);

  /// As the kind at hand asks for.
  const char* addFast(const char* p, const char* end, char separator) {
    if (kind_ == Kind::numeric) return addNumber(p, separator);
    return kind_ == Kind::categorical ? addText(p, end, separator) : nullptr;
  }

  /// The column, and warnings that name it. Nothing is left.
  std::shared_ptr<const ColumnData> finish(std::string_view name, Encoding encoding, std::vector<Warning>& warnings);

 private:
  std::size_t row() const { return numbers_.size() + filled_; }
  void put(double value);
  void put(std::int32_t code);
  void sealPage();
  void addToText(std::string_view cell) { put(levels_->codeOf(cell)); }
  void addToNumbers(std::string_view cell);
  void addDate(std::string_view cell);
  void noteMark(std::string_view number);
  void turnToText();
  std::shared_ptr<const ColumnData> finishText(Encoding encoding);
  void warn(std::string_view name, Encoding encoding, std::vector<Warning>& warnings) const;

  CellRules rules_;
  Kind kind_;               ///< as it is read now
  bool keepsTexts_;         ///< may still turn to text
  std::size_t filled_ = 0;  ///< cells in the page at hand
  unsigned decimals_ = 0;   ///< most of a number in it
  std::unique_ptr<double[]> page_;
  std::unique_ptr<std::int32_t[]> codePage_;
  Pages numbers_;  ///< or codes
  AsWritten written_;
  std::unique_ptr<Levels> levels_;

  std::size_t coerced_ = 0;  ///< cells that are neither missing nor what was asked for
  std::string firstCoerced_;
  std::size_t timesDropped_ = 0;
  std::string firstTime_;
  std::size_t suspectYears_ = 0;
  std::string firstSuspect_;
  std::string firstImprecise_;           ///< a whole number beyond 2⁵³
  std::string firstComma_, firstPoint_;  ///< of numbers, in a file separated by `;`
};

inline void Cells::put(double value) {
  page_[filled_++] = value;
  if (filled_ == rules_.pageRows) sealPage();
}

inline void Cells::put(std::int32_t code) {
  codePage_[filled_++] = code;
  if (filled_ == rules_.pageRows) sealPage();
}

inline const char* Cells::addNumber(const char* p, char separator) {
  const char* q = p;
  const bool negative = *q == '-';
  q += negative;
  const char* const first = q;
  const auto digit = [](char c) { return static_cast<unsigned>(static_cast<unsigned char>(c)) - '0'; };
  std::uint64_t whole = 0;
  for (unsigned d = digit(*q); d < 10; d = digit(*++q)) whole = whole * 10 + d;
  std::size_t digits = static_cast<std::size_t>(q - first);
  if (digits == 0 || (*first == '0' && digits > 1)) return nullptr;  // `.5`, `007`: the general way
  unsigned decimals = 0;
  const char mark = *q;
  if (mark == '.' || mark == rules_.mark) {
    const char* const point = q++;
    for (unsigned d = digit(*q); d < 10; d = digit(*++q)) whole = whole * 10 + d;
    decimals = static_cast<unsigned>(q - point) - 1;
    if (decimals == 0) return nullptr;
    digits += decimals;
  }
  if (digits > 15 || (negative && whole == 0) || (*q != separator && *q != '\n' && *q != '\r')) return nullptr;
  const std::string_view text(p, static_cast<std::size_t>(q - p));
  if (rules_.missing->holdNumbers() && rules_.missing->contains(text)) return nullptr;
  if (decimals > 0) {
    if (keepsTexts_ && (q[-1] == '0' || mark == ',')) written_.noteDecimals(row(), decimals, mark);
    if (rules_.mark != '.') noteMark(text);
    if (decimals > decimals_) decimals_ = decimals;
  }
  // Both are exact in a double, so their quotient is the nearest one (Clinger 1990).
  const double value = static_cast<double>(whole) / powersOfTen[decimals];
  put(negative ? -value : value);
  return q;
}

inline const char* Cells::addText(const char* p, const char* end, char separator) {
  const char* const stop = cellEnd(p, separator);
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  if (stop == end || stop == p || *p == '"' || blank(*p) || blank(stop[-1])) return nullptr;
  const std::string_view text(p, static_cast<std::size_t>(stop - p));
  if (rules_.missing->contains(text)) return nullptr;
  addToText(text);
  return stop;
}

}  // namespace bedside
