#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace bedside {

/// Writes each number times `scale`, a power of ten up to 10⁹, as a whole one, and says whether every number is one of
/// at most 2³¹ − 1 in size over `scale`, to the bit. NaN becomes `absentWhole`.
bool asWhole(std::span<const double> numbers, double scale, std::int32_t* out);
inline constexpr std::int32_t absentWhole = std::numeric_limits<std::int32_t>::min();

/// The cells of a column on their way from a file: the number of rows is known only at its end, and a vector that
/// grows would hold them twice. So they wait in pages, each packed into the fewest bytes that give every cell back
/// exactly (whole numbers of 1, 2 or 4 bytes over a power of ten; most clinical columns shrink to a quarter), and
/// one exact vector is filled at the end, page by page freed.
class Pages {
 public:
  static constexpr std::size_t rows = 1024;  ///< of a page

  /// Packs up to `rows` numbers; NaN is missing and comes back as the quiet NaN. `decimals` is a guess of how many any
  /// of them has; a wrong one costs space, never exactness.
  void add(std::span<const double> cells, unsigned decimals);
  /// Packs up to `rows` codes.
  void add(std::span<const std::int32_t> cells);

  /// All cells added, in order; nothing is left.
  std::vector<double> takeNumbers();
  std::vector<std::int32_t> takeCodes();

  std::size_t size() const { return size_; }

  struct Page {
    std::uint32_t rows = 0;
    std::uint8_t width = 8;     ///< bytes per cell; 8: a double as it is
    std::uint8_t decimals = 0;  ///< cell = whole number / 10^decimals
    std::unique_ptr<std::byte[]> bytes;
  };
  /// Gives up the pages, first row first, each to be unpacked and dropped.
  std::vector<Page> takePages();
  static void unpack(const Page& page, double* out);
  static void unpack(const Page& page, std::int32_t* out);

 private:
  void keep(std::span<const std::int32_t> whole, unsigned decimals);

  std::vector<Page> pages_;
  std::size_t size_ = 0;
};

}  // namespace bedside
