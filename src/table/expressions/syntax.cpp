#include "table/expressions/syntax.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "table/error.hpp"
#include "table/names.hpp"
#include "table/number.hpp"
#include "table/text.hpp"

namespace bedside::expressions {
namespace {

constexpr std::size_t longest = 10'000;  // characters
constexpr std::size_t deepest = 200;     // levels: the parser calls itself for each

/// R's ranks, the loosest first.
enum Rank { anything, disjunction, conjunction, negation, comparison, sum, product, special, sign, power };

struct Operator {
  std::string_view sign;
  Operation operation;
  Rank rank;
};

/// Longer signs before those they begin with.
constexpr Operator operators[] = {
    {"%in%", Operation::in, special},
    {"%%", Operation::modulo, special},
    {"<=", Operation::lessEqual, comparison},
    {">=", Operation::greaterEqual, comparison},
    {"==", Operation::equal, comparison},
    {"!=", Operation::notEqual, comparison},
    {"<", Operation::less, comparison},
    {">", Operation::greater, comparison},
    {"+", Operation::add, sum},
    {"-", Operation::subtract, sum},
    {"*", Operation::multiply, product},
    {"/", Operation::divide, product},
    {"^", Operation::power, power},
    {"&", Operation::conjunction, conjunction},
    {"|", Operation::disjunction, disjunction},
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  Parser(std::string_view text, std::string where) : text_(text) {
    tree_.text = text;
    tree_.where = std::move(where);
  }

  Tree parse() {
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text_.size(); at += characterAt(text_, at).bytes) {
      if (characters++ == longest) fault(at, text("expected the end: at most ", longest, " characters are read"));
    }
    expression(anything);
    if (!atEnd()) expectedOperator();
    return std::move(tree_);
  }

 private:
  using Index = std::uint32_t;

  // Characters -------------------------------------------------------------------------------------------------------

  bool atEnd() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
    return at_ == text_.size();
  }

  std::string_view rest() const { return text_.substr(at_); }

