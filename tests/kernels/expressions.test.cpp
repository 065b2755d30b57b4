#include "table/expressions/program.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "numerics/order.hpp"
#include "sample_table.hpp"
#include "table/dates.hpp"
#include "table/number.hpp"
#include "table/preparing.hpp"
#include "table/text.hpp"

namespace bedside::testing {
namespace {

using expressions::Node;
using expressions::Operation;
using expressions::Tree;

/// Cells of a derived column as texts; a missing one is "NA".
std::vector<std::string> cellsOf(const Table& table, std::string_view name) {
  const ColumnData& data = *table.at(name).data;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < table.rows; ++i) {
    if (data.numeric())
      out.push_back(std::isnan(data.values[i]) ? "NA" : decimalText(data.values[i]));
    else
      out.push_back(data.codes[i] < 0 ? "NA" : data.levels[static_cast<std::size_t>(data.codes[i])]);
  }
  return out;
}

std::string one(const Table& table, const std::string& expression) {
  return cellsOf(derive(table, {{"made", expression}}), "made")[0];
}

std::string failing(const Table& table, const std::string& expression) {
  return failureOf([&] { derive(table, {{"made", expression}}); });
}

Table small() {
  return tableOf({numbers("x", {-2, 0, 3, absent, 3.5}), numbers("y", {1, 0, -1, 2, absent}),
                  texts("sex", {"Female", "Male", "NA", "Male", "Female"}),
                  numbers("heart rate", {60, 70, 80, 90, 100}), numbers("_b", {1, 0, 1, 0, absent})});
}

TEST(Expressions, BindAsInR) {
  const Table table = small();
  // Each value is what R 4.2.2 prints.
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"-2^2", "-4"},
      {"2^3^2", "512"},
      {"2^-1", "0.5"},
      {"2^-1*4", "2"},
      {"-5 %% 3", "1"},
      {"5 %% -3", "-1"},
      {"5.5 %% 2", "1.5"},
      {"7 %% 4 * 2", "6"},
      {"2 * 7 %% 4", "6"},
      {"-7 %% 4 ^ 2", "9"},
      {"1 + 2 * 3", "7"},
      {"(1 + 2) * 3", "9"},
      {"!TRUE == FALSE", "1"},
      {"!1 + -1", "1"},
      {"TRUE | FALSE & FALSE", "1"},
      {"!TRUE & FALSE", "0"},
      {"!(TRUE & FALSE)", "1"},
      {"1 + !1 + 1", "1"},
      {"- -3", "3"},
      {"2 - 3 - 4", "-5"},
      {"8 / 4 / 2", "1"},
      {"1 < 2 & 2 < 3", "1"},
      {"1 == 1 | x", "1"},
      {"3 %in% [1, 2, 3] + 0", "1"},
      {"-2 %in% [-2] * 3", "3"},
      {"1/0", "Inf"},
      {"-1/0", "-Inf"},
      {"0/0", "NA"},
      {"round(0.5)", "0"},
      {"round(1.5)", "2"},
      {"round(2.5)", "2"},
      {"round(-1.5)", "-2"},
      {"round(0.15, 1)", "0.1"},
      {"round(2.675, 2)", "2.67"},
      {"round(1234.5, -2)", "1200"},
      {"round(-0.55, 1)", "-0.6"},
      {"x<-5", "0"},
      {"5 %% 0", "NA"},
      {"-5 %% Inf", "Inf"},
      {"5 %% Inf", "5"},
      {"(-8)^(1/3)", "NA"},
      {".5 + 1.", "1.5"},
      {"1e2", "100"},
      {"1.5E-1", "0.15"},
  };
  for (const auto& [expression, value] : cases) EXPECT_EQ(one(table, expression), value) << expression;
}

TEST(Expressions, HaveThreeValues) {
  const Table table = small();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"FALSE & NA", "0"},    {"NA & FALSE", "0"},   {"TRUE & NA", "NA"},        {"TRUE | NA", "1"},
      {"FALSE | NA", "NA"},   {"!NA", "NA"},         {"NA == NA", "NA"},         {"NA == 'a'", "NA"},
      {"NA^0", "NA"},         {"1^NA", "NA"},        {"isMissing(NA)", "1"},     {"isMissing(0/0)", "1"},
      {"NA %in% [1]", "0"},   {"NA %in% [NA]", "0"}, {"ifelse(NA, 1, 2)", "NA"}, {"pmin(1, NA)", "NA"},
      {"pmax(3, 1, 2)", "3"}, {"sum(NA)", "NA"},     {"text(NA)", "NA"},         {"number('x')", "NA"},
      {"TRUE + TRUE", "2"},   {"2 & 3", "1"},        {"text(TRUE)", "TRUE"},     {"text(1/4)", "0.25"},
  };
  for (const auto& [expression, value] : cases) EXPECT_EQ(one(table, expression), value) << expression;
}

