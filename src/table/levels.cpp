#include "table/levels.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "numerics/stable_order.hpp"
#include "table/number.hpp"
#include "table/table.hpp"

namespace bedside {
namespace {

constexpr std::size_t firstBlockBytes = 128, mostBlockBytes = 16384;

/// What decides the order of two levels before all their bytes are looked at: numbers stand by value before the other
/// texts, those by their first bytes.
struct SortKey {
  bool isText;
  double value;
  std::uint64_t head = 0;

  explicit SortKey(std::string_view level) {
    const std::optional<double> number = numberOf(level);
    isText = !number;
    value = number.value_or(0);
    for (std::size_t i = 0; i < 8; ++i) {
      head = head << 8 | (i < level.size() ? static_cast<unsigned char>(level[i]) : 0u);
    }
  }
};

bool before(const SortKey& a, std::string_view textA, const SortKey& b, std::string_view textB) {
  if (a.isText != b.isText) return b.isText;
  if (a.value != b.value) return a.value < b.value;
  if (a.head != b.head) return a.head < b.head;
  return textA < textB;  // by unsigned bytes, which in UTF-8 is by code point
}

std::size_t index(std::int32_t code) { return static_cast<std::size_t>(code); }

}  // namespace

std::uint64_t Levels::longHeadOf(std::string_view text) {
  constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;
  const char* const last = text.data() + text.size() - headBytes;
  std::uint64_t head = load<std::uint64_t>(last);
  for (const char* p = text.data(); p < last; p += headBytes)
    head = std::rotl((head ^ load<std::uint64_t>(p)) * golden, 29);
  return head;
}

std::int32_t Levels::add(std::string_view text, std::uint64_t head) {
  if (texts_.size() * 4 >= slots_.size() * 3) grow();
  std::size_t at = hashOf(head, text.size()) & (slots_.size() - 1);
  while (slots_[at].code >= 0) at = (at + 1) & (slots_.size() - 1);
  const auto code = static_cast<std::int32_t>(texts_.size());
  const auto length = static_cast<std::uint32_t>(text.size());
  texts_.push_back({keep(text), length});
  slots_[at] = {head, length, code};
  return code;
}

const char* Levels::keep(std::string_view text) {
  if (text.size() > freeBytes_) {
    // Doubled, so that ten thousand columns of few levels stay small.
    const std::size_t doubled = firstBlockBytes << std::min<std::size_t>(blocks_.size(), 7);
    const std::size_t bytes = std::max(std::min(doubled, mostBlockBytes), text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
    free_ = blocks_.back().get();
    freeBytes_ = bytes;
  }
  char* const at = free_;
  std::copy(text.begin(), text.end(), at);
  free_ += text.size();
  freeBytes_ -= text.size();
  return at;
}

void Levels::grow() {
  std::vector<Slot> wider(std::max<std::size_t>(16, slots_.size() * 2));
  for (const Slot& slot : slots_) {
    if (slot.code < 0) continue;
    std::size_t at = hashOf(slot.head, slot.length) & (wider.size() - 1);
    while (wider[at].code >= 0) at = (at + 1) & (wider.size() - 1);
    wider[at] = slot;
  }
  slots_ = std::move(wider);
}

bool levelBefore(std::string_view a, std::string_view b) { return before(SortKey(a), a, SortKey(b), b); }

LevelOrder inLevelOrder(std::vector<std::string> texts) {
  std::vector<SortKey> keys(texts.begin(), texts.end());
  const auto order = numerics::stableOrder(
      texts.size(), [&](std::uint32_t a, std::uint32_t b) { return before(keys[a], texts[a], keys[b], texts[b]); });
  LevelOrder out;
  out.place.resize(texts.size());
  std::int32_t last = -1;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || texts[order[i]] != texts[order[i - 1]]) ++last;
    out.place[order[i]] = last;
  }
  out.levels.resize(index(last + 1));
  for (std::size_t i = 0; i < texts.size(); ++i) out.levels[index(out.place[i])] = std::move(texts[i]);
  return out;
}

void recode(std::span<std::int32_t> codes, std::span<const std::int32_t> place) {
  for (std::int32_t& code : codes) code = code < 0 ? -1 : place[index(code)];
}

}  // namespace bedside
