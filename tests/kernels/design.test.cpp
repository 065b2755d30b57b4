#include "table/design.hpp"

#include <gtest/gtest.h>

#include "sample_table.hpp"
#include "table/formula.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

using Names = std::vector<std::string>;
using References = std::vector<std::pair<std::string, std::string>>;

// d <- data.frame(y = 1:6, a = factor(c("p","q","p","q","p","q")), b = factor(c("u","u","v","v","w","w")),
//                 x = c(1,2,3,4,5,6.5), z = c(2,1,4,3,6,5), g = factor(c(1,1,2,2,10,10)))      # R 4.2.2
Table trial() {
  return tableOf({numbers("y", {1, 2, 3, 4, 5, 6}), texts("a", {"p", "q", "p", "q", "p", "q"}),
                  texts("b", {"u", "u", "v", "v", "w", "w"}), numbers("x", {1, 2, 3, 4, 5, 6.5}),
                  numbers("z", {2, 1, 4, 3, 6, 5}), numbers("g", {1, 1, 2, 2, 10, 10})});
}

/// A line for each column: `term|level: values`.
Names shown(const Design& design, const Selection& selection) {
  Names lines;
  for (const DesignColumn& column : design.columns()) {
    lines.push_back(column.term + "|" + column.level.value_or("") + ":");
  }
  numerics::Blocks(design.sources(), selection.rows(), 4).scan([&](const numerics::Block& block) {
    for (std::size_t j = 0; j < lines.size(); ++j) {
      for (std::size_t i = 0; i < block.rows; ++i) lines[j] += text(" ", block[j][i]);
    }
  });
  return lines;
}

Names matrix(const std::string& right, const Names& categorical = {}, const References& reference = {}) {
  const Table table = trial();
  const Selection all(table.rows);
  return shown(designOf(table, parseFormula("y ~ " + right, table).terms, categorical, reference, all), all);
}

Names names(const std::string& right, const Names& categorical = {}, const References& reference = {}) {
  Names out;
  for (const std::string& line : matrix(right, categorical, reference)) out.push_back(line.substr(0, line.find(": ")));
  return out;
}

// model.matrix(~ a * b, d)
TEST(Design, crossesTwoFactors) {
  EXPECT_EQ(matrix("a * b"), (Names{"(Intercept)|: 1 1 1 1 1 1", "a|q: 0 1 0 1 0 1", "b|v: 0 0 1 1 0 0",
                                    "b|w: 0 0 0 0 1 1", "a:b|q:v: 0 0 0 1 0 0", "a:b|q:w: 0 0 0 0 0 1"}));
}

// model.matrix(~ a:x, d), (~ a + a:x, d), (~ x + a:x, d)
TEST(Design, givesEachGroupItsSlope) {
  EXPECT_EQ(matrix("a:x"), (Names{"(Intercept)|: 1 1 1 1 1 1", "a:x|p: 1 0 3 0 5 0", "a:x|q: 0 2 0 4 0 6.5"}));
  EXPECT_EQ(names("a + a:x"), (Names{"(Intercept)|", "a|q", "a:x|p", "a:x|q"}));
  EXPECT_EQ(matrix("x + a:x").back(), "x:a|q: 0 2 0 4 0 6.5");
  EXPECT_EQ(matrix("x:z").back(), "x:z|: 2 2 12 12 30 32.5");
}

// colnames(model.matrix(~ a:b, d)), (~ b:a), (~ a:b + b), (~ a + b:x:a)
TEST(Design, runsThroughTheFirstFactorFastest) {
  EXPECT_EQ(names("a:b"), (Names{"(Intercept)|", "a:b|p:u", "a:b|q:u", "a:b|p:v", "a:b|q:v", "a:b|p:w", "a:b|q:w"}));
  EXPECT_EQ(names("b:a"), (Names{"(Intercept)|", "b:a|u:p", "b:a|v:p", "b:a|w:p", "b:a|u:q", "b:a|v:q", "b:a|w:q"}));
  EXPECT_EQ(names("a:b + b"), (Names{"(Intercept)|", "b|v", "b|w", "a:b|q:u", "a:b|q:v", "a:b|q:w"}));
  EXPECT_EQ(matrix("a + b:x:a").back(), "a:b:x|q:w: 0 0 0 0 0 6.5");
}

