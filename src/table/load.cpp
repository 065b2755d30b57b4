#include "table/load.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "table/bytes.hpp"
#include "table/cells.hpp"
#include "table/dates.hpp"
#include "table/encoding.hpp"
#include "table/missing.hpp"
#include "table/records.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

/// Text is looked at in pieces that stay in the cache.
constexpr std::size_t pieceBytes = 128 * 1024;

/// Cells of all columns together that wait to be packed: 4 MB, however many columns there are.
constexpr std::size_t waitingCells = 512 * 1024;

template <class Value>
const Value* lookUp(const std::vector<std::pair<std::string, Value>>& pairs, std::string_view name) {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; });
  return found == pairs.end() ? nullptr : &found->second;
}

/// As `lookUp`, by a name in the file's bytes, whose encoding is known only at the end.
template <class Value>
const Value* lookUpBytes(const std::vector<std::pair<std::string, Value>>& pairs, const std::string& bytes) {
  if (isUtf8(bytes)) return lookUp(pairs, bytes);
  const Value* found = lookUp(pairs, decoded(bytes, Encoding::windows1252));
  return found != nullptr ? found : lookUp(pairs, decoded(bytes, Encoding::brokenUtf8));
}

bool endsWith(std::string_view name, std::string_view ending) {
  if (name.size() < ending.size()) return false;
  name.remove_prefix(name.size() - ending.size());
  return std::equal(name.begin(), name.end(), ending.begin(), ending.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

std::optional<char> separatorOf(std::string_view format, std::string_view fileName) {
  if (endsWith(fileName, ".gz")) fileName.remove_suffix(3);
  if (format == "tsv" || (format.empty() && (endsWith(fileName, ".tsv") || endsWith(fileName, ".tab")))) return '\t';
  return std::nullopt;
}

/// Everything that can be refused before a byte is read.
void check(const LoadOptions& options) {
  if (!options.format.empty() && options.format != "csv" && options.format != "tsv") {
    fail(Code::invalidSpec, text("format ", quoted(options.format), " is unknown; 'csv' and 'tsv' are known"));
  }
  for (const auto& [column, type] : options.types) {
    if (!kindOf(type, column)) fail(Code::invalidSpec, text("the type of column ", quoted(column), " is empty"));
  }
  calendarOf(options.calendar);
  DateFormat{options.dateFormat};
  for (const auto& [column, format] : options.dateFormats) DateFormat{format};
  check(options.dictionary);
}

}  // namespace

/// The text of a file from its bytes: byte order mark, UTF-16, and pieces with what was left of the one before.
class CsvReader::Text {
 public:
  Text(LoadOptions options, std::string fileName)
      : options_(std::move(options)),
        fileName_(std::move(fileName)),
        records_(
            separatorOf(options_.format, fileName_),
            [this](const std::vector<std::string>& names, char separator) { return columnsOf(names, separator); }) {
    check(options_);
    missing_ = std::make_shared<MissingTokens>();
    missing_->add(options_.missing);
  }

  void feed(std::string_view bytes) {
    if (!begun_) {
      const std::size_t wanted = std::min(bytes.size(), 3 - head_.size());
      head_ += bytes.substr(0, wanted);
      bytes.remove_prefix(wanted);
      if (head_.size() < 3) return;
      begin();
    }
    pass(bytes);
  }

  Table finish() {
    if (!begun_) begin();
    if (utf16_) {
      std::string rest;
      const bool goodBefore = utf16_->bad() == 0;
      utf16_->finish(rest);
      if (goodBefore && utf16_->bad() > 0) badAt_ = utf16_->firstBad();
      read(rest);
    }
    check_.finish();
    if (check_.bad() > 0 && firstBadLine_ == 0) firstBadLine_ = records_.lineAfter({buffer_.data(), held_});
    records_.decideNow();
    read("\n");  // closes a last line without an end; after one with an end it is a blank line
    records_.finish({buffer_.data(), held_});
    return table();
  }

 private:
  std::vector<Cells> columnsOf(const std::vector<std::string>& names, char separator) const;
  CellRules rulesOf(const std::string& name) const;
  Table table();

  void begin() {
    begun_ = true;
    std::string_view rest = head_;
    if (rest.starts_with("\xEF\xBB\xBF")) {
      rest.remove_prefix(3);
    } else if (rest.starts_with("\xFF\xFE") || rest.starts_with("\xFE\xFF")) {
      utf16_.emplace(rest[0] == '\xFE');
      rest.remove_prefix(2);
    }
    pass(rest);
  }

  void pass(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, pieceBytes);
      bytes.remove_prefix(piece.size());
      if (!utf16_) {
        read(piece);
        continue;
      }
      std::string decodedPiece;
      const std::size_t badBefore = utf16_->bad();
      utf16_->feed(piece, decodedPiece);
      if (badBefore == 0 && utf16_->bad() > 0) badAt_ = utf16_->firstBad();
      read(decodedPiece);
    }
  }

  /// Cuts a piece of UTF-8 into cells; the last, unfinished one waits in the buffer for the next piece.
  void read(std::string_view piece) {
    buffer_.resize(held_ + piece.size() + scanMargin);
    char* const fresh = buffer_.data() + held_;
    std::copy(piece.begin(), piece.end(), fresh);
    const char* end = fresh + piece.size();
    std::fill_n(fresh + piece.size(), scanMargin, '\0');
    const char* bad = badAt_ ? fresh + *badAt_ : nullptr;
    badAt_.reset();
    const char* const nul = check_.feed(fresh, end, bad);
    if (bad != nullptr) firstBadLine_ = lineAt(bad);
    const bool isText = nul == end;
    end = nul;
    const char* const left = records_.read(buffer_.data(), end);
    if (!isText) {
      const std::size_t line = records_.lineAfter({left, static_cast<std::size_t>(end - left)});
      fail(Code::parseError, text("line ", line, ": a NUL character; this is not a text file"));
    }
    held_ = static_cast<std::size_t>(end - left);
    std::memmove(buffer_.data(), left, held_);
  }

  std::size_t lineAt(const char* p) const {
    return records_.lineAfter({buffer_.data(), static_cast<std::size_t>(p - buffer_.data())});
  }

  LoadOptions options_;
  std::string fileName_;
  std::shared_ptr<MissingTokens> missing_;
  Records records_;
  bool begun_ = false;  ///< the byte order mark was looked for
  std::string head_;    ///< the first three bytes
  std::optional<Utf16Decoder> utf16_;
  std::optional<std::size_t> badAt_;  ///< where in the next piece the first lone surrogate was
  Utf8Check check_;
  std::size_t firstBadLine_ = 0;
  std::vector<char> buffer_;
  std::size_t held_ = 0;
};