TEST(Expressions, ReadColumnsByRow) {
  const Table table = small();
  using Texts = std::vector<std::string>;
  const auto derived = [&](const std::string& expression) {
    return cellsOf(derive(table, {{"made", expression}}), "made");
  };
  EXPECT_EQ(derived("x + y"), (Texts{"-1", "0", "2", "NA", "NA"}));
  EXPECT_EQ(derived("x > 0"), (Texts{"0", "0", "1", "NA", "1"}));
  EXPECT_EQ(derived("x > 0 & y > 0"), (Texts{"0", "0", "0", "NA", "NA"}));
  EXPECT_EQ(derived("x < 0 | y == 2"), (Texts{"1", "0", "0", "1", "NA"}));
  EXPECT_EQ(derived("`heart rate` - min(`heart rate`)"), (Texts{"0", "10", "20", "30", "40"}));
  EXPECT_EQ(derived("_b & TRUE"), (Texts{"1", "0", "1", "0", "NA"}));
  EXPECT_EQ(derived("sex == 'Male'"), (Texts{"0", "1", "NA", "1", "0"}));
  EXPECT_EQ(derived("'Male' > sex"), (Texts{"1", "0", "NA", "0", "1"}));
  EXPECT_EQ(derived("sex %in% ['Male', 'x']"), (Texts{"0", "1", "0", "1", "0"}));
  EXPECT_EQ(derived("ifelse(sex == 'Male', 'M', ifelse(isMissing(sex), '?', sex))"),
            (Texts{"Female", "M", "NA", "M", "Female"}));
  EXPECT_EQ(derived("cut(x, [0, 3])"), (Texts{"[-Inf,0)", "[0,3)", "[3,Inf)", "NA", "[3,Inf)"}));
  EXPECT_EQ(derived("cut(x, [0, 3.25], ['low', 'mid', 'high'])"), (Texts{"low", "mid", "mid", "NA", "high"}));
  EXPECT_EQ(derived("ntile(x, 2)"), (Texts{"1", "1", "2", "NA", "2"}));
  EXPECT_EQ(derived("number(text(x)) - x"), (Texts{"0", "0", "0", "NA", "0"}));
}

TEST(Expressions, KeepTheOrderOfIntervals) {
  const Table table = tableOf({numbers("x", {12, 7, 1, absent})});
  const auto levels = [&](const std::string& expression) {
    return derive(table, {{"made", expression}}).at("made").data->levels;
  };
  EXPECT_EQ(levels("cut(x, [5, 10])"), (std::vector<std::string>{"[-Inf,5)", "[5,10)", "[10,Inf)"}));
  EXPECT_EQ(levels("cut(x, [5, 10, 20], ['young', 'middle', 'old', 'older'])"),
            (std::vector<std::string>{"young", "middle", "old"}));
  EXPECT_EQ(levels("ifelse(x > 5, 'young', 'a')"), (std::vector<std::string>{"a", "young"}));
  EXPECT_EQ(levels("text(x)"), (std::vector<std::string>{"1", "7", "12"}));
}

TEST(Expressions, KnowTheCalendar) {
  const Table table = small();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"number(date('1970-01-02'))", "1"},
      {"days(date('2024-01-31'), date('2024-03-01'))", "30"},
      {"years(date('2000-02-29'), date('2001-02-28'))", "0"},
      {"years(date('2000-02-29'), date('2001-03-01'))", "1"},
      {"years(date('2000-02-29'), date('2004-02-29'))", "4"},
      {"years(date('1980-06-15'), date('2024-06-14'))", "43"},
      {"years(date('1980-06-15'), date('2024-06-15'))", "44"},
      {"year(date('2024-12-31') + 1)", "2025"},
      {"month(date('2024-12-31'))", "12"},
      {"text(date('2024-12-31') + 1)", "2025-01-01"},
      {"date('2024-12-31') > date('2024-12-30')", "1"},
  };
  for (const auto& [expression, value] : cases) EXPECT_EQ(one(table, expression), value) << expression;
  EXPECT_EQ(derive(table, {{"d", "date('2024-12-31') + x"}}).at("d").data->kind, Kind::date);
  EXPECT_EQ(derive(table, {{"d", "date('2024-12-31') - date('2024-01-01')"}}).at("d").data->kind, Kind::numeric);
}

