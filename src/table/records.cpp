#include "table/records.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "table/bytes.hpp"
#include "table/levels.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

constexpr std::array<char, 3> separators = {',', ';', '\t'};

bool isLineEnd(char c) { return c == '\n' || c == '\r'; }

/// LF, CRLF and CR are one line end each.
std::size_t lineEndsIn(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    count += text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.size() && text[i + 1] == '\n'));
  }
  return count;
}

/// Bytes of the file in a message: what is not UTF-8 is shown as Windows-1252.
std::string shown(std::string_view bytes) {
  bytes = bytes.substr(0, bytes.find_first_of("\r\n"));
  return quoted(shortened(decoded(bytes, isUtf8(bytes) ? Encoding::utf8 : Encoding::windows1252)));
}

[[noreturn]] void failAt(std::size_t line, std::string_view what) {
  fail(Code::parseError, text("line ", line, ": ", what));
}

}  // namespace

Records::Records(std::optional<char> separator, Begin begin) : begin_(std::move(begin)) {
  separatorKnown_ = separator.has_value();
  separator_ = separator.value_or('\n');
}

const char* Records::read(const char* p, const char* end) {
  if (p == end) return p;
  if (skipLineFeed_ && *p == '\n') ++p;
  skipLineFeed_ = false;
  if (!separatorKnown_ && !findSeparator(p, end)) return p;
  for (;;) {
    if (column_ < columns_.size()) {
      const char* stop = columns_[column_].addFast(p, end, separator_);
      if (stop != nullptr) {
        searched_ = 0;
        ++column_;
        if (isLineEnd(*stop)) {
          endRecord();
          p = endOfLine(stop, end);
        } else {
          p = stop + 1;
        }
        continue;
      }
    }
    const char* next = cell(p, end);
    if (next == nullptr) return p;
    p = next;
  }
}

const char* Records::cell(const char* p, const char* end) {
  const char* open = p;
  while (isBlank(*open)) ++open;
  if (*open == '"') return quotedCell(p, open, end);
  const char* stop = cellEnd(p + searched_, separator_);
  if (stop == end) {
    searched_ = static_cast<std::size_t>(end - p);
    return nullptr;
  }
  return deliver(trimmed({p, static_cast<std::size_t>(stop - p)}), false, stop, end);
}

const char* Records::quotedCell(const char* p, const char* open, const char* end) {
  const char* close = std::max(p + searched_, open + 1);
  const auto unfinished = [&](const char* from) {
    searched_ = static_cast<std::size_t>(from - p);
    return nullptr;
  };
  for (;; close += 2) {
    close = static_cast<const char*>(std::memchr(close, '"', static_cast<std::size_t>(end - close)));
    if (close == nullptr) return unfinished(end);
    if (close + 1 == end) return unfinished(close);  // it may be the first of two
    if (close[1] != '"') break;
  }
  const char* stop = close + 1;
  while (isBlank(*stop)) ++stop;
  if (stop == end) return unfinished(close);
  const bool surplus = *stop != separator_ && !isLineEnd(*stop);
  const char* const shownEnd = surplus ? cellEnd(stop, separator_) : stop;
  if (shownEnd == end && end - open < 80) return unfinished(close);  // enough for the message
  std::string_view text(open + 1, static_cast<std::size_t>(close - open - 1));
  line_ += lineEndsIn(text);
  if (surplus) {
    failAt(line_, bedside::text("column ", column_ + 1,
                                ": after a closing quote only the separator or the line end may "
                                "come, but there is ",
                                shown({open, static_cast<std::size_t>(shownEnd - open)}),
                                "; write a quote within a quoted cell twice"));
  }
  if (text.find('"') != std::string_view::npos) {
    scratch_.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
      scratch_ += text[i];
      i += text[i] == '"';
    }
    text = scratch_;
  }
  return deliver(trimmed(text), true, stop, end);
}

const char* Records::deliver(std::string_view text, bool quoted, const char* stop, const char* end) {
  searched_ = 0;
  const bool last = isLineEnd(*stop);
  if (last && column_ == 0 && !quoted && text.empty()) {  // a blank line
    recordLine_ = ++line_;
    return endOfLine(stop, end);
  }
  if (!inTable_) {
    names_.emplace_back(text);
  } else if (column_ < columns_.size()) {
    columns_[column_].add(text);
  } else if (column_ == columns_.size()) {
    surplus_ = text;
  }
  ++column_;
  if (!last) return stop + 1;
  endRecord();
  return endOfLine(stop, end);
}

const char* Records::endOfLine(const char* stop, const char* end) {
  const bool carriageReturn = *stop++ == '\r';
  if (!carriageReturn) return stop;
  skipLineFeed_ = stop == end;
  return *stop == '\n' ? stop + 1 : stop;
}

void Records::endRecord() {
  if (!inTable_) {
    beginTable();
  } else if (column_ != columns_.size()) {
    const bool few = column_ < columns_.size();
    failAt(recordLine_, text(column_, column_ == 1 ? " cell" : " cells", " where the header has ", columns_.size(),
                             few ? "; there is none for column " : "; the first too many is ",
                             shown(few ? std::string_view(names_[column_]) : std::string_view(surplus_))));
  } else {
    ++rows_;
  }
  column_ = 0;
  recordLine_ = ++line_;
}

void Records::beginTable() {
  Levels distinct;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].empty()) names_[i] = text("V", i + 1);
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto first = static_cast<std::size_t>(distinct.codeOf(names_[i]));
    if (first == i) continue;
    failAt(recordLine_, text("columns ", first + 1, " and ", i + 1, " are both named ", shown(names_[i])));
  }
  columns_ = begin_(names_, separator_);
  inTable_ = true;
}

bool Records::findSeparator(const char* p, const char* end) {
  for (p += vote_.seen; p < end; ++p, ++vote_.seen) {
    const char c = *p;
    if (vote_.inQuotes) {
      vote_.inQuotes = c != '"';  // the second of two quotes opens again
      vote_.cellBegins = !vote_.inQuotes;
    } else if (c == '"' && vote_.cellBegins) {
      vote_.inQuotes = true;
      vote_.blank = false;
    } else if (isLineEnd(c)) {
      if (!vote_.blank) {
        decideNow();
        return true;
      }
      vote_.counts = {};
      vote_.cellBegins = true;
    } else {
      const auto* found = std::find(separators.begin(), separators.end(), c);
      if (found != separators.end()) ++vote_.counts[static_cast<std::size_t>(found - separators.begin())];
      vote_.cellBegins = found != separators.end() || (c == ' ' && vote_.cellBegins);
      vote_.blank = vote_.blank && (c == ' ' || c == '\t');
    }
  }
  return false;
}

void Records::decideNow() {
  if (separatorKnown_) return;
  separatorKnown_ = true;
  const auto* most = std::max_element(vote_.counts.begin(), vote_.counts.end());  // the first of equals
  if (*most > 0) separator_ = separators[static_cast<std::size_t>(most - vote_.counts.begin())];
}

std::size_t Records::lineAfter(std::string_view text) const {
  if (skipLineFeed_ && text.starts_with('\n')) text.remove_prefix(1);
  return line_ + lineEndsIn(text);
}

void Records::finish(std::string_view left) {
  if (!left.empty()) {
    left.remove_prefix(std::min(left.find('"'), left.size()));
    failAt(line_, text("column ", column_ + 1, ": a quote opens here and is never closed: ", shown(left)));
  }
  if (!inTable_) fail(Code::parseError, "there is no header: the file is empty or holds blank lines only");
}

}  // namespace bedside
