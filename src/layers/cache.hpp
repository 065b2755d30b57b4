#pragma once

#include "layers/reclaimer.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace bedside::layers {

/// Milliseconds since any epoch. Where entries are to outlive the instance (persistence), the epoch must be that of the
/// wall clock. It may step back: see `ComputationCache`.
using Clock = std::function<double()>;

/// Name of one computation: a 128-bit hash over everything that decides its outcome (analysis, canonical spec,
/// fingerprints of the columns used, engine version). Equal keys mean equal values, so the key also fixes the type.
struct Key {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const Key&, const Key&) = default;
};

/// A `Key` is uniformly distributed already; hashing it again would gain nothing.
struct KeyHash {
  std::size_t operator()(const Key& key) const noexcept { return static_cast<std::size_t>(key.low ^ key.high); }
};

/// What an entry holds. Results are what users ask for: `maxEntries`, `cachedItems` and all counts concern them alone.
/// Fits are what results are derived from: they share TTL, order of use and `maxBytes`, but take no entry and no count.
enum class EntryKind : unsigned char { result, fit };

/// Why an entry went: its time was over; room was needed for a newer one; layer 2 needed the memory, or the entry
/// itself outgrew `maxBytes`; the user cleared the cache.
enum class RemovalReason : unsigned char { expired, lru, budget, cleared };

/// The reason as events carry it: "expired", "lru", "budget", "cleared".
[[nodiscard]] std::string_view name(RemovalReason reason) noexcept;

/// One value with what is known about it.
struct Entry {
  Key key;
  EntryKind kind = EntryKind::result;
  std::string analysis;               ///< for events and log lines
  std::shared_ptr<const void> value;  ///< of the type that the key implies; shared with whoever still reads it
  std::size_t bytes = 0;              ///< weight against `maxBytes`, decided by the caller
  double costMs = 0;                  ///< compute time that a hit spares
  double writtenMs = 0;               ///< by the cache's clock, set by `put`

  /// The value as the type it was put with.
  template <class T>
  [[nodiscard]] std::shared_ptr<const T> as() const {
    return std::static_pointer_cast<const T>(value);
  }
};

/// Answer of `ComputationCache::get`: true when found.
struct Lookup {
  std::shared_ptr<const void> value;
  double savedMs = 0;            ///< the entry's `costMs`
  std::uint64_t generation = 0;  ///< to hand to `put` after a miss

  explicit operator bool() const noexcept { return value != nullptr; }

  /// The value as the type it was put with.
  template <class T>
  [[nodiscard]] std::shared_ptr<const T> as() const {
    return std::static_pointer_cast<const T>(value);
  }
};

/// Told about every entry that goes, after it has left the cache.
struct Removal {
  std::string_view analysis;  ///< valid during the call only
  EntryKind kind;
  RemovalReason reason;
  std::size_t bytes;
};

/// Must not call the cache back, but for `reclaimSome` (a new-handler may, while the observer allocates). What it
/// throws as `std::bad_alloc` is swallowed: a message that finds no memory is lost, the counters still tell.
using RemovalObserver = std::function<void(const Removal&)>;

struct CacheOptions {
  double ttlMs = 1'800'000;     ///< life of an entry, from its writing
  std::size_t maxEntries = 50;  ///< results held at once
  std::size_t maxBytes = std::numeric_limits<std::size_t>::max();  ///< weight of results and fits together
  bool enabled = true;          ///< false: nothing is kept, found or counted
};

/// The counts that survive a replaced instance. Requests for results only; `evictions` are removals for `lru` and
/// `budget`.
struct CacheCounters {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t evictions = 0;
  std::uint64_t expirations = 0;
  double savedMs = 0;
};

/// `engine.stats().cache`.
struct CacheStats {
  std::size_t cachedItems = 0;
  std::size_t maxSize = 0;
  std::size_t bytes = 0;  ///< results and fits
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t totalRequests = 0;
  double hitRate = 0;  ///< 0 to 1; 0 before the first request
  std::uint64_t evictions = 0;
  std::uint64_t expirations = 0;
  double ttlSeconds = 0;
  double savedMs = 0;
};

