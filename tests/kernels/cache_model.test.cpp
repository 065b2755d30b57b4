// The cache against its naive twin: a vector searched from end to end, and time kept as the sum of forward steps
// instead of shifted stamps. Thousands of random operations; after each, order, weight, counts and every removal must
// agree.

#include "layers/cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace bedside::layers {
namespace {

using Gone = std::tuple<std::string, RemovalReason, std::size_t>;

struct NaiveCache {
  struct Item {
    std::uint64_t id;
    EntryKind kind;
    std::size_t bytes;
    double costMs;
    double written = 0;        // in `elapsed`
    std::uint64_t number = 0;  // order of writing within a millisecond
  };

  CacheOptions options;
  std::vector<Item> items;  // most recently used first
  std::vector<Gone> gone;
  CacheCounters counts;
  double elapsed = 0;
  double lastReading = 0;
  std::uint64_t writings = 0;

  void observe(double reading) {
    elapsed += std::max(0.0, reading - lastReading);
    lastReading = reading;
    std::vector<Item> expired;
    for (const Item& item : items) {
      if (elapsed - item.written >= options.ttlMs) expired.push_back(item);
    }
    std::sort(expired.begin(), expired.end(), [](const Item& a, const Item& b) {
      return std::tie(a.written, a.number) < std::tie(b.written, b.number);
    });
    for (const Item& item : expired) drop(item.id, RemovalReason::expired);
  }

  auto find(std::uint64_t id) {
    return std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.id == id; });
  }
  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const Item& item : items) sum += item.bytes;
    return sum;
  }
  std::size_t results() const {
    return static_cast<std::size_t>(
        std::count_if(items.begin(), items.end(), [](const Item& item) { return item.kind == EntryKind::result; }));
  }

  void drop(std::uint64_t id, RemovalReason reason) {
    const auto item = find(id);
    gone.emplace_back(std::to_string(id), reason, item->bytes);
    if (item->kind == EntryKind::result) {
      counts.expirations += reason == RemovalReason::expired;
      counts.evictions += reason == RemovalReason::lru || reason == RemovalReason::budget;
    }
    items.erase(item);
  }

  bool get(std::uint64_t id, EntryKind kind) {
    const auto item = find(id);
    const bool hit = item != items.end() && item->kind == kind;
    if (hit) std::rotate(items.begin(), item, item + 1);
    if (kind == EntryKind::result) {
      ++(hit ? counts.hits : counts.misses);
      counts.savedMs += hit ? items.front().costMs : 0;
    }
    return hit;
  }

  bool put(Item item) {
    const auto held = find(item.id);
    if (item.bytes > options.maxBytes) {
      if (held != items.end()) drop(item.id, RemovalReason::budget);
      return false;
    }
    if (held != items.end()) items.erase(held);
    while (item.kind == EntryKind::result && results() >= options.maxEntries) {
      const auto oldest =
          std::find_if(items.rbegin(), items.rend(), [](const Item& i) { return i.kind == EntryKind::result; });
      drop(oldest->id, RemovalReason::lru);
    }
    while (bytes() + item.bytes > options.maxBytes) drop(items.back().id, RemovalReason::lru);
    item.written = elapsed;
    item.number = ++writings;
    items.insert(items.begin(), item);
    return true;
  }

  bool adopt(Item item, double age) {
    if (age < 0 || age >= options.ttlMs || find(item.id) != items.end()) return false;
    if (bytes() + item.bytes > options.maxBytes) return false;
    if (item.kind == EntryKind::result && results() >= options.maxEntries) return false;
    item.written = elapsed - age;
    item.number = ++writings;
    items.push_back(item);
    return true;
  }

  bool reclaimSome(std::size_t goneBefore) {
    if (gone.size() > goneBefore) return true;  // observing has dropped expired ones
    if (items.empty()) return false;
    drop(items.back().id, RemovalReason::budget);
    return true;
  }
};

