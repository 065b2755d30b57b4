#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bedside {

/// How the bytes of a file become text: known at its end only.
enum class Encoding : std::uint8_t {
  utf8,         ///< all of it is valid
  brokenUtf8,   ///< bytes that are not UTF-8 become U+FFFD
  windows1252,  ///< there are such bytes, and not one valid multi-byte sequence
};

/// Looks for what is not UTF-8 in bytes that come in pieces, which may end inside a character.
class Utf8Check {
 public:
  /// Goes on with [p, end), of which `scanMargin` bytes behind the end may be read. Stops at a NUL, which it returns;
  /// else returns `end`. `firstBad` is set to where the first bad byte of all the text is, when it is in this piece.
  const char* feed(const char* p, const char* end, const char*& firstBad);
  /// The text ends: an unfinished character is bad too.
  void finish();

  /// Bad bytes: in Windows-1252 every byte from 0x80, else every one that becomes a U+FFFD.
  std::size_t bad() const { return encoding() == Encoding::windows1252 ? high_ : bad_; }
  Encoding encoding() const {
    if (bad_ == 0) return Encoding::utf8;
    return multiByte_ ? Encoding::brokenUtf8 : Encoding::windows1252;
  }

 private:
  bool multiByte_ = false;  ///< a valid multi-byte sequence was seen
  std::size_t bad_ = 0;
  std::size_t high_ = 0;
  unsigned wanted_ = 0;                    ///< continuation bytes still to come
  unsigned char low_ = 0x80, top_ = 0xBF;  ///< what the next of them may be (Unicode, table 3-7)
};

bool isUtf8(std::string_view bytes);

/// The text in UTF-8. Of bad UTF-8 each maximal subpart becomes one U+FFFD (Unicode, section 3.9).
std::string decoded(std::string_view bytes, Encoding encoding);
/// UTF-8 in Windows-1252 for comparing with a file's bytes; empty when a character is not in it.
std::string toWindows1252(std::string_view utf8);

/// UTF-16 to UTF-8, in pieces that may end inside a unit or a pair. A lone surrogate becomes U+FFFD.
class Utf16Decoder {
 public:
  explicit Utf16Decoder(bool bigEndian) : bigEndian_(bigEndian) {}
  void feed(std::string_view bytes, std::string& out);
  void finish(std::string& out);
  std::size_t bad() const { return bad_; }
  /// Where in `out` of that call the first U+FFFD was written.
  std::size_t firstBad() const { return firstBad_; }

 private:
  void unit(std::uint32_t unit, std::string& out);
  void replace(std::string& out);

  bool bigEndian_;
  bool halfUnit_ = false;
  unsigned char half_ = 0;
  std::uint32_t high_ = 0;  ///< a first surrogate that waits for its second
  std::size_t bad_ = 0;
  std::size_t firstBad_ = 0;
};

}  // namespace bedside