TEST(Expressions, CountWhatBecameMissing) {
  const Table table = small();
  const Table made = derive(table, {{"a", "log(x)"}, {"b", "sqrt(y) + number(sex)"}, {"c", "x"}});
  ASSERT_EQ(made.warnings.size(), 1u);
  EXPECT_EQ(made.warnings[0].code, "COERCED");
  EXPECT_EQ(
      made.warnings[0].message,
      "derive 'a', 'b': 6 missing values came of 2 logarithms or roots of negative numbers and 4 texts that could "
      "not be read, the first 'Female'");
  EXPECT_TRUE(derive(table, {{"a", "log(pmax(x, 1)) + number('5')"}}).warnings.empty());
  EXPECT_EQ(filter(table, "log(x) > 1").warnings.size(), 1u);
}

TEST(Expressions, PointAtTheFault) {
  const Table table = small();
  // What stands before the first colon behind the name, and a word of what follows.
  const std::vector<std::array<std::string, 3>> cases = {
      {"", "position 0 (the end)", "expected a column"},
      {"x +", "position 3 (the end)", "expected a column"},
      {"1 < x < 3", "position 6 ('< 3')", "do not chain"},
      {"x == y != 3", "position 7 ('!= 3')", "do not chain"},
      {"x = 3", "position 2 ('= 3')", "=="},
      {"x && y", "position 2 ('&& y')", "one &"},
      {"x ** 2", "position 2 ('** 2')", "x^2"},
      {"(x", "position 2 (the end)", "')' for the '(' at position 0"},
      {"x)", "position 1 (')')", "no parenthesis is open"},
      {"x y", "position 2 ('y')", "operator"},
      {"5x", "position 0 ('5x')", "backticks"},
      {"1.2.3", "position 0 ('1.2.3')", "backticks"},
      {"'abc", "position 0 (''abc')", "closes the text"},
      {"`abc", "position 0 ('`abc')", "closes the name"},
      {"'a\\q'", "position 2 ('\\q'')", "backslash"},
      {"é + ]", "position 4 (']')", "expected a column"},
      {"x %in% 3", "position 7 ('3')", "'['"},
      {"x %in% [3", "position 9 (the end)", "']' for the '[' at position 7"},
      {"x %i% 3", "position 2 ('%i% 3')", "%in%"},
      {"[1] + 2", "position 0 ('[1] + 2')", "a list stands after %in%"},
      {"foo(x)", "position 0 ('foo(x)')", "there is no foo()"},
      {"ismissing(x)", "position 0 ('ismissing(x)')", "did you mean isMissing()?"},
      {"is.na(x)", "position 0 ('is.na(x)')", "isMissing(x)"},
      {"log(x, 2)", "position 0 ('log(x, 2)')", "log(x)"},
      {"min(x, y)", "position 0 ('min(x, y)')", "pmin(a, b)"},
      {"quantile(x)", "position 0 ('quantile(x)')", "quantile(x, p)"},
      {"quantile(x, y)", "position 12 ('y)')", "constant"},
      {"quantile(x, 2)", "position 12 ('2)')", "from 0 to 1"},
      {"x + sex", "position 4 ('sex')", "this is text"},
      {"sex == 1", "position 4 ('== 1')", "one type"},
      {"sex & TRUE", "position 0 ('sex & TRUE')", "true or false"},
      {"sex %in% [1]", "position 10 ('1]')", "'text'"},
      {"x %in% ['1']", "position 8 (''1']')", "number"},
      {"x %in% [y]", "position 8 ('y]')", "constant"},
      {"ifelse(x > 1, 1, 'a')", "position 14 ('1, 'a')')", "text"},
      {"date('2023-02-29')", "position 5 (''2023-02-29')')", "calendar"},
      {"date('2023-02-28') > '2023-01-01'", "position 19 ('> '2023-01-01'')", "date('2024-01-31')"},
      {"cut(x, 18)", "position 7 ('18)')", "'['"},
      {"cut(x, [])", "position 7 ('[])')", "at least one"},
      {"cut(x, [2, 2])", "position 11 ('2])')", "rise"},
      {"cut(x, [1, Inf])", "position 11 ('Inf])')", "finite"},
      {"cut(x, [1], ['a'])", "position 12 ('['a'])')", "2 labels"},
      {"cut(x, [1], ['a', 'a'])", "position 18 (''a'])')", "its own"},
      {"ntile(x, 2.5)", "position 9 ('2.5)')", "whole number"},
      {"ntile(x, y)", "position 9 ('y)')", "constant"},
      {std::string("x\0", 2), "position 1 ('\0')", "operator"},
  };
  for (const auto& [expression, place, what] : cases) {
    const std::string failure = failing(table, expression);
    const std::string wanted =
        "INVALID_SPEC: derive 'made', " + (place.find('\0') == std::string::npos ? place : "position 1");
    EXPECT_TRUE(failure.starts_with(wanted)) << expression << " → " << failure;
    EXPECT_NE(failure.find(what), std::string::npos) << expression << " → " << failure;
  }
  EXPECT_EQ(failing(table, "X + heart"), "COLUMN_NOT_FOUND: the table has no column 'X'; did you mean 'x'?");
  EXPECT_EQ(failing(table, "sex + nothing").substr(0, 16), "COLUMN_NOT_FOUND");
  EXPECT_EQ(failureOf([&] { filter(table, "x"); }).substr(0, 32), "INVALID_SPEC: filter, position 0");
  EXPECT_EQ(failureOf([&] { filter(table, "sex"); }).substr(0, 32), "INVALID_SPEC: filter, position 0");
  EXPECT_EQ(filter(table, "_b").rows, 2u);
}

