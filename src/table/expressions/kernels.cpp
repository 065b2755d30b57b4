#include "table/expressions/kernels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "table/dates.hpp"
#include "table/number.hpp"

namespace bedside::expressions {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

template <class Of>
void eachNumber(const double* x, double* out, std::size_t rows, Of of) {
  for (std::size_t i = 0; i < rows; ++i) out[i] = of(x[i]);
}

template <class Of>
void eachPair(const double* x, const double* y, double* out, std::size_t rows, Of of) {
  for (std::size_t i = 0; i < rows; ++i) out[i] = of(x[i], y[i]);
}

/// A comparison of NaN is false, so its 2 is only to be replaced where the other way round would be true.
template <class Holds>
void compare(const double* x, const double* y, Truth* out, std::size_t rows, Holds holds) {
  for (std::size_t i = 0; i < rows; ++i) {
    const unsigned known = (x[i] == x[i]) & (y[i] == y[i]);
    out[i] = static_cast<Truth>((holds(x[i], y[i]) & known) << 1 | (known ^ 1u));
  }
}

template <class Holds>
void compareCodes(const std::int32_t* x, const std::int32_t* y, Truth* out, std::size_t rows, Holds holds) {
  for (std::size_t i = 0; i < rows; ++i) {
    const unsigned known = (x[i] >= 0) & (y[i] >= 0);
    out[i] = static_cast<Truth>((holds(x[i], y[i]) & known) << 1 | (known ^ 1u));
  }
}

template <class Cell>
void choose(const Truth* test, const Cell* yes, const Cell* no, Cell unknown, Cell* out, std::size_t rows) {
  for (std::size_t i = 0; i < rows; ++i) out[i] = test[i] == isTrue ? yes[i] : test[i] == isFalse ? no[i] : unknown;
}

/// A logarithm or root: of a negative number it is missing, and counted.
template <class Of>
void eachOfPositive(const double* x, double* out, std::size_t rows, Coerced& coerced, Of of) {
  std::size_t negatives = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    negatives += x[i] < 0;
    out[i] = x[i] < 0 ? absent : of(x[i]);
  }
  coerced.negatives += negatives;
}

/// R's: 1^x and x^0 are 1 (but of a missing x missing here), 0 to a negative power is Inf whatever its sign.
double powerOf(double x, double y) {
  if (x != x || y != y) return absent;
  if (y == 2) return x * x;
  if (x == 0 && y < 0) return std::numeric_limits<double>::infinity();
  return std::pow(x, y);
}

/// With the sign of the divisor.
double moduloOf(double x, double y) {
  const double rest = std::fmod(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

/// Of the two neighbours with so many decimals the nearer one, the even one where both are as near (R 4.0.0's
/// algorithm): 0.15 to one decimal is 0.1, for the double lies below 0.15.
double roundedTo(double x, double digits) {
  constexpr double most = 308;
  if (x != x || digits != digits) return absent;
  digits = std::floor(digits + 0.5);
  if (std::isinf(x) || x == 0 || digits > most + 15) return x;
  if (digits < -most) return 0;
  if (digits == 0) return std::nearbyint(x);
  // All the digits that a double has are asked for.
  if (digits + std::floor(std::log10(std::abs(x))) + 1 > std::numeric_limits<double>::digits10) return x;
  const double scale = std::pow(10, std::abs(digits));
  const double scaled = digits > 0 ? x * scale : x / scale;
  const double floor = std::floor(scaled), ceiling = std::ceil(scaled);
  const double low = digits > 0 ? floor / scale : floor * scale;
  const double high = digits > 0 ? ceiling / scale : ceiling * scale;
  const double fromLow = x - low, fromHigh = high - x;
  const bool even = std::fmod(floor, 2) == 0;
  return fromLow < fromHigh || (fromLow == fromHigh && even) ? low : high;
}

/// Nothing for days beyond what the calendar reaches.
bool isDay(double days) { return std::abs(days) < 1e11; }

Civil dayOfCalendar(double days) { return civilOf(static_cast<std::int64_t>(std::floor(days))); }

void cutNumbers(const Step& step, const double* x, std::int32_t* out, std::size_t rows) {
  const std::vector<double>& breaks = step.numbers;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto above = std::upper_bound(breaks.begin(), breaks.end(), x[i]);
    out[i] = x[i] != x[i] ? -1 : step.places[static_cast<std::size_t>(above - breaks.begin())];
  }
}

void readCodes(const Step& step, const std::int32_t* codes, double* out, std::size_t rows, Coerced& coerced) {
  for (std::size_t i = 0; i < rows; ++i) {
    const auto level = static_cast<std::size_t>(codes[i]);
    out[i] = codes[i] < 0 ? absent : step.numbers[level];
    if (codes[i] >= 0 && step.truths[level] == isTrue && coerced.unread++ == 0) coerced.first = (*step.levels)[level];
  }
}

}  // namespace