// colnames(model.matrix(~ a:x + b:x, d)), (~ x:a + x:b + a, d): R looks for the margin inside the terms before
TEST(Design, findsMarginsInsideEarlierTerms) {
  EXPECT_EQ(names("a:x + b:x"), (Names{"(Intercept)|", "a:x|p", "a:x|q", "x:b|v", "x:b|w"}));
  EXPECT_EQ(names("x:a + x:b + a"), (Names{"(Intercept)|", "a|q", "x:a|p", "x:a|q", "x:b|v", "x:b|w"}));
}

// colnames(model.matrix(~ a * b * g, d))
TEST(Design, crossesThree) {
  const Names columns = names("a * b * g", {"g"});
  EXPECT_EQ(columns.size(), 18u);
  EXPECT_EQ(columns[3], "b|w");
  EXPECT_EQ(columns[5], "g|10");  // numbers in numeric order
  EXPECT_EQ(columns[14], "a:b:g|q:v:2");
  EXPECT_EQ(columns[15], "a:b:g|q:w:2");
  EXPECT_EQ(columns[16], "a:b:g|q:v:10");
}

TEST(Design, treatsNumbersAsFactorsWhenAsked) {
  EXPECT_EQ(matrix("g"), (Names{"(Intercept)|: 1 1 1 1 1 1", "g|: 1 1 2 2 10 10"}));
  EXPECT_EQ(matrix("g", {"g", "b", "x"}),
            (Names{"(Intercept)|: 1 1 1 1 1 1", "g|2: 0 0 1 1 0 0", "g|10: 0 0 0 0 1 1"}));
}

// model.matrix(~ relevel(b, "w"), d)
TEST(Design, movesTheReferenceToTheFront) {
  EXPECT_EQ(matrix("b", {}, {{"b", "w"}}),
            (Names{"(Intercept)|: 1 1 1 1 1 1", "b|u: 1 1 0 0 0 0", "b|v: 0 0 1 1 0 0"}));
  EXPECT_EQ(names("a:b + a", {}, {{"b", "v"}, {"a", "q"}}),
            (Names{"(Intercept)|", "a|p", "a:b|q:u", "a:b|p:u", "a:b|q:w", "a:b|p:w"}));
  EXPECT_EQ(names("g", {"g"}, {{"g", "2"}}), (Names{"(Intercept)|", "g|1", "g|10"}));
  EXPECT_EQ(names("x", {}, {{"x", "nonsense"}, {"b", "zz"}}), (Names{"(Intercept)|", "x|"}));  // no factors here
  for (const References& wrong : {References{{"b", "zz"}}, References{{"b", ""}}, References{{"b", "W"}}}) {
    EXPECT_EQ(failureOf([&] { names("b", {}, wrong); }).substr(0, 12), "INVALID_SPEC");
  }
  EXPECT_EQ(failureOf([&] { names("g", {"g"}, {{"g", "2.0"}}); }).substr(0, 12), "INVALID_SPEC");
}

TEST(Design, readsTrueAndFalseInNumbers) {
  const Table table = tableOf({numbers("y", {1, 2, 3}), numbers("f", {0, 1, 1})});
  const Selection all(3);
  const Design design = designOf(table, std::vector<Term>{{{"f"}}}, Names{"f"}, References{{"f", "true"}}, all);
  EXPECT_EQ(design.columns()[1].level, "0");
}

