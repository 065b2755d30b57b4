#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bedside {

/// How the numbers of a column were written, as far as `decimalText` does not give the text back: `007`, `1.0`, `1e1`.
/// Kept until the file ends, because one cell that is no number turns the column to categorical, and its levels
/// are the cells as written. Fixed decimals, the common case, take two bytes a cell.
class AsWritten {
 public:
  /// The cell in `row` is in decimal notation, with `decimals` digits behind `mark` (`.` or `,`) and no other
  /// superfluous sign or zero. Rows come in ascending order. At most 15 significant digits.
  void noteDecimals(std::size_t row, unsigned decimals, char mark);
  /// Any other cell that is a number of that value.
  void note(std::size_t row, std::string_view text, double value);
  bool empty() const { return notes_.empty(); }

  /// Reads the notes again, for rows in ascending order.
  class Texts {
   public:
    explicit Texts(const AsWritten& written) : notes_(written.notes_) { advance(); }
    /// The text of the number in `row`.
    std::string of(std::size_t row, double value);

   private:
    void advance();
    std::uint64_t varint();

    std::string_view notes_;
    std::size_t row_ = 0;  ///< of the next note
    bool pending_ = false;
  };

 private:
  void begin(std::size_t row, unsigned form);
  void varint(std::uint64_t value);

  std::string notes_;     ///< per note: rows since the last one, form, what the form asks for
  std::size_t next_ = 0;  ///< row behind the last note
};

}  // namespace bedside
