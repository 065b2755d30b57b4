#include "table/pages.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "table/number.hpp"

namespace bedside {
namespace {

constexpr unsigned mostDecimals = 9;  // 10⁹ is the greatest power of ten in an int32
constexpr double quiet = std::numeric_limits<double>::quiet_NaN();

/// The mark of a missing number among whole ones of a width: its least value. No code is ever so low.
template <class Whole>
constexpr Whole absent = std::numeric_limits<Whole>::min();

template <class Whole>
void store(std::span<const std::int32_t> whole, std::byte* bytes) {
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const Whole cell = whole[i] == absentWhole ? absent<Whole> : static_cast<Whole>(whole[i]);
    std::memcpy(bytes + i * sizeof cell, &cell, sizeof cell);
  }
}

/// Hands each whole number of a page to `put(row, number, whether missing)`.
template <class Whole, class Put>
void each(const Pages::Page& page, Put put) {
  for (std::size_t i = 0; i < page.rows; ++i) {
    Whole cell;
    std::memcpy(&cell, page.bytes.get() + i * sizeof cell, sizeof cell);
    put(i, static_cast<std::int32_t>(cell), cell == absent<Whole>);
  }
}

template <class Put>
void eachWhole(const Pages::Page& page, Put put) {
  if (page.width == 1) return each<std::int8_t>(page, put);
  if (page.width == 2) return each<std::int16_t>(page, put);
  each<std::int32_t>(page, put);
}

}  // namespace

bool asWhole(std::span<const double> numbers, double scale, std::int32_t* out) {
  constexpr double limit = 2147483647;
  constexpr double roundingShift = 6755399441055744;  // 1.5 · 2⁵²: what is added has no bits left behind the point
  std::uint64_t differences = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {  // without branches and conversions, so that it is vectorised
    const double value = numbers[i];
    const bool missing = value != value;
    const double shifted = value * scale + roundingShift;
    const double whole = shifted - roundingShift;
    const auto lowBits = static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(shifted));  // the whole number itself
    out[i] = missing ? absentWhole : static_cast<std::int32_t>(lowBits);
    const std::uint64_t outside = whole >= -limit && whole <= limit ? 0 : 1;
    const std::uint64_t change = std::bit_cast<std::uint64_t>(whole / scale) ^ std::bit_cast<std::uint64_t>(value);
    differences |= missing ? 0 : change | outside;
  }
  return differences == 0;
}

void Pages::add(std::span<const double> cells, unsigned decimals) {
  std::array<std::int32_t, rows> whole;
  if (decimals <= mostDecimals && asWhole(cells, powersOfTen[decimals], whole.data())) {
    keep(std::span(whole).first(cells.size()), decimals);
    return;
  }
  Page page{static_cast<std::uint32_t>(cells.size()), 8, 0,
            std::make_unique_for_overwrite<std::byte[]>(cells.size_bytes())};
  std::memcpy(page.bytes.get(), cells.data(), cells.size_bytes());
  pages_.push_back(std::move(page));
  size_ += cells.size();
}

void Pages::add(std::span<const std::int32_t> cells) { keep(cells, 0); }

void Pages::keep(std::span<const std::int32_t> whole, unsigned decimals) {
  std::int32_t least = 0, greatest = 0;
  for (const std::int32_t cell : whole) {
    least = std::min(least, cell == absentWhole ? 0 : cell);
    greatest = std::max(greatest, cell);
  }
  const std::uint8_t width = least >= -127 && greatest <= 127 ? 1 : least >= -32767 && greatest <= 32767 ? 2 : 4;
  Page page{static_cast<std::uint32_t>(whole.size()), width, static_cast<std::uint8_t>(decimals),
            std::make_unique_for_overwrite<std::byte[]>(whole.size() * width)};
  if (width == 1) {
    store<std::int8_t>(whole, page.bytes.get());
  } else if (width == 2) {
    store<std::int16_t>(whole, page.bytes.get());
  } else {
    store<std::int32_t>(whole, page.bytes.get());
  }
  pages_.push_back(std::move(page));
  size_ += whole.size();
}

void Pages::unpack(const Page& page, double* out) {
  if (page.width == 8) {
    std::memcpy(out, page.bytes.get(), page.rows * sizeof(double));
    return;
  }
  const double scale = powersOfTen[page.decimals];
  eachWhole(page, [&](std::size_t i, std::int32_t cell, bool missing) {
    out[i] = missing ? quiet : static_cast<double>(cell) / scale;
  });
}

void Pages::unpack(const Page& page, std::int32_t* out) {
  eachWhole(page, [&](std::size_t i, std::int32_t cell, bool) { out[i] = cell; });
}

std::vector<Pages::Page> Pages::takePages() {
  size_ = 0;
  return std::exchange(pages_, {});
}

namespace {

/// Each page is unpacked within the cache and appended: a vector that is made larger first would be filled with zeros.
template <class Cell>
std::vector<Cell> unpacked(std::size_t size, std::vector<Pages::Page> pages) {
  std::vector<Cell> out;
  out.reserve(size);
  std::array<Cell, Pages::rows> cells;
  for (Pages::Page& page : pages) {
    Pages::unpack(page, cells.data());
    page.bytes.reset();
    out.insert(out.end(), cells.data(), cells.data() + page.rows);
  }
  return out;
}

}  // namespace

std::vector<double> Pages::takeNumbers() {
  const std::size_t size = size_;
  return unpacked<double>(size, takePages());
}

std::vector<std::int32_t> Pages::takeCodes() {
  const std::size_t size = size_;
  return unpacked<std::int32_t>(size, takePages());
}

}  // namespace bedside