  bool accept(char wanted) {
    if (atEnd() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  [[noreturn]] void fault(std::size_t at, std::string_view what) const { tree_.fault(at, what); }

  [[noreturn]] void expected(std::string_view what) {
    atEnd();
    fault(at_, text("expected ", what));
  }

  [[noreturn]] void expectedOperator() {
    const std::string_view found = rest();
    if (found.starts_with(')')) expected("an operator or the end; no parenthesis is open");
    if (found.starts_with(']')) expected("an operator or the end; no bracket is open");
    if (found.starts_with('=')) expected("an operator; equality is ==");
    if (found.starts_with('%')) expected("%% or %in% [a, b]");
    if (found.starts_with(',')) expected("an operator or the end; a decimal mark is a point");
    expected("an operator or the end; a name with other characters stands in `backticks`");
  }

  /// One level further down, as long as it lives.
  class Level {
   public:
    Level(Parser& parser, std::size_t at) : parser_(parser) {
      if (++parser.depth_ > deepest) parser.fault(at, text("expected at most ", deepest, " levels, one in the other"));
    }
    ~Level() { --parser_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser& parser_;
  };

  Index add(Node node) {
    tree_.nodes.push_back(std::move(node));
    return static_cast<Index>(tree_.nodes.size() - 1);
  }

  // Operators --------------------------------------------------------------------------------------------------------

  const Operator* nextOperator() {
    if (atEnd()) return nullptr;
    const std::string_view found = rest();
    if (found.starts_with("&&") || found.starts_with("||")) fault(at_, "expected one & or one |: they go row by row");
    if (found.starts_with("**")) fault(at_, "expected one *; a power is x^2");
    for (const Operator& each : operators) {
      if (found.starts_with(each.sign)) return &each;
    }
    return nullptr;
  }

  /// Everything that binds no looser than `loosest` (Pratt 1973, "Top down operator precedence").
  Index expression(Rank loosest) {
    Index left = operand();
    for (;;) {
      const Operator* found = nextOperator();
      if (!found || found->rank < loosest) return left;
      const std::size_t at = at_;
      at_ += found->sign.size();
      Index right = 0;
      if (found->operation == Operation::in) {
        right = list("'[' and the values, as in x %in% ['a', 'b']");
      } else if (found->rank == power) {
        const Level level(*this, at);
        right = expression(power);
      } else {
        right = expression(static_cast<Rank>(found->rank + 1));
      }
      left = add({.operation = found->operation, .at = at, .text = {}, .operands = {left, right}});
      if (found->rank == comparison) {
        const Operator* next = nextOperator();
        if (next && next->rank == comparison) {
          fault(at_, "expected & or |: comparisons do not chain, write a < x & x < b");
        }
      }
    }
  }

  Index prefixed(Operation operation, Rank rank) {
    const std::size_t at = at_++;
    const Level level(*this, at);
    const Index inner = expression(rank);
    return add({.operation = operation, .at = at, .text = {}, .operands = {inner}});
  }

  // Operands ---------------------------------------------------------------------------------------------------------

  Index operand() {
    constexpr std::string_view wanted = "a column, a number, a 'text', a function or '('";
    if (atEnd()) expected(wanted);
    const char first = text_[at_];
    if (first == '-') return prefixed(Operation::minus, sign);
    if (first == '+') return prefixed(Operation::plus, sign);
    if (first == '!') return prefixed(Operation::negation, negation);
    if (first == '(') return parenthesis();
    if (first == '\'' || first == '"') return quotation();
    if (first == '`') return quotedColumn();
    if (isDigit(first) || (first == '.' && at_ + 1 < text_.size() && isDigit(text_[at_ + 1]))) return numeral();
    if (first == '[') expected(text(wanted, "; a list stands after %in% and in cut()"));
    const std::size_t bytes = nameBytes();
    if (bytes == 0) expected(wanted);
    const std::size_t at = at_;
    const std::string_view name = text_.substr(at_, bytes);
    at_ += bytes;
    if (const auto constant = word(name, at)) return add(*constant);
    if (!atEnd() && text_[at_] == '(') return call(name, at);
    return add({.operation = Operation::column, .at = at, .text = std::string(name), .operands = {}});
  }

  Index parenthesis() {
    const std::size_t at = at_++;
    const Level level(*this, at);
    const Index inner = expression(anything);
    close(')', at);
    return inner;
  }

  void close(char bracket, std::size_t opened) {
    if (accept(bracket)) return;
    if (!atEnd()) expectedOperator();
    const char opening = text_[opened] == '[' ? '[' : '(';
    expected(text("'", std::string(1, bracket), "' for the '", std::string(1, opening), "' at position ",
                  charactersBefore(text_, opened)));
  }

  /// A bare name may begin with `_` here, which no name in R does.
  std::size_t nameBytes() const {
    if (text_[at_] != '_') return bareNameBytes(text_, at_);
    std::size_t end = at_ + 1;
    while (end < text_.size()) {
      const Character character = characterAt(text_, end);
      if (!continuesName(character.codePoint)) break;
      end += character.bytes;
    }
    return end - at_;
  }

  /// R's words for values.
  static std::optional<Node> word(std::string_view name, std::size_t at) {
    if (name == "TRUE") return Node{.operation = Operation::logical, .at = at, .number = 1, .text = {}, .operands = {}};
    if (name == "FALSE") return Node{.operation = Operation::logical, .at = at, .text = {}, .operands = {}};
    if (name == "NA" || name == "NaN")
      return Node{.operation = Operation::missing, .at = at, .text = {}, .operands = {}};
    if (name != "Inf") return std::nullopt;
    return Node{.operation = Operation::number, .at = at, .number = *numberOf(name), .text = {}, .operands = {}};
  }

  Index numeral() {
    const std::size_t at = at_;
    const auto digits = [&] {
      while (at_ < text_.size() && isDigit(text_[at_])) ++at_;
    };
    digits();
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      digits();
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      std::size_t exponent = at_ + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
      if (exponent < text_.size() && isDigit(text_[exponent])) {
        at_ = exponent;
        digits();
      }
    }
    const std::optional<double> value = numberOf(text_.substr(at, at_ - at));
    if (!value || (at_ < text_.size() && continuesName(characterAt(text_, at_).codePoint))) {
      fault(at, "expected a number or a name; a name that begins with a digit stands in `backticks`");
    }
    return add({.operation = Operation::number, .at = at, .number = *value, .text = {}, .operands = {}});
  }

  Index quotedColumn() {
    const std::size_t at = at_;
    auto name = backtickedName(text_, at_);
    if (!name) fault(at, "expected a second '`' that closes the name");
    return add({.operation = Operation::column, .at = at, .text = std::move(*name), .operands = {}});
  }

  Index quotation() {
    const std::size_t at = at_;
    const char quote = text_[at_++];
    std::string value;
    for (;;) {
      if (at_ == text_.size()) fault(at, text("expected a second ", std::string(1, quote), " that closes the text"));
      const char c = text_[at_++];
      if (c == quote) break;
      c == '\\' ? escape(value) : value.push_back(c);
    }
    return add({.operation = Operation::text, .at = at, .text = std::move(value), .operands = {}});
  }

  /// Behind a backslash.
  void escape(std::string& value) {
    constexpr std::string_view known = "'\"`\\ntr", meant = "'\"`\\\n\t\r";
    const std::size_t place = at_ < text_.size() ? known.find(text_[at_]) : std::string_view::npos;
    if (place == std::string_view::npos) {
      fault(at_ - 1, R"(expected one of \' \" \\ \n \t \r; a backslash itself is written twice)");
    }
    value.push_back(meant[place]);
    ++at_;
  }

  /// `[a, b]`
  Index list(std::string_view what) {
    if (atEnd() || text_[at_] != '[') expected(what);
    const std::size_t at = at_++;
    const Level level(*this, at);
    std::vector<Index> values;
    if (!accept(']')) {
      do values.push_back(expression(anything));
      while (accept(','));
      close(']', at);
    }
    return add({.operation = Operation::list, .at = at, .text = {}, .operands = std::move(values)});
  }

  Index call(std::string_view name, std::size_t at) {
    const Function* function = functionNamed(name);
    if (!function) {
      if (const std::string_view here = insteadOf(name); !here.empty()) {
        fault(at, text("expected a function: there is no ", name, "(), write ", here));
      }
      std::vector<std::string_view> names;
      for (const Function& each : functions()) names.push_back(each.name);
      const std::string_view near = nearest(name, names);
      fault(at, text("expected a function: there is no ", shortened(name), "()", near.empty() ? "" : "; did you mean ",
                     near, near.empty() ? "" : "()?"));
    }
    const std::size_t opened = at_++;
    const Level level(*this, at);
    std::vector<Index> arguments;
    if (!accept(')')) {
      do {
        const bool listed = function->operation == Operation::cut && !arguments.empty();
        arguments.push_back(listed ? list("'[' and the values, as in cut(x, [18, 65])") : expression(anything));
      } while (accept(','));
      close(')', opened);
    }
    const bool enough = arguments.size() >= function->least;
    if (!enough || (function->most != anyNumber && arguments.size() > function->most)) {
      fault(at, text("expected ", function->usage));
    }
    if (function->most != anyNumber) {
      return add({.operation = function->operation, .at = at, .text = {}, .operands = std::move(arguments)});
    }
    Index left = arguments[0];  // two by two
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      left = add({.operation = function->operation, .at = at, .text = {}, .operands = {left, arguments[i]}});
    }
    return left;
  }

  std::string_view text_;
  Tree tree_;
  std::size_t at_ = 0;  // byte
  std::size_t depth_ = 0;
};

}  // namespace

void Tree::fault(std::size_t at, std::string_view what) const {
  fail(Code::invalidSpec, bedside::text(where, ", ", placeIn(text, at), ": ", what));
}

Tree parse(std::string_view text, std::string where) { return Parser(text, std::move(where)).parse(); }

}  // namespace bedside::expressions
