#pragma once

#include <cstddef>
#include <cstdint>
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
    std::uint32_t hash = 0;
    std::int32_t code = -1;
  };

  const char* keep(std::string_view text);
  void grow();

  std::vector<Text> texts_;
  std::vector<Slot> slots_;  ///< open addressing, a power of two, at most half full
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t freeBytes_ = 0;
};

/// The texts each once, in level order (`levelBefore`), and for each text its place among them.
struct LevelOrder {
  std::vector<std::string> levels;
  std::vector<std::int32_t> place;
};

LevelOrder inLevelOrder(std::vector<std::string> texts);

/// `place[code]` for every code; −1 stays.
void recode(std::span<std::int32_t> codes, std::span<const std::int32_t> place);

}  // namespace bedside
