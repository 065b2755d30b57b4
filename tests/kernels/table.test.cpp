#include "table/table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>

#include "table/arrays.hpp"
#include "table/distinct.hpp"
#include "table/levels.hpp"
#include "table/number.hpp"
#include "table/pages.hpp"
#include "table/summary.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// What C's printf makes of it, without exponent and without zeros at the end.
std::string naiveDecimalText(double value) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.14e", value);
  char plain[1200];
  std::snprintf(plain, sizeof plain, "%.*f", std::max(0, 14 - std::atoi(std::strchr(digits, 'e') + 1)),
                std::strtod(digits, nullptr));
  std::string text = plain;
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

TEST(DecimalText, HasFifteenDigitsAndNoExponent) {
  const std::vector<std::pair<double, const char*>> cases = {{0, "0"},
                                                             {-0.0, "0"},
                                                             {.5, "0.5"},
                                                             {1, "1"},
                                                             {10, "10"},
                                                             {-3.25, "-3.25"},
                                                             {.1 + .2, "0.3"},
                                                             {1.0 / 3, "0.333333333333333"},
                                                             {2.0 / 3, "0.666666666666667"},
                                                             {1e15, "1000000000000000"},
                                                             {123456789012345678, "123456789012346000"},
                                                             {1e-5, "0.00001"},
                                                             {1e22, "10000000000000000000000"},
                                                             {99999999999999.95, "100000000000000"},
                                                             {999999999999999.5, "1000000000000000"},
                                                             {nan, "NaN"},
                                                             {INFINITY, "Inf"},
                                                             {-INFINITY, "-Inf"},
                                                             {2.5e-7, "0.00000025"}};
  for (const auto& [value, text] : cases) EXPECT_EQ(decimalText(value), text);
  EXPECT_EQ(decimalText(1e300), "1" + std::string(300, '0'));
  EXPECT_EQ(decimalText(5e-324), "0." + std::string(323, '0') + "494065645841247");
  EXPECT_EQ(decimalText(std::numeric_limits<double>::max()).substr(0, 18), "179769313486232000");
}

TEST(DecimalText, AgreesWithPrintf) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 20'000; ++i) {
    const double any = std::bit_cast<double>(random());
    const double usual = std::ldexp(static_cast<double>(random() >> 11), -static_cast<int>(random() % 80));
    for (const double value :
         {std::isfinite(any) && std::abs(any) < 1e16 && std::abs(any) > 1e-300 ? any : 0.0, usual}) {
      if (value == 0) continue;
      ASSERT_EQ(decimalText(value), naiveDecimalText(value)) << value;
    }
  }
}

TEST(Text, IsShortenedBetweenCharacters) {
  EXPECT_EQ(shortened("short"), "short");
  EXPECT_EQ(shortened(std::string(59, 'x') + "éé"), std::string(59, 'x') + "…");
}

TEST(Text, FindsTheNearestName) {
  EXPECT_EQ(editDistance("kitten", "sitting", 10), 3u);
  EXPECT_EQ(editDistance("", "abc", 10), 3u);
  EXPECT_EQ(editDistance("abc", "xyz", 1), 2u);
  const std::vector<std::string> names = {"age", "sex", "ph.ecog"};
  EXPECT_EQ(nearest("agee", names), "age");
  EXPECT_EQ(nearest("ph.eocg", names), "ph.ecog");
  EXPECT_EQ(nearest("somethingelse", names), "");
}

TEST(LevelOrder, PutsNumbersByValueBeforeTexts) {
  const std::vector<std::string> ordered = {"-Inf", "-2",  "0", "007", "7", "7.0", "9", "1e1", "20", "Inf",
                                            "",     "1,5", "A", "B",   "a", "inf", "z", "ö",   "Ｂ", "😀"};
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j)
      EXPECT_EQ(levelBefore(ordered[i], ordered[j]), i < j) << ordered[i] << " " << ordered[j];
  }
  std::vector<std::string> shuffled = ordered;
  shuffled.insert(shuffled.end(), {"7", "z"});
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937_64(5));
  const LevelOrder order = inLevelOrder(shuffled);
  EXPECT_EQ(order.levels, ordered);
  for (std::size_t i = 0; i < shuffled.size(); ++i)
    EXPECT_EQ(order.levels[static_cast<std::size_t>(order.place[i])], shuffled[i]);
}

