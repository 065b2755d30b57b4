#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bedside::numerics {

/// One column of a matrix as it lies in memory. Nothing is copied until a block of it is read, so a design matrix
/// of a million rows costs what its description costs.
struct Source {
  enum class Kind : std::uint8_t {
    constant,   ///< 1 in every row
    numeric,    ///< `values[row]`
    code,       ///< `codes[row]` as a number (−1 = missing)
    indicator,  ///< 1 where `codes[row] == code`, else 0
    product,    ///< the product of `factors`, an interaction's column
  };

  Kind kind = Kind::constant;
  const double* values = nullptr;        ///< one per table row; not owned
  const std::int32_t* codes = nullptr;   ///< one per table row; not owned
  std::int32_t level = 0;                ///< the code that an indicator marks
  std::vector<Source> factors;           ///< of a product
  double centre = 0;                     ///< taken away from every value read

  static Source one() { return {}; }
  static Source of(const double* values) { return {.kind = Kind::numeric, .values = values, .factors = {}}; }
  static Source codesOf(const std::int32_t* codes) { return {.kind = Kind::code, .codes = codes, .factors = {}}; }
  static Source indicatorOf(const std::int32_t* codes, std::int32_t level) {
    return {.kind = Kind::indicator, .codes = codes, .level = level, .factors = {}};
  }
  static Source productOf(std::vector<Source> factors) { return {.kind = Kind::product, .factors = std::move(factors)}; }
};

/// Which rows of the table take part: all of them, or the selected ones in the order given (repeats allowed).
struct Rows {
  std::size_t count = 0;
  std::span<const std::uint32_t> selected;  ///< empty: rows 0 … count − 1 as they lie

  static Rows all(std::size_t count) { return {count, {}}; }
  static Rows of(std::span<const std::uint32_t> selected) { return {selected.size(), selected}; }
  bool everyRow() const { return selected.empty(); }
  std::size_t operator[](std::size_t i) const { return selected.empty() ? i : selected[i]; }
};

/// Consecutive rows of a matrix, column by column. Its pointers hold until the next block is read.
struct Block {
  std::size_t first = 0;                    ///< number of its first row among the rows used
  std::size_t rows = 0;
  std::span<const double* const> columns;   ///< each points to `rows` consecutive values

  const double* operator[](std::size_t column) const { return columns[column]; }
};

/// The one way in which kernels get rows: dense columns as pointers into the table, everything else (selected rows,
/// indicators, products, centred columns) gathered into scratch one block at a time. The partition depends on
/// `blockRows` alone, never on who computes, so partial sums merge in the same order everywhere.
class Blocks {
 public:
  /// 512 rows × 20 columns of doubles fill 80 KB: they stay in a second-level cache.
  static constexpr std::size_t defaultBlockRows = 512;

  Blocks(std::vector<Source> columns, Rows rows, std::size_t blockRows = defaultBlockRows);

  std::size_t rows() const { return rows_.count; }
  std::size_t columns() const { return columns_.size(); }
  std::size_t blockRows() const { return blockRows_; }
  const Source& source(std::size_t column) const { return columns_[column]; }
  /// Takes `centre` away from every value of a column read from now on.
  void centre(std::size_t column, double centre) { columns_[column].centre = centre; }

  /// Calls `visit(const Block&)` for each block, in row order.
  template <class Visit>
  void scan(Visit&& visit) const {
    Reader reader(*this);
    for (std::size_t first = 0; first < rows(); first += blockRows_) visit(reader.read(first));
  }

  /// Reads blocks of one matrix, reusing its scratch.
  class Reader {
   public:
    explicit Reader(const Blocks& blocks);
    /// The block that begins at row `first` (a multiple of `blockRows`).
    Block read(std::size_t first);

   private:
    const Blocks& blocks_;
    std::vector<double> scratch_;
    std::vector<const double*> pointers_;
  };

 private:
  bool dense(const Source& source) const;
  void gather(const Source& source, std::size_t first, std::size_t rows, double* out) const;

  std::vector<Source> columns_;
  Rows rows_;
  std::size_t blockRows_;
};

}  // namespace bedside::numerics
