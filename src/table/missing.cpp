#include "table/missing.hpp"

#include <algorithm>
#include <utility>

#include "table/encoding.hpp"
#include "table/number.hpp"

namespace bedside {

std::string_view trimmed(std::string_view cell) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!cell.empty() && blank(cell.front())) cell.remove_prefix(1);
  while (!cell.empty() && blank(cell.back())) cell.remove_suffix(1);
  return cell;
}

MissingTokens::MissingTokens() {
  for (const char* token : {"NA", "N/A", "NaN", "nan", "null", "NULL", ".", "-"}) insert(token);
}

void MissingTokens::add(std::string_view token) {
  token = trimmed(token);
  if (token.empty()) return;
  insert(std::string(token));
  // Bytes that are UTF-8 are never taken for Windows-1252, or `é` would be found in a file that says `Ã©`.
  std::string old = toWindows1252(token);
  if (!old.empty() && !isUtf8(old)) insert(std::move(old));
}

void MissingTokens::add(const std::vector<std::string>& tokens) {
  for (const std::string& token : tokens) add(token);
}

void MissingTokens::insert(std::string token) {
  lengths_ |= std::uint64_t{1} << std::min<std::size_t>(token.size(), 63);
  first_.set(static_cast<unsigned char>(token[0]));
  holdNumbers_ = holdNumbers_ || numberOf(token) || numberOf(token, ',');
  tokens_.push_back(std::move(token));
}

bool MissingTokens::search(std::string_view cell) const {
  return std::find(tokens_.begin(), tokens_.end(), cell) != tokens_.end();
}

}  // namespace bedside
