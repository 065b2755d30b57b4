#include "layers/resume.hpp"

#include <charconv>

#include "layers/http_date.hpp"

namespace bedside::layers {
namespace {

std::optional<std::uint64_t> wholeNumber(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool compressed(const Headers& headers) {
  return !headers.contentEncoding.empty() && headers.contentEncoding != "identity";
}

std::string strongEtag(const std::string& etag) {
  const bool strong = etag.size() >= 2 && etag.front() == '"' && etag.back() == '"';
  return strong ? etag : std::string{};
}

std::string strongLastModified(const Headers& headers, double nowMs) {
  const auto modified = httpDateMs(headers.lastModified, nowMs);
  constexpr double minuteMs = 60000;
  const bool strong = modified && httpDateMs(headers.date, nowMs).value_or(nowMs) - *modified >= minuteMs;
  return strong ? headers.lastModified : std::string{};
}

}  // namespace

std::optional<ContentRange> contentRange(std::string_view text) {
  constexpr std::string_view unit = "bytes ";
  if (!text.starts_with(unit)) return std::nullopt;
  text.remove_prefix(unit.size());
  const std::size_t dash = text.find('-');
  const std::size_t slash = text.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) return std::nullopt;
  const auto first = wholeNumber(text.substr(0, dash));
  const auto last = wholeNumber(text.substr(dash + 1, slash - dash - 1));
  const auto total = wholeNumber(text.substr(slash + 1));
  if (!first || !last || !total || *first > *last || *last >= *total) return std::nullopt;
  return ContentRange{*first, *last, *total};
}

Representation::Representation(const Headers& whole, bool crossOrigin, double nowMs)
    : crossOrigin_(crossOrigin),
      etag_(strongEtag(whole.etag)),
      lastModified_(strongLastModified(whole, nowMs)),
      length_(compressed(whole) ? std::nullopt : wholeNumber(whole.contentLength)) {
  resumable_ = whole.status == 200 && !compressed(whole) && whole.acceptRanges != "none" && !validator().empty() &&
               (length_ || !crossOrigin_);
}

bool Representation::isShort(std::uint64_t bytes) const {
  if (!length_) return false;
  // A compressed body whose `Content-Encoding` is hidden may rightly be shorter than its `Content-Length`, but by no
  // more than compression can swell what it cannot shrink (RFC 1951: 5 bytes a block; 18 of frame).
  const std::uint64_t swelling = crossOrigin_ && !verified_ ? 64 + *length_ / 1000 : 0;
  return bytes + swelling < *length_;
}

bool Representation::resumesAt(std::uint64_t byte) const {
  return resumable_ && byte > 0 && (!length_ || byte < *length_);
}

bool Representation::continuedBy(const Headers& partial, std::uint64_t byte) {
  const auto range = contentRange(partial.contentRange);
  if (partial.status != 206 || compressed(partial) || !range) return false;
  if (range->first != byte || range->last + 1 != range->total) return false;
  if (length_ && *length_ != range->total) return false;
  if (const auto size = wholeNumber(partial.contentLength); size && *size != range->total - byte) return false;
  const bool sameVersion = etag_.empty() ? partial.lastModified == lastModified_ : strongEtag(partial.etag) == etag_;
  if (!sameVersion) return false;
  length_ = range->total;
  verified_ = true;
  return true;
}

}  // namespace bedside::layers
