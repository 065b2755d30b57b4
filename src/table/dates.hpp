#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bedside {

/// A day of the proleptic Gregorian calendar.
struct Civil {
  std::int64_t year = 1970;
  unsigned month = 1;  ///< 1 … 12
  unsigned day = 1;    ///< 1 … 31
  bool operator==(const Civil&) const = default;
};

/// Days since 1970-01-01 (Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013).
std::int64_t daysOf(Civil date);
Civil civilOf(std::int64_t days);
/// Whether the month has the day.
bool exists(Civil date);
/// `2024-01-31` of days since 1970-01-01; `NA` when missing or infinite.
std::string dateText(double days);
/// The UTC day of a JavaScript time value in milliseconds; NaN stays NaN.
double dayOf(double milliseconds);

enum class Calendar : std::uint8_t {
  gregorian,
  buddhist,  ///< years from 2400 to 2700 are of the Buddhist Era, 543 ahead
};

/// The calendar of a word, `gregorian` (also the empty word) or `buddhist`; else INVALID_SPEC.
Calendar calendarOf(std::string_view word);

/// How dates are written in a column: `YYYY`, `MM`, `DD` once each, with at most one character between two of them.
/// ISO dates have two-digit months and days; a format of the user's own takes `5/1/2024` too where a separator tells
/// where the day ends.
class DateFormat {
 public:
  struct Reading {
    double days = 0;
    bool timeDropped = false;  ///< a time of day stood behind the date
    bool suspectYear = false;  ///< a year from 2400 to 2700 taken as Gregorian
  };

  DateFormat() = default;  ///< ISO
  /// Another form, two-digit years among them, is INVALID_SPEC.
  explicit DateFormat(std::string_view pattern, Calendar calendar = Calendar::gregorian);

  /// Nothing when the text is no date or an impossible one. `suspectYear` is told even then.
  std::optional<Reading> read(std::string_view text, bool* suspectYear = nullptr) const;
  const std::string& pattern() const { return pattern_; }

 private:
  struct Part {
    char field;             ///< Y, M or D
    std::string separator;  ///< what follows it; one character or none
  };
  std::string pattern_ = "YYYY-MM-DD";
  std::vector<Part> parts_ = {{'Y', "-"}, {'M', "-"}, {'D', ""}};
  Calendar calendar_ = Calendar::gregorian;
  bool strict_ = true;
};

}  // namespace bedside