// droplevels(): levels and reference are those of the whole column, minus what listwise deletion left without a row
TEST(Design, dropsLevelsWithoutRows) {
  const Table table = trial();
  Selection selection(table.rows);
  selection.keepIf([](std::size_t row) { return row >= 2; });
  const std::vector<Term> terms{{{"b"}}, {{"x"}}};
  EXPECT_EQ(shown(designOf(table, terms, Names{}, References{}, selection), selection),
            (Names{"(Intercept)|: 1 1 1 1", "b|w: 0 0 1 1", "x|: 3 4 5 6.5"}));
  // The reference is among the dropped ones: the first left takes its place.
  EXPECT_EQ(designOf(table, terms, Names{}, References{{"b", "u"}}, selection).recipe().factors[0].levels,
            (Names{"v", "w"}));
  EXPECT_EQ(designOf(table, terms, Names{}, References{{"b", "w"}}, selection).columns()[1].level, "v");
  selection.keepIf([](std::size_t row) { return row >= 4; });
  EXPECT_EQ(failureOf([&] { designOf(table, terms, Names{}, References{}, selection); }).substr(0, 47),
            "ONE_GROUP: factor 'b' has one level left in the");
  EXPECT_EQ(failureOf([&] {
              designOf(table, terms, Names{}, References{{"b", "zz"}}, selection);
            }).substr(0, 12),
            "INVALID_SPEC");
  selection.keepIf([](std::size_t) { return false; });
  EXPECT_EQ(failureOf([&] { designOf(table, terms, Names{}, References{}, selection); }).substr(0, 12), "TOO_FEW_ROWS");
}

TEST(Design, codesWithoutInterceptAsWithIt) {
  const Table table = trial();
  const Selection all(table.rows);
  const Design design = designOf(table, parseFormula("y ~ a * x", table).terms, Names{}, References{}, all, false);
  EXPECT_EQ(shown(design, all), (Names{"a|q: 0 1 0 1 0 1", "x|: 1 2 3 4 5 6.5", "a:x|q: 0 2 0 4 0 6.5"}));
  EXPECT_EQ(design.columns()[2].termIndex, 2u);
  EXPECT_FALSE(design.intercept());
}

TEST(Design, describesItsColumns) {
  const Table table = trial();
  const Selection all(table.rows);
  const Design design = designOf(table, parseFormula("y ~ a:x:b + x", table).terms, Names{}, References{}, all);
  const DesignColumn& intercept = design.columns()[0];
  EXPECT_EQ(intercept.term, "(Intercept)");
  EXPECT_EQ(intercept.termIndex, DesignColumn::noTerm);
  EXPECT_TRUE(intercept.parts.empty());
  const DesignColumn& last = design.columns().back();
  EXPECT_EQ(last.term, "a:x:b");
  EXPECT_EQ(last.level, "q:w");
  EXPECT_EQ(last.termIndex, 1u);
  ASSERT_EQ(last.parts.size(), 3u);
  EXPECT_EQ(last.parts[1].column, "x");
  EXPECT_FALSE(last.parts[1].level);
  EXPECT_EQ(last.parts[2].level, "w");
  // Rows that have both levels, whatever x is there.
  const numerics::Block* seen = nullptr;
  numerics::Blocks({last.levelSource()}, all.rows()).scan([&](const numerics::Block& block) {
    seen = &block;
    EXPECT_EQ(std::vector<double>(block[0], block[0] + 6), (std::vector<double>{0, 0, 0, 0, 0, 1}));
  });
  EXPECT_NE(seen, nullptr);
}

TEST(Design, readsNumbersWhereTheyLie) {
  const Table table = trial();
  const Design design = designOf(table, std::vector<Term>{{{"x"}}}, Names{}, References{}, Selection(6));
  EXPECT_EQ(design.columns()[1].source.values, table.at("x").data->values.data());
}

TEST(Design, outlivesItsTable) {
  const Selection all(6);
  const Design design = [&] {
    const Table table = trial();
    const Design made = designOf(table, parseFormula("y ~ g * a + x", table).terms, Names{"g"}, References{}, all);
    return Design(made);
  }();
  EXPECT_EQ(shown(design, all)[5], "g:a|2:q: 0 0 0 1 0 0");
}

