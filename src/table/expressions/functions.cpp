#include "table/expressions/functions.hpp"

namespace bedside::expressions {
namespace {

constexpr Function all[] = {
    {"ifelse", Operation::ifElse, 3, 3, "ifelse(test, yes, no)"},
    {"isMissing", Operation::isMissing, 1, 1, "isMissing(x)"},
    {"log", Operation::log, 1, 1, "log(x)"},
    {"log2", Operation::log2, 1, 1, "log2(x)"},
    {"log10", Operation::log10, 1, 1, "log10(x)"},
    {"exp", Operation::exp, 1, 1, "exp(x)"},
    {"sqrt", Operation::sqrt, 1, 1, "sqrt(x)"},
    {"abs", Operation::abs, 1, 1, "abs(x)"},
    {"round", Operation::round, 1, 2, "round(x) or round(x, digits)"},
    {"floor", Operation::floor, 1, 1, "floor(x)"},
    {"ceiling", Operation::ceiling, 1, 1, "ceiling(x)"},
    {"pmin", Operation::pmin, 2, anyNumber, "pmin(a, b, …)"},
    {"pmax", Operation::pmax, 2, anyNumber, "pmax(a, b, …)"},
    {"min", Operation::min, 1, 1, "min(x), over the whole column; row by row it is pmin(a, b)"},
    {"max", Operation::max, 1, 1, "max(x), over the whole column; row by row it is pmax(a, b)"},
    {"mean", Operation::mean, 1, 1, "mean(x)"},
    {"sd", Operation::sd, 1, 1, "sd(x)"},
    {"median", Operation::median, 1, 1, "median(x)"},
    {"sum", Operation::sum, 1, 1, "sum(x), over the whole column; row by row it is a + b"},
    {"quantile", Operation::quantile, 2, 2, "quantile(x, p)"},
    {"date", Operation::date, 1, 1, "date('2024-01-31')"},
    {"days", Operation::days, 2, 2, "days(from, to)"},
    {"years", Operation::years, 2, 2, "years(from, to)"},
    {"year", Operation::year, 1, 1, "year(date)"},
    {"month", Operation::month, 1, 1, "month(date)"},
    {"cut", Operation::cut, 2, 3, "cut(x, [18, 65]) or cut(x, [18, 65], ['young', 'middle', 'old'])"},
    {"ntile", Operation::ntile, 2, 2, "ntile(x, 4)"},
    {"text", Operation::toText, 1, 1, "text(x)"},
    {"number", Operation::toNumber, 1, 1, "number(x)"},
};

constexpr std::string_view remedies[][2] = {
    {"is.na", "isMissing(x)"},
    {"complete.cases", "!isMissing(x)"},
    {"as.numeric", "number(x)"},
    {"as.double", "number(x)"},
    {"as.integer", "number(x)"},
    {"as.character", "text(x)"},
    {"as.Date", "date(x)"},
    {"c", "a list in brackets, [a, b]"},
    {"if_else", "ifelse(test, yes, no)"},
    {"case_when", "ifelse(test, yes, no), one in the other"},
    {"between", "x >= a & x <= b"},
    {"factor", "text(x)"},
    {"paste", "ifelse() with the texts written out"},
};

}  // namespace

std::span<const Function> functions() { return all; }

const Function* functionNamed(std::string_view name) {
  for (const Function& function : all) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

std::string_view insteadOf(std::string_view name) {
  for (const auto& [inR, here] : remedies) {
    if (inR == name) return here;
  }
  return {};
}

}  // namespace bedside::expressions
