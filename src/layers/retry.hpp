#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bedside::layers {

/// How an attempt failed.
enum class Kind {
  status,     ///< the server answered with a status that is no success
  network,    ///< no answer, or the line broke (name not found, refused, reset)
  stall,      ///< silence for longer than `stallTimeoutMs`
  deadline,   ///< the whole request took longer than `deadlineMs`
  truncated,  ///< the body ended before its announced length
  range,      ///< a partial answer that does not continue what was received
  changed,    ///< the content is no longer the one of which the consumer holds a part
  cors,       ///< the server can be reached, but the browser withholds its answer
  aborted,    ///< the caller's signal
  program,    ///< a programming error, such as a malformed URL or header
};

/// The word for a kind, as errors and events carry it, and back.
std::string_view name(Kind kind);
std::optional<Kind> kindNamed(std::string_view word);

/// Times are in milliseconds; infinity switches a limit off.
struct RetryOptions {
  bool enabled = true;          ///< false: layer 3 is off, every failure is final and every status handed on
  double retries = 3;           ///< attempts after the first
  double initialDelayMs = 500;  ///< wait before the first retry
  double factor = 2;            ///< each wait is the one before times this
  bool fullJitter = false;      ///< wait a uniform share of the delay (Brooker 2015, "Exponential backoff and jitter")
  double jitterShare = 0;       ///< else vary the delay by up to this share in both directions; its mean stays
  double stallTimeoutMs = 30000;   ///< longest silence of one attempt
  double deadlineMs = 300000;      ///< longest duration of the whole request, waits included
  double maxRetryAfterMs = 60000;  ///< cap of `Retry-After`
};

/// One failed attempt, as the transport saw it. An empty text is a header that is absent, or hidden by CORS.
struct Failure {
  Kind kind = Kind::network;
  unsigned status = 0;          ///< HTTP status; 0 when none came
  double attempt = 1;           ///< attempts that count so far, this one included
  std::string_view method;      ///< upper case
  std::string_view retryAfter;  ///< header `Retry-After`
  std::string_view date;        ///< header `Date`: the server's clock, against which its `Retry-After` date is meant
  bool repeatedCors = false;    ///< this is not the first refusal by CORS of the request
  bool online = true;           ///< what the device says of itself
  double elapsedMs = 0;         ///< since the request began, without the time the consumer took
  double nowMs = 0;             ///< the clock, since 1970
  double random = 0;            ///< uniform in [0, 1)
};

enum class Action {
  retry,   ///< make another attempt after `delayMs`
  wait,    ///< the device is offline: wait until it is online, and after `delayMs` probe by a real attempt
  giveUp,  ///< final
};

struct Decision {
  Action action = Action::giveUp;
  double delayMs = 0;
  /// Why: the kind of the failure, `offline`, or, when given up: `off`, `method`, `status`, `cors`, `aborted`,
  /// `program`, `changed`, `retries`, `deadline`, `budget`.
  std::string_view reason;
};

/// Counts since the policy was made.
struct RetryCounters {
  double requests = 0;           ///< begun
  double attempts = 0;           ///< begun, without the probes of an offline device
  double totalAttempts = 0;      ///< begun, probes included
  double failedAttempts = 0;     ///< ended in one of `Kind`, aborts left out
  double successfulRetries = 0;  ///< requests that ended well after more than one attempt
  double exhausted = 0;          ///< requests given up for want of retries, time or budget
  double endedWell = 0;
  double endedBadly = 0;  ///< aborted requests are in neither
  double bytes = 0;       ///< of bodies received, as the platform hands them out (decompressed)

  /// endedWell over all that ended; 1 before any has.
  double successRate() const;
};

/// A token bucket for all requests of one policy, so that a server that is down meets no storm of retries (the retry
/// throttling of gRPC, proposal A6, and of the AWS SDKs). First attempts are never refused.
class RetryBudget {
 public:
  static constexpr double capacity = 500;
  static constexpr double cost = 5;

  /// Takes the cost of one retry; false, and nothing taken, when too little is left.
  bool take();
  /// A request that ended well gives the cost of one retry back.
  void give();
  double tokens() const { return tokens_; }

 private:
  double tokens_ = capacity;
};

/// Layer 3's judgement: what to do after a failed attempt. Knows no clock and no network; both are in the arguments.
class RetryPolicy {
 public:
  /// Between two probes of a device that says it is offline: `navigator.onLine` can be wrong.
  static constexpr double probeEveryMs = 15000;

  explicit RetryPolicy(const RetryOptions& options) : options_(options) {}

  /// 408, 425, 429, 500, 502, 503, 504 and the CDN's 521, 522, 524.
  static bool retriesStatus(unsigned status);
  /// GET and HEAD, the methods that ask for nothing but an answer.
  static bool retriesMethod(std::string_view method);

  /// A decision to retry takes its cost from the budget.
  Decision decide(const Failure& failure);
  /// Whether the budget pays for the probe of an offline device; takes its cost when it does.
  bool mayProbe() { return budget_.take(); }

  const RetryOptions& options() const { return options_; }
  RetryBudget& budget() { return budget_; }
  RetryCounters& counters() { return counters_; }
  const RetryCounters& counters() const { return counters_; }

 private:
  RetryOptions options_;
  RetryBudget budget_;
  RetryCounters counters_;
};

/// The wait that a `Retry-After` header asks for (seconds, or an HTTP date), not capped; nothing when it is absent or
/// malformed. A date is compared with the server's own `Date` where that is seen, so that a wrong clock here does no
/// harm, else with `nowMs`.
std::optional<double> retryAfterMs(std::string_view retryAfter, std::string_view date, double nowMs);

}  // namespace bedside::layers
