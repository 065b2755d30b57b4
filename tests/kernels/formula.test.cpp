#include "table/formula.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "sample_table.hpp"
#include "table/names.hpp"
#include "table/terms.hpp"

namespace bedside {
namespace {

Table patients() {
  std::vector<Column> columns;
  for (const char* name : {"y", "a", "b", "c", "x", "time", "status", "start", "CD4:CD8", "tick`ed", "ph.ecog", "größe",
                           "อายุ", "__proto__", "two words", "", "1st"}) {
    columns.push_back(numbers(name, {0, 1}));
  }
  return tableOf(std::move(columns));
}

std::string shown(const std::vector<Term>& terms) {
  std::string out;
  for (const Term& term : terms) out += (out.empty() ? "" : " ") + term.name();
  return out;
}

std::string right(const std::string& side) { return shown(parseFormula("y ~ " + side, patients()).terms); }

std::string refused(const std::string& formula, Response response = Response::either) {
  return failureOf([&] { parseFormula(formula, patients(), response); });
}

bool says(const std::string& failure, const std::string& piece) { return failure.find(piece) != std::string::npos; }

// R 4.2.2: attr(terms(y ~ ...), "term.labels")
TEST(Formula, putsTermsInROrder) {
  EXPECT_EQ(right("a"), "a");
  EXPECT_EQ(right("a * b"), "a b a:b");
  EXPECT_EQ(right("a:b + a"), "a a:b");
  EXPECT_EQ(right("b + a:b"), "b b:a");
  EXPECT_EQ(right("b:c + a:b + a"), "a b:c b:a");
  EXPECT_EQ(right("a * b * c"), "a b c a:b a:c b:c a:b:c");
  EXPECT_EQ(right("(a + b + c)^2"), "a b c a:b a:c b:c");
  EXPECT_EQ(right("(a + b + c)^3 - a:b"), "a b c a:c b:c a:b:c");
  EXPECT_EQ(right("a * x:b"), "a x:b a:x:b");
  EXPECT_EQ(right("(a + b):c"), "a:c b:c");
  EXPECT_EQ(right("a + b + a"), "a b");
  EXPECT_EQ(right("a:a"), "a");
  EXPECT_EQ(right("b:a + a:b"), "b:a");
  EXPECT_EQ(right("a + b - a"), "b");
  EXPECT_EQ(right("a - (b - a)"), "a");
  EXPECT_EQ(right("b + a:b + c - b"), "c b:a");
  EXPECT_EQ(right("a ^ 2"), "a");
  EXPECT_EQ(right("(a + b)^999999999999999999999"), "a b a:b");
  EXPECT_EQ(right("a:b^2"), "a:b");
}

TEST(Formula, takesThePointForAllOtherColumns) {
  std::vector<Column> columns;
  for (const char* name : {"a", "y", "b"}) columns.push_back(numbers(name, {0, 1}));
  const Table table = tableOf(std::move(columns));
  EXPECT_EQ(shown(parseFormula("y ~ .", table).terms), "a b");
  EXPECT_EQ(shown(parseFormula("y ~ . - a", table).terms), "b");
  EXPECT_EQ(shown(parseFormula("y~b+.^2", table).terms), "b a b:a");
  EXPECT_EQ(shown(parseFormula("Surv(y, b) ~ .", table).terms), "a");
  EXPECT_TRUE(says(failureOf([&] { parseFormula("Surv(a, y, b) ~ .", table); }), "INVALID_SPEC"));
}

TEST(Formula, readsNames) {
  EXPECT_EQ(right("ph.ecog"), "ph.ecog");
  EXPECT_EQ(right("`CD4:CD8`:a"), "CD4:CD8:a");
  EXPECT_EQ(right("`tick``ed` + a"), "tick`ed a");
  EXPECT_EQ(right("größe*อายุ"), "größe อายุ größe:อายุ");
  EXPECT_EQ(right("`__proto__` + `two words`"), "__proto__ two words");
  EXPECT_EQ(right("`1st` + ``"), "1st ");
  EXPECT_EQ(right("\n a\t+\r\n b "), "a b");
  EXPECT_EQ(parseFormula("`two words` ~ a", patients()).outcome, "two words");
  EXPECT_TRUE(says(refused("y ~ __proto__"), "INVALID_SPEC"));
  EXPECT_TRUE(says(refused("y ~ 1st"), "backticks"));
  EXPECT_TRUE(says(refused("y ~ two words"), "position 8 ('words'): expected one of + - * : ^"));
}

TEST(Formula, keepsTheIntercept) {
  EXPECT_EQ(right("1 + a"), "a");
  EXPECT_EQ(right("0 + a + 1"), "a");
  EXPECT_EQ(right("a - (1 + b) + 1"), "a");
  EXPECT_EQ(right("a - 0"), "a");
  for (const char* side : {"a - 1", "0 + a", "-1 + a", "a + 0", "a - (1)", "(a + 0) * b"}) {
    EXPECT_TRUE(says(refused(std::string("y ~ ") + side), "INVALID_SPEC")) << side;
  }
  EXPECT_TRUE(says(refused("y ~ a - 1"), "position 8 ('1'): a model without intercept"));
}

TEST(Formula, saysWhereAndWhatWasExpected) {
  EXPECT_EQ(refused("y ~ a + * b"), "INVALID_SPEC: formula, position 8 ('* b'): expected a column name, '.' or '('");
  EXPECT_EQ(refused("y ~ größe + * b"),
            "INVALID_SPEC: formula, position 12 ('* b'): expected a column name, '.' or '('");
  EXPECT_EQ(refused("y ~ (a + b"),
            "INVALID_SPEC: formula, position 10 (the end): expected ')' for the '(' at position 4");
  EXPECT_EQ(refused("y a"), "INVALID_SPEC: formula, position 2 ('a'): expected '~' after the outcome");
  for (const char* formula : {"",
                              " ",
                              "~",
                              "y",
                              "y ~",
                              "~ a",
                              "y ~ a +",
                              "y ~ a b",
                              "y ~ a)",
                              "y ~ ()",
                              "y ~ a ~ b",
                              "y ~ a:",
                              "y ~ :a",
                              "y ~ a^",
                              "y ~ a^b",
                              "y ~ a^0",
                              "y ~ a^1.5",
                              "y ~ a^2^2",
                              "y ~ a^-1",
                              "y ~ 2",
                              "y ~ a + 2",
                              "y ~ 1",
                              "y ~ a - a",
                              "y ~ a:1",
                              "y ~ a * 0",
                              "y ~ `a",
                              "y ~ a / b",
                              "y ~ a %in% b",
                              "y ~ (1 | a)",
                              "y ~ a + -b",
                              "y ~ a, b",
                              "y ~ a == b",
                              "y ~ a &",
                              "y ~ 'a'",
                              "y ~ a@b",
                              ". ~ a",
                              "log(y) ~ a",
                              "y + b ~ a",
                              "y ~ \xff",
                              "y ~ a \xf0\x9f",
                              "y ~ a😀",
                              "y ~ a[1]",
                              "1 ~ a",
                              "y ~ stats::a"}) {
    EXPECT_TRUE(says(refused(formula), "INVALID_SPEC")) << formula;
  }
  EXPECT_TRUE(says(refused(std::string("y ~ a\0b", 7)), "INVALID_SPEC"));
}

TEST(Formula, advisesInsteadOfCalls) {
  EXPECT_TRUE(says(refused("y ~ log(a)"), "derive"));
  EXPECT_TRUE(says(refused("y ~ a + poly (b, 2)"), "derive"));
  EXPECT_TRUE(says(refused("y ~ I(a^2)"), "derive"));
  EXPECT_TRUE(says(refused("y ~ factor(a)"), "'categorical'"));
  EXPECT_TRUE(says(refused("y ~ relevel(a)"), "'reference'"));
  EXPECT_TRUE(says(refused("y ~ offset(a)"), "'offset'"));
  EXPECT_TRUE(says(refused("Surv(time, status == 2) ~ a"), "'eventValue'"));
  EXPECT_TRUE(says(refused("y ~ a / b"), "a + a:b"));
  EXPECT_TRUE(says(refused("y ~ a^2.5"), "derive"));
}

TEST(Formula, refusesTheOutcomeAmongThePredictors) {
  for (const char* formula : {"y ~ y", "y ~ a + a:y", "Surv(time, status) ~ time", "Surv(time, status) ~ a * status"}) {
    EXPECT_TRUE(says(refused(formula), "INVALID_SPEC")) << formula;
  }
  EXPECT_EQ(right("y + a - y"), "a");
  EXPECT_EQ(shown(parseFormula("Surv(start, time, status) ~ start", patients()).terms), "start");  // age at entry
}

TEST(Formula, readsSurvivalModels) {
  const Formula simple = parseFormula("Surv(time, status) ~ a * b + strata(ph.ecog)", patients());
  EXPECT_EQ(simple.outcome, "");
  ASSERT_TRUE(simple.surv);
  EXPECT_EQ(simple.surv->time, "time");
  EXPECT_EQ(simple.surv->event, "status");
  EXPECT_FALSE(simple.surv->start);
  EXPECT_EQ(shown(simple.terms), "a b a:b");
  EXPECT_EQ(simple.strata, std::vector<std::string>{"ph.ecog"});
  EXPECT_FALSE(simple.cluster);

  const Formula full =
      parseFormula("Surv(start,time,status)~strata(a, `two words`)+x+strata( b )+strata(a)+cluster(c)", patients());
  EXPECT_EQ(full.surv->start, "start");
  EXPECT_EQ(shown(full.terms), "x");
  EXPECT_EQ(full.strata, (std::vector<std::string>{"a", "two words", "b"}));
  EXPECT_EQ(full.cluster, "c");
  // A stratum's column is no variable of the model: b comes after a.
  EXPECT_EQ(shown(parseFormula("Surv(time, status) ~ strata(b) + a:b", patients()).terms), "a:b");
  EXPECT_EQ(parseFormula("y ~ a + cluster(c)", patients()).cluster, "c");
  EXPECT_EQ(shown(parseFormula("Surv(time, status) ~ (a + strata(b)) + x", patients()).terms), "a x");

  for (const char* formula :
       {"Surv(time) ~ a", "Surv() ~ a", "Surv(time, status, a, b) ~ x", "Surv(time status) ~ a",
        "Surv(time, status ~ a", "Surv(time, status) ~ strata()", "Surv(time, status) ~ strata(a)",
        "Surv(time, status) ~ x:strata(a)", "Surv(time, status) ~ x * strata(a)", "Surv(time, status) ~ x - strata(a)",
        "Surv(time, status) ~ x + strata(a)^2", "Surv(time, status) ~ (x + strata(a)) * b",
        "Surv(time, status) ~ x + cluster(a, b)", "Surv(time, status) ~ x + cluster(a) + cluster(b)",
        "Surv(time, status) ~ Surv(a, b)", "y ~ a + strata(b)", "Surv(time, status) ~ a + strata(log(b))"}) {
    EXPECT_TRUE(says(refused(formula), "INVALID_SPEC")) << formula;
  }
  EXPECT_TRUE(says(refused("Surv(time, status) ~ a", Response::column), "INVALID_SPEC"));
  EXPECT_TRUE(says(refused("y ~ a", Response::survival), "Surv(time, event)"));
}

TEST(Formula, looksColumnsUpOnlyAfterReadingAll) {
  EXPECT_TRUE(says(refused("y ~ zz + "), "INVALID_SPEC"));
  EXPECT_TRUE(says(refused("zz ~ a - 1"), "INVALID_SPEC"));
  for (const char* formula : {"zz ~ a", "y ~ zz", "y ~ a + zz - zz", "Surv(time, zz) ~ a", "Surv(zz, time, status) ~ a",
                              "Surv(time, status) ~ a + strata(zz)", "y ~ a + cluster(zz)", "y ~ ..", "y ~ A"}) {
    EXPECT_TRUE(says(refused(formula), "COLUMN_NOT_FOUND")) << formula;
  }
}

TEST(Formula, hasLimits) {
  const auto nested = [](std::size_t depth) {
    return "y ~ " + std::string(depth, '(') + "a" + std::string(depth, ')');
  };
  EXPECT_EQ(shown(parseFormula(nested(200), patients()).terms), "a");
  EXPECT_TRUE(says(refused(nested(201)), "200 nested parentheses"));
  EXPECT_TRUE(says(refused(nested(4000)), "200 nested parentheses"));
  EXPECT_EQ(shown(parseFormula("y ~ a" + std::string(9995, ' '), patients()).terms), "a");
  EXPECT_TRUE(says(refused("y ~ a" + std::string(9996, ' ')), "10001 characters"));

  std::vector<Column> columns{numbers("y", {0, 1})};
  for (int i = 0; i < 200; ++i) columns.push_back(numbers("v" + std::to_string(i), {0, 1}));
  const Table wide = tableOf(std::move(columns));
  const auto fails = [&](const std::string& formula) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string failure = failureOf([&] { parseFormula(formula, wide); });
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60)) << formula.substr(0, 40);
    return failure;
  };
  EXPECT_TRUE(says(fails("y ~ .^2"), "10000 terms"));  // 20,100
  EXPECT_TRUE(says(fails("y ~ .^999"), "10000 terms"));
  std::string stars = "y ~ .";
  while (stars.size() < 9990) stars += "*.";
  EXPECT_TRUE(says(fails(stars), "10000 terms"));
  std::string again = "y ~ .";
  while (again.size() < 9990) again += ":.";
  EXPECT_TRUE(says(fails(again), "10000 terms"));
  EXPECT_EQ(parseFormula("y ~ (v0+v1+v2+v3+v4+v5+v6+v7+v8+v9+v10+v11)^12", wide).terms.size(), 4095u);
}

