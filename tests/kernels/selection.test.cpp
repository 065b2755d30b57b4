#include "table/selection.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "sample_table.hpp"

namespace bedside {
namespace {

using Names = std::vector<std::string>;

std::vector<std::size_t> rowsOf(const Selection& selection) {
  std::vector<std::size_t> rows;
  const numerics::Rows used = selection.rows();
  for (std::size_t i = 0; i < used.count; ++i) rows.push_back(used[i]);
  return rows;
}

using Numbers = std::vector<std::size_t>;

Table patients() {
  return tableOf({numbers("age", {50, absent, 60, 70, 80, 90}), texts("sex", {"F", "M", "NA", "M", "F", "F"}),
                  numbers("full", {1, 2, 3, 4, 5, 6}), numbers("w", {1, 0, 0, 2, absent, 0.5})});
}

TEST(Selection, keepsNoNumbersWhileEveryRowTakesPart) {
  const Table table = patients();
  Selection selection = completeRows(table, Names{"full"});
  EXPECT_TRUE(selection.everyRow());
  EXPECT_TRUE(selection.rows().everyRow());
  EXPECT_TRUE(selection.numbers().empty());
  EXPECT_EQ(selection.count(), 6u);
  selection.keepIf([](std::size_t) { return true; });
  EXPECT_TRUE(selection.everyRow());
}

TEST(Selection, deletesRowsListwise) {
  const Table table = patients();
  const Selection selection = completeRows(table, Names{"age", "sex", "age", "full"});
  EXPECT_EQ(rowsOf(selection), (Numbers{0, 3, 4, 5}));
  EXPECT_EQ(selection.missing(), 2u);
  EXPECT_EQ(selection.numbers().size(), 4u);
  EXPECT_EQ(selection[1], 3u);
}

// Rows of weight 0 are not in the table: their gaps are nobody's loss.
TEST(Selection, forgetsRowsOfWeightZero) {
  const Table table = patients();
  const Selection selection = completeRows(table, Names{"age", "sex"}, &table.at("w"));
  EXPECT_EQ(rowsOf(selection), (Numbers{0, 3, 5}));
  EXPECT_EQ(selection.missing(), 1u);  // the row without a weight
}

TEST(Selection, canBeNarrowedAgain) {
  const Table table = patients();
  Selection selection = completeRows(table, Names{"age"});
  EXPECT_EQ(selection.missing(), 1u);
  selection.keepIf([](std::size_t row) { return row != 0 && row != 4; });
  EXPECT_EQ(rowsOf(selection), (Numbers{2, 3, 5}));
  selection.dropMissing(table, Names{"sex"});
  EXPECT_EQ(rowsOf(selection), (Numbers{3, 5}));
  EXPECT_EQ(selection.missing(), 2u);
  selection.keepIf([](std::size_t) { return false; });
  EXPECT_EQ(selection.count(), 0u);
  EXPECT_EQ(selection.rows().count, 0u);
  EXPECT_FALSE(selection.everyRow());
}

TEST(Selection, mayEndWithoutARow) {
  const Table table = tableOf({numbers("none", {absent, absent})});
  const Selection selection = completeRows(table, Names{"none"});
  EXPECT_EQ(selection.count(), 0u);
  EXPECT_EQ(selection.missing(), 2u);
  EXPECT_EQ(completeRows(tableOf({numbers("empty", {})}), Names{"empty"}).count(), 0u);
}

TEST(Selection, agreesWithALoopOverRows) {
  const std::size_t rows = 10'000;  // several strips, a part of one at the end
  std::vector<double> a(rows), b(rows);
  std::vector<std::string> c(rows);
  std::uint32_t state = 1;
  const auto chance = [&] { return (state = state * 1664525 + 1013904223) >> 24; };
  for (std::size_t i = 0; i < rows; ++i) {
    a[i] = chance() < 20 ? absent : 1;
    b[i] = i < 9'000 || chance() < 200 ? 1 : absent;
    c[i] = chance() < 10 ? "NA" : "x";
  }
  const Table table = tableOf({numbers("a", a), numbers("b", b), texts("c", c)});
  for (const bool narrowed : {false, true}) {
    Selection selection(rows);
    if (narrowed) selection.keepIf([](std::size_t row) { return row % 3 != 0; });
    selection.dropMissing(table, Names{"a", "b", "c"});
    Numbers expected;
    for (std::size_t i = 0; i < rows; ++i) {
      if ((!narrowed || i % 3 != 0) && a[i] == 1 && b[i] == 1 && c[i] == "x") expected.push_back(i);
    }
    EXPECT_EQ(rowsOf(selection), expected);
  }
}

TEST(Selection, findsInfinitiesInTheRowsUsed) {
  const double infinite = std::numeric_limits<double>::infinity();
  const Table table = tableOf({numbers("ok", {1, 2, 3}), numbers("bad", {1, 2, -infinite}),
                               numbers("gap", {1, 2, absent}), texts("text", {"Inf", "a", "b"})});
  const Selection all(3);
  EXPECT_EQ(failureOf([&] {
              checkFinite(table, Names{"ok", "text", "bad"}, all);
            }).substr(0, 61),
            "NOT_FINITE: column 'bad' holds -Inf in data row 3 (the first ");
  checkFinite(table, Names{"ok", "text"}, all);
  checkFinite(table, Names{"bad"}, completeRows(table, Names{"gap"}));  // its row is not used
}

TEST(Selection, checksWeights) {
  checkWeights(numbers("w", {0, 1.5, absent}));
  EXPECT_NE(failureOf([] {
              checkWeights(numbers("w", {1, -0.5}));
            }).find("INVALID_SPEC: weights 'w' hold -0.5 in data row 2"),
            std::string::npos);
  EXPECT_NE(failureOf([] { checkWeights(texts("w", {"1", "b"})); }).find("NOT_NUMERIC: column 'w'"), std::string::npos);
}

}  // namespace
}  // namespace bedside
