#include "csv_loading.hpp"

#include <limits>

#include "table/aswritten.hpp"
#include "table/number.hpp"

namespace bedside::testing {
namespace {

bool contains(const std::string& text, std::string_view piece) { return text.find(piece) != std::string::npos; }

/// A file of one column `x` beside a column that keeps its lines from being blank.
std::string fileOf(const Texts& cells) {
  std::string text = "x,id\n";
  for (const std::string& cell : cells) text += cell + ",1\n";
  return text;
}

Kind kindOfCells(const Texts& cells) { return tableFrom(fileOf(cells)).at("x").data->kind; }

// loading.md §5

TEST(CsvMissing, TakesTheDefaultTokensExactly) {
  const Table table =
      tableFrom(fileOf({"", "NA", "N/A", "NaN", "nan", "null", "NULL", ".", "-", " NA ", "\"NA\"", "7"}));
  EXPECT_EQ(table.at("x").data->kind, Kind::numeric);
  EXPECT_EQ(table.at("x").data->missing, 11u);
  for (const char* text : {"na", "n/a", "Na", "None", "?", "Null", "--"})
    EXPECT_EQ(kindOfCells({text, "1"}), Kind::categorical) << text;
}

TEST(CsvMissing, AddsTokensComparedAsText) {
  const LoadOptions options{.missing = {" -99 ", "999", "unknown"}};
  const Table table = tableFrom(fileOf({"-99", "-99.0", "999", "unknown", "5", "\" 999 \""}), options);
  EXPECT_EQ(cellsOf(table, "x"), (Texts{"<missing>", "-99", "<missing>", "<missing>", "5", "<missing>"}));
  EXPECT_EQ(table.at("x").data->kind, Kind::numeric);
}

TEST(CsvMissing, AddsTokensForOneColumn) {
  LoadOptions options;
  options.dictionary = {{"x", {.missing = {"9"}}}};
  const Table table = tableFrom("x,y\n9,9\n8,8\n", options);
  EXPECT_EQ(cellsOf(table, "x"), (Texts{"<missing>", "8"}));
  EXPECT_EQ(cellsOf(table, "y"), (Texts{"9", "8"}));
}

// §6

TEST(CsvNumbers, AreWhatTheGrammarSays) {
  const std::vector<std::pair<const char*, double>> numbers = {
      {"007", 7},
      {"+5", 5},
      {".5", .5},
      {"-.5", -.5},
      {"1.", 1},
      {"1.e3", 1000},
      {"-0", 0},
      {"-0.25E+2", -25},
      {"1e22", 1e22},
      {"0", 0},
      {"0.0", 0},
      {"-5", -5},
      {"12.50", 12.5},
      {"1e-3", .001},
      {"1E5", 1e5},
      {"123456789012345", 123456789012345},
      {"1234567890123456", 1234567890123456},
      {"0.1", .1},
      {"-0.3", -.3},
      {"3.14159", 3.14159},
      {"1e400", INFINITY},
      {"-1e400", -INFINITY},
      {"1e-400", 0},
      {"Inf", INFINITY},
      {"-Inf", -INFINITY},
      {"+Inf", INFINITY},
      {"Infinity", INFINITY},
      {"-Infinity", -INFINITY},
      {"9007199254740993", 9007199254740992},
      {"1e99999999999999999999", INFINITY},
      {"0.1000000000000000055511151231257827021181583404541015625", .1},
      {"2.2250738585072014e-308", 2.2250738585072014e-308},
      {"179769313486231580793728971405301e276", 179769313486231580793728971405301e276},
      {"4.9e-324", 4.9e-324}};
  for (const auto& [text, value] : numbers) {
    const Table table = tableFrom(fileOf({text}));
    ASSERT_EQ(table.at("x").data->kind, Kind::numeric) << text;
    EXPECT_EQ(table.at("x").data->values[0], value) << text;
    EXPECT_EQ(numberOf(text), value) << text;
  }
}

TEST(CsvNumbers, AreNothingElse) {
  for (const char* text :
       {"1e",    "e5",        ".e5",       "1e1.5",  "--5",       "+-5",      "1.2.3",      "5-",       "5%",
        "2f",    "+",         "1e+",       "inf",    "-INF",      "infinity", "INF",        "infinite", "0x1F",
        "1_000", "5 000",     "\"1,234\"", "€5",     "<0.5",      "TRUE",     "2024-01-31", "08:15",    "٣",
        "−5",    "5\xC2\xA0", "1e5.",      "nan(1)", "Infinity5", "+.",       "- 5",        "1 .5"}) {
    EXPECT_EQ(kindOfCells({"1", text, "2"}), Kind::categorical) << text;
    EXPECT_EQ(kindOfCells({text}), Kind::categorical) << text;
  }
  EXPECT_FALSE(numberOf(""));
  EXPECT_FALSE(numberOf("+"));
  EXPECT_FALSE(numberOf("."));
}

TEST(CsvNumbers, AreRoundedCorrectlyOnTheFastWayToo) {
  std::uint64_t state = 1;
  std::string text = "x,id\n";
  std::vector<double> want;
  for (int i = 0; i < 20'000; ++i) {
    state = state * 6364136223846793005 + 1442695040888963407;
    std::string digits = std::to_string((state >> 20) % (i % 2 == 0 ? 1'000'000'000'000'000 : 100'000)), cell = digits;
    const std::size_t decimals = state >> 60;
    if (decimals > 0 && decimals < digits.size()) cell.insert(digits.size() - decimals, ".");
    if (state >> 59 & 1) cell.insert(0, "-");
    text += cell + ",1\n";
    want.push_back(std::strtod(cell.c_str(), nullptr));
  }
  const Loaded loaded = loadInChunks(text, {}, "x.csv", 5000);
  EXPECT_EQ(loaded.table.at("x").data->values, want);
}

TEST(CsvTypes, LookAtEveryRow) {
  Texts cells(5000, "1");
  cells.back() = "x";
  std::string text = fileOf(cells);
  const Table table = loadInChunks(text, {}, "x.csv", 333).table;
  EXPECT_EQ(table.at("x").data->levels, (Texts{"1", "x"}));
  EXPECT_EQ(kindOfCells({"", "NA"}), Kind::numeric);
}

TEST(CsvTypes, GiveBackEveryCellAsWrittenOnALateTurn) {
  const Texts cells = {"007",
                       "7",
                       "1.0",
                       "1",
                       "1.",
                       "1e1",
                       "10",
                       "+5",
                       "5",
                       ".5",
                       "0.5",
                       "-0",
                       "0",
                       "-0.0",
                       "0.00",
                       "12.50",
                       "12.5",
                       "-3.10",
                       "Inf",
                       "+Inf",
                       "Infinity",
                       "0.1234567890123456",
                       "0.12345678901234567",
                       "1234567890123456789",
                       "9007199254740993",
                       "123456789012345678901234567890",
                       "0.000001",
                       "0.0000010",
                       "1e300",
                       "1e400",
                       "100000000000000000000",
                       "12345678.9012345678",
                       "-0.10000000000000001",
                       "00",
                       "-00.50",
                       "5e-324",
                       "999999999999999",
                       "999999999999999.0",
                       "0.30000000000000004",
                       "-123456.7890123456"};
  Texts rows;
  for (int repeat = 0; repeat < 60; ++repeat) rows.insert(rows.end(), cells.begin(), cells.end());
  rows.push_back("NA");
  rows.push_back("text");
  const Table table = loadInChunks(fileOf(rows), {}, "x.csv", 777).table;
  rows[rows.size() - 2] = "<missing>";
  EXPECT_EQ(cellsOf(table, "x"), rows);
  load(fileOf({"007", "1.0", "", "0.30000000000000004", "x", "1.0"}));
}

TEST(CsvTypes, GiveBackNumbersWithACommaOnALateTurn) {
  const Texts rows = {"1,5", "1.5", "2,50", "3,", "-0,25", "1,5e3", "0,1234567890123456", "x"};
  std::string text = "x;id\n";
  for (const std::string& row : rows) text += row + ";1\n";
  EXPECT_EQ(cellsOf(tableFrom(text), "x"), rows);
}

TEST(CsvTypes, CanBeForced) {
  const LoadOptions options{.types = {{"id", "categorical"}, {"lab", "numeric"}}};
  const Table table = tableFrom("id,lab\n007,0.5\n7,<0.5\n1.0,NA\n1,high\n", options);
  EXPECT_EQ(table.at("id").data->levels, (Texts{"1", "1.0", "007", "7"}));
  EXPECT_EQ(cellsOf(table, "lab"), (Texts{"0.5", "<missing>", "<missing>", "<missing>"}));
  const std::string warning = warningOf(table, "COERCED");
  EXPECT_TRUE(contains(warning, "column 'lab': 2 cells")) << warning;
  EXPECT_TRUE(contains(warning, "'<0.5'")) << warning;
  EXPECT_TRUE(tableFrom("lab\n1\nNA\n", {.types = {{"lab", "numeric"}}}).warnings.empty());
}

TEST(CsvTypes, WarnOfWholeNumbersBeyondADouble) {
  const std::string warning =
      warningOf(tableFrom(fileOf({"1", "9007199254740993", "9007199254740995"})), "PRECISION_LOST");
  EXPECT_TRUE(contains(warning, "'9007199254740993'") && contains(warning, "'categorical'")) << warning;
  EXPECT_TRUE(
      contains(warningOf(tableFrom(fileOf({"-00012345678901234567890"})), "PRECISION_LOST"), "12345678901234567890"));
  EXPECT_EQ(warningOf(tableFrom(fileOf({"9007199254740992", "1e22", "0000000000000000001", "9007199254740993.5"})),
                      "PRECISION_LOST"),
            "");
  EXPECT_EQ(warningOf(tableFrom(fileOf({"9007199254740993", "x"})), "PRECISION_LOST"), "");
}

TEST(CsvDecimalComma, IsReadWhereSemicolonsSeparate) {
  const Table table = tableFrom("a;b;c\n1,5;1.5;x\n-,25;2;y\n1,5e2;3;z\n");
  EXPECT_EQ(cellsOf(table, "a"), (Texts{"1.5", "-0.25", "150"}));
  EXPECT_EQ(cellsOf(table, "b"), (Texts{"1.5", "2", "3"}));
  EXPECT_TRUE(table.warnings.empty());
  EXPECT_EQ(tableFrom("a,b\n\"1,5\",2\n").at("a").data->kind, Kind::categorical);
  EXPECT_EQ(tableFrom("a;b\n1,5.5;2\n").at("a").data->kind, Kind::categorical);
}

TEST(CsvDecimalComma, WarnsWhereBothMarksStand) {
  const Table table = tableFrom("a;b\n7;1\n1.234;2\n2,5;3\n1.5;4\n");
  const std::string warning = warningOf(table, "AMBIGUOUS_DECIMAL");
  EXPECT_TRUE(contains(warning, "'a'") && contains(warning, "'1.234'") && contains(warning, "'2,5'")) << warning;
  EXPECT_EQ(warningOf(tableFrom("a;b\n1.5;1\n2,5;2\nx;3\n"), "AMBIGUOUS_DECIMAL"), "");
}

TEST(CsvErrors, ComeInOrder) {
  const auto codeOf = [](std::string_view text, const LoadOptions& options) {
    const std::string failure = load(text, options).failure;
    return failure.substr(0, failure.find(':'));
  };
  EXPECT_EQ(codeOf("a,b\n1\n", {.types = {{"zzz", "number"}}}), "INVALID_SPEC");
  EXPECT_EQ(codeOf("a,b\n1\n", {.types = {{"zzz", "numeric"}}}), "PARSE_ERROR");
  EXPECT_EQ(codeOf("a,b\n1,2\n", {.types = {{"zzz", "numeric"}}}), "COLUMN_NOT_FOUND");
  EXPECT_EQ(codeOf("a,b\n1,2\n", {.dictionary = {{"zzz", {.label = "Z"}}}}), "COLUMN_NOT_FOUND");
  EXPECT_EQ(codeOf("a,b\n1,2\n", {.dateFormats = {{"zzz", "DD/MM/YYYY"}}}), "COLUMN_NOT_FOUND");
  EXPECT_TRUE(contains(load("age,b\n1,2\n", {.types = {{"agee", "numeric"}}}).failure, "did you mean 'age'?"));
}

TEST(CsvErrors, RefuseOptionsBeforeAByte) {
  for (const LoadOptions& options : std::vector<LoadOptions>{{.format = "xlsx"},
                                                             {.types = {{"a", "Numeric"}}},
                                                             {.dateFormat = "DD/MM/YY"},
                                                             {.dateFormats = {{"a", "MM-YYYY"}}},
                                                             {.calendar = "julian"},
                                                             {.dictionary = {{"a", {.type = "text"}}}},
                                                             {.dictionary = {{"a", {.dateFormat = "YY-MM-DD"}}}},
                                                             {.dictionary = {{"a", {.calendar = "thai"}}}}}) {
    try {
      CsvReader reader(options);
      ADD_FAILURE() << "taken";
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code, Code::invalidSpec) << failure.message;
    }
  }
}

// §7

TEST(CsvLevels, StandInLevelOrder) {
  EXPECT_EQ(
      tableFrom(fileOf({"b", "B", "20", "9", "ö", "z", "1e1", "007", "7", "-1", "Inf", "a"})).at("x").data->levels,
      (Texts{"-1", "007", "7", "9", "1e1", "20", "Inf", "B", "a", "b", "z", "ö"}));
}

TEST(AsWritten, TakesTwoBytesForFixedDecimals) {
  AsWritten written;
  written.noteDecimals(0, 1, '.');
  written.note(3, "0.30000000000000004", 0.30000000000000004);
  AsWritten::Texts texts(written);
  EXPECT_EQ(texts.of(0, 1), "1.0");
  EXPECT_EQ(texts.of(1, 2), "2");
  EXPECT_EQ(texts.of(3, 0.30000000000000004), "0.30000000000000004");
}

}  // namespace
}  // namespace bedside::testing