TEST(Names, areOfAnyScript) {
  for (const char* name :
       {"a", ".", "..x", ".5", "a_b.c1", "é", "年齢", "возраст", "العمر", "उम्र", "e\u0301", "\U00020000"}) {
    EXPECT_EQ(bareNameBytes(name, 0), std::string_view(name).size()) << name;
  }
  for (const char* name : {"_a", "1a", "", "-", "×", "“a", "😀", "\u0301", "\xc3", "\xed\xa0\x80", "٣", "€"}) {
    EXPECT_EQ(bareNameBytes(name, 0), 0u) << name;
  }
  EXPECT_EQ(bareNameBytes("a²", 0), 1u);
  EXPECT_EQ(bareNameBytes("x٣ ", 0), 3u);
}

// Terms ---------------------------------------------------------------------------------------------------------------

std::string listed(std::vector<std::string> predictors) { return shown(termsOf(predictors, patients())); }

TEST(Terms, standInOrder) {
  EXPECT_EQ(listed({"a", "b:a", "b"}), "a b a:b");
  EXPECT_EQ(listed({"a:b:c", "c:a", "x"}), "x a:c a:b:c");
  EXPECT_EQ(listed({"b", "a", "b", "a:b", "b:a", "b:a:b"}), "b a b:a");
  EXPECT_EQ(listed({"CD4:CD8"}), "CD4:CD8");
  EXPECT_EQ(termsOf(std::vector<std::string>{"CD4:CD8"}, patients()).front().columns.size(), 1u);
}

