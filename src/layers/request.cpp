#include "layers/request.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace bedside::layers {
namespace {

constexpr std::array<std::string_view, 7> replyNames = {"whole", "restart", "again", "rest",
                                                        "final", "status",  "range"};

bool success(unsigned status) { return status >= 200 && status < 300; }

/// Requests that failed although another attempt was worth making.
bool exhausts(std::string_view reason) { return reason == "retries" || reason == "deadline" || reason == "budget"; }

}  // namespace

std::string_view name(Reply reply) { return replyNames[static_cast<std::size_t>(reply)]; }

Request::Request(RetryPolicy& policy, RequestFacts facts) : policy_(policy), facts_(std::move(facts)) {
  ++policy_.counters().requests;
  if (!facts_.restarts) given_.emplace();
}

Ask Request::attempt(bool probe) {
  ++begun_;
  underWay_ = true;
  ++policy_.counters().totalAttempts;
  if (!probe) ++policy_.counters().attempts;
  // Catching up may be resumed as well: `position_` counts in the body being received, whatever was delivered before.
  asked_ = representation_.resumesAt(position_);
  if (!asked_) return {};
  return {"bytes=" + std::to_string(position_) + "-", representation_.ifRange()};
}

Reply Request::answered(const Headers& headers, bool crossOrigin, double nowMs) {
  facts_.crossOrigin = facts_.crossOrigin || crossOrigin;
  if (asked_ && (headers.status == 206 || headers.status == 416)) {
    if (representation_.continuedBy(headers, position_)) return Reply::rest;
    representation_ = {};  // doubt: the next attempt asks for the whole
    return Reply::range;
  }
  if (!success(headers.status)) {
    const RetryOptions& options = policy_.options();
    const bool worthRetrying =
        options.enabled && RetryPolicy::retriesMethod(facts_.method) && RetryPolicy::retriesStatus(headers.status);
    return worthRetrying || started_ ? Reply::status : Reply::final;
  }
  representation_ = facts_.ownRange ? Representation{} : Representation(headers, facts_.crossOrigin, nowMs);
  position_ = 0;
  if (!std::exchange(started_, true)) return Reply::whole;
  if (facts_.restarts) {
    delivered_ = 0;
    return Reply::restart;
  }
  if (met_) {
    met_->reset();
  } else {
    met_.emplace();
  }
  return Reply::again;
}

std::optional<std::size_t> Request::received(const void* bytes, std::size_t count) {
  policy_.counters().bytes += static_cast<double>(count);
  std::size_t known = 0;
  if (catchingUp()) {
    known = static_cast<std::size_t>(std::min<std::uint64_t>(count, delivered_ - position_));
    met_->add(bytes, known);
    position_ += known;
    if (!catchingUp() && met_->value() != given_->value()) return std::nullopt;
  }
  const std::size_t fresh = count - known;
  if (given_ && fresh > 0) given_->add(static_cast<const char*>(bytes) + known, fresh);
  position_ += fresh;
  delivered_ += fresh;
  return known;
}

std::optional<Kind> Request::finished() const {
  if (facts_.method == "HEAD") return std::nullopt;
  if (representation_.isShort(position_)) return Kind::truncated;
  if (catchingUp()) return Kind::changed;
  return std::nullopt;
}

Decision Request::failed(Failure failure) {
  if (std::exchange(underWay_, false)) ++policy_.counters().failedAttempts;
  if (failure.kind == Kind::cors) ++refusals_;
  failure.method = facts_.method;
  failure.repeatedCors = refusals_ > 1;
  failure.attempt = retries_ + 1;
  const Decision decision = policy_.decide(failure);
  if (decision.action == Action::retry) ++retries_;
  if (decision.action == Action::giveUp && exhausts(decision.reason)) ++policy_.counters().exhausted;
  return decision;
}

void Request::end(End end) {
  if (ended_) return;
  ended_ = true;
  RetryCounters& counters = policy_.counters();
  if (end == End::well) {
    ++counters.endedWell;
    if (begun_ > 1) ++counters.successfulRetries;
    policy_.budget().give();
  } else if (end == End::badly) {
    ++counters.endedBadly;
  }
}

}  // namespace bedside::layers
