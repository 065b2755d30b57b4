// A naive twin: reads a whole RFC 4180 text character by character into a grid of texts, and decides types the plain
// way. The reader must agree on random files, in chunks of every size.

#include "csv_loading.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "table/missing.hpp"
#include "table/number.hpp"

namespace bedside::testing {
namespace {

using Grid = std::vector<Texts>;

/// Records of cells, trimmed; the text is well-formed and separated by commas.
Grid naiveGrid(const std::string& text) {
  Grid grid;
  Texts record;
  std::string cell;
  bool inQuotes = false, quoted = false;
  const auto endCell = [&] {
    record.emplace_back(trimmed(cell));
    cell.clear();
  };
  const auto endRecord = [&] {
    const bool blank = record.empty() && !quoted && trimmed(cell).empty();
    if (!blank) {
      endCell();
      grid.push_back(record);
    }
    record.clear();
    cell.clear();
    quoted = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inQuotes) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        inQuotes = false;
      }
    } else if (c == '"' && trimmed(cell).empty()) {
      inQuotes = quoted = true;
      cell.clear();
    } else if (c == ',') {
      endCell();
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      endRecord();
    } else {
      cell += c;
    }
  }
  endRecord();
  return grid;
}

bool isMissing(const std::string& cell) {
  static const std::set<std::string> tokens = {"", "NA", "N/A", "NaN", "nan", "null", "NULL", ".", "-"};
  return tokens.contains(cell);
}

class RandomText {
 public:
  explicit RandomText(std::uint64_t seed) : random_(seed) {}

  std::string next() {
    const std::size_t columns = 2 + below(4);
    std::string text;
    for (std::size_t c = 0; c < columns; ++c) text += (c > 0 ? "," : "") + decorated("n" + std::to_string(c));
    text += lineEnd();
    std::vector<std::size_t> kinds;
    for (std::size_t c = 0; c < columns; ++c) kinds.push_back(below(3));
    for (std::size_t rows = below(30); rows > 0; --rows) {
      if (below(6) == 0) text += (below(2) == 0 ? "  " : "") + lineEnd();
      for (std::size_t c = 0; c < columns; ++c) text += (c > 0 ? "," : "") + decorated(cell(kinds[c]));
      text += rows > 1 || below(2) == 0 ? lineEnd() : "";
    }
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  template <std::size_t n>
  std::string oneOf(const char* const (&choices)[n]) {
    return choices[below(n)];
  }

  std::string lineEnd() { return oneOf({"\n", "\r\n", "\r"}); }

  std::string cell(std::size_t kind) {
    if (below(8) == 0) return oneOf({"", "NA", ".", "-", "null"});
    if (kind == 0 || (kind == 1 && below(12) > 0)) {
      return oneOf(
          {"0", "7", "007", "-3", "1.0", "2.50", "1e3", ".5", "+4", "12345.678", "-0.25", "Inf", "99", "123456789"});
    }
    return oneOf({"a", "B", "été", "x,y", "say \"hi\"", "two\nlines", "cr\r\nlf", "5'10\"", "ends \"", "😀",
                  "a much longer text than sixteen bytes", "  inner  spaces  ", "\"", "1,5"});
  }

  /// Quoted where it must be or by chance, with blanks around.
  std::string decorated(std::string cell) {
    const bool must = cell.find_first_of(",\n\r") != std::string::npos || cell.starts_with('"');
    if (must || below(5) == 0) {
      for (std::size_t at = 0; (at = cell.find('"', at)) != std::string::npos; at += 2) cell.insert(at, 1, '"');
      cell = '"' + cell + '"';
    }
    return std::string(below(4) == 0 ? below(3) : 0, ' ') + cell + std::string(below(4) == 0 ? below(3) : 0, ' ');
  }

  std::mt19937_64 random_;
};

TEST(CsvTwin, AgreesOnRandomText) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const std::string text = RandomText(seed).next();
    SCOPED_TRACE("seed " + std::to_string(seed) + ":\n" + text);
    const Grid grid = naiveGrid(text);
    const Loaded loaded = load(text);
    ASSERT_EQ(loaded.failure, "");
    ASSERT_EQ(loaded.table.rows, grid.size() - 1);
    for (std::size_t c = 0; c < grid[0].size(); ++c) {
      const ColumnData& column = *loaded.table.at(grid[0][c]).data;
      const bool numeric = std::all_of(grid.begin() + 1, grid.end(),
                                       [&](const Texts& row) { return isMissing(row[c]) || numberOf(row[c]); });
      ASSERT_EQ(column.numeric(), numeric) << c;
      for (std::size_t r = 0; r + 1 < grid.size(); ++r) {
        const std::string& want = grid[r + 1][c];
        if (isMissing(want)) {
          ASSERT_EQ(cellOf(column, r), "<missing>");
        } else if (numeric) {
          ASSERT_EQ(column.values[r], std::strtod(want.c_str(), nullptr));
        } else {
          ASSERT_EQ(cellOf(column, r), want);
        }
      }
      ASSERT_TRUE(std::is_sorted(column.levels.begin(), column.levels.end(), levelBefore));
    }
  }
}

TEST(CsvTwin, EndsInATableOrAFailureWhateverTheBytes) {
  std::mt19937_64 random(7);
  constexpr char alphabet[] = {',', ',', ';', '\t', '"', '"', '\n', '\n',   '\r',   ' ',    '1',
                               '2', '.', '-', 'e',  'N', 'A', 'x',  '\xC3', '\xA9', '\xFF', '\0'};
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (std::size_t length = random() % 60; length > 0; --length)
      text += alphabet[random() % (sizeof alphabet - (i % 8 > 0))];
    load(text);
  }
}

}  // namespace
}  // namespace bedside::testing
