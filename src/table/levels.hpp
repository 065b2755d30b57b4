#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bedside {

/// The distinct texts of a column, numbered from 0 as they come. Texts lie one after another in blocks that never
/// move, so nothing is allocated per cell and views hold for the life of the object.
class Levels {
 public:
  /// The number of the text, a new one when it was not there.
  std::int32_t codeOf(std::string_view text);

  std::size_t size() const { return texts_.size(); }
  std::string_view operator[](std::size_t code) const { return {texts_[code].at, texts_[code].length}; }

 private:
  struct Text {
    const char* at;
    std::uint32_t length;
  };
  struct Slot {
    std::uint64_t head = 0;  ///< `headOf` the text
    std::uint32_t length = 0;
    std::int32_t code = -1;  ///< −1: empty
  };
  /// Texts of at most so many bytes are their head, and never looked at again.
  static constexpr std::size_t headBytes = 8;

  template <class Word>
  static std::uint64_t load(const char* p) {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
  }
  /// The bytes of a short text, by loads that overlap instead of a loop; a hash of a longer one.
  static std::uint64_t headOf(std::string_view text) {
    const std::size_t length = text.size();
    const char* p = text.data();
    if (length > headBytes) return longHeadOf(text);
    if (length == headBytes) return load<std::uint64_t>(p);
    if (length >= 4) return load<std::uint32_t>(p) | load<std::uint32_t>(p + length - 4) << (length - 4) * 8;
    if (length == 0) return 0;
    return load<std::uint8_t>(p) | load<std::uint8_t>(p + length / 2) << length / 2 * 8 |
           load<std::uint8_t>(p + length - 1) << (length - 1) * 8;
  }
  static std::uint64_t longHeadOf(std::string_view text);
  /// Fibonacci hashing (Knuth 1973, 6.4).
  static std::size_t hashOf(std::uint64_t head, std::size_t length) {
    return static_cast<std::size_t>(((head ^ head >> 29) + length) * 0x9E3779B97F4A7C15 >> 32);
  }

  std::int32_t add(std::string_view text, std::uint64_t head);
  const char* keep(std::string_view text);
  void grow();

  std::vector<Text> texts_;
  std::vector<Slot> slots_;  ///< open addressing, a power of two, at most three quarters full
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t freeBytes_ = 0;
};

inline std::int32_t Levels::codeOf(std::string_view text) {
  const std::uint64_t head = headOf(text);
  if (!slots_.empty()) {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hashOf(head, text.size()) & mask; slots_[at].code >= 0; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.head != head || slot.length != text.size()) continue;
      if (text.size() <= headBytes || (*this)[static_cast<std::size_t>(slot.code)] == text) return slot.code;
    }
  }
  return add(text, head);
}

/// The texts each once, in level order (`levelBefore`), and for each text its place among them.
struct LevelOrder {
  std::vector<std::string> levels;
  std::vector<std::int32_t> place;
};

LevelOrder inLevelOrder(std::vector<std::string> texts);

/// `place[code]` for every code; −1 stays.
void recode(std::span<std::int32_t> codes, std::span<const std::int32_t> place);

}  // namespace bedside