TEST(LevelOrder, SharesLongBeginnings) {
  EXPECT_TRUE(levelBefore("chromosome1", "chromosome2"));
  EXPECT_TRUE(levelBefore("chromosome", "chromosome1"));
  EXPECT_FALSE(levelBefore("chromosome2", "chromosome1"));
  EXPECT_TRUE(levelBefore("ab", std::string_view("ab\0", 3)));
}

TEST(Levels, NumberTextsAsTheyCome) {
  Levels levels;
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i)
    texts.push_back(std::string(static_cast<std::size_t>(i % 40), 'x') + std::to_string(i * 7919));
  texts.push_back(std::string(100'000, 'y'));
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(levels.codeOf(texts[i]), static_cast<std::int32_t>(i));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(levels[i], texts[i]);
}

TEST(FactorOf, ReadsNumbersAsTheirText) {
  const auto column = ColumnData::numericOf({10, 9, nan, .5, 0, -0.0, 9, .1 + .2, .3, -1});
  const Factor factor = factorOf(*column);
  EXPECT_EQ(factor.levels, (std::vector<std::string>{"-1", "0", "0.3", "0.5", "9", "10"}));
  EXPECT_EQ(std::vector<std::int32_t>(factor.codes.begin(), factor.codes.end()),
            (std::vector<std::int32_t>{5, 4, -1, 3, 1, 1, 4, 2, 2, 0}));
}

TEST(FactorOf, KeepsAnOrderThatWasFixed) {
  const auto column = ColumnData::numericOf({1, 2, 3, 9}, Kind::numeric, {"3", "7", "1"});
  const Factor factor = factorOf(*column);
  EXPECT_EQ(factor.levels, (std::vector<std::string>{"3", "1", "2", "9"}));
  EXPECT_EQ(std::vector<std::int32_t>(factor.codes.begin(), factor.codes.end()),
            (std::vector<std::int32_t>{1, 2, 0, 3}));
}

TEST(FactorOf, PointsIntoACategoricalColumn) {
  const auto column = ColumnData::categoricalOf({0, -1, 1}, {"a", "b"});
  EXPECT_EQ(factorOf(*column).codes.data(), column->codes.data());
  EXPECT_EQ(column->missing, 1u);
}

TEST(Fingerprint, IsOfKindCellsAndLevelOrderAlone) {
  const auto a = ColumnData::numericOf({1, 2, nan});
  const double signalling = std::bit_cast<double>(std::uint64_t{0xFFF0000000000001});
  EXPECT_EQ(a->fingerprint, ColumnData::numericOf({1, 2, signalling})->fingerprint);
  EXPECT_FALSE(a->fingerprint == ColumnData::numericOf({1, 2, 3})->fingerprint);
  EXPECT_FALSE(a->fingerprint == ColumnData::numericOf({1, 2, nan}, Kind::date)->fingerprint);
  EXPECT_FALSE(a->fingerprint == ColumnData::numericOf({1, 2, nan}, Kind::numeric, {"2", "1"})->fingerprint);
  const auto text = ColumnData::categoricalOf({0, 1}, {"a", "b"});
  EXPECT_FALSE(text->fingerprint == ColumnData::categoricalOf({0, 1}, {"b", "a"})->fingerprint);
  EXPECT_FALSE(text->fingerprint == ColumnData::categoricalOf({0, 1}, {"ab", ""})->fingerprint);
  EXPECT_FALSE(ColumnData::numericOf({})->fingerprint == ColumnData::categoricalOf({}, {})->fingerprint);
}

TEST(Table, NamesTheNearestColumn) {
  const Table table = tableOf({columnOfNumbers("age", {1}), columnOfNumbers("__proto__", {2})});
  EXPECT_EQ(table.at("__proto__").data->values[0], 2);
  EXPECT_EQ(table.find("Age"), nullptr);
  try {
    table.at("aeg");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code, Code::columnNotFound);
    EXPECT_EQ(failure.message, "the table has no column 'aeg'; did you mean 'age'?");
  }
}

TEST(Arrays, TakeTextsAsTheyAre) {
  TextColumn column;
  for (const char* text : {"b", " b", "", "NA", "10", "9", "b"}) column.add(text);
  column.addMissing();
  const Column made = column.finish("x");
  EXPECT_EQ(made.data->levels, (std::vector<std::string>{"9", "10", "", " b", "NA", "b"}));
  EXPECT_EQ(made.data->codes, (std::vector<std::int32_t>{5, 3, 2, 4, 1, 0, 5, -1}));
}