double yearsBetween(double from, double to) {
  if (!isDay(from) || !isDay(to)) return absent;
  const Civil begin = dayOfCalendar(from), end = dayOfCalendar(to);
  const bool before = end.month < begin.month || (end.month == begin.month && end.day < begin.day);
  return static_cast<double>(end.year - begin.year - (before ? 1 : 0));
}

void run(const Step& step, const std::array<Cells, 3>& operands, Scratch out, std::size_t rows, Coerced& coerced) {
  const auto [a, b, c] = operands;
  const auto unary = [&](auto of) { eachNumber(a.numbers, out.numbers, rows, of); };
  const auto binary = [&](auto of) { eachPair(a.numbers, b.numbers, out.numbers, rows, of); };
  const auto positive = [&](auto of) { eachOfPositive(a.numbers, out.numbers, rows, coerced, of); };
  const auto comparison = [&](auto holds) { compare(a.numbers, b.numbers, out.truths, rows, holds); };
  const auto codes = [&](auto holds) { compareCodes(a.codes, b.codes, out.truths, rows, holds); };
  const auto truths = [&](auto of) {
    for (std::size_t i = 0; i < rows; ++i) out.truths[i] = of(i);
  };
  switch (step.kernel) {
    case Kernel::none:
      break;
    case Kernel::negate:
      return unary([](double x) { return -x; });
    case Kernel::log:
      return positive([](double x) { return std::log(x); });
    case Kernel::log2:
      return positive([](double x) { return std::log2(x); });
    case Kernel::log10:
      return positive([](double x) { return std::log10(x); });
    case Kernel::exp:
      return unary([](double x) { return std::exp(x); });
    case Kernel::sqrt:
      return positive([](double x) { return std::sqrt(x); });
    case Kernel::abs:
      return unary([](double x) { return std::abs(x); });
    case Kernel::round:
      return unary([](double x) { return std::nearbyint(x); });
    case Kernel::floor:
      return unary([](double x) { return std::floor(x); });
    case Kernel::ceiling:
      return unary([](double x) { return std::ceil(x); });
    case Kernel::year:
      return unary([](double x) { return isDay(x) ? static_cast<double>(dayOfCalendar(x).year) : absent; });
    case Kernel::month:
      return unary([](double x) { return isDay(x) ? dayOfCalendar(x).month : absent; });
    case Kernel::add:
      return binary([](double x, double y) { return x + y; });
    case Kernel::subtract:
      return binary([](double x, double y) { return x - y; });
    case Kernel::multiply:
      return binary([](double x, double y) { return x * y; });
    case Kernel::divide:
      return binary([](double x, double y) { return x / y; });
    case Kernel::power:
      return binary(powerOf);
    case Kernel::modulo:
      return binary(moduloOf);
    case Kernel::pmin:
      return binary([](double x, double y) { return x != x || y != y ? absent : y < x ? y : x; });
    case Kernel::pmax:
      return binary([](double x, double y) { return x != x || y != y ? absent : y > x ? y : x; });
    case Kernel::roundTo:
      return binary(roundedTo);
    case Kernel::years:
      return binary(yearsBetween);
    case Kernel::less:
      return comparison([](double x, double y) { return x < y; });
    case Kernel::lessEqual:
      return comparison([](double x, double y) { return x <= y; });
    case Kernel::equal:
      return comparison([](double x, double y) { return x == y; });
    case Kernel::notEqual:
      return comparison([](double x, double y) { return x != y; });
    case Kernel::codeLess:
      return codes([](std::int32_t x, std::int32_t y) { return x < y; });
    case Kernel::codeLessEqual:
      return codes([](std::int32_t x, std::int32_t y) { return x <= y; });
    case Kernel::codeEqual:
      return codes([](std::int32_t x, std::int32_t y) { return x == y; });
    case Kernel::codeNotEqual:
      return codes([](std::int32_t x, std::int32_t y) { return x != y; });
    case Kernel::conjunction:
      return truths([&](std::size_t i) { return std::min(a.truths[i], b.truths[i]); });
    case Kernel::disjunction:
      return truths([&](std::size_t i) { return std::max(a.truths[i], b.truths[i]); });
    case Kernel::negation:
      return truths([&](std::size_t i) { return static_cast<Truth>(isTrue - a.truths[i]); });
    case Kernel::ifElseNumber:
      return choose(a.truths, b.numbers, c.numbers, absent, out.numbers, rows);
    case Kernel::ifElseLogical:
      return choose(a.truths, b.truths, c.truths, isUnknown, out.truths, rows);
    case Kernel::ifElseCode:
      return choose(a.truths, b.codes, c.codes, std::int32_t{-1}, out.codes, rows);
    case Kernel::missingNumber:
      return truths([&](std::size_t i) { return a.numbers[i] != a.numbers[i] ? isTrue : isFalse; });
    case Kernel::missingLogical:
      return truths([&](std::size_t i) { return a.truths[i] == isUnknown ? isTrue : isFalse; });
    case Kernel::missingCode:
      return truths([&](std::size_t i) { return a.codes[i] < 0 ? isTrue : isFalse; });
    case Kernel::oneOfNumbers:
      return truths([&](std::size_t i) {
        return std::binary_search(step.numbers.begin(), step.numbers.end(), a.numbers[i]) &&
                       a.numbers[i] == a.numbers[i]
                   ? isTrue
                   : isFalse;
      });
    case Kernel::truthOfCode: {
      const Truth* const table = step.truths.data();
      return truths([&, table](std::size_t i) { return a.codes[i] < 0 ? step.truthOfMissing : table[a.codes[i]]; });
    }
    case Kernel::logicalOfNumber:
      return truths([&](std::size_t i) {
        return a.numbers[i] != a.numbers[i] ? isUnknown : a.numbers[i] != 0 ? isTrue : isFalse;
      });
    case Kernel::numberOfLogical:
      for (std::size_t i = 0; i < rows; ++i) out.numbers[i] = a.truths[i] == isUnknown ? absent : a.truths[i] * 0.5;
      return;
    case Kernel::codeOfLogical:
      for (std::size_t i = 0; i < rows; ++i) out.codes[i] = a.truths[i] == isUnknown ? -1 : a.truths[i] >> 1;
      return;
    case Kernel::placeOfCode:
      for (std::size_t i = 0; i < rows; ++i) {
        out.codes[i] = a.codes[i] < 0 ? -1 : step.places[static_cast<std::size_t>(a.codes[i])];
      }
      return;
    case Kernel::numberOfCode:
      return readCodes(step, a.codes, out.numbers, rows, coerced);
    case Kernel::cut:
      return cutNumbers(step, a.numbers, out.codes, rows);
  }
}

}  // namespace bedside::expressions