/// `idsOverlap`: results and fits under the same keys, so that one may replace, but never answer for, the other.
void compareWithTwin(CacheOptions options, std::uint64_t seed, bool idsOverlap, int operations) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t n) { return random() % n; };
  double nowMs = 1.7e12;
  std::vector<Gone> gone;
  ComputationCache cache(options, [&] { return nowMs; }, [&](const Removal& removal) {
    gone.emplace_back(std::string(removal.analysis), removal.reason, removal.bytes);
  });
  NaiveCache twin;
  twin.options = options;
  twin.lastReading = nowMs;
  std::size_t hits = 0;

  for (int i = 0; i < operations; ++i) {
    if (below(3) == 0) nowMs += static_cast<double>(below(4) == 0 ? below(120) : below(8));
    if (below(40) == 0) nowMs -= static_cast<double>(below(500));
    const EntryKind kind = below(4) == 0 ? EntryKind::fit : EntryKind::result;
    const std::uint64_t id = below(30) + (kind == EntryKind::fit && !idsOverlap ? 100 : 0);
    const NaiveCache::Item item{id, kind, below(25) == 0 ? 101 : below(20), static_cast<double>(below(9))};
    auto value = std::make_shared<const std::uint64_t>(id);
    Entry entry{Key{1, id}, kind, std::to_string(id), std::move(value), item.bytes, item.costMs, 0};
    const std::size_t goneBefore = twin.gone.size();

    switch (const auto choice = below(100); choice) {
      case 0:
        cache.clear();
        while (!twin.items.empty()) twin.drop(twin.items.back().id, RemovalReason::cleared);
        ASSERT_FALSE(cache.put(std::move(entry), cache.generation() - 1));
        break;
      case 1: case 2: case 3: {
        const double age = static_cast<double>(below(130)) - 5;
        entry.writtenMs = nowMs - age;
        twin.observe(nowMs);
        ASSERT_EQ(cache.adopt(std::move(entry)), twin.adopt(item, age)) << "operation " << i;
        break;
      }
      case 4: case 5:
        twin.observe(nowMs);
        ASSERT_EQ(cache.reclaimSome(), twin.reclaimSome(goneBefore)) << "operation " << i;
        break;
      default:
        twin.observe(nowMs);
        if (choice < 65) {
          const Lookup found = cache.get(entry.key, kind);
          ASSERT_EQ(static_cast<bool>(found), twin.get(id, kind)) << "operation " << i;
          if (found) {
            ASSERT_EQ(*found.as<std::uint64_t>(), id);
            ++hits;
          }
        } else {
          ASSERT_EQ(cache.put(std::move(entry), cache.generation()), twin.put(item)) << "operation " << i;
        }
    }

    std::vector<std::uint64_t> order, twinOrder;
    cache.forEach([&](const Entry& held) { order.push_back(held.key.low); });
    for (const auto& held : twin.items) twinOrder.push_back(held.id);
    ASSERT_EQ(order, twinOrder) << "operation " << i;
    ASSERT_EQ(gone, twin.gone) << "operation " << i;
    ASSERT_EQ(cache.reclaimableBytes(), twin.bytes());
    ASSERT_LE(cache.reclaimableBytes(), options.maxBytes);
    ASSERT_LE(twin.results(), options.maxEntries);
    if (below(4) == 0) {
      const CacheStats stats = cache.stats();
      twin.observe(nowMs);
      ASSERT_EQ(stats.cachedItems, twin.results());
      ASSERT_EQ(stats.hits, twin.counts.hits);
      ASSERT_EQ(stats.misses, twin.counts.misses);
      ASSERT_EQ(stats.evictions, twin.counts.evictions);
      ASSERT_EQ(stats.expirations, twin.counts.expirations);
      ASSERT_EQ(stats.savedMs, twin.counts.savedMs);
    }
    // The log is compared whole after each operation; a short one keeps that cheap.
    if (gone.size() > 50) {
      gone.clear();
      twin.gone.clear();
    }
  }
  EXPECT_GT(hits, 50u) << "the operations must exercise hits, too";
}

TEST(CacheModel, EntriesAreTheLimit) {
  compareWithTwin({.ttlMs = 1e9, .maxEntries = 7, .maxBytes = 1'000'000}, 11, false, 6000);
}

TEST(CacheModel, BytesAreTheLimit) {
  compareWithTwin({.ttlMs = 1e9, .maxEntries = 50, .maxBytes = 100}, 12, false, 6000);
}

TEST(CacheModel, TimeIsTheLimit) {
  compareWithTwin({.ttlMs = 100, .maxEntries = 50, .maxBytes = 1'000'000}, 13, false, 6000);
}

TEST(CacheModel, AllLimitsAndSharedKeys) {
  for (std::uint64_t seed = 20; seed < 26; ++seed) {
    compareWithTwin({.ttlMs = 200, .maxEntries = 8, .maxBytes = 100}, seed, true, 4000);
  }
}

}  // namespace
}  // namespace bedside::layers