TEST(Arrays, RefuseUnequalLengthsAndEqualNames) {
  EXPECT_THROW(tableOf({columnOfNumbers("a", {1, 2}), columnOfNumbers("b", {1})}), Failure);
  EXPECT_THROW(tableOf({columnOfNumbers("a", {1}), columnOfNumbers("a", {1})}), Failure);
  EXPECT_EQ(tableOf({}).rows, 0u);
  EXPECT_EQ(tableOf({columnOfNumbers("a", {1, 2})}).rows, 2u);
}

TEST(Pages, GiveEveryCellBackToTheBit) {
  std::mt19937_64 random(9);
  const double kinds[][4] = {{1, 2, 3, nan},
                             {.5, 1.25, nan, -7.75},
                             {1e-9, 2, 3, 4},
                             {0, -0.0, 1, nan},
                             {127, -127, 128, 0},
                             {32767, -32768, 5, nan},
                             {2147483647, -2147483647, 2147483648, nan},
                             {INFINITY, 1, -INFINITY, nan},
                             {.1, .2, .30000000000000004, nan},
                             {1e300, -1e300, 5e-324, nan},
                             {-128, nan, 4, 6}};
  for (const auto& kind : kinds) {
    for (const unsigned decimals : {0u, 1u, 2u, 9u, 17u}) {
      Pages pages;
      std::vector<double> all;
      for (const std::size_t rows : {Pages::rows, Pages::rows, std::size_t{3}}) {
        std::vector<double> page(rows);
        for (double& value : page) value = kind[random() % 4];
        pages.add(page, decimals);
        all.insert(all.end(), page.begin(), page.end());
      }
      const std::vector<double> back = pages.takeNumbers();
      ASSERT_EQ(back.size(), all.size());
      for (std::size_t i = 0; i < all.size(); ++i)
        ASSERT_EQ(std::bit_cast<std::uint64_t>(back[i]), std::bit_cast<std::uint64_t>(all[i])) << all[i];
    }
  }
  for (const std::int32_t most : {3, 127, 128, 40'000, 3'000'000}) {
    Pages pages;
    std::vector<std::int32_t> codes(700);
    for (std::int32_t& code : codes)
      code = static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(most + 1)) - 1;
    codes[5] = most;
    pages.add(codes);
    EXPECT_EQ(pages.takeCodes(), codes);
  }
}

TEST(Distinct, CountsExactly) {
  EXPECT_EQ(countDistinct({}), 0u);
  EXPECT_EQ(countDistinct(std::vector<double>{nan, nan}), 0u);
  EXPECT_EQ(countDistinct(std::vector<double>{0, -0.0, nan, 1}), 2u);
  EXPECT_EQ(countDistinct(std::vector<double>{INFINITY, -INFINITY, 1, 1}), 3u);
  EXPECT_EQ(countDistinct(std::vector<double>{.1, .2, .30000000000000004, .3}), 4u);
  std::mt19937_64 random(2);
  for (const double scale : {1.0, 10.0, 1000.0, 3.0, 1e12}) {
    for (const std::uint64_t range : {5u, 1000u, 3'000'000u}) {
      std::vector<double> values;
      for (int i = 0; i < 3000; ++i) values.push_back((static_cast<double>(random() % range) - 7) / scale);
      std::vector<double> sorted = values;
      std::sort(sorted.begin(), sorted.end());
      sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
      EXPECT_EQ(countDistinct(values), sorted.size());
    }
  }
}

TEST(Summary, ListsLevelsUpToAThousand) {
  TextColumn few, many;
  for (int i = 0; i < 1001; ++i) {
    few.add(std::to_string(i % 1000));
    many.add(std::to_string(i));
  }
  const Column fewColumn = few.finish("few"), manyColumn = many.finish("many");
  EXPECT_EQ(summaryOf(*fewColumn.data).levels.size(), 1000u);
  EXPECT_TRUE(summaryOf(*fewColumn.data).listed);
  EXPECT_FALSE(summaryOf(*manyColumn.data).listed);
  EXPECT_EQ(summaryOf(*manyColumn.data).distinct, 1001u);
  EXPECT_FALSE(summaryOf(*ColumnData::numericOf({1, nan})).listed);
  EXPECT_EQ(summaryOf(*ColumnData::numericOf({1, nan}, Kind::date)).type, "date");
}

}  // namespace
}  // namespace bedside
