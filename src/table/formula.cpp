#include "table/formula.hpp"

#include <algorithm>

#include "table/names.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

constexpr std::size_t longest = 10'000;  // characters
constexpr std::size_t deepest = 200;     // parentheses: the parser calls itself for each
constexpr std::size_t mostTerms = 10'000;
constexpr std::size_t mostWork = 2'000'000;  // terms made on the way, repeated ones too: `.^9 * .^9 * …` must end

/// A part of the right side: its terms, and what it holds that is no term.
struct Part {
  TermList terms;
  std::size_t begin = 0;
  bool number = false;                 // it is a bare 0 or 1
  std::optional<std::size_t> special;  // where a `strata()` or `cluster()` stands in it
};

/// Recursive descent, each level one rank of R's precedence: `^` over `:` over `*` over `+ -`.
class Parser {
 public:
  Parser(std::string_view formula, const Table& table, Response response)
      : text_(formula), table_(table), response_(response) {}

  Formula parse() {
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text_.size(); at += characterAt(text_, at).bytes) ++characters;
    if (characters > longest) {
      fail(Code::invalidSpec, text("formula: ", characters, " characters, at most ", longest, " are read"));
    }
    readResponse();
    if (!accept('~')) expected("'~' after the outcome");
    const Part right = sum(true);
    if (next() != end) expectedOperator();
    if (!intercept_) {
      fault(interceptAt_, "a model without intercept is not fitted: leave out what removes it ('- 1', '0')");
    }
    if (right.terms.empty()) fault(right.begin, "expected at least one predictor");
    formula_.terms = right.terms.byDegree(variables_);
    refuseResponse();
    resolve();
    return std::move(formula_);
  }

 private:
  static constexpr char end = '\0';

  // Characters -------------------------------------------------------------------------------------------------------

  void skipBlanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }

  /// The next byte behind blanks; `end` at the end (a NUL in the text is no end: it is met as an unexpected character).
  char next() {
    skipBlanks();
    if (at_ == text_.size()) return end;
    return text_[at_] == end ? '\1' : text_[at_];
  }

  bool accept(char wanted) {
    if (next() != wanted) return false;
    ++at_;
    return true;
  }

  // Faults -----------------------------------------------------------------------------------------------------------

  [[noreturn]] void fault(std::size_t at, std::string_view what) const {
    fail(Code::invalidSpec, text("formula, ", placeIn(text_, at), ": ", what));
  }

  [[noreturn]] void expected(std::string_view what) {
    skipBlanks();
    fault(at_, text("expected ", what));
  }

  [[noreturn]] void expectedOperator() {
    const char found = next();
    if (found == ')') expected("an operator or the end; no parenthesis is open");
    if (found == '/') expected("one of + - * : ^; instead of a / b write a + a:b");
    if (found == '%') expected("one of + - * : ^; instead of b %in% a write a:b");
    if (found == '|') expected("one of + - * : ^; a stratum is given by strata(), a cluster by cluster()");
    if (found == '~') expected("an operator; a formula has one '~'");
    expected("one of + - * : ^ or the end; a name with other characters stands in `backticks`");
  }

  [[noreturn]] void refuseCall(std::size_t at, std::string_view call) const {
    const std::string shown = text(call, "()");
    if (call == "factor" || call == "as.factor" || call == "ordered") {
      fault(at, text(shown, " is not needed: name the column and put it into 'categorical'"));
    }
    if (call == "relevel" || call == "C") fault(at, text(shown, " is not read: name the level in 'reference'"));
    if (call == "offset") fault(at, "offset() is not read: name the column in 'offset'");
    if (call == "Surv") fault(at, "Surv() is the left side of a survival model's formula");
    if (call == "strata") fault(at, "strata() belongs to a survival model, whose left side is Surv()");
    fault(at, text("calls such as ", shown, " are not read: make a column first, table.derive({ name: '", call,
                   "(…)' }), and name it here; for categories use 'categorical'"));
  }

  // Left side --------------------------------------------------------------------------------------------------------

  void readResponse() {
    const std::string_view what =
        response_ == Response::survival ? "Surv(time, event) before '~'" : "the outcome's column before '~'";
    next();
    const std::size_t at = at_;
    const auto name = acceptName();
    if (!name) expected(what);
    const bool bare = text_[at] != '`';
    if (bare && *name == ".") fault(at, text("expected ", what));
    if (!(bare && next() == '(')) {
      if (response_ == Response::survival) fault(at, text("expected ", what));
      formula_.outcome = *name;
      return;
    }
    if (*name != "Surv" || response_ == Response::column) {
      if (*name == "Surv") fault(at, "expected the outcome's column: Surv() is for survival models");
      refuseCall(at, *name);
    }
    std::vector<std::string> columns = arguments(
        "a column name, as in Surv(time, event) or Surv(start, stop, event); 'eventValue' says which value is the "
        "event");
    if (columns.size() < 2 || columns.size() > 3) {
      fault(at, text("expected Surv(time, event) or Surv(start, stop, event), found ", columns.size(), " columns"));
    }
    Surv surv;
    surv.event = columns.back();
    surv.time = columns[columns.size() - 2];
    if (columns.size() == 3) surv.start = columns.front();
    formula_.surv = std::move(surv);
  }

  std::optional<std::string> acceptName() {
    if (next() == '`') {
      const std::size_t at = at_;
      auto name = backtickedName(text_, at_);
      if (!name) fault(at, "expected a second '`' that closes the name");
      return name;
    }
    const std::size_t bytes = bareNameBytes(text_, at_);
    if (bytes == 0) return std::nullopt;
    at_ += bytes;
    return std::string(text_.substr(at_ - bytes, bytes));
  }

  /// `(name, name, …)`
  std::vector<std::string> arguments(std::string_view what) {
    std::vector<std::string> names;
    accept('(');
    do {
      auto name = acceptName();
      if (!name) expected(what);
      names.push_back(std::move(*name));
    } while (accept(','));
    if (!accept(')')) expected(text("',' or ')': each argument is ", what));
    return names;
  }

  // Right side -------------------------------------------------------------------------------------------------------

  /// `positive` is false inside what is taken away: there `1` removes the intercept and `0` brings it back, as in R.
  Part sum(bool positive) {
    next();
    const std::size_t begin = at_;
    Part left;
    if (next() == '-') {
      ++at_;
      takeAway(left, !positive);
    } else {
      accept('+');
      left = product(positive);
    }
    left.begin = begin;
    for (;;) {
      if (accept('-'))
        takeAway(left, !positive);
      else if (accept('+'))
        putIn(left, positive);
      else
        return left;
    }
  }

  void putIn(Part& left, bool positive) {
    const Part right = product(positive);
    for (const VariableSet& term : right.terms) add(left.terms, term);
    if (right.special) left.special = right.special;
  }

  void takeAway(Part& left, bool positive) {
    const Part right = product(positive);
    if (right.special) fault(*right.special, "strata() and cluster() cannot be taken away");
    left.terms.remove(right.terms);
  }

  /// a * b = a + b + a:b
  Part product(bool positive) {
    Part left = interaction(positive);
    while (next() == '*') {
      const std::size_t at = at_++;
      Part right = interaction(positive);
      checkOperands(left, right, at);
      TermList all = left.terms;
      for (const VariableSet& term : right.terms) add(all, term);
      left.terms = cross(left.terms, right.terms, std::move(all));
    }
    return left;
  }

  Part interaction(bool positive) {
    Part left = power(positive);
    while (next() == ':') {
      const std::size_t at = at_++;
      Part right = power(positive);
      checkOperands(left, right, at);
      left.terms = cross(left.terms, right.terms, {});
    }
    return left;
  }

  /// (a + b)^2 = (a + b) * (a + b): all interactions up to that degree.
  Part power(bool positive) {
    Part base = atom(positive);
    if (next() != '^') return base;
    const std::size_t at = at_++;
    if (base.special) checkOperands(base, base, at);
    const std::size_t exponent = readExponent();
    const TermList once = base.terms;
    for (std::size_t i = 1; i < exponent; ++i) {
      TermList higher = cross(base.terms, once, {});
      const bool complete = higher.size() == base.terms.size();  // a higher power adds nothing more
      base.terms = std::move(higher);
      if (complete) break;
    }
    return base;
  }

  Part atom(bool positive) {
    const char first = next();
    Part part;
    part.begin = at_;
    if (first == '(') {
      if (++depth_ > deepest) fault(at_, text("more than ", deepest, " nested parentheses"));
      ++at_;
      Part inner = sum(positive);
      if (!accept(')')) {
        if (next() == end) expected(text("')' for the '(' at position ", part.begin));
        expectedOperator();
      }
      --depth_;
      inner.begin = part.begin;
      return inner;
    }
    if (first >= '0' && first <= '9') {
      readIntercept(positive);
      part.number = true;
      return part;
    }
    const auto name = acceptName();
    if (!name) expected("a column name, '.' or '('");
    const bool bare = text_[part.begin] != '`';
    if (bare && next() == '(') {
      readSpecial(*name, part.begin);
      part.special = part.begin;
    } else if (bare && *name == ".") {
      for (const Column& column : table_.columns) {
        if (!isResponse(column.name)) add(part.terms, {variables_.numberOf(column.name)});
      }
    } else {
      part.terms.add({variables_.numberOf(*name)});
    }
    return part;
  }

  void readIntercept(bool positive) {
    const std::size_t at = at_;
    const bool one = text_[at_++] == '1';
    const bool only = at_ == text_.size() || !continuesName(characterAt(text_, at_).codePoint);
    if (!only || (!one && text_[at] != '0')) {
      fault(at, "expected a column name; a name that begins with a digit stands in `backticks`");
    }
    intercept_ = one == positive;
    if (!intercept_) interceptAt_ = at;
  }

  std::size_t readExponent() {
    next();
    std::size_t exponent = 0;
    const std::size_t at = at_;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      exponent = std::min<std::size_t>(exponent * 10 + static_cast<std::size_t>(text_[at_] - '0'), mostTerms);
    }
    const bool whole = at_ == text_.size() || !continuesName(characterAt(text_, at_).codePoint);
    if (exponent == 0 || !whole) {
      fault(at,
            "expected a whole number from 1; for a power of a column make it first, table.derive({ age2: 'age^2' })");
    }
    return exponent;
  }

  void readSpecial(const std::string& call, std::size_t at) {
    const bool strata = call == "strata" && response_ != Response::column && formula_.surv;
    if (!strata && call != "cluster") refuseCall(at, call);
    std::vector<std::string> columns = arguments("a column name");
    if (strata) {
      for (std::string& column : columns) {
        if (std::find(formula_.strata.begin(), formula_.strata.end(), column) == formula_.strata.end()) {
          formula_.strata.push_back(std::move(column));
        }
      }
      return;
    }
    if (columns.size() != 1 || formula_.cluster) fault(at, "expected cluster() once and with one column");
    formula_.cluster = std::move(columns.front());
  }

  void checkOperands(const Part& left, const Part& right, std::size_t at) const {
    for (const Part* part : {&left, &right}) {
      if (part->special) fault(*part->special, "strata() and cluster() stand alone, joined to the others by '+'");
    }
    for (const Part* part : {&left, &right}) {
      if (part->number) fault(at, "expected column names on both sides; 0 and 1 are for '+' and '-'");
    }
  }

  // Terms ------------------------------------------------------------------------------------------------------------

  void add(TermList& list, VariableSet term) {
    if (++work_ > mostWork) fault(at_, text("more than ", mostTerms, " terms"));
    list.add(std::move(term));
  }

  TermList cross(const TermList& left, const TermList& right, TermList onto) {
    for (const VariableSet& a : left) {
      for (const VariableSet& b : right) add(onto, joined(a, b));
    }
    if (onto.size() > mostTerms) fault(at_, text("more than ", mostTerms, " terms"));
    return onto;
  }

  bool isResponse(std::string_view name) const {
    if (!formula_.surv) return name == formula_.outcome;
    return name == formula_.surv->time || name == formula_.surv->event || name == formula_.surv->start;
  }

  /// The start of an interval may be a predictor: age at entry is both.
  void refuseResponse() const {
    if (!formula_.surv) return refuseAmong(formula_.terms, formula_.outcome, "the outcome");
    refuseAmong(formula_.terms, formula_.surv->time, "the time");
    refuseAmong(formula_.terms, formula_.surv->event, "the event");
  }

  /// COLUMN_NOT_FOUND for any name the table has not, taken away or not.
  void resolve() const {
    if (formula_.surv) {
      if (formula_.surv->start) table_.at(*formula_.surv->start);
      table_.at(formula_.surv->time);
      table_.at(formula_.surv->event);
    } else {
      table_.at(formula_.outcome);
    }
    for (const std::string& name : variables_.names()) table_.at(name);
    for (const std::string& name : formula_.strata) table_.at(name);
    if (formula_.cluster) table_.at(*formula_.cluster);
  }

  std::string_view text_;
  const Table& table_;
  Response response_;
  Formula formula_;
  Variables variables_;
  std::size_t at_ = 0;  // byte
  std::size_t depth_ = 0;
  std::size_t work_ = 0;
  bool intercept_ = true;
  std::size_t interceptAt_ = 0;
};

}  // namespace

Formula parseFormula(std::string_view formula, const Table& table, Response response) {
  return Parser(formula, table, response).parse();
}

}  // namespace bedside
