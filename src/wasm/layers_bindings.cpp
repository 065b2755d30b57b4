// The surface of layers.wasm: functions on ids, numbers, texts and bytes. Bytes are copied in and out, so no view of
// the heap survives a call; what C++ throws ends here, as the value that says "nothing".

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "layers/budget.hpp"
#include "layers/cache.hpp"
#include "layers/digest.hpp"
#include "layers/request.hpp"
#include "layers/retry.hpp"

using emscripten::val;

namespace bedside::layers {
namespace {

/// Objects by id; 0 names none.
template <class T>
class Registry {
 public:
  unsigned add(std::unique_ptr<T> object) {
    objects_.emplace(++last_, std::move(object));
    return last_;
  }
  T* find(unsigned id) const {
    const auto found = objects_.find(id);
    return found == objects_.end() ? nullptr : found->second.get();
  }
  void remove(unsigned id) { objects_.erase(id); }

 private:
  std::unordered_map<unsigned, std::unique_ptr<T>> objects_;
  unsigned last_ = 0;
};

/// Cache and budget for bytes under textual keys, by themselves.
struct Store {
  Store(const CacheOptions& cacheOptions, const BudgetOptions& budgetOptions, val emit)
      : cache(
            cacheOptions, [this] { return nowMs; },
            [emit](const Removal& removal) {
              emit(val("cache"), val("removed"), std::string(removal.analysis), std::string(name(removal.reason)), 0.0);
            }),
        budget(budgetOptions, MemorySources{.liveBytes = [this] { return cache.reclaimableBytes(); }}, &cache,
               [emit](const MemoryEvent& event) {
                 emit(val("memory"), std::string(name(event.kind)), std::string(), std::string(name(event.status)),
                      static_cast<double>(event.freedBytes));
               }) {}