/// Layer 1: keeps what was computed, for a while, within limits. Guarantees:
///
///  1. An entry is found while `now - written < ttlMs`: at the very millisecond of its expiry it is gone. A hit does
///     not prolong its life.
///  2. Where room is needed, expired entries go first (`expired`), then truly the least recently used (`lru`): the
///     least recently used *result* where `maxEntries` is the limit, of both kinds where `maxBytes` is. All operations
///     are O(1), each removal charged to the writing of what is removed; `adopt` and a clock that steps back are O(n).
///  3. A clock that steps back takes the times of writing with it: ages stay what they were. So an entry never lives
///     longer than `ttlMs` of forward steps, whatever the clock does between them.
///  4. When `std::bad_alloc` passes through `put` or `adopt`, every entry that was alive is still there.
///
/// One thread, no global state.
class ComputationCache final : public Reclaimer {
public:
  ComputationCache(CacheOptions options, Clock clock, RemovalObserver observer = {});
  ComputationCache(const ComputationCache&) = delete;
  ComputationCache& operator=(const ComputationCache&) = delete;

  /// Finds a value and makes it the most recently used. Results count as hit or miss; an entry of the other kind under
  /// the same key is not found.
  [[nodiscard]] Lookup get(const Key& key, EntryKind kind = EntryKind::result);

  /// Keeps a value as written now, in place of one under the same key (a replaced value is no removal). `generation` is
  /// what `get` gave with the miss: a value whose computation ran while the cache was cleared is not kept. Nor is one
  /// that the limits could not hold even alone; nothing is evicted for it, but a value it would have replaced goes
  /// (`budget`), being out of date. Returns whether it was kept.
  bool put(Entry entry, std::uint64_t generation);

  /// Takes over an entry from a former instance or from storage with its `writtenMs`, as the *least* recently used, and
  /// never at another's expense: adopt in the order of `forEach`, and the most recently used are in when room runs out.
  /// Refused: what is expired, held already, without room, or written in the future, for its age cannot be known (its
  /// clock has been set back since). No counts, no events. Returns whether it was taken.
  bool adopt(Entry entry);

  /// Calls `visit(const Entry&)` for each entry, most recently used first; expired ones not yet dropped are among them.
  template <class Visit>
  void forEach(Visit&& visit) const;

  /// Drops what is expired; failing that, the least recently used entry (`budget`).
  bool reclaimSome() override;
  [[nodiscard]] std::size_t reclaimableBytes() const noexcept override { return bytes_; }

  /// Reclaims until entries weighing `goal` bytes are gone, or nothing is left. Returns the weight that went.
  std::size_t releaseBytes(std::size_t goal);

  /// Drops everything (`cleared`), and what is being computed now will not be kept.
  void clear();

  /// Drops what is expired, then tells the figures: an entry whose time is over is not counted as cached.
  [[nodiscard]] CacheStats stats();

  [[nodiscard]] const CacheCounters& counters() const noexcept { return counters_; }
  void restore(const CacheCounters& counters) noexcept { counters_ = counters; }
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

private:
  struct Node;
  using Nodes = std::list<Node>;      // of one kind, most recently used first
  using Writings = std::list<Node*>;  // of both kinds, oldest first: all live equally long, so expired ones lead
  struct Node {
    Entry entry;
    std::int64_t used = 0;  // ticket of the last use, comparable between the kinds
    Writings::iterator writing;
  };

  double now();
  [[nodiscard]] Nodes& nodes(EntryKind kind) noexcept { return kind == EntryKind::result ? results_ : fits_; }
  [[nodiscard]] bool couldFit(const Entry& entry) const noexcept;
  [[nodiscard]] bool hasRoom(const Entry& entry) const noexcept;
  [[nodiscard]] bool expired(const Entry& entry, double nowMs) const noexcept;
  std::size_t dropExpired();
  void evict(Nodes& from, RemovalReason reason);
  void evictLeastRecentlyUsed(RemovalReason reason);
  void remove(Nodes::iterator node, RemovalReason reason);
  Nodes detach(Nodes::iterator node) noexcept;

  CacheOptions options_;
  Clock clock_;
  RemovalObserver observer_;
  CacheCounters counters_;
  Nodes results_;
  Nodes fits_;
  Writings writings_;
  std::unordered_map<Key, Nodes::iterator, KeyHash> index_;
  std::size_t bytes_ = 0;
  std::int64_t newestTicket_ = 0;
  std::int64_t oldestTicket_ = 0;
  std::uint64_t generation_ = 0;
  double lastMs_ = 0;
};

template <class Visit>
void ComputationCache::forEach(Visit&& visit) const {
  auto result = results_.begin();
  auto fit = fits_.begin();
  while (result != results_.end() || fit != fits_.end()) {
    const bool resultIsNext = fit == fits_.end() || (result != results_.end() && result->used > fit->used);
    visit((resultIsNext ? result++ : fit++)->entry);
  }
}

}  // namespace bedside::layers