TEST(Expressions, HaveLimits) {
  const Table table = small();
  const auto repeated = [](const std::string& piece, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += piece;
    return out;
  };
  EXPECT_EQ(one(table, repeated("(", 200) + "x" + repeated(")", 200)), "-2");
  EXPECT_NE(failing(table, repeated("(", 201) + "x" + repeated(")", 201)).find("position 200 "), std::string::npos);
  for (const char* deep : {"(", "-", "!", "2^", "abs(", "x %in% [", "-(", "!-abs("}) {
    EXPECT_TRUE(failing(table, repeated(deep, 1200)).starts_with("INVALID_SPEC")) << deep;
  }
  EXPECT_EQ(one(table, "x" + repeated("+1", 4999)), "4997");
  EXPECT_EQ(one(table, "x" + repeated("+1", 4999) + " "), "4997");
  const std::string tooLong = failing(table, "x" + repeated("+1", 5000));
  EXPECT_NE(tooLong.find("position 10000 ('1'): expected the end"), std::string::npos) << tooLong;
  EXPECT_EQ(one(table, "pmax(" + repeated("x, ", 3000) + "1)"), "1");
  EXPECT_EQ(one(table, repeated(" ", 9999) + "x"), "-2");
}

TEST(Expressions, AreAllDocumented) {
  std::ifstream file(BEDSIDE_SOURCE_DIR "/web/expressions.md");
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  for (const expressions::Function& function : expressions::functions()) {
    EXPECT_NE(page.find(text("`", function.name, "(")), std::string::npos) << function.name;
  }
}

// The twin: an interpreter that walks the tree anew for every row ----------------------------------------------------

struct Cell {
  enum Type { missing, number, text, logical } type = missing;
  double value = 0;
  std::string string;
};

Cell numberCell(double value) { return std::isnan(value) ? Cell{} : Cell{Cell::number, value, {}}; }
Cell logicalCell(bool value) { return {Cell::logical, value ? 1.0 : 0.0, {}}; }

class Interpreter {
 public:
  Interpreter(const Table& table, const Tree& tree) : table_(table), tree_(tree) {}
  Cell at(std::size_t row) { return of(tree_.nodes.size() - 1, row); }

