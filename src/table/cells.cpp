#include "table/cells.hpp"

#include <limits>
#include <utility>

#include "table/text.hpp"

namespace bedside {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

void rememberFirst(std::string& first, std::string_view cell) {
  if (first.empty()) first = cell;
}

std::string shown(std::string_view cell, Encoding encoding) { return quoted(shortened(decoded(cell, encoding))); }

std::string cellsAre(std::size_t count) { return text(count, count == 1 ? " cell is " : " cells are "); }

}  // namespace

Cells::Cells(CellRules rules)
    : rules_(std::move(rules)), kind_(rules_.kind.value_or(Kind::numeric)), keepsTexts_(!rules_.kind) {
  if (kind_ == Kind::categorical) {
    levels_ = std::make_unique<Levels>();
    codePage_ = std::make_unique<std::int32_t[]>(rules_.pageRows);
  } else {
    page_ = std::make_unique<double[]>(rules_.pageRows);
  }
}

void Cells::sealPage() {
  if (kind_ == Kind::categorical) {
    numbers_.add(std::span<const std::int32_t>(codePage_.get(), filled_));
  } else {
    numbers_.add(std::span<const double>(page_.get(), filled_), decimals_);
  }
  filled_ = 0;
  decimals_ = 0;
}

void Cells::add(std::string_view cell) {
  if (rules_.missing->contains(cell)) {
    if (kind_ == Kind::categorical) return put(std::int32_t{-1});
    return put(missing);
  }
  switch (kind_) {
    case Kind::categorical:
      return addToText(cell);
    case Kind::numeric:
      return addToNumbers(cell);
    case Kind::date:
      return addDate(cell);
  }
}

void Cells::addToNumbers(std::string_view cell) {
  std::optional<double> number = numberOf(cell);
  if (!number && rules_.mark != '.') number = numberOf(cell, rules_.mark);
  if (number) {
    if (rules_.mark != '.') noteMark(cell);
    if (beyondWholeNumbers(cell)) rememberFirst(firstImprecise_, cell);
    if (keepsTexts_) written_.note(row(), cell, *number);
    const std::size_t mark = cell.find_first_of(".,");
    if (mark != std::string_view::npos) decimals_ = std::max(decimals_, static_cast<unsigned>(cell.size() - mark - 1));
    put(*number);
  } else if (keepsTexts_) {
    turnToText();
    addToText(cell);
  } else {
    ++coerced_;
    rememberFirst(firstCoerced_, cell);
    put(missing);
  }
}

void Cells::addDate(std::string_view cell) {
  bool suspect = false;
  const std::optional<DateFormat::Reading> date = rules_.dates.read(cell, &suspect);
  if (suspect) {
    ++suspectYears_;
    rememberFirst(firstSuspect_, cell);
  }
  if (!date) {
    ++coerced_;
    rememberFirst(firstCoerced_, cell);
    return put(missing);
  }
  if (date->timeDropped) {
    ++timesDropped_;
    rememberFirst(firstTime_, cell);
  }
  put(date->days);
}

void Cells::noteMark(std::string_view number) {
  if (number.find(',') != std::string_view::npos) {
    rememberFirst(firstComma_, number);
  } else if (number.find('.') != std::string_view::npos) {
    rememberFirst(firstPoint_, number);
  }
}

void Cells::turnToText() {
  if (filled_ > 0) sealPage();
  std::vector<Pages::Page> pages = numbers_.takePages();
  levels_ = std::make_unique<Levels>();
  codePage_ = std::make_unique<std::int32_t[]>(rules_.pageRows);
  kind_ = Kind::categorical;
  AsWritten::Texts texts(written_);
  std::size_t row = 0;
  for (Pages::Page& page : pages) {
    Pages::unpack(page, page_.get());
    page.bytes.reset();
    for (std::size_t i = 0; i < page.rows; ++i, ++row) {
      put(page_[i] == page_[i] ? levels_->codeOf(texts.of(row, page_[i])) : std::int32_t{-1});
    }
  }
  page_.reset();
  written_ = {};
  keepsTexts_ = false;
}

std::shared_ptr<const ColumnData> Cells::finish(std::string_view name, Encoding encoding,
                                                std::vector<Warning>& warnings) {
  if (filled_ > 0) sealPage();
  page_.reset();
  codePage_.reset();
  written_ = {};
  if (kind_ == Kind::categorical) return finishText(encoding);
  warn(name, encoding, warnings);
  return ColumnData::numericOf(numbers_.takeNumbers(), kind_);
}

std::shared_ptr<const ColumnData> Cells::finishText(Encoding encoding) {
  std::vector<std::string> texts;
  texts.reserve(levels_->size());
  for (std::size_t code = 0; code < levels_->size(); ++code) texts.push_back(decoded((*levels_)[code], encoding));
  levels_.reset();
  LevelOrder order = inLevelOrder(std::move(texts));
  std::vector<std::int32_t> codes = numbers_.takeCodes();
  recode(codes, order.place);
  return ColumnData::categoricalOf(std::move(codes), std::move(order.levels));
}

void Cells::warn(std::string_view name, Encoding encoding, std::vector<Warning>& warnings) const {
  const auto add = [&](std::string_view code, std::string_view message) {
    warnings.push_back({std::string(code), text("column ", quoted(name), ": ", message)});
  };
  if (coerced_ > 0 || timesDropped_ > 0) {
    std::string message;
    if (coerced_ > 0) {
      message =
          text(cellsAre(coerced_), kind_ == Kind::date ? text("no date in ", rules_.dates.pattern()) : "no number",
               " and now missing, the first ", shown(firstCoerced_, encoding));
    }
    if (timesDropped_ > 0) {
      message += text(coerced_ > 0 ? "; " : "", "the time of day behind ", timesDropped_,
                      timesDropped_ == 1 ? " date" : " dates", " was dropped, the first ", shown(firstTime_, encoding));
    }
    add("COERCED", message);
  }
  if (suspectYears_ > 0) {
    add("SUSPECT_YEAR",
        text(cellsAre(suspectYears_), "of a year from 2400 to 2700, the first ", shown(firstSuspect_, encoding),
             "; if these are years of the Buddhist Era, load with "
             "calendar: 'buddhist'"));
  }
  if (!firstImprecise_.empty()) {
    add("PRECISION_LOST",
        text("whole numbers beyond 2^53 such as ", shown(firstImprecise_, encoding),
             " are not exact, and two of them may have become one; for identifiers load with types: { ", quoted(name),
             ": 'categorical' }"));
  }
  if (!firstComma_.empty() && !firstPoint_.empty()) {
    add("AMBIGUOUS_DECIMAL", text("numbers with a comma (", shown(firstComma_, encoding), ") and with a point (",
                                  shown(firstPoint_, encoding),
                                  ") stand in one column and both marks were read as the decimal mark; a point may "
                                  "have meant thousands"));
  }
}

}  // namespace bedside