TEST(Design, isMadeAnewFromItsRecipe) {
  const Table table = trial();
  Selection selection(table.rows);
  selection.keepIf([](std::size_t row) { return row != 5; });
  const auto terms = parseFormula("y ~ a * g + x:b", table).terms;
  const Design design = designOf(table, terms, Names{"g"}, References{{"b", "v"}}, selection);
  EXPECT_EQ(shown(designOf(table, design.recipe(), selection), selection), shown(design, selection));

  // Other rows, levels in another number and order: the same columns.
  const Table patient =
      tableOf({texts("b", {"w", "v"}), numbers("g", {10, 1}), numbers("x", {7, 8}), texts("a", {"q", "q"})});
  const Names lines = shown(designOf(patient, design.recipe(), Selection(2)), Selection(2));
  EXPECT_EQ(lines, (Names{"(Intercept)|: 1 1", "a|q: 1 1", "g|2: 0 0", "g|10: 1 0", "a:g|q:2: 0 0", "a:g|q:10: 1 0",
                          "x:b|v: 0 8", "x:b|u: 0 0", "x:b|w: 7 0"}));
  EXPECT_LT(design.recipe().bytes(), 2000u);

  // Of its own table only the rows selected count: the others may hold a level that had no row left.
  Selection others(table.rows);
  others.keepIf([](std::size_t row) { return row < 4; });
  const Design narrow = designOf(table, std::vector<Term>{{{"b"}}}, Names{}, References{}, others);
  EXPECT_EQ(designOf(table, narrow.recipe(), others).size(), 2u);
  EXPECT_EQ(failureOf([&] { designOf(table, narrow.recipe(), Selection(6)); }).substr(0, 12), "INVALID_SPEC");

  const auto from = [&](std::vector<Column> columns) {
    return failureOf([&] { designOf(tableOf(std::move(columns)), design.recipe(), Selection(1)); });
  };
  EXPECT_EQ(from({texts("b", {"w"}), numbers("g", {1}), texts("a", {"p"})}).substr(0, 16), "COLUMN_NOT_FOUND");
  EXPECT_EQ(from({texts("b", {"w"}), numbers("g", {1}), texts("x", {"t"}), texts("a", {"p"})}).substr(0, 11),
            "NOT_NUMERIC");
  EXPECT_EQ(from({texts("b", {"w"}), numbers("g", {3}), numbers("x", {1}), texts("a", {"p"})}).substr(0, 12),
            "INVALID_SPEC");
}

TEST(Design, refusesWhatItsRowsCannotCarryBeforeMakingIt) {
  std::vector<double> id(20'000);
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<double>(i);
  const Table table = tableOf({numbers("id", id), numbers("again", id)});
  const Selection all(table.rows);
  const std::vector<Term> terms{{{"id"}}, {{"again"}}, {{"id", "again"}}};  // 4·10⁸ columns
  const Names factors{"id", "again"};
  EXPECT_EQ(failureOf([&] { designOf(table, terms, factors, References{}, all); }).substr(0, 12), "TOO_FEW_ROWS");
  EXPECT_EQ(failureOf([&] { designOf(table, terms, factors, References{}, all, false); }).substr(0, 8), "SINGULAR");
}

TEST(Factors, areOfTheWholeColumn) {
  const Table table = trial();
  const auto factors =
      modelFactors(table, std::vector<Term>{{{"x"}}, {{"b", "g"}}}, Names{"g", "a"}, References{{"b", "v"}});
  ASSERT_EQ(factors.size(), 2u);
  EXPECT_EQ(factors[0].column, "b");
  EXPECT_EQ(factors[0].order, (std::vector<std::int32_t>{1, 0, 2}));
  EXPECT_EQ(factors[1].factor.levels, (Names{"1", "2", "10"}));
}

}  // namespace
}  // namespace bedside
