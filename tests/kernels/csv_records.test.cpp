#include "csv_loading.hpp"

namespace bedside::testing {
namespace {

bool contains(const std::string& text, std::string_view piece) { return text.find(piece) != std::string::npos; }

// loading.md §2

TEST(CsvSeparator, IsTheMostFrequentInTheFirstRecord) {
  EXPECT_EQ(namesOf(tableFrom("a,b,c\n")), (Texts{"a", "b", "c"}));
  EXPECT_EQ(namesOf(tableFrom("a;b;c\n")), (Texts{"a", "b", "c"}));
  EXPECT_EQ(namesOf(tableFrom("a\tb\tc\n")), (Texts{"a", "b", "c"}));
  EXPECT_EQ(namesOf(tableFrom("a;b,c;d\n")), (Texts{"a", "b,c", "d"}));
  EXPECT_EQ(namesOf(tableFrom("\n  \n\t\na;b,c;d\n")), (Texts{"a", "b,c", "d"}));
}

TEST(CsvSeparator, IsOnATieTheEarlierOfCommaSemicolonTab) {
  EXPECT_EQ(namesOf(tableFrom("a;b,c\n")), (Texts{"a;b", "c"}));
  EXPECT_EQ(namesOf(tableFrom("a\tb;c\n")), (Texts{"a\tb", "c"}));
}

TEST(CsvSeparator, IsNotCountedInQuotes) {
  EXPECT_EQ(namesOf(tableFrom("\"a,,,\";b\n")), (Texts{"a,,,", "b"}));
  EXPECT_EQ(namesOf(tableFrom("\"a\"\",,,\";b\n")), (Texts{"a\",,,", "b"}));
  EXPECT_EQ(namesOf(tableFrom("\"a\n,,,\";b\n1;2\n")), (Texts{"a\n,,,", "b"}));
  EXPECT_EQ(namesOf(tableFrom("5' 10\",b\n")), (Texts{"5' 10\"", "b"}));
}

TEST(CsvSeparator, IsNoneInAFileOfOneColumn) {
  const Table table = tableFrom("x\n1,2\n3;4\n5\t6\n");
  EXPECT_EQ(cellsOf(table, "x"), (Texts{"1,2", "3;4", "5\t6"}));
  EXPECT_EQ(cellsOf(tableFrom("x\n1\n\n2"), "x"), (Texts{"1", "2"}));
}

TEST(CsvSeparator, IsTheTabWhenFormatOrNameSaySo) {
  EXPECT_EQ(namesOf(tableFrom("a,b,c\td\n", {.format = "tsv"})), (Texts{"a,b,c", "d"}));
  for (const char* file : {"x.tsv", "x.tab", "X.TSV", "x.tsv.gz"}) {
    EXPECT_EQ(namesOf(tableFrom("a,b,c\td\n", {}, file)), (Texts{"a,b,c", "d"})) << file;
  }
  EXPECT_EQ(namesOf(tableFrom("a,b,c\td\n", {.format = "csv"}, "x.tsv")), (Texts{"a", "b", "c\td"}));
  EXPECT_EQ(tableFrom("a\tb\n1\t2\n", {}, "x.tsv").source, "x.tsv");
}

// §3

TEST(CsvRecords, EndWithLfCrlfAndCrMixed) {
  const Table table = tableFrom("a,b\r\n1,x\n2,y\r3,z\r\n4,w");
  EXPECT_EQ(cellsOf(table, "a"), (Texts{"1", "2", "3", "4"}));
  EXPECT_EQ(cellsOf(table, "b"), (Texts{"x", "y", "z", "w"}));
  EXPECT_EQ(cellsOf(tableFrom("a,b\r1,x\r2,y\r"), "b"), (Texts{"x", "y"}));
}

TEST(CsvRecords, SkipBlankLinesEverywhere) {
  const Table table = tableFrom("\n \t \n\r\na,b\n\n1,2\n   \n\t\n3,4\n\n\n");
  EXPECT_EQ(table.rows, 2u);
  EXPECT_EQ(cellsOf(tableFrom("x\n\n1\n  \n2\n\n"), "x"), (Texts{"1", "2"}));
}

TEST(CsvRecords, KeepLinesOfSeparatorsAndOfEmptyQuotes) {
  const Table table = tableFrom("a,b,c\n,,\n1,2,3\n");
  EXPECT_EQ(table.rows, 2u);
  EXPECT_EQ(cellsOf(table, "b"), (Texts{"<missing>", "2"}));
  EXPECT_EQ(cellsOf(tableFrom("x\n\"\"\n1\n\" \"\n"), "x"), (Texts{"<missing>", "1", "<missing>"}));
  EXPECT_EQ(tableFrom("a\tb\n\t\n1\t2\n").rows, 2u);
}

TEST(CsvRecords, TakeSeparatorsAndLineEndsInQuotesAsText) {
  const Table table = tableFrom("a,b\n\"x,y\",\"1\r\n2\n3\r4\"\n  \"q\"\"q\"  ,\t\"\"\"\"\n");
  EXPECT_EQ(cellsOf(table, "a"), (Texts{"x,y", "q\"q"}));
  EXPECT_EQ(cellsOf(table, "b"), (Texts{"1\r\n2\n3\r4", "\""}));
}

TEST(CsvRecords, TakeAQuoteThatIsNotFirstAsText) {
  EXPECT_EQ(cellsOf(tableFrom("a,b\n5'10\",x\"y\"\n"), "a"), (Texts{"5'10\""}));
  EXPECT_EQ(cellsOf(tableFrom("a,b\n5'10\",x\"y\"\n"), "b"), (Texts{"x\"y\""}));
}

TEST(CsvRecords, RefuseTextBehindAQuote) {
  const std::string failure = load("a,b\n1,2\n\"5\" mg,3\n").failure;
  EXPECT_TRUE(contains(failure, "PARSE_ERROR: line 3: column 1")) << failure;
  EXPECT_TRUE(contains(failure, "\"5\" mg")) << failure;
  EXPECT_TRUE(contains(load("a,b\n\"x\n\ny\"z,3\n").failure, "line 4"));
  EXPECT_TRUE(contains(load("a,b\n1,\"x\"\"y\"\"\" \"\n").failure, "PARSE_ERROR: line 2: column 2"));
}

TEST(CsvRecords, RefuseAQuoteNeverClosedNamingWhereItOpened) {
  const std::string failure = load("a,b\n1,2\n3,\"open\n4,5\n6,7\n").failure;
  EXPECT_TRUE(contains(failure, "PARSE_ERROR: line 3: column 2")) << failure;
  EXPECT_TRUE(contains(failure, "'\"open'")) << failure;
  EXPECT_TRUE(contains(load("\"a,b\n1,2\n").failure, "PARSE_ERROR: line 1"));
  EXPECT_TRUE(contains(load("a\n\"x\"\"").failure, "PARSE_ERROR: line 2"));
}

TEST(CsvRecords, RefuseRaggedRows) {
  const std::string few = load("a,b,c\n1,2,3\n\n4,5\n").failure;
  EXPECT_TRUE(contains(few, "PARSE_ERROR: line 4: 2 cells where the header has 3")) << few;
  EXPECT_TRUE(contains(few, "'c'")) << few;
  const std::string many = load("a,b\n1,2\n3,4,surplus,x").failure;
  EXPECT_TRUE(contains(many, "PARSE_ERROR: line 3: 4 cells where the header has 2")) << many;
  EXPECT_TRUE(contains(many, "'surplus'")) << many;
  EXPECT_TRUE(contains(load("a,b\n1,2\n3").failure, "line 3: 1 cell where"));
  EXPECT_TRUE(contains(load("x\n1\n\"a\nb\"\n").failure, ""));  // a line end in quotes is no record's end
  EXPECT_TRUE(contains(load("a,b\n\"1\n\n\",2\n3\n").failure, "line 5: 1 cell"));
}

TEST(CsvRecords, NameTheFirstOfTwoFaults) {
  EXPECT_TRUE(contains(load("a,b\n1\n\"x\" y,2\n").failure, "line 2: 1 cell"));
  EXPECT_TRUE(contains(load("a,b\n\"x\" y,2\n1\n").failure, "line 2: column 1"));
  EXPECT_TRUE(contains(load(std::string_view("a,b\n1\n\0,2\n", 11)).failure, "line 2: 1 cell"));
}

TEST(CsvRecords, HaveNoLimitOfCellsAndColumns) {
  const std::string longText(300'000, 'x');
  EXPECT_EQ(cellsOf(loadInChunks("a,b\n" + longText + ",\"" + longText + "\"\n", {}, "x.csv", 1000).table, "b"),
            (Texts{longText}));
  std::string wide, row;
  for (int i = 0; i < 5000; ++i) {
    wide += (i > 0 ? ",c" : "c") + std::to_string(i);
    row += (i > 0 ? "," : "") + std::to_string(i);
  }
  const Table table = loadInChunks(wide + "\n" + row + "\n", {}, "x.csv", 100).table;
  EXPECT_EQ(table.columns.size(), 5000u);
  EXPECT_EQ(cellsOf(table, "c4999"), (Texts{"4999"}));
}

TEST(CsvRecords, TrimCellsButNoOtherWhiteSpace) {
  const Table table = tableFrom("a,b\n \t x y\t ,\" \r\n z \"\n\xC2\xA0q,\" 5 \"\n");
  EXPECT_EQ(cellsOf(table, "a"), (Texts{"x y", "\xC2\xA0q"}));
  EXPECT_EQ(cellsOf(table, "b"), (Texts{"z", "5"}));
  EXPECT_EQ(cellsOf(tableFrom("a,b\n\" 5 \",\"NA\"\n6,\"\"\n"), "a"), (Texts{"5", "6"}));
  EXPECT_EQ(tableFrom("a,b\n\" 5 \",\"NA\"\n6,\"\"\n").at("b").data->missing, 2u);
}

// §4

TEST(CsvHeader, TrimsNamesAndKeepsWhateverTheyHold) {
  EXPECT_EQ(namesOf(tableFrom(" a , \"b, \"\"c\"\"\" ,x:y,ชื่อ,__proto__,<b>\n")),
            (Texts{"a", "b, \"c\"", "x:y", "ชื่อ", "__proto__", "<b>"}));
}

TEST(CsvHeader, NumbersColumnsWithoutAName) {
  EXPECT_EQ(namesOf(tableFrom(",a,\"\",\n1,2,3,\n")), (Texts{"V1", "a", "V3", "V4"}));
  EXPECT_EQ(namesOf(tableFrom(",,\n")), (Texts{"V1", "V2", "V3"}));
  EXPECT_EQ(namesOf(tableFrom("\"\"\n")), (Texts{"V1"}));
}

TEST(CsvHeader, RefusesTwoEqualNames) {
  EXPECT_TRUE(
      contains(load("id,age, age\n1,2,3\n").failure, "PARSE_ERROR: line 1: columns 2 and 3 are both named 'age'"));
  EXPECT_TRUE(contains(load("V2,\n").failure, "'V2'"));
  EXPECT_EQ(namesOf(tableFrom("age,Age\n")), (Texts{"age", "Age"}));
}

TEST(CsvHeader, IsTheFirstRecordEvenOfNumbers) { EXPECT_EQ(namesOf(tableFrom("1,2\n3,4\n")), (Texts{"1", "2"})); }

TEST(CsvHeader, WithoutRowsGivesNumericColumns) {
  const Table table = tableFrom("a,b");
  EXPECT_EQ(table.rows, 0u);
  EXPECT_EQ(table.at("b").data->kind, Kind::numeric);
}

TEST(CsvHeader, MustBeThere) {
  for (const char* text : {"", "\n", "  \n\t\n\r\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"}) {
    EXPECT_TRUE(contains(load(text).failure, "PARSE_ERROR: there is no header")) << text;
  }
}

}  // namespace
}  // namespace bedside::testing
