#include "table/outcome.hpp"

#include <gtest/gtest.h>

#include "sample_table.hpp"

namespace bedside {
namespace {

using Names = std::vector<std::string>;

/// The column as text, read through `Blocks` as a kernel would: `0110`.
std::string read(const Binary& binary, std::size_t rows) {
  std::string out;
  numerics::Blocks({binary.source}, numerics::Rows::all(rows), 2).scan([&](const numerics::Block& block) {
    for (std::size_t i = 0; i < block.rows; ++i) out += block[0][i] == 1 ? '1' : block[0][i] == 0 ? '0' : '?';
  });
  for (std::size_t row = 0; row < rows; ++row) EXPECT_EQ(binary[row], out[row] == '1');
  return out;
}

std::string refused(const Column& column, std::optional<std::string> positive = std::nullopt) {
  return failureOf([&] { binaryOf(column, positive); }).substr(0, 12);
}

TEST(Outcome, takesZeroAndOneAsTheyAre) {
  const Column column = numbers("low", {0, 1, -0.0, 1, absent});
  const Binary binary = binaryOf(column);
  EXPECT_EQ(binary.source.values, column.data->values.data());  // no copy
  EXPECT_EQ(read(binary, 4), "0101");
  EXPECT_EQ(binary.levels, (Names{"0", "1"}));
  EXPECT_EQ(binary.events(numerics::Rows::all(5)), 2u);
  EXPECT_EQ(read(binaryOf(numbers("none", {0, 0})), 2), "00");
  EXPECT_EQ(read(binaryOf(numbers("all", {1, 1})), 2), "11");
  EXPECT_EQ(binaryOf(numbers("gone", {absent, absent})).levels, (Names{"0", "1"}));  // the rows are what is missing
  EXPECT_EQ(binaryOf(numbers("empty", {})).levels, (Names{"0", "1"}));
}

TEST(Outcome, takesTheSecondOfTwoLevels) {
  EXPECT_EQ(read(binaryOf(numbers("status", {1, 2, 2, 1})), 4), "0110");
  EXPECT_EQ(read(binaryOf(numbers("far", {1000, -5, 1000})), 3), "101");
  EXPECT_EQ(read(binaryOf(numbers("near", {1, 0.1 + 0.2, 0.3})), 3), "100");       // equal in 15 digits: one level
  EXPECT_EQ(read(binaryOf(numbers("ordered", {1, 2, 2}, {"2", "1"})), 3), "100");  // the dictionary's order
  const Column text = texts("sex", {"M", "F", "NA", "M"});
  const Binary binary = binaryOf(text);
  EXPECT_EQ(binary.source.codes, text.data->codes.data());
  EXPECT_EQ(binary.levels, (Names{"F", "M"}));
  EXPECT_EQ(binary.event(), "M");
  EXPECT_EQ(read(binary, 4), "1001");
}

TEST(Outcome, takesTheLevelNamedPositive) {
  EXPECT_EQ(read(binaryOf(texts("sex", {"M", "F", "M"}), "F"), 3), "010");
  EXPECT_EQ(binaryOf(texts("sex", {"M", "F"}), "F").levels, (Names{"M", "F"}));
  EXPECT_EQ(read(binaryOf(numbers("low", {0, 1, 1, absent}), "0"), 4), "1000");
  EXPECT_EQ(read(binaryOf(numbers("low", {0, 1, 1}), "1"), 3), "011");
  EXPECT_EQ(read(binaryOf(numbers("low", {0, 1, 1}), "false"), 3), "100");
  EXPECT_EQ(read(binaryOf(numbers("low", {0, 1, 1}), "true"), 3), "011");
  EXPECT_EQ(read(binaryOf(numbers("status", {1, 2, 2}), "1"), 3), "100");
  EXPECT_EQ(refused(numbers("status", {1, 2}), "3"), "INVALID_SPEC");
  EXPECT_EQ(refused(numbers("low", {0, 1}), "yes"), "INVALID_SPEC");
  EXPECT_EQ(refused(texts("sex", {"M", "F"}), "f"), "INVALID_SPEC");
}

TEST(Outcome, isNotBinary) {
  EXPECT_EQ(refused(numbers("three", {1, 2, 3})), "NOT_BINARY: ");
  EXPECT_EQ(refused(numbers("one", {2, 2})), "NOT_BINARY: ");
  EXPECT_EQ(refused(texts("three", {"a", "b", "c"})), "NOT_BINARY: ");
  EXPECT_EQ(refused(texts("one", {"a", "a"})), "NOT_BINARY: ");
  EXPECT_EQ(refused(texts("none", {"NA"})), "NOT_BINARY: ");
  EXPECT_EQ(refused(texts("three", {"a", "b", "c"}), "d"), "NOT_BINARY: ");  // the column is judged first
  EXPECT_EQ(refused(numbers("zero", {0, 0}), "0"), "NOT_BINARY: ");
  EXPECT_EQ(
      failureOf([] {
        binaryOf(numbers("age", {50, 40, 30, 20}));
      }),
      "NOT_BINARY: column 'age' has more than two values: '50', '40', '30', …; two are needed: filter the rows or "
      "derive a column of 0 and 1");
}

TEST(Outcome, outlivesTheColumnItWasReadFrom) {
  const Binary binary = [] {
    const Binary first = binaryOf(numbers("status", {1, 2, 2}));
    return Binary(first);
  }();
  EXPECT_EQ(read(binary, 3), "011");
}

TEST(Event, isTheValueNamed) {
  EXPECT_EQ(read(eventOf(numbers("status", {0, 1, 2, absent, 2}), "2"), 5), "00101");
  EXPECT_EQ(read(eventOf(texts("status", {"dead", "alive", "lost", "NA"}), "dead"), 4), "1000");
  EXPECT_EQ(read(eventOf(numbers("status", {0, 1, 2}), "true"), 3), "010");
  EXPECT_EQ(read(eventOf(numbers("status", {0, 1}), "0"), 2), "10");
  EXPECT_EQ(read(eventOf(numbers("status", {0, 1}), "1"), 2), "01");
  EXPECT_EQ(read(eventOf(numbers("dose", {0.1 + 0.2, 0.3, 0.30000001}), "0.3"), 3), "110");
  EXPECT_EQ(read(eventOf(numbers("status", {1, 2}), "2.0"), 2), "00");  // compared as text
}

TEST(Event, needNotOccur) {
  EXPECT_EQ(read(eventOf(numbers("status", {0, 1}), "9"), 2), "00");
  EXPECT_EQ(read(eventOf(numbers("status", {0, 0}), "1"), 2), "00");
  EXPECT_EQ(read(eventOf(numbers("status", {0, 1}), "dead"), 2), "00");
  EXPECT_EQ(read(eventOf(texts("status", {"a", "b"}), "c"), 2), "00");
}

TEST(Event, withoutAValueIsBinary) {
  EXPECT_EQ(read(eventOf(numbers("status", {1, 2, 1})), 3), "010");
  EXPECT_EQ(failureOf([] { eventOf(numbers("status", {0, 1, 2})); }).substr(0, 10), "NOT_BINARY");
}

}  // namespace
}  // namespace bedside
