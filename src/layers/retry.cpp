#include "layers/retry.hpp"

#include <algorithm>
#include <array>

#include "layers/http_date.hpp"

namespace bedside::layers {
namespace {

constexpr std::array<std::string_view, 10> kindNames = {"status", "network", "stall", "deadline", "truncated",
                                                        "range",  "changed", "cors",  "aborted",  "program"};

/// Failures that the device's own line can explain.
bool maybeOffline(Kind kind) { return kind == Kind::network || kind == Kind::stall || kind == Kind::truncated; }

/// initialDelay · factor^(attempt − 1), with jitter.
double backoffMs(const RetryOptions& options, double attempt, double random) {
  double delay = options.initialDelayMs;
  for (double i = 1; i < attempt; ++i) delay *= options.factor;  // std::pow would add 3 KB to layers.wasm
  if (options.fullJitter) return delay * random;
  return delay * (1 + options.jitterShare * (2 * random - 1));
}

/// The reason why a failure is final whatever is left of retries and time; empty when it is not.
std::string_view finalReason(const RetryOptions& options, const Failure& failure) {
  if (failure.kind == Kind::aborted || failure.kind == Kind::program || failure.kind == Kind::changed ||
      failure.kind == Kind::deadline) {
    return name(failure.kind);
  }
  if (!options.enabled) return "off";
  if (!RetryPolicy::retriesMethod(failure.method)) return "method";
  if (failure.kind == Kind::status && !RetryPolicy::retriesStatus(failure.status)) return "status";
  if (failure.kind == Kind::cors && failure.repeatedCors) return "cors";
  return {};
}

}  // namespace

std::string_view name(Kind kind) { return kindNames[static_cast<std::size_t>(kind)]; }

std::optional<Kind> kindNamed(std::string_view word) {
  const auto found = std::ranges::find(kindNames, word);
  if (found == kindNames.end()) return std::nullopt;
  return static_cast<Kind>(found - kindNames.begin());
}

double RetryCounters::successRate() const {
  const double ended = endedWell + endedBadly;
  return ended == 0 ? 1 : endedWell / ended;
}

bool RetryBudget::take() {
  if (tokens_ < cost) return false;
  tokens_ -= cost;
  return true;
}

void RetryBudget::give() { tokens_ = std::min(capacity, tokens_ + cost); }

bool RetryPolicy::retriesStatus(unsigned status) {
  constexpr std::array statuses = {408u, 425u, 429u, 500u, 502u, 503u, 504u, 521u, 522u, 524u};
  return std::ranges::find(statuses, status) != statuses.end();
}

bool RetryPolicy::retriesMethod(std::string_view method) { return method == "GET" || method == "HEAD"; }

Decision RetryPolicy::decide(const Failure& failure) {
  const auto giveUp = [](std::string_view reason) { return Decision{Action::giveUp, 0, reason}; };
  if (const std::string_view reason = finalReason(options_, failure); !reason.empty()) return giveUp(reason);

  if (!failure.online && maybeOffline(failure.kind)) {
    if (failure.elapsedMs >= options_.deadlineMs) return giveUp("deadline");
    return {Action::wait, probeEveryMs, "offline"};
  }
  if (failure.attempt > options_.retries) return giveUp("retries");

  // A partial answer that did not fit is no sign of a server in distress: the whole is asked for at once.
  double delayMs = failure.kind == Kind::range ? 0 : backoffMs(options_, failure.attempt, failure.random);
  if (failure.kind == Kind::status) {
    if (const auto asked = retryAfterMs(failure.retryAfter, failure.date, failure.nowMs)) {
      delayMs = std::min(*asked, options_.maxRetryAfterMs);
    }
  }
  // A wait that the deadline would cut short only delays the bad news.
  if (failure.elapsedMs + delayMs >= options_.deadlineMs) return giveUp("deadline");
  if (!budget_.take()) return giveUp("budget");
  return {Action::retry, delayMs, name(failure.kind)};
}

std::optional<double> retryAfterMs(std::string_view retryAfter, std::string_view date, double nowMs) {
  if (retryAfter.empty()) return std::nullopt;
  if (retryAfter.find_first_not_of("0123456789") == std::string_view::npos) {
    double seconds = 0;
    for (const char c : retryAfter) seconds = seconds * 10 + (c - '0');
    return seconds * 1000;
  }
  const auto moment = httpDateMs(retryAfter, nowMs);
  if (!moment) return std::nullopt;
  return std::max(0.0, *moment - httpDateMs(date, nowMs).value_or(nowMs));
}

}  // namespace bedside::layers
