#include "table/dates.hpp"

#include <cmath>
#include <limits>

#include "table/error.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

constexpr std::int64_t buddhistOffset = 543;
constexpr std::int64_t firstSuspectYear = 2400, lastSuspectYear = 2700;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isLeap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/// Bytes of the UTF-8 character that begins here; a separator may be `年` as well as `/`.
std::size_t characterLength(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
  return length;
}

/// What may stand behind a date: `T08:15`, ` 08:15:30.5+07:00`, ` 8:15 PM`, `T08Z`.
bool isTimeOfDay(std::string_view text) {
  if (text.empty() || (text[0] != 'T' && text[0] != ' ')) return false;
  const std::size_t from = text.find_first_not_of(' ', 1);
  if (from == std::string_view::npos || !isDigit(text[from])) return false;
  return text.find_first_not_of("0123456789:.,+- ZAaPpMm", from) == std::string_view::npos;
}

std::string padded(std::uint64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

}  // namespace

std::int64_t daysOf(Civil date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);  // the year begins in March: its last day is 29 Feb
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t yearOfEra = year - era * 400;
  const std::int64_t dayOfYear = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  const std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

Civil civilOf(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t dayOfEra = days - era * 146097;
  const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const std::int64_t month = (5 * dayOfYear + 2) / 153;
  const auto day = static_cast<unsigned>(dayOfYear - (153 * month + 2) / 5 + 1);
  const auto civilMonth = static_cast<unsigned>(month < 10 ? month + 3 : month - 9);
  return {yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0), civilMonth, day};
}

bool exists(Civil date) {
  constexpr unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (date.month < 1 || date.month > 12 || date.day < 1) return false;
  return date.day <= lengths[date.month - 1] + (date.month == 2 && isLeap(date.year) ? 1u : 0u);
}

std::string dateText(double days) {
  constexpr double farthest = 1e11;  // beyond the years that fit the arithmetic with room to spare
  if (!(std::abs(days) < farthest)) return "NA";
  const Civil date = civilOf(static_cast<std::int64_t>(std::floor(days)));
  const auto year = static_cast<std::uint64_t>(date.year < 0 ? -date.year : date.year);
  return text(date.year < 0 ? "-" : "", padded(year, 4), "-", padded(date.month, 2), "-", padded(date.day, 2));
}

double dayOf(double milliseconds) { return std::floor(milliseconds / 86'400'000); }

Calendar calendarOf(std::string_view word) {
  if (word.empty() || word == "gregorian") return Calendar::gregorian;
  if (word == "buddhist") return Calendar::buddhist;
  fail(Code::invalidSpec, text("calendar ", quoted(word), " is unknown; 'gregorian' and 'buddhist' are known"));
}

DateFormat::DateFormat(std::string_view pattern, Calendar calendar) : calendar_(calendar) {
  if (pattern.empty() || pattern == pattern_) return;
  pattern_ = pattern;
  strict_ = false;
  parts_.clear();
  const auto refuse = [&](std::string_view why) {
    fail(Code::invalidSpec,
         text("date format ", quoted(pattern_), ": ", why, "; write YYYY, MM and DD once each, such as 'DD/MM/YYYY'"));
  };
  std::string seen;
  for (std::string_view rest = pattern; !rest.empty();) {
    const char field = rest[0];
    const std::size_t run = std::min(rest.find_first_not_of(field), rest.size());
    if (field == 'Y' && run == 2) refuse("two-digit years leave the century open");
    if ((field == 'Y' && run == 4) || ((field == 'M' || field == 'D') && run == 2)) {
      if (seen.find(field) != std::string::npos) refuse(text("'", std::string(run, field), "' stands twice"));
      seen += field;
      rest.remove_prefix(run);
      parts_.push_back({field, {}});
      if (rest.empty() || rest[0] == 'Y' || rest[0] == 'M' || rest[0] == 'D') continue;
      const std::size_t length = characterLength(rest);
      if (length == 1 && isDigit(rest[0])) refuse("a digit cannot separate");
      parts_.back().separator = rest.substr(0, length);
      rest.remove_prefix(length);
    } else {
      refuse(text("'", rest.substr(0, characterLength(rest)), "' stands where YYYY, MM or DD should"));
    }
  }
  if (seen.size() != 3) refuse("a field is absent");
  if (!parts_.back().separator.empty()) refuse("nothing may follow the last field");
}

std::optional<DateFormat::Reading> DateFormat::read(std::string_view text, bool* suspectYear) const {
  Civil date;
  for (const Part& part : parts_) {
    const std::size_t width = part.field == 'Y' ? 4 : 2;
    std::size_t length = 0;
    unsigned value = 0;
    while (length < std::min(width, text.size()) && isDigit(text[length])) {
      value = value * 10 + static_cast<unsigned>(text[length++] - '0');
    }
    const bool delimited = !part.separator.empty() || &part == &parts_.back();
    const bool shortAllowed = !strict_ && width == 2 && length == 1 && delimited;
    if (length != width && !shortAllowed) return std::nullopt;
    text.remove_prefix(length);
    if (!text.starts_with(part.separator)) return std::nullopt;
    text.remove_prefix(part.separator.size());
    if (part.field == 'Y') date.year = value;
    if (part.field == 'M') date.month = value;
    if (part.field == 'D') date.day = value;
  }
  Reading reading;
  reading.timeDropped = !text.empty();
  if (reading.timeDropped && !isTimeOfDay(text)) return std::nullopt;
  if (date.year >= firstSuspectYear && date.year <= lastSuspectYear) {
    if (calendar_ == Calendar::buddhist) {
      date.year -= buddhistOffset;  // before the day is judged: 29 February 2567 is that of 2024
    } else {
      reading.suspectYear = true;
      if (suspectYear != nullptr) *suspectYear = true;
    }
  }
  if (!exists(date)) return std::nullopt;
  reading.days = static_cast<double>(daysOf(date));
  return reading;
}

}  // namespace bedside