  double nowMs = 0;
  ComputationCache cache;
  MemoryBudget budget;
};

Registry<RetryPolicy> policies;
Registry<Request> requests;
Registry<Store> stores;

/// What `work` returns, or nothing when memory has run out or the id is unknown.
template <class T, class Work>
val guarded(const Registry<T>& registry, unsigned id, Work work) {
  try {
    T* object = registry.find(id);
    return object == nullptr ? val::null() : val(work(*object));
  } catch (...) {
    return val::null();
  }
}

template <class T, class Make>
unsigned opened(Registry<T>& registry, Make make) {
  try {
    return registry.add(make());
  } catch (...) {
    return 0;
  }
}

std::string text(std::string_view view) { return std::string(view); }

std::string field(const val& object, const char* key) { return object[key].as<std::string>(); }
double number(const val& object, const char* key) { return object[key].as<double>(); }
bool flag(const val& object, const char* key) { return object[key].as<bool>(); }

/// A count of bytes from JavaScript, where Infinity means no limit.
std::size_t byteCount(double bytes) {
  constexpr double most = static_cast<double>(std::numeric_limits<std::size_t>::max());
  return bytes >= most ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(std::max(0.0, bytes));
}

// --- Layer 3: policies, and the requests that follow them ---

unsigned retryOpen(val options) {
  return opened(policies, [&] {
    return std::make_unique<RetryPolicy>(RetryOptions{.enabled = flag(options, "enabled"),
                                                      .retries = number(options, "retries"),
                                                      .initialDelayMs = number(options, "initialDelay"),
                                                      .factor = number(options, "factor"),
                                                      .fullJitter = flag(options, "fullJitter"),
                                                      .jitterShare = number(options, "jitterShare"),
                                                      .stallTimeoutMs = number(options, "stallTimeout"),
                                                      .deadlineMs = number(options, "deadline"),
                                                      .maxRetryAfterMs = number(options, "maxRetryAfter")});
  });
}

val retryStats(unsigned id) {
  return guarded(policies, id, [](const RetryPolicy& policy) {
    const RetryCounters& counters = policy.counters();
    val stats = val::object();
    stats.set("requests", counters.requests);
    stats.set("attempts", counters.attempts);
    stats.set("failedAttempts", counters.failedAttempts);
    stats.set("successfulRetries", counters.successfulRetries);
    stats.set("exhausted", counters.exhausted);
    stats.set("totalAttempts", counters.totalAttempts);
    stats.set("successRate", counters.successRate());
    stats.set("maxRetries", policy.options().enabled ? policy.options().retries : 0);
    stats.set("bytes", counters.bytes);
    return stats;
  });
}

val retryMayProbe(unsigned id) {
  return guarded(policies, id, [](RetryPolicy& policy) { return policy.mayProbe(); });
}

unsigned requestOpen(unsigned policyId, val facts) {
  return opened(requests, [&]() -> std::unique_ptr<Request> {
    return std::make_unique<Request>(*policies.find(policyId), RequestFacts{.method = field(facts, "method"),
                                                                            .crossOrigin = flag(facts, "crossOrigin"),
                                                                            .restarts = flag(facts, "restarts"),
                                                                            .ownRange = flag(facts, "ownRange")});
  });
}

val requestAttempt(unsigned id, bool probe) {
  return guarded(requests, id, [&](Request& request) {
    const Ask ask = request.attempt(probe);
    val fields = val::object();
    fields.set("range", ask.range);
    fields.set("ifRange", ask.ifRange);
    return fields;
  });
}

val requestAnswered(unsigned id, val answer, bool crossOrigin, double nowMs) {
  return guarded(requests, id, [&](Request& request) {
    const Headers headers{.status = answer["status"].as<unsigned>(),
                          .acceptRanges = field(answer, "accept-ranges"),
                          .contentEncoding = field(answer, "content-encoding"),
                          .contentLength = field(answer, "content-length"),
                          .contentRange = field(answer, "content-range"),
                          .date = field(answer, "date"),
                          .etag = field(answer, "etag"),
                          .lastModified = field(answer, "last-modified"),
                          .retryAfter = {}};
    return text(name(request.answered(headers, crossOrigin, nowMs)));
  });
}

/// Leading bytes to drop; −1 when the content has changed.
val requestReceived(unsigned id, const std::string& bytes) {
  return guarded(requests, id, [&](Request& request) {
    const auto drop = request.received(bytes.data(), bytes.size());
    return drop ? static_cast<double>(*drop) : -1.0;
  });
}

/// As `requestReceived` where the consumer can begin anew: nothing has to be compared, so the bytes need not come here.
val requestCounted(unsigned id, double count) {
  return guarded(requests, id, [&](Request& request) {
    request.received(nullptr, byteCount(count));
    return true;
  });
}

/// The kind of failure that the end of the body is; an empty text when it is none.
val requestFinished(unsigned id) {
  return guarded(requests, id, [](const Request& request) {
    const auto kind = request.finished();
    return kind ? text(name(*kind)) : std::string{};
  });
}

/// Length of the body in bytes; −1 where unknown.
val requestLength(unsigned id) {
  return guarded(requests, id, [](const Request& request) {
    const auto length = request.length();
    return length ? static_cast<double>(*length) : -1.0;
  });
}

val requestFailed(unsigned id, val failure) {
  return guarded(requests, id, [&](Request& request) {
    const std::string retryAfter = field(failure, "retryAfter");
    const std::string date = field(failure, "date");
    const Decision decision = request.failed({.kind = kindNamed(field(failure, "kind")).value_or(Kind::program),
                                              .status = failure["status"].as<unsigned>(),
                                              .retryAfter = retryAfter,
                                              .date = date,
                                              .online = flag(failure, "online"),
                                              .elapsedMs = number(failure, "elapsedMs"),
                                              .nowMs = number(failure, "nowMs"),
                                              .random = number(failure, "random")});
    const bool final = decision.action == Action::giveUp;
    val told = val::object();
    told.set("action", text(final ? "giveUp" : decision.action == Action::retry ? "retry" : "wait"));
    told.set("delayMs", decision.delayMs);
    told.set("reason", text(decision.reason));
    return told;
  });
}

/// `how`: "well", "badly" or "aborted". The id is free afterwards.
void requestEnd(unsigned id, const std::string& how) {
  if (Request* request = requests.find(id)) {
    request->end(how == "well" ? End::well : how == "badly" ? End::badly : End::aborted);
    requests.remove(id);
  }
}

void retryClose(unsigned id) { policies.remove(id); }

// --- Layers 1 and 2 by themselves ---

unsigned storeOpen(val options, val emit) {
  return opened(stores, [&] {
    const CacheOptions cache{.ttlMs = number(options, "ttl"),
                             .maxEntries = byteCount(number(options, "maxEntries")),
                             .maxBytes = byteCount(number(options, "maxBytes")),
                             .enabled = flag(options, "cacheEnabled")};
    const BudgetOptions budget{.budgetBytes = byteCount(number(options, "budgetBytes")),
                               .cleanupAt = number(options, "cleanupAt")};
    return std::make_unique<Store>(cache, budget, emit);
  });
}

Key keyOf(const std::string& words) {
  const Digest::Value digest = digestOf(words.data(), words.size());
  return {digest.high, digest.low};
}

/// `{ bytes, savedMs }`, or nothing.
val storeGet(unsigned id, const std::string& key, double nowMs) {
  return guarded(stores, id, [&](Store& store) {
    store.nowMs = nowMs;
    const Lookup found = store.cache.get(keyOf(key));
    if (!found) return val::null();
    const auto value = found.as<std::string>();
    val hit = val::object();
    const emscripten::memory_view<unsigned char> view(value->size(),
                                                      reinterpret_cast<const unsigned char*>(value->data()));
    hit.set("bytes", val::global("Uint8Array").new_(val(view)));  // the constructor copies
    hit.set("savedMs", found.savedMs);
    return hit;
  });
}

/// Whether the bytes were kept.
val storeSet(unsigned id, const std::string& key, std::string bytes, double costMs, double nowMs) {
  return guarded(stores, id, [&](Store& store) {
    store.nowMs = nowMs;
    const std::size_t weight = bytes.size();
    const bool kept = store.cache.put({.key = keyOf(key),
                                       .analysis = key,
                                       .value = std::make_shared<const std::string>(std::move(bytes)),
                                       .bytes = weight,
                                       .costMs = costMs},
                                      store.cache.generation());
    store.budget.check();
    return kept;
  });
}

val storeStats(unsigned id, double nowMs) {
  return guarded(stores, id, [&](Store& store) {
    store.nowMs = nowMs;
    const CacheStats figures = store.cache.stats();
    val stats = val::object();
    stats.set("cachedItems", static_cast<double>(figures.cachedItems));
    stats.set("maxSize", static_cast<double>(figures.maxSize));
    stats.set("bytes", static_cast<double>(figures.bytes));
    stats.set("hits", static_cast<double>(figures.hits));
    stats.set("misses", static_cast<double>(figures.misses));
    stats.set("totalRequests", static_cast<double>(figures.totalRequests));
    stats.set("hitRate", figures.hitRate);
    stats.set("evictions", static_cast<double>(figures.evictions));
    stats.set("expirations", static_cast<double>(figures.expirations));
    stats.set("ttlSeconds", figures.ttlSeconds);
    stats.set("savedMs", figures.savedMs);
    return stats;
  });
}

val storeStatus(unsigned id) {
  return guarded(stores, id, [](const Store& store) {
    const BudgetStats figures = store.budget.stats();
    val status = val::object();
    status.set("currentMb", figures.currentMb);
    status.set("peakMb", figures.peakMb);
    status.set("heapMb", figures.heapMb);
    status.set("maxMb", figures.maxMb);
    status.set("thresholdMb", figures.thresholdMb);
    status.set("usagePct", figures.usagePct);
    status.set("status", text(name(figures.status)));
    status.set("cleanups", static_cast<double>(figures.cleanups));
    status.set("freedMb", figures.freedMb);
    status.set("alertsSent", static_cast<double>(figures.alertsSent));
    return status;
  });
}

val storeClear(unsigned id) {
  return guarded(stores, id, [](Store& store) {
    store.cache.clear();
    return true;
  });
}

void storeClose(unsigned id) { stores.remove(id); }

}  // namespace

EMSCRIPTEN_BINDINGS(layers) {
  using emscripten::function;
  function("retryOpen", &retryOpen);
  function("retryStats", &retryStats);
  function("retryMayProbe", &retryMayProbe);
  function("retryClose", &retryClose);
  function("requestOpen", &requestOpen);
  function("requestAttempt", &requestAttempt);
  function("requestAnswered", &requestAnswered);
  function("requestReceived", &requestReceived);
  function("requestCounted", &requestCounted);
  function("requestFinished", &requestFinished);
  function("requestLength", &requestLength);
  function("requestFailed", &requestFailed);
  function("requestEnd", &requestEnd);
  function("storeOpen", &storeOpen);
  function("storeGet", &storeGet);
  function("storeSet", &storeSet);
  function("storeStats", &storeStats);
  function("storeStatus", &storeStatus);
  function("storeClear", &storeClear);
  function("storeClose", &storeClose);
}

}  // namespace bedside::layers
