#include "layers/cache.hpp"

#include <cmath>
#include <new>
#include <utility>

namespace bedside::layers {

std::string_view name(RemovalReason reason) noexcept {
  switch (reason) {
    case RemovalReason::expired: return "expired";
    case RemovalReason::lru: return "lru";
    case RemovalReason::budget: return "budget";
    case RemovalReason::cleared: break;
  }
  return "cleared";
}

ComputationCache::ComputationCache(CacheOptions options, Clock clock, RemovalObserver observer)
    : options_(options), clock_(std::move(clock)), observer_(std::move(observer)) {
  // With no life to live (zero, negative, NaN) nothing would ever be found: as good as switched off.
  if (!(options_.ttlMs > 0)) options_.enabled = false;
  now();
}

double ComputationCache::now() {
  const double reading = clock_();
  if (!std::isfinite(reading)) return lastMs_;  // no reading: no time has passed
  if (reading < lastMs_) {
    const double step = lastMs_ - reading;
    for (Nodes* of : {&results_, &fits_}) {
      for (Node& node : *of) node.entry.writtenMs -= step;
    }
  }
  return lastMs_ = reading;
}

bool ComputationCache::expired(const Entry& entry, double nowMs) const noexcept {
  return !(nowMs - entry.writtenMs < options_.ttlMs);
}

bool ComputationCache::couldFit(const Entry& entry) const noexcept {
  return entry.bytes <= options_.maxBytes && (entry.kind == EntryKind::fit || options_.maxEntries > 0);
}

bool ComputationCache::hasRoom(const Entry& entry) const noexcept {
  return couldFit(entry) && bytes_ <= options_.maxBytes - entry.bytes &&
         (entry.kind == EntryKind::fit || results_.size() < options_.maxEntries);
}

Lookup ComputationCache::get(const Key& key, EntryKind kind) {
  Lookup lookup;
  lookup.generation = generation_;
  if (!options_.enabled) return lookup;
  dropExpired();
  const auto slot = index_.find(key);
  const bool found = slot != index_.end() && slot->second->entry.kind == kind;
  if (found) {
    const auto node = slot->second;
    nodes(kind).splice(nodes(kind).begin(), nodes(kind), node);
    node->used = ++newestTicket_;
    lookup.value = node->entry.value;
    lookup.savedMs = node->entry.costMs;
  }
  if (kind == EntryKind::result) {
    ++(found ? counters_.hits : counters_.misses);
    if (lookup.savedMs > 0) counters_.savedMs += lookup.savedMs;
  }
  return lookup;
}

bool ComputationCache::put(Entry entry, std::uint64_t generation) {
  if (!options_.enabled || generation != generation_ || entry.value == nullptr) return false;
  dropExpired();
  if (!couldFit(entry)) {
    if (const auto held = index_.find(entry.key); held != index_.end()) remove(held->second, RemovalReason::budget);
    return false;
  }
  entry.writtenMs = lastMs_;

  // All that can run out of memory comes first; a throw leaves only these two lists to unwind.
  Nodes fresh;
  fresh.push_back(Node{std::move(entry), newestTicket_ + 1, {}});
  const auto node = fresh.begin();
  Writings written{&*node};
  node->writing = written.begin();
  const auto [slot, isNew] = index_.try_emplace(node->entry.key, node);

  // From here on nothing throws.
  Nodes replaced;
  if (!isNew) {
    replaced = detach(slot->second);
    slot->second = node;
  }
  if (node->entry.kind == EntryKind::result) {
    while (results_.size() >= options_.maxEntries) evict(results_, RemovalReason::lru);
  }
  while (!hasRoom(node->entry)) evictLeastRecentlyUsed(RemovalReason::lru);
  bytes_ += node->entry.bytes;
  ++newestTicket_;
  writings_.splice(writings_.end(), written);
  Nodes& home = nodes(node->entry.kind);
  home.splice(home.begin(), fresh);
  return true;
}

bool ComputationCache::adopt(Entry entry) {
  if (!options_.enabled || entry.value == nullptr) return false;
  dropExpired();
  if (!(entry.writtenMs <= lastMs_) || expired(entry, lastMs_) || !hasRoom(entry)) return false;

  Nodes fresh;
  fresh.push_back(Node{std::move(entry), oldestTicket_ - 1, {}});
  const auto node = fresh.begin();
  Writings written{&*node};
  node->writing = written.begin();
  if (!index_.try_emplace(node->entry.key, node).second) return false;

  bytes_ += node->entry.bytes;
  --oldestTicket_;
  auto later = writings_.begin();
  while (later != writings_.end() && (*later)->entry.writtenMs <= node->entry.writtenMs) ++later;
  writings_.splice(later, written);
  Nodes& home = nodes(node->entry.kind);
  home.splice(home.end(), fresh);
  return true;
}

std::size_t ComputationCache::dropExpired() {
  const double nowMs = now();
  std::size_t dropped = 0;
  while (!writings_.empty() && expired(writings_.front()->entry, nowMs)) {
    remove(index_.find(writings_.front()->entry.key)->second, RemovalReason::expired);
    ++dropped;
  }
  return dropped;
}

void ComputationCache::evict(Nodes& from, RemovalReason reason) { remove(std::prev(from.end()), reason); }

void ComputationCache::evictLeastRecentlyUsed(RemovalReason reason) {
  const bool fitIsOlder = results_.empty() || (!fits_.empty() && fits_.back().used < results_.back().used);
  evict(fitIsOlder ? fits_ : results_, reason);
}

ComputationCache::Nodes ComputationCache::detach(Nodes::iterator node) noexcept {
  Nodes out;
  Nodes& home = nodes(node->entry.kind);
  out.splice(out.begin(), home, node);
  writings_.erase(node->writing);
  bytes_ -= node->entry.bytes;
  return out;
}

void ComputationCache::remove(Nodes::iterator node, RemovalReason reason) {
  const Nodes removed = detach(node);
  const Entry& entry = removed.front().entry;
  index_.erase(entry.key);
  if (entry.kind == EntryKind::result) {
    if (reason == RemovalReason::expired) ++counters_.expirations;
    if (reason == RemovalReason::lru || reason == RemovalReason::budget) ++counters_.evictions;
  }
  if (!observer_) return;
  try {
    observer_(Removal{entry.analysis, entry.kind, reason, entry.bytes});
  } catch (const std::bad_alloc&) {  // see RemovalObserver
  }
}

bool ComputationCache::reclaimSome() {
  if (dropExpired() > 0) return true;
  if (index_.empty()) return false;
  evictLeastRecentlyUsed(RemovalReason::budget);
  return true;
}

std::size_t ComputationCache::releaseBytes(std::size_t goal) {
  const std::size_t before = bytes_;
  while (before - bytes_ < goal && reclaimSome()) {
  }
  return before - bytes_;
}

void ComputationCache::clear() {
  ++generation_;
  while (!index_.empty()) evictLeastRecentlyUsed(RemovalReason::cleared);
}

CacheStats ComputationCache::stats() {
  dropExpired();
  const std::uint64_t requests = counters_.hits + counters_.misses;
  CacheStats stats;
  stats.cachedItems = results_.size();
  stats.maxSize = options_.maxEntries;
  stats.bytes = bytes_;
  stats.hits = counters_.hits;
  stats.misses = counters_.misses;
  stats.totalRequests = requests;
  stats.hitRate = requests == 0 ? 0 : static_cast<double>(counters_.hits) / static_cast<double>(requests);
  stats.evictions = counters_.evictions;
  stats.expirations = counters_.expirations;
  stats.ttlSeconds = options_.ttlMs / 1000;
  stats.savedMs = counters_.savedMs;
  return stats;
}

}  // namespace bedside::layers
