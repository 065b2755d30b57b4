#include "layers/http_date.hpp"

#include <array>
#include <chrono>

namespace bedside::layers {
namespace {

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Reads a text from its front; after the first thing that does not fit, `good` stays false.
struct Reader {
  std::string_view rest;
  bool good = true;

  void literal(std::string_view expected) {
    if (rest.starts_with(expected)) {
      rest.remove_prefix(expected.size());
    } else {
      good = false;
    }
  }

  /// Exactly `digits` digits; with `padded`, leading blanks may stand for zeros (asctime's day of the month).
  int number(std::size_t digits, bool padded = false) {
    if (rest.size() < digits) {
      good = false;
      return 0;
    }
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = rest[i];
      const bool blank = padded && c == ' ' && value == 0;
      if (!blank && (c < '0' || c > '9')) good = false;
      value = value * 10 + (blank ? 0 : c - '0');
    }
    rest.remove_prefix(digits);
    return value;
  }

  unsigned month() {
    for (std::size_t i = 0; i < months.size(); ++i) {
      if (!rest.starts_with(months[i])) continue;
      rest.remove_prefix(3);
      return static_cast<unsigned>(i) + 1;
    }
    good = false;
    return 1;
  }

  /// `08:49:37`, as seconds of the day; 60 is a leap second and counts as the next minute's first.
  int timeOfDay() {
    const int hours = number(2);
    literal(":");
    const int minutes = number(2);
    literal(":");
    const int seconds = number(2);
    if (hours > 23 || minutes > 59 || seconds > 60) good = false;
    return (hours * 60 + minutes) * 60 + seconds;
  }
};

double momentMs(int year, unsigned month, unsigned day, int secondOfDay, bool& good) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok()) good = false;
  return (sys_days{date}.time_since_epoch().count() * 86400.0 + secondOfDay) * 1000.0;
}

}  // namespace

std::optional<double> httpDateMs(std::string_view text, double nowMs) {
  // The name of the day decides nothing: it is passed over up to what ends it.
  const std::size_t dayName = text.find_first_of(", ");
  if (dayName == std::string_view::npos || dayName < 3) return std::nullopt;
  Reader in{text.substr(dayName)};
  double moment = 0;
  if (in.rest.starts_with(", ")) {
    in.literal(", ");
    const int day = in.number(2);
    const bool fixed = in.rest.starts_with(" ");  // IMF-fixdate; else RFC 850 with dashes
    in.literal(fixed ? " " : "-");
    const unsigned month = in.month();
    in.literal(fixed ? " " : "-");
    int year = in.number(fixed ? 4 : 2);
    in.literal(" ");
    const int second = in.timeOfDay();
    in.literal(" GMT");
    if (!fixed) {
      constexpr double yearMs = 365.2425 * 86400000.0;
      const int thisYear = 1970 + static_cast<int>(nowMs / yearMs);
      year += thisYear / 100 * 100;
      if (year > thisYear + 50) year -= 100;
    }
    moment = momentMs(year, month, static_cast<unsigned>(day), second, in.good);
  } else {
    in.literal(" ");
    const unsigned month = in.month();
    in.literal(" ");
    const int day = in.number(2, true);
    in.literal(" ");
    const int second = in.timeOfDay();
    in.literal(" ");
    moment = momentMs(in.number(4), month, static_cast<unsigned>(day), second, in.good);
  }
  if (!in.good || !in.rest.empty()) return std::nullopt;
  return moment;
}

}  // namespace bedside::layers
