#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace bedside {

/// One character of UTF-8 text: its code point and how many bytes it takes. A byte that begins no character is U+FFFD
/// and one byte long, so every text can be walked to its end.
struct Character {
  char32_t codePoint = 0xFFFD;
  std::size_t bytes = 1;
};

/// The character at byte `at` (which must lie inside the text).
Character characterAt(std::string_view text, std::size_t at);

/// A letter of any script. Scripts are told apart from signs by what is *not* a letter (punctuation, arrows, pictures,
/// private use), so that letters younger than this table are letters too.
bool isLetter(char32_t codePoint);

/// What a name without backticks may go on with: letters and marks of any script, digits, `.` and `_`.
bool continuesName(char32_t codePoint);

/// Bytes of the bare name at byte `at`: a letter or a point, then what `continuesName`. 0: there is none.
std::size_t bareNameBytes(std::string_view text, std::size_t at);

/// The name between backticks (doubled inside for one) that begins at byte `at`, which then moves behind the closing
/// one. None when it is never closed.
std::optional<std::string> backtickedName(std::string_view text, std::size_t& at);

/// The name between backticks, those inside doubled.
std::string backticked(std::string_view name);

/// Characters before byte `at`.
std::size_t charactersBefore(std::string_view text, std::size_t at);

/// Where byte `at` of a text is, for a message: `position 7 ('what stands there')`, counted in characters from 0.
std::string placeIn(std::string_view text, std::size_t at);

}  // namespace bedside
