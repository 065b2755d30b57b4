#include "table/encoding.hpp"

#include <algorithm>
#include <array>

#include "table/bytes.hpp"

namespace bedside {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Windows-1252 from 0x80 to 0x9F (WHATWG Encoding; its five gaps are the C1 controls); the rest is Latin-1.
constexpr std::array<std::uint16_t, 32> windows1252 = {0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                       0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
                                                       0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                       0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

void appendUtf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

/// What a first byte asks for: how many continuation bytes, and which the first of them may be. Overlong forms,
/// surrogates and what lies beyond U+10FFFF are told by that first one (Unicode, table 3-7).
struct Lead {
  unsigned wanted = 0;
  unsigned char low = 0x80, top = 0xBF;
};

Lead leadOf(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {1};
  if (byte >= 0xE0 && byte <= 0xEF) {
    return {2, static_cast<unsigned char>(byte == 0xE0 ? 0xA0 : 0x80),
            static_cast<unsigned char>(byte == 0xED ? 0x9F : 0xBF)};
  }
  if (byte >= 0xF0 && byte <= 0xF4) {
    return {3, static_cast<unsigned char>(byte == 0xF0 ? 0x90 : 0x80),
            static_cast<unsigned char>(byte == 0xF4 ? 0x8F : 0xBF)};
  }
  return {};
}

std::string repaired(std::string_view bytes) {
  std::string out;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    if (byte < 0x80) {
      out += bytes[at++];
      continue;
    }
    const Lead lead = leadOf(byte);
    std::size_t length = 1;
    unsigned char low = lead.low, top = lead.top;
    while (length <= lead.wanted && at + length < bytes.size()) {
      const auto next = static_cast<unsigned char>(bytes[at + length]);
      if (next < low || next > top) break;
      low = 0x80;
      top = 0xBF;
      ++length;
    }
    const bool whole = lead.wanted > 0 && length == lead.wanted + 1;
    out += whole ? bytes.substr(at, length) : replacement;
    at += length;
  }
  return out;
}

}  // namespace

const char* Utf8Check::feed(const char* p, const char* end, const char*& firstBad) {
  const auto wrong = [&](const char* at) {
    if (bad_++ == 0) firstBad = at;
  };
  while (p < end) {
    if (wanted_ == 0) {
      p = firstUnusual(p, end);
      if (p == end || *p == '\0') return p;
      ++high_;
      const Lead lead = leadOf(static_cast<unsigned char>(*p));
      if (lead.wanted == 0) wrong(p);
      wanted_ = lead.wanted;
      low_ = lead.low;
      top_ = lead.top;
      ++p;
      continue;
    }
    const auto byte = static_cast<unsigned char>(*p);
    if (byte < low_ || byte > top_) {
      wanted_ = 0;
      wrong(p);
      continue;  // it may itself begin a character
    }
    ++high_;
    low_ = 0x80;
    top_ = 0xBF;
    if (--wanted_ == 0) multiByte_ = true;
    ++p;
  }
  return end;
}

void Utf8Check::finish() {
  if (wanted_ > 0) ++bad_;
  wanted_ = 0;
}

bool isUtf8(std::string_view bytes) {
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<signed char>(c) >= 0; })) return true;
  return repaired(bytes) == bytes;
}

std::string decoded(std::string_view bytes, Encoding encoding) {
  if (encoding == Encoding::utf8) return std::string(bytes);
  if (encoding == Encoding::brokenUtf8) return repaired(bytes);
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    appendUtf8(out, byte >= 0x80 && byte < 0xA0 ? windows1252[byte - 0x80u] : std::uint32_t{byte});
  }
  return out;
}

std::string toWindows1252(std::string_view utf8) {
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    bool found = false;
    for (unsigned byte = static_cast<unsigned char>(utf8[at]) < 0x80 ? 0 : 0x80; byte < 0x100 && !found; ++byte) {
      const char candidate = static_cast<char>(static_cast<unsigned char>(byte));
      const std::string text = decoded({&candidate, 1}, Encoding::windows1252);
      if (!utf8.substr(at).starts_with(text)) continue;
      out += candidate;
      at += text.size();
      found = true;
    }
    if (!found) return {};
  }
  return out;
}

void Utf16Decoder::feed(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (!halfUnit_) {
      half_ = byte;
      halfUnit_ = true;
      continue;
    }
    halfUnit_ = false;
    unit(bigEndian_ ? half_ * 256u + byte : byte * 256u + half_, out);
  }
}

void Utf16Decoder::unit(std::uint32_t unit, std::string& out) {
  const bool second = unit >= 0xDC00 && unit <= 0xDFFF;
  if (high_ != 0 && second) {
    appendUtf8(out, 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00));
    high_ = 0;
    return;
  }
  if (high_ != 0) replace(out);
  high_ = 0;
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    high_ = unit;
  } else if (second) {
    replace(out);
  } else {
    appendUtf8(out, unit);
  }
}

void Utf16Decoder::replace(std::string& out) {
  if (bad_++ == 0) firstBad_ = out.size();
  out += replacement;
}

void Utf16Decoder::finish(std::string& out) {
  if (high_ != 0 || halfUnit_) replace(out);
  high_ = 0;
  halfUnit_ = false;
}

}  // namespace bedside
