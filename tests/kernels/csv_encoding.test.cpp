#include "csv_loading.hpp"

#include "table/encoding.hpp"

namespace bedside::testing {
namespace {

bool contains(const std::string& text, std::string_view piece) { return text.find(piece) != std::string::npos; }

std::string utf16(std::u16string_view text, bool bigEndian) {
  std::string out = bigEndian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char16_t unit : text) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
    out += bigEndian ? high : low;
    out += bigEndian ? low : high;
  }
  return out;
}

// loading.md §1

TEST(CsvEncoding, DropsAByteOrderMark) {
  EXPECT_EQ(namesOf(tableFrom("\xEF\xBB\xBFid,b\n1,2\n")), (Texts{"id", "b"}));
  EXPECT_EQ(namesOf(tableFrom("\xEF\xBB\xBF\"id\",b\n1,2\n")), (Texts{"id", "b"}));
}

TEST(CsvEncoding, TakesUtf8AsItIs) {
  const Table table = tableFrom("größe,x\n1,\xC3\xA9\n2,e\xCC\x81\n3,\xF0\x9F\x98\x80\n4,\xEF\xBC\xA2\n");
  EXPECT_EQ(table.at("größe").data->kind, Kind::numeric);
  EXPECT_EQ(table.at("x").data->levels, (Texts{"e\xCC\x81", "\xC3\xA9", "\xEF\xBC\xA2", "\xF0\x9F\x98\x80"}));
  EXPECT_TRUE(table.warnings.empty());
}

TEST(CsvEncoding, ReadsWindows1252WhenNoSequenceIsValid) {
  const Table table = tableFrom(
      "gr\xF6\xDF"
      "e,x\n1,\x80 5\n2,Zo\xEB\n3,Zo\xEB\n");
  EXPECT_EQ(namesOf(table), (Texts{"größe", "x"}));
  EXPECT_EQ(table.at("x").data->levels, (Texts{"Zoë", "€ 5"}));
  const std::string warning = warningOf(table, "ENCODING");
  EXPECT_TRUE(contains(warning, "5 bytes are not UTF-8, the first on line 1")) << warning;
  EXPECT_TRUE(contains(warning, "Windows-1252")) << warning;
}

TEST(CsvEncoding, NamesTheLineOfTheFirstBadByte) {
  EXPECT_TRUE(contains(warningOf(tableFrom("a,b\r\n1,x\r\n\r\n\"2\n\n\",y\xE9z\r\n"), "ENCODING"), "line 6"));
  EXPECT_TRUE(contains(warningOf(tableFrom("a,b\r1,x\r2,y\xE9\r"), "ENCODING"), "line 3"));
  EXPECT_TRUE(
      contains(warningOf(tableFrom("a,b\n1,x\n2,y\xE9"), "ENCODING"), "1 byte is not UTF-8, the first on line 3"));
}

TEST(CsvEncoding, RepairsUtf8WhenASequenceIsValid) {
  const Table table = tableFrom("x,y\n\xC3\xA9,1\n\xE9,2\na\xE2\x82,3\nb\xED\xA0\x80,4\n");
  EXPECT_EQ(cellsOf(table, "x"),
            (Texts{"\xC3\xA9", "\xEF\xBF\xBD", "a\xEF\xBF\xBD", "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}));
  const std::string warning = warningOf(table, "ENCODING");
  EXPECT_TRUE(contains(warning, "5 bytes")) << warning;
  EXPECT_TRUE(contains(warning, "U+FFFD")) << warning;
}

TEST(CsvEncoding, MergesLevelsThatBecomeOne) {
  const Table table = tableFrom("x,y\n\xC3\xA9,1\na\xFF,2\na\xFE,3\n");
  EXPECT_EQ(table.at("x").data->levels, (Texts{"a\xEF\xBF\xBD", "\xC3\xA9"}));
  EXPECT_EQ(table.at("x").data->codes, (std::vector<std::int32_t>{1, 0, 0}));
}

TEST(CsvEncoding, RefusesNamesThatBecomeOne) {
  EXPECT_TRUE(contains(load("a\xFF,a\xFE\n\xC3\xA9,2\n").failure, "PARSE_ERROR"));
}

TEST(CsvEncoding, FindsOptionsUnderDecodedNames) {
  const LoadOptions options{.types = {{"größe", "categorical"}}, .missing = {"für"}};
  const Table table = tableFrom(
      "gr\xF6\xDF"
      "e,x\n1,2\n2,f\xFCr\n",
      options);
  EXPECT_EQ(table.at("größe").data->kind, Kind::categorical);
  EXPECT_EQ(cellsOf(table, "x"), (Texts{"2", "<missing>"}));
  EXPECT_EQ(table.at("x").data->kind, Kind::numeric);
}

TEST(CsvEncoding, ReadsUtf16WithAByteOrderMark) {
  for (const bool bigEndian : {false, true}) {
    const Table table = tableFrom(utf16(u"größe,x\r\n1,😀\r\n2,ก", bigEndian));
    EXPECT_EQ(namesOf(table), (Texts{"größe", "x"}));
    EXPECT_EQ(cellsOf(table, "x"), (Texts{"😀", "ก"}));
    EXPECT_TRUE(table.warnings.empty());
  }
}

TEST(CsvEncoding, RepairsUtf16) {
  std::u16string text = u"a,b\n1,x\n2,y";
  text += char16_t{0xD800};
  text += u"z";
  text += char16_t{0xDC00};
  const Table table = tableFrom(utf16(text, false) + "\n");  // and half a unit
  EXPECT_EQ(cellsOf(table, "b")[1], "y\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_TRUE(contains(warningOf(table, "ENCODING"), "3 bytes are not UTF-16, the first on line 3"));
}

TEST(CsvEncoding, RefusesNul) {
  EXPECT_TRUE(contains(load(std::string_view("a,b\n1,2\n\n3,x\0y\n", 16)).failure, "PARSE_ERROR: line 4: a NUL"));
  EXPECT_TRUE(contains(load(std::string_view("a\0b", 3)).failure, "PARSE_ERROR: line 1: a NUL"));
  EXPECT_TRUE(contains(load(std::string_view("a,b\n\"1\n\n\0", 9)).failure, "PARSE_ERROR: line 4: a NUL"));
  EXPECT_TRUE(contains(load(utf16(std::u16string_view(u"a,b\n1,\0", 7), false)).failure, "PARSE_ERROR: line 2: a NUL"));
}

TEST(CsvEncoding, KnowsUtf8ByItsTable) {
  EXPECT_TRUE(isUtf8("aé€😀"));
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF5", "\xE2\x82"}) {
    EXPECT_FALSE(isUtf8(bad));
  }
  EXPECT_EQ(toWindows1252("für €"), "f\xFCr \x80");
  EXPECT_EQ(toWindows1252("ก"), "");
}

}  // namespace
}  // namespace bedside::testing
