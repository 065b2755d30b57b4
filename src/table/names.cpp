#include "table/names.hpp"

#include <algorithm>
#include <iterator>

#include "table/text.hpp"

namespace bedside {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

/// Signs beyond ASCII, by blocks of Unicode 15 (a sign inside a block of letters costs no more than a pair of backticks
/// saved). Ascending.
constexpr Range signs[] = {
    {0x80, 0xA9},        {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},     {0xD7, 0xD7},     {0xF7, 0xF7},
    {0x37E, 0x37E},      {0x387, 0x387},   {0x55A, 0x55F},   {0x589, 0x58F},   {0x5BE, 0x5BE},   {0x5C0, 0x5C0},
    {0x5C3, 0x5C3},      {0x5F3, 0x60F},   {0x61B, 0x61F},   {0x66A, 0x66D},   {0x6D4, 0x6D4},   {0x964, 0x965},
    {0xE3F, 0xE3F},      {0xE5A, 0xE5B},   {0x1680, 0x1680}, {0x2000, 0x2070}, {0x2074, 0x207E}, {0x2080, 0x208E},
    {0x20A0, 0x20CF},    {0x2150, 0x215F}, {0x2190, 0x2BFF}, {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x3020},
    {0x3030, 0x3030},    {0x303D, 0x303F}, {0x30FB, 0x30FB}, {0xD800, 0xF8FF}, {0xFE10, 0xFE1F}, {0xFE30, 0xFE6F},
    {0xFEFF, 0xFF0F},    {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF},
    {0xE0000, 0x10FFFF},
};

/// Digits and joining marks beyond ASCII: part of a name, but not its beginning. Ascending.
constexpr Range inside[] = {
    {0x300, 0x36F}, {0x660, 0x669}, {0x6F0, 0x6F9}, {0x966, 0x96F}, {0x9E6, 0x9EF},
    {0xE31, 0xE31}, {0xE34, 0xE3A}, {0xE47, 0xE4E}, {0xE50, 0xE59}, {0xFF10, 0xFF19},
};

template <std::size_t N>
bool holds(const Range (&ranges)[N], char32_t codePoint) {
  const auto after = std::upper_bound(std::begin(ranges), std::end(ranges), codePoint,
                                      [](char32_t wanted, const Range& range) { return wanted < range.first; });
  return after != std::begin(ranges) && codePoint <= std::prev(after)->last;
}

bool asciiLetter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

Character characterAt(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xC2 || lead > 0xF4) return {};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (at + bytes > text.size()) return {};
  char32_t codePoint = lead & (0xFF >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {};
    codePoint = codePoint << 6 | (byte(at + i) & 0x3F);
  }
  return {codePoint, bytes};
}

bool isLetter(char32_t codePoint) {
  if (codePoint < 0x80) return asciiLetter(codePoint);
  return !holds(signs, codePoint) && !holds(inside, codePoint);
}

bool continuesName(char32_t codePoint) {
  if (codePoint < 0x80) {
    return asciiLetter(codePoint) || (codePoint >= '0' && codePoint <= '9') || codePoint == '.' || codePoint == '_';
  }
  return !holds(signs, codePoint);
}

std::size_t bareNameBytes(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  Character character = characterAt(text, at);
  if (character.codePoint != '.' && !isLetter(character.codePoint)) return 0;
  std::size_t end = at;
  do {
    end += character.bytes;
    if (end == text.size()) break;
    character = characterAt(text, end);
  } while (continuesName(character.codePoint));
  return end - at;
}

std::optional<std::string> backtickedName(std::string_view text, std::size_t& at) {
  std::string name;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '`') {
      if (i + 1 == text.size() || text[i + 1] != '`') {
        at = i + 1;
        return name;
      }
      ++i;
    }
    name += text[i];
  }
  return std::nullopt;
}

std::string backticked(std::string_view name) {
  std::string out = "`";
  for (const char c : name) {
    out += c;
    if (c == '`') out += c;
  }
  out += '`';
  return out;
}

std::size_t charactersBefore(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < at; i += characterAt(text, i).bytes) ++count;
  return count;
}

std::string placeIn(std::string_view text, std::size_t at) {
  constexpr std::size_t shown = 20;
  std::size_t end = at;
  for (std::size_t i = 0; i < shown && end < text.size(); ++i) end += characterAt(text, end).bytes;
  const std::string there = at == text.size() ? "the end" : quoted(text.substr(at, end - at));
  return bedside::text("position ", charactersBefore(text, at), " (", there, ")");
}

}  // namespace bedside