TEST(Terms, canBeNamedInBackticks) {
  const auto term = termsOf(std::vector<std::string>{"`CD4:CD8`:`tick``ed`"}, patients());
  EXPECT_EQ(term, (std::vector<Term>{{{"CD4:CD8", "tick`ed"}}}));
  EXPECT_EQ(termsOf(std::vector<std::string>{"`a`"}, patients()), std::vector<Term>{{{"a"}}});
}

TEST(Terms, areSpeltSoThatTheyReadBack) {
  Table table = patients();
  table.columns.push_back(numbers("a:b", {0, 1}));
  table.columns.push_back(numbers("`c", {0, 1}));
  const std::vector<std::vector<std::string>> terms = {
      {"a"},       {"CD4:CD8"}, {"a", "b"},       {"a", "c"},   {"a", "CD4:CD8"}, {"`c"},
      {"`c", "a"}, {"a", "`c"}, {"tick`ed", "a"}, {"a:b", "a"}, {"", "a"},        {"a", ""}};
  for (const auto& columns : terms) {
    const Term term{columns};
    EXPECT_EQ(termsOf(std::vector<std::string>{canonical(term, table)}, table), std::vector<Term>{term}) << term.name();
  }
  EXPECT_EQ(canonical({{"a", "c"}}, table), "a:c");
  EXPECT_EQ(canonical({{"a", "b"}}, table), "`a`:`b`");
}

TEST(Terms, areRefused) {
  EXPECT_TRUE(says(failureOf([] { listed({}); }), "INVALID_SPEC"));
  for (const char* entry : {"zz", "a:zz", "zz:a", "a:b:zz", "A", " a", "`zz`:`a`", "`a"}) {
    EXPECT_TRUE(says(failureOf([&] { listed({entry}); }), "COLUMN_NOT_FOUND")) << entry;
  }
  Table table = tableOf({numbers("a", {0, 1})});
  for (const char* entry : {"a:", ":a", "", ":", "a::a"}) {
    EXPECT_TRUE(says(failureOf([&] { termsOf(std::vector<std::string>{entry}, table); }), "COLUMN_NOT_FOUND")) << entry;
  }
  EXPECT_TRUE(says(failureOf([&] { refuseAmong(termsOf(std::vector<std::string>{"a"}, table), "a", "the outcome"); }),
                   "INVALID_SPEC: 'a' is the outcome"));
}

}  // namespace
}  // namespace bedside