std::vector<Cells> CsvReader::Text::columnsOf(const std::vector<std::string>& names, char separator) const {
  std::vector<Cells> columns;
  columns.reserve(names.size());
  const std::size_t pageRows = std::clamp<std::size_t>(waitingCells / names.size(), 16, Pages::rows);
  for (const std::string& name : names) {
    CellRules rules = rulesOf(name);
    rules.pageRows = pageRows;
    if (separator == ';') rules.mark = ',';
    columns.emplace_back(std::move(rules));
  }
  return columns;
}

CellRules CsvReader::Text::rulesOf(const std::string& name) const {
  static const ColumnDescription nothing;
  const ColumnDescription* described = lookUpBytes(options_.dictionary, name);
  const ColumnDescription& description = described != nullptr ? *described : nothing;
  CellRules rules;
  const std::string* type = lookUpBytes(options_.types, name);
  rules.kind = kindOf(type != nullptr ? *type : description.type, name);
  rules.missing = missing_;
  if (!description.missing.empty()) {
    auto own = std::make_shared<MissingTokens>(*missing_);
    own->add(description.missing);
    rules.missing = own;
  }
  const std::string* format = lookUpBytes(options_.dateFormats, name);
  if (format == nullptr) format = description.dateFormat.empty() ? &options_.dateFormat : &description.dateFormat;
  rules.dates =
      DateFormat(*format, calendarOf(description.calendar.empty() ? options_.calendar : description.calendar));
  return rules;
}

Table CsvReader::Text::table() {
  Table table;
  table.source = fileName_;
  table.rows = records_.rows();
  const Encoding encoding = check_.encoding();
  const std::size_t bad = check_.bad() + (utf16_ ? utf16_->bad() : 0);
  if (bad > 0) {
    const bool old = encoding == Encoding::windows1252;
    table.warnings.push_back(
        {"ENCODING",
         text(bad, bad == 1 ? " byte is" : " bytes are", " not ", utf16_ ? "UTF-16" : "UTF-8", ", the first on line ",
              firstBadLine_, "; the file was read as ", old ? "Windows-1252" : "Unicode with U+FFFD in their place")});
  }
  buffer_ = {};
  for (std::size_t i = 0; i < records_.columns().size(); ++i) {
    Column column;
    column.name = decoded(records_.names()[i], encoding);
    if (table.find(column.name) != nullptr) {
      fail(Code::parseError, text("line 1: two columns are named ", quoted(column.name)));
    }
    column.data = records_.columns()[i].finish(column.name, encoding, table.warnings);
    table.columns.push_back(std::move(column));
  }
  for (const auto& [name, type] : options_.types) table.at(name);
  for (const auto& [name, format] : options_.dateFormats) table.at(name);
  for (const auto& [name, description] : options_.dictionary) {
    const auto index = static_cast<std::size_t>(&table.at(name) - table.columns.data());
    putLabels(table.columns[index], description);
  }
  return table;
}

CsvReader::CsvReader(LoadOptions options, std::string fileName)
    : text_(std::make_unique<Text>(std::move(options), std::move(fileName))) {}
CsvReader::~CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;

void CsvReader::feed(std::span<const char> chunk) { text_->feed({chunk.data(), chunk.size()}); }

Table CsvReader::finish() { return text_->finish(); }

}  // namespace bedside