 private:
  const std::vector<double>& everyRow(std::size_t node) {
    const auto [found, fresh] = columns_.try_emplace(node);
    std::vector<double>& out = found->second;
    if (!fresh) return out;
    for (std::size_t row = 0; row < table_.rows; ++row) {
      const Cell cell = of(node, row);
      if (cell.type != Cell::missing) out.push_back(cell.value);
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  Cell whole(const Node& node) {
    const std::vector<double>& values = everyRow(node.operands[0]);
    if (values.empty()) return {};
    double sum = 0, squares = 0;
    for (const double value : values) sum += value;
    const auto n = static_cast<double>(values.size());
    for (const double value : values) squares += (value - sum / n) * (value - sum / n);
    switch (node.operation) {
      case Operation::min:
        return numberCell(values.front());
      case Operation::max:
        return numberCell(values.back());
      case Operation::sum:
        return numberCell(sum);
      case Operation::mean:
        return numberCell(sum / n);
      case Operation::sd:
        return n < 2 ? Cell{} : numberCell(std::sqrt(squares / (n - 1)));
      case Operation::median:
        return numberCell(numerics::quantileOfSorted(values, 0.5));
      default:
        return numberCell(numerics::quantileOfSorted(values, of(node.operands[1], 0).value));
    }
  }

  Cell of(std::size_t index, std::size_t row) {
    const Node& node = tree_.nodes[index];
    if (node.operation >= Operation::min && node.operation <= Operation::quantile) {
      const auto [found, fresh] = wholes_.try_emplace(index);
      if (fresh) found->second = whole(node);
      return found->second;
    }
    std::vector<Cell> operands;
    for (const std::uint32_t operand : node.operands) {
      operands.push_back(tree_.nodes[operand].operation == Operation::list ? Cell{} : of(operand, row));
    }
    const auto anyMissing =
        std::any_of(operands.begin(), operands.end(), [](const Cell& c) { return c.type == Cell::missing; });
    const double a = operands.empty() ? 0 : operands[0].value, b = operands.size() < 2 ? 0 : operands[1].value;
    const auto compared = [&](auto holds) {
      if (anyMissing) return Cell{};
      if (operands[0].type == Cell::text) return logicalCell(holds(operands[0].string.compare(operands[1].string), 0));
      return logicalCell(holds(a, b));
    };
    const auto computed = [&](double value) { return anyMissing ? Cell{} : numberCell(value); };
    switch (node.operation) {
      case Operation::number:
        return numberCell(node.number);
      case Operation::text:
        return {Cell::text, 0, node.text};
      case Operation::logical:
        return logicalCell(node.number == 1);
      case Operation::column: {
        const ColumnData& data = *table_.at(node.text).data;
        if (data.numeric()) return numberCell(data.values[row]);
        return data.codes[row] < 0 ? Cell{}
                                   : Cell{Cell::text, 0, data.levels[static_cast<std::size_t>(data.codes[row])]};
      }
      case Operation::plus:
        return computed(a);
      case Operation::minus:
        return computed(-a);
      case Operation::add:
        return computed(a + b);
      case Operation::subtract:
        return computed(a - b);
      case Operation::multiply:
        return computed(a * b);
      case Operation::divide:
        return computed(a / b);
      case Operation::power:
        return computed(b == 2 ? a * a : a == 0 && b < 0 ? INFINITY : std::pow(a, b));
      case Operation::modulo:
        return computed(b == 0          ? absent
                        : std::isinf(b) ? std::fmod(a, b) + (a != 0 && (a < 0) != (b < 0) ? b : 0)
                                        : a - std::floor(a / b) * b);
      case Operation::pmin:
        return computed(std::min(a, b));
      case Operation::pmax:
        return computed(std::max(a, b));
      case Operation::less:
        return compared([](auto x, auto y) { return x < y; });
      case Operation::lessEqual:
        return compared([](auto x, auto y) { return x <= y; });
      case Operation::greater:
        return compared([](auto x, auto y) { return x > y; });
      case Operation::greaterEqual:
        return compared([](auto x, auto y) { return x >= y; });
      case Operation::equal:
        return compared([](auto x, auto y) { return x == y; });
      case Operation::notEqual:
        return compared([](auto x, auto y) { return x != y; });
      case Operation::negation:
        return anyMissing ? Cell{} : logicalCell(a == 0);
      case Operation::conjunction:
      case Operation::disjunction: {
        const bool decisive = node.operation == Operation::disjunction;
        for (const Cell& cell : operands) {
          if (cell.type != Cell::missing && (cell.value != 0) == decisive) return logicalCell(decisive);
        }
        return anyMissing ? Cell{} : logicalCell(!decisive);
      }
      case Operation::isMissing:
        return logicalCell(anyMissing);
      case Operation::in: {
        if (operands[0].type == Cell::missing) return logicalCell(false);
        for (const std::uint32_t each : tree_.nodes[node.operands[1]].operands) {
          const Cell value = of(each, row);
          if (value.type == Cell::missing) continue;
          if (operands[0].type == Cell::text ? value.string == operands[0].string : value.value == a)
            return logicalCell(true);
        }
        return logicalCell(false);
      }
      case Operation::ifElse:
        return operands[0].type == Cell::missing ? Cell{} : a != 0 ? operands[1] : operands[2];
      case Operation::log:
        return computed(a < 0 ? absent : std::log(a));
      case Operation::log2:
        return computed(a < 0 ? absent : std::log2(a));
      case Operation::log10:
        return computed(a < 0 ? absent : std::log10(a));
      case Operation::exp:
        return computed(std::exp(a));
      case Operation::sqrt:
        return computed(a < 0 ? absent : std::sqrt(a));
      case Operation::abs:
        return computed(std::abs(a));
      case Operation::round:
        return computed(std::nearbyint(a));
      case Operation::floor:
        return computed(std::floor(a));
      case Operation::ceiling:
        return computed(std::ceil(a));
      case Operation::days:
        return computed(b - a);
      case Operation::toText:
        if (anyMissing || operands[0].type == Cell::text) return operands[0];
        return {Cell::text, 0, operands[0].type == Cell::logical ? (a == 1 ? "TRUE" : "FALSE") : decimalText(a)};
      case Operation::toNumber:
        if (operands[0].type != Cell::text) return computed(a);
        return numberCell(numberOf(operands[0].string).value_or(absent));
      case Operation::cut: {
        if (anyMissing && operands[0].type == Cell::missing) return {};
        const auto& breaks = tree_.nodes[node.operands[1]].operands;
        std::size_t below = 0;
        while (below < breaks.size() && of(breaks[below], row).value <= a) ++below;
        if (node.operands.size() == 3) return of(tree_.nodes[node.operands[2]].operands[below], row);
        const auto written = [&](std::size_t i) { return decimalText(of(breaks[i], row).value); };
        return {Cell::text, 0,
                text("[", below == 0 ? "-Inf" : written(below - 1), ",",
                     below == breaks.size() ? "Inf" : written(below), ")")};
      }
      case Operation::ntile: {
        if (operands[0].type == Cell::missing) return {};
        const std::vector<double>& values = everyRow(node.operands[0]);
        const double groups = operands[1].value;
        int group = 1;
        for (double i = 1; i < groups; ++i) group += numerics::quantileOfSorted(values, i / groups) < a;
        return {Cell::text, 0, std::to_string(group)};
      }
      default:
        return {};
    }
  }

  const Table& table_;
  const Tree& tree_;
  std::map<std::size_t, Cell> wholes_;
  std::map<std::size_t, std::vector<double>> columns_;
};

/// Random expressions whose types fit.
class Author {
 public:
  explicit Author(unsigned seed) : random_(seed) {}

  std::string any() {
    switch (below(3)) {
      case 0:
        return number(depth());
      case 1:
        return logical(depth());
      default:
        return text(depth());
    }
  }
  std::size_t below(std::size_t n) { return random_() % n; }

 private:
  std::size_t depth() { return 1 + below(4); }
  template <std::size_t N>
  std::string pick(const char* const (&words)[N]) {
    return words[below(N)];
  }

  std::string constant() { return pick({"0", "1", "2", "3", "-1", "0.5", "-2.25", "10", "1e3", "Inf", "NA"}); }

  std::string number(std::size_t depth) {
    if (depth == 0) return below(3) ? pick({"x", "y", "n", "`odd name`", "x", "y", "empty"}) : constant();
    const auto inner = [&] { return number(depth - 1); };
    switch (below(14)) {
      case 0:
        return "(" + inner() + ")";
      case 1:
        return "-" + number(0);
      case 2:
        return pick({"abs", "sqrt", "log", "log2", "log10", "floor", "ceiling", "round", "exp"}) + "(" + inner() + ")";
      case 3:
        return pick({"pmin", "pmax"}) + "(" + inner() + ", " + inner() + ", " + number(0) + ")";
      case 4:
        return "ifelse(" + logical(depth - 1) + ", " + inner() + ", " + inner() + ")";
      case 5:
        return pick({"min", "max", "median"}) + "(" + inner() + ")";
      case 6:
        return "quantile(" + inner() + ", " + pick({"0", "0.25", "1/3", "1"}) + ")";
      case 7:
        return "(" + logical(depth - 1) + ") + " + number(0);
      case 8:
        return "number(" + text(depth - 1) + ")";
      case 9:
        return "sum(" + pick({"x", "n", "y", "x > 1"}) + ")";
      default:
        return number(below(depth)) + pick({" + ", " - ", " * ", " / ", "^", " %% ", "+", "-", "*"}) +
               number(below(depth));
    }
  }

  std::string logical(std::size_t depth) {
    if (depth == 0) return below(4) ? "(b == 1)" : pick({"TRUE", "FALSE", "NA"});
    switch (below(8)) {
      case 0:
        return "!" + logical(depth - 1);
      case 1:
        return logical(below(depth)) + pick({" & ", " | ", "&", "|"}) + logical(below(depth));
      case 2:
        return "(" + logical(depth - 1) + ")";
      case 3:
        return "isMissing(" + any(depth - 1) + ")";
      case 4:
        return "(" + text(depth - 1) + ") " + comparison() + " " + text(0);
      case 5:
        return below(2) ? text(0) + " %in% ['a', 'zz', NA, 'é']" : number(0) + " %in% [1, -1, 2 + 1, TRUE, NA]";
      case 6:
        return "ifelse(" + logical(depth - 1) + ", " + logical(depth - 1) + ", " + logical(0) + ")";
      default:
        return "(" + number(depth - 1) + ") " + comparison() + " " + number(0);
    }
  }

  std::string text(std::size_t depth) {
    if (depth == 0) return below(3) ? pick({"s", "t", "digits"}) : pick({"'a'", "\"b\"", "''", "'é'", "'10'"});
    switch (below(5)) {
      case 0:
        return "ifelse(" + logical(depth - 1) + ", " + text(depth - 1) + ", " + text(depth - 1) + ")";
      case 1:
        return "text(" + any(depth - 1) + ")";
      case 2:
        return "cut(" + number(depth - 1) + ", [-1, 0.5, 2]" + (below(2) ? ", ['d', 'c', 'b', 'a'])" : ")");
      case 3:
        return "ntile(" + number(depth - 1) + ", " + pick({"1", "2", "3", "7"}) + ")";
      default:
        return below(2) ? text(depth - 1) : "ifelse(" + logical(0) + ", NA, " + text(depth - 1) + ")";
    }
  }

  std::string any(std::size_t depth) { return below(3) == 0 ? number(depth) : below(2) ? logical(depth) : text(depth); }
  std::string comparison() { return pick({"<", "<=", ">", ">=", "==", "!="}); }

  std::mt19937 random_;
};

/// Quarters, of which a sum is exact.
Table sample(std::size_t rows, unsigned seed) {
  std::mt19937 random(seed);
  const auto quarters = [&](unsigned range) {
    std::vector<double> out(rows);
    for (double& value : out)
      value = random() % 6 == 0 ? absent : (static_cast<double>(random() % range) - range / 2) / 4;
    return out;
  };
  const auto words = [&](const std::vector<std::string>& from) {
    std::vector<std::string> out(rows);
    for (std::string& value : out) value = from[random() % from.size()];
    return out;
  };
  std::vector<double> b(rows), n(rows);
  for (double& value : b) value = random() % 5 == 0 ? absent : random() % 2;
  for (double& value : n) value = static_cast<double>(random() % 5);
  return tableOf(
      {numbers("x", quarters(40)), numbers("y", quarters(9)), numbers("n", n), numbers("odd name", quarters(4000)),
       numbers("empty", std::vector<double>(rows, absent)), numbers("b", b), texts("s", words({"a", "b", "c", "NA"})),
       texts("t", words({"zz", "a", "é", "Z", "NA"})), texts("digits", words({"10", "9", "1e1", "x", "NA"}))});
}

TEST(Expressions, GiveWhatTheirTwinGives) {
  std::size_t compared = 0;
  for (const std::size_t rows : {0u, 1u, 7u, 2500u}) {
    const Table table = sample(rows, 7);
    Author author(static_cast<unsigned>(rows) + 1);
    for (int i = 0; i < (rows > 100 ? 150 : 3000); ++i) {
      const std::string expression = author.any();
      std::optional<Table> made;
      try {
        made = derive(table, {{"made", expression}});
      } catch (const Failure& failure) {
        FAIL() << expression << " → " << failure.message;
      }
      const Tree tree = expressions::parse(expression, "twin");
      Interpreter twin(table, tree);
      const ColumnData& data = *made->at("made").data;
      for (std::size_t row = 0; row<rows; row += rows> 100 ? 1 + author.below(60) : 1) {
        const Cell wanted = twin.at(row);
        ++compared;
        if (data.numeric()) {
          const double value = data.values[row];
          const double expected = wanted.type == Cell::missing ? absent : wanted.value;
          ASSERT_TRUE(value == expected || (std::isnan(value) && std::isnan(expected)))
              << expression << " row " << row << ": " << value << ", twin " << expected;
        } else {
          const std::string value =
              data.codes[row] < 0 ? "missing" : data.levels[static_cast<std::size_t>(data.codes[row])];
          ASSERT_EQ(value, wanted.type == Cell::missing ? "missing" : wanted.string) << expression << " row " << row;
        }
      }
      if (!data.numeric()) {
        std::vector<bool> seen(data.levels.size());
        for (const std::int32_t code : data.codes) {
          if (code >= 0) seen[static_cast<std::size_t>(code)] = true;
        }
        ASSERT_TRUE(std::all_of(seen.begin(), seen.end(), [](bool each) { return each; }))
            << expression << ": a level without a row";
      }
    }
  }
  EXPECT_GT(compared, 20'000u);
}

TEST(Expressions, MeansAndDeviationsAreThoseOfTheRows) {
  const Table table = sample(2500, 3);
  for (const char* name : {"x", "y", "n", "odd name"}) {
    std::vector<double> values;
    for (const double value : table.at(name).data->values) {
      if (!std::isnan(value)) values.push_back(value);
    }
    double sum = 0, squares = 0;
    for (const double value : values) sum += value;
    const double mean = sum / static_cast<double>(values.size());
    for (const double value : values) squares += (value - mean) * (value - mean);
    const Table made = derive(table, {{"mean", text("mean(`", name, "`)")}, {"sd", text("sd(`", name, "`)")}});
    EXPECT_NEAR(made.at("mean").data->values[0], mean, 1e-13 * std::abs(mean) + 1e-15);
    EXPECT_NEAR(made.at("sd").data->values[9], std::sqrt(squares / static_cast<double>(values.size() - 1)), 1e-10);
  }
  const Table infinite = tableOf({numbers("x", {1, INFINITY, 2})});
  EXPECT_EQ(one(infinite, "mean(x)"), "Inf");
  EXPECT_EQ(one(infinite, "sum(x)"), "Inf");
  EXPECT_EQ(one(infinite, "max(x)"), "Inf");
}

TEST(Expressions, EndInAColumnOrAFailure) {
  const Table table = sample(5, 1);
  const char* const pieces[] = {
      "x",           "y",          "s",    "`odd name`", "unknown",   "1",      "2.5",        "1e",      "'a'",
      "\"",          "'",          "`",    "(",          ")",         "[",      "]",          ",",       "+",
      "-",           "*",          "/",    "^",          "%%",        "%in%",   "%",          "==",      "=",
      "!=",          "!",          "<",    "<=",         ">",         "&",      "|",          " ",       "ifelse(",
      "isMissing(",  "log(",       "cut(", "ntile(",     "quantile(", "mean(",  "date(",      "number(", "text(",
      "TRUE",        "NA",         "Inf",  "é",          "\xff",      "\\",     "\n",         ";",       "#",
      "$",           "@",          "~",    ".",          "_",         "[1, 2]", "days(x, y)", "year(x)", "pmin(x, 1)",
      "round(x, 1)", "years(x, y)"};
  std::mt19937 random(20);
  std::size_t columns = 0, failures = 0;
  const auto attempt = [&](const std::string& expression) {
    for (int way = 0; way < 2; ++way) {
      try {
        const Table made = way == 0 ? derive(table, {{"made", expression}}) : filter(table, expression);
        ++columns;
        ASSERT_EQ(way == 0 ? made.rows : table.rows, table.rows);
      } catch (const Failure& failure) {
        ++failures;
        ASSERT_TRUE(failure.code == Code::invalidSpec || failure.code == Code::columnNotFound)
            << expression << " → " << failure.message;
        if (failure.code == Code::invalidSpec)
          ASSERT_NE(failure.message.find("position "), std::string::npos) << failure.message;
      }
    }
  };
  for (int i = 0; i < 12'000; ++i) {
    std::string expression;
    for (std::size_t length = random() % 12; length > 0; --length) expression += pieces[random() % std::size(pieces)];
    attempt(expression);
  }
  Author author(99);
  for (int i = 0; i < 12'000; ++i) {  // good ones, with a few bytes changed
    std::string expression = author.any();
    for (std::size_t changes = random() % 4; changes > 0 && !expression.empty(); --changes) {
      const std::size_t at = random() % expression.size();
      if (random() % 3 == 0)
        expression.erase(at, 1 + random() % 3);
      else
        expression.insert(at, pieces[random() % std::size(pieces)]);
    }
    attempt(expression);
  }
  EXPECT_GT(columns, 4'000u);
  EXPECT_GT(failures, 10'000u);
}

}  // namespace
}  // namespace bedside::testing
