#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bedside::layers {

/// An answer's status and the header fields that layer 3 looks at, as the platform shows them: an empty text is a field
/// that is absent, or that CORS hides.
struct Headers {
  unsigned status = 0;
  std::string acceptRanges;
  std::string contentEncoding;
  std::string contentLength;
  std::string contentRange;
  std::string date;
  std::string etag;
  std::string lastModified;
  std::string retryAfter;
};

/// `Content-Range: bytes first-last/total` (RFC 9110, 14.4). Nothing for another unit, an unknown total (`*`) or a text
/// that contradicts itself.
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t total = 0;
};
std::optional<ContentRange> contentRange(std::string_view text);

/// The content that a successful answer began to send: what it takes to go on with it after a break, and to know
/// whether another answer does go on with it. Whatever is in doubt is not resumed:
///
///  1. A compressed body never is: the platform hands out decompressed bytes, whose numbers are not the file's.
///  2. There must be a validator that tells one version of a file from the next: a strong `ETag`, or a `Last-Modified`
///     that lies a minute or more before the answer's `Date` (RFC 9110, 8.8.2.2: only then is it strong). Equal length
///     alone proves nothing: a corrected cell in a table seldom changes it.
///  3. Cross-origin, `If-Range` would force a preflight, which file hosts refuse, so the ask is a plain `Range`, and
///     the answer is checked here alone. `Content-Encoding` may be hidden there: the length must be known, and the
///     total of the partial answer, which is asked for without compression, must equal it.
class Representation {
 public:
  /// Nothing received yet, or nothing that could be gone on with.
  Representation() = default;
  /// `nowMs` (since 1970) stands in for a `Date` that is hidden.
  Representation(const Headers& whole, bool crossOrigin, double nowMs);

  /// Bytes of the body as they are handed out; nothing where unknown or compressed.
  std::optional<std::uint64_t> length() const { return length_; }

  /// Whether a body that ended after `bytes` is shorter than announced.
  bool isShort(std::uint64_t bytes) const;

  /// Whether it can be asked to go on from this byte.
  bool resumesAt(std::uint64_t byte) const;

  /// The text of `If-Range`; empty cross-origin.
  std::string ifRange() const { return crossOrigin_ ? std::string{} : validator(); }

  /// Whether a partial answer (206) brings all the rest of this content from `byte` on. Learns the length when it was
  /// not known.
  bool continuedBy(const Headers& partial, std::uint64_t byte);

 private:
  const std::string& validator() const { return etag_.empty() ? lastModified_ : etag_; }

  bool crossOrigin_ = false;
  bool resumable_ = false;
  bool verified_ = false;     // a partial answer has confirmed the length
  std::string etag_;          // strong, or empty
  std::string lastModified_;  // strong, or empty
  std::optional<std::uint64_t> length_;
};

}  // namespace bedside::layers
