#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "layers/digest.hpp"
#include "layers/resume.hpp"
#include "layers/retry.hpp"

namespace bedside::layers {

/// What the transport knows when a request begins.
struct RequestFacts {
  std::string method;        ///< upper case
  bool crossOrigin = false;  ///< the URL lies on another origin than the page
  bool restarts = false;     ///< the consumer can be told to begin anew; else what it holds is never taken back
  bool ownRange = false;     ///< the caller set `Range`: the answer is handed on as it comes
};

/// Header fields to put on the next attempt; empty texts are left out.
struct Ask {
  std::string range;
  std::string ifRange;
};

/// What an answer's headers mean.
enum class Reply {
  whole,    ///< the first success: the body follows from its first byte
  restart,  ///< it follows from its first byte again, and the consumer must forget what it has
  again,    ///< so it does, but the part that the consumer has is left out, once it has proved to be the same
  rest,     ///< the body follows from where the last one broke
  final,    ///< hand it on as it is: no success, but an answer, and nothing to retry
  status,   ///< failed: `Kind::status`
  range,    ///< failed: `Kind::range`
};
std::string_view name(Reply reply);

/// How a request ended.
enum class End { well, badly, aborted };

/// The life of one request: the transport reports what happens and is told what to do. Per attempt: `attempt`, then
/// `answered`, then for each piece of the body `received`, then `finished`; after what fails `failed`; once, `end`.
class Request {
 public:
  /// The policy must outlive the request.
  Request(RetryPolicy& policy, RequestFacts facts);

  /// An attempt begins. A `probe` is one of an offline device and does not count against `retries`.
  Ask attempt(bool probe);

  /// Headers have come. `crossOrigin`: where the last redirect led, which no next attempt may ask with `If-Range`.
  Reply answered(const Headers& headers, bool crossOrigin, double nowMs);

  /// A piece of the body has come. Returns how many of its leading bytes to drop, because the consumer has them;
  /// nothing when the content has changed (`Kind::changed`).
  std::optional<std::size_t> received(const void* bytes, std::size_t count);

  /// The body ended. Returns how that is a failure, if it is one.
  std::optional<Kind> finished() const;

  /// The attempt failed, or (with no attempt under way) its time ran out while it waited for the device to come online.
  /// Of `failure`, `attempt`, `method` and `repeatedCors` are filled in here.
  Decision failed(Failure failure);

  /// Bytes handed to the consumer.
  std::uint64_t delivered() const { return delivered_; }
  /// Of the body, where known.
  std::optional<std::uint64_t> length() const { return representation_.length(); }

  /// The request is over; later calls change nothing.
  void end(End end);

 private:
  bool catchingUp() const { return position_ < delivered_; }

  RetryPolicy& policy_;
  RequestFacts facts_;
  Representation representation_;
  double begun_ = 0;       // attempts in all
  double retries_ = 0;     // attempts after the first, without those that waited for the device to come online
  double refusals_ = 0;    // by CORS
  bool asked_ = false;     // the attempt under way asked for the rest
  bool underWay_ = false;  // an attempt has begun and not failed
  bool started_ = false;   // a success was handed on; from then on, another status is a failure
  bool ended_ = false;
  std::uint64_t position_ = 0;   // in the body being received
  std::uint64_t delivered_ = 0;  // bytes the consumer has
  // Of what was delivered, and of the same stretch of a later body. Only where the consumer cannot begin anew.
  std::optional<Digest> given_;
  std::optional<Digest> met_;
};

}  // namespace bedside::layers
