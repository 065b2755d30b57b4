#include "layers/cache.hpp"

#include "allocation_faults.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace bedside::layers {
namespace {

using bedside::testing::AllocationFaults;

/// A cache on a hand-held clock, its removals written down as "analysis reason".
struct Bench {
  double nowMs = 1'000'000;
  std::vector<std::string> removals;
  ComputationCache cache;

  explicit Bench(CacheOptions options)
      : cache(options, [this] { return nowMs; },
              [this](const Removal& gone) {
                removals.push_back(std::string(gone.analysis) + " " + std::string(name(gone.reason)));
              }) {}

  bool put(std::uint64_t id, std::size_t bytes = 1, EntryKind kind = EntryKind::result) {
    return cache.put(entry(id, bytes, kind), cache.generation());
  }
  static Entry entry(std::uint64_t id, std::size_t bytes = 1, EntryKind kind = EntryKind::result) {
    return {Key{7, id}, kind, "a" + std::to_string(id), std::make_shared<const std::uint64_t>(id), bytes, 3.5, 0};
  }
  bool holds(std::uint64_t id, EntryKind kind = EntryKind::result) {
    const Lookup found = cache.get(Key{7, id}, kind);
    return found && *found.as<std::uint64_t>() == id;
  }
  std::string order() const {
    std::string ids;
    cache.forEach([&](const Entry& e) { ids += (ids.empty() ? "" : " ") + std::to_string(e.key.low); });
    return ids;
  }
};

using Removals = std::vector<std::string>;

TEST(Cache, DefaultsAreHalfAnHourAndFiftyEntries) {
  Bench bench({});
  for (std::uint64_t id = 0; id < 51; ++id) bench.put(id);
  EXPECT_EQ(bench.removals, Removals{"a0 lru"});
  EXPECT_EQ(bench.cache.stats().cachedItems, 50u);
  EXPECT_EQ(bench.cache.stats().maxSize, 50u);
  EXPECT_EQ(bench.cache.stats().ttlSeconds, 1800);
}

TEST(Cache, CountsRequestsAndWhatHitsSpared) {
  Bench bench({});
  EXPECT_EQ(bench.cache.stats().hitRate, 0);
  EXPECT_FALSE(bench.holds(1));
  bench.put(1, 10);
  const Lookup hit = bench.cache.get(Key{7, 1});
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit.savedMs, 3.5);
  EXPECT_TRUE(bench.holds(1));
  EXPECT_TRUE(bench.holds(1));
  const CacheStats stats = bench.cache.stats();
  EXPECT_EQ(stats.hits, 3u);
  EXPECT_EQ(stats.misses, 1u);
  EXPECT_EQ(stats.totalRequests, 4u);
  EXPECT_EQ(stats.hitRate, 0.75);
  EXPECT_EQ(stats.savedMs, 10.5);
  EXPECT_EQ(stats.bytes, 10u);
}

TEST(Cache, IsGoneInTheMillisecondOfItsExpiry) {
  Bench bench({.ttlMs = 100});
  bench.put(1);
  bench.nowMs += 99;
  EXPECT_TRUE(bench.holds(1));
  bench.nowMs += 1;
  EXPECT_FALSE(bench.holds(1)) << "age equals the TTL, and the hit a millisecond ago did not prolong";
  EXPECT_EQ(bench.removals, Removals{"a1 expired"});
  EXPECT_EQ(bench.cache.stats().expirations, 1u);
  EXPECT_EQ(bench.cache.stats().evictions, 0u);
}

TEST(Cache, WritingAnewProlongs) {
  Bench bench({.ttlMs = 100});
  bench.put(1);
  bench.nowMs += 60;
  bench.put(1);
  bench.nowMs += 60;
  EXPECT_TRUE(bench.holds(1));
  EXPECT_TRUE(bench.removals.empty()) << "a replaced value is no removal";
}

TEST(Cache, AFullCacheOfExpiredEntriesEmptiesAsExpiredNotAsEvicted) {
  Bench bench({.ttlMs = 100, .maxEntries = 3});
  for (const std::uint64_t id : {1u, 2u, 3u}) bench.put(id);
  bench.nowMs += 100;
  bench.put(4);
  EXPECT_EQ(bench.removals, (Removals{"a1 expired", "a2 expired", "a3 expired"}));
  EXPECT_EQ(bench.order(), "4");
  EXPECT_EQ(bench.cache.stats().expirations, 3u);
  EXPECT_EQ(bench.cache.stats().evictions, 0u);
}

TEST(Cache, ExpiredEntriesGoBeforeLeastRecentlyUsedOnes) {
  Bench bench({.ttlMs = 100, .maxEntries = 2});
  bench.put(1);
  bench.nowMs += 50;
  bench.put(2);
  EXPECT_TRUE(bench.holds(1));  // 2 is now the least recently used, but 1 expires first
  bench.nowMs += 50;
  bench.put(3);
  EXPECT_EQ(bench.removals, Removals{"a1 expired"});
  EXPECT_EQ(bench.order(), "3 2");
}

TEST(Cache, StatsDoNotCountWhatIsExpired) {
  Bench bench({.ttlMs = 100});
  bench.put(1, 8);
  bench.nowMs += 100;
  EXPECT_EQ(bench.cache.stats().cachedItems, 0u);
  EXPECT_EQ(bench.cache.stats().bytes, 0u);
}

TEST(Cache, AnEntryLargerThanTheCeilingIsNotKeptAndCostsNoOther) {
  Bench bench({.maxBytes = 10});
  bench.put(1, 5);
  bench.put(2, 5);
  EXPECT_FALSE(bench.put(3, 11));
  EXPECT_EQ(bench.order(), "2 1");
  EXPECT_TRUE(bench.removals.empty());
  EXPECT_TRUE(bench.put(3, 10)) << "as large as the ceiling is not larger";
  EXPECT_EQ(bench.removals, (Removals{"a1 lru", "a2 lru"}));
  EXPECT_FALSE(bench.put(3, std::numeric_limits<std::size_t>::max())) << "no overflow in the sum";
  EXPECT_FALSE(bench.holds(3)) << "the value that it would have replaced is out of date";
  EXPECT_EQ(bench.removals.back(), "a3 budget");
}

TEST(Cache, FitsTakeNoEntryAndNoCountButShareBytesAndOrder) {
  Bench bench({.maxEntries = 2, .maxBytes = 10});
  bench.put(1, 2, EntryKind::fit);
  bench.put(2, 2);
  bench.put(3, 2);
  EXPECT_EQ(bench.cache.stats().cachedItems, 2u);
  EXPECT_EQ(bench.cache.stats().bytes, 6u);
  EXPECT_TRUE(bench.holds(1, EntryKind::fit));
  EXPECT_FALSE(bench.holds(9, EntryKind::fit));
  EXPECT_EQ(bench.cache.stats().totalRequests, 0u);

  bench.put(4, 2);  // over maxEntries: the least recently used result goes
  EXPECT_EQ(bench.removals, Removals{"a2 lru"});
  bench.put(5, 3, EntryKind::fit);  // 9 bytes
  bench.put(6, 3, EntryKind::fit);  // over maxBytes: 3 was used longest ago of both kinds
  EXPECT_EQ(bench.removals, (Removals{"a2 lru", "a3 lru"}));
  bench.put(7, 2, EntryKind::fit);  // now the fit 1
  EXPECT_EQ(bench.removals, (Removals{"a2 lru", "a3 lru", "a1 lru"}));
  EXPECT_EQ(bench.cache.stats().evictions, 2u) << "results only";
  EXPECT_FALSE(bench.holds(5)) << "a fit is not found as a result";
}

TEST(Cache, ClearingWhileAComputationRuns) {
  Bench bench({});
  bench.put(1);
  const Lookup miss = bench.cache.get(Key{7, 2});
  bench.cache.clear();  // the computation of 2 is under way
  EXPECT_EQ(bench.removals, Removals{"a1 cleared"});
  EXPECT_FALSE(bench.cache.put(Bench::entry(2), miss.generation));
  EXPECT_FALSE(bench.holds(2));
  const Lookup after = bench.cache.get(Key{7, 2});
  EXPECT_TRUE(bench.cache.put(Bench::entry(2), after.generation));
  EXPECT_TRUE(bench.holds(2));
  EXPECT_EQ(bench.cache.stats().evictions, 0u);
}

TEST(Cache, AValueOutlivesItsEntryForWhoReadsIt) {
  Bench bench({});
  bench.put(1);
  const auto value = bench.cache.get(Key{7, 1}).as<std::uint64_t>();
  bench.cache.clear();
  EXPECT_EQ(*value, 1u);
}

TEST(Cache, AClockThatStepsBackKeepsAges) {
  Bench bench({.ttlMs = 100});
  bench.put(1);
  bench.nowMs += 60;
  EXPECT_TRUE(bench.holds(1));  // age 60
  bench.nowMs -= 500'000;
  EXPECT_TRUE(bench.holds(1));  // still 60: negative steps do not count
  bench.put(2);
  bench.nowMs += 39;
  EXPECT_TRUE(bench.holds(1));
  bench.nowMs += 1;
  EXPECT_FALSE(bench.holds(1)) << "100 ms of forward steps have passed";
  EXPECT_TRUE(bench.holds(2));
  bench.nowMs += 60;
  EXPECT_FALSE(bench.holds(2));
}

TEST(Cache, AClockThatJittersBackForeverStillExpires) {
  Bench bench({.ttlMs = 100});
  bench.put(1);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(bench.holds(1)) << i;
    bench.nowMs += 10;  // ten forward steps of 10 ms, each taken back by 10 ms
    (void)bench.cache.stats();
    bench.nowMs -= 10;
  }
  EXPECT_FALSE(bench.holds(1));
}

TEST(Cache, AClockWithoutAReadingStandsStill) {
  Bench bench({.ttlMs = 100});
  bench.put(1);
  const double before = bench.nowMs;
  for (const double reading : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    bench.nowMs = reading;
    EXPECT_TRUE(bench.holds(1));
  }
  bench.nowMs = before + 100;
  EXPECT_FALSE(bench.holds(1));
}

TEST(Cache, MovesToAnotherInstanceWithAgesOrderAndCounts) {
  Bench old({.ttlMs = 100});
  for (const std::uint64_t id : {1u, 2u, 3u}) {
    old.put(id);
    old.nowMs += 10;
  }
  EXPECT_TRUE(old.holds(1));
  ASSERT_EQ(old.order(), "1 3 2");

  Bench fresh({.ttlMs = 100, .maxEntries = 3});
  fresh.nowMs = old.nowMs;
  fresh.put(4);  // the new instance has been used already
  std::vector<std::uint64_t> refused;
  old.cache.forEach([&](const Entry& entry) {
    if (!fresh.cache.adopt(entry)) refused.push_back(entry.key.low);
  });
  fresh.cache.restore(old.cache.counters());
  EXPECT_EQ(refused, std::vector<std::uint64_t>{2}) << "no room: the least recently used stays behind";
  EXPECT_EQ(fresh.order(), "4 1 3");
  EXPECT_TRUE(fresh.removals.empty());
  EXPECT_EQ(fresh.cache.stats().hits, 1u);

  fresh.nowMs += 69;
  EXPECT_TRUE(fresh.holds(1));  // 99 ms old
  fresh.nowMs += 1;
  EXPECT_FALSE(fresh.holds(1));
  EXPECT_TRUE(fresh.holds(3)) << "20 ms younger than 1, though adopted later";
  EXPECT_EQ(fresh.removals, Removals{"a1 expired"});
}

TEST(Cache, AdoptsNothingExpiredKnownOrFromTheFuture) {
  Bench bench({.ttlMs = 100});
  bench.put(1);
  const auto adopts = [&](std::uint64_t id, double age) {
    Entry entry = Bench::entry(id);
    entry.writtenMs = bench.nowMs - age;
    return bench.cache.adopt(std::move(entry));
  };
  EXPECT_FALSE(adopts(1, 0));
  EXPECT_FALSE(adopts(2, 100));
  EXPECT_FALSE(adopts(2, -1)) << "its clock was set back since; its age cannot be known";
  EXPECT_FALSE(adopts(2, std::numeric_limits<double>::quiet_NaN()));
  EXPECT_TRUE(adopts(2, 99));
  EXPECT_TRUE(bench.removals.empty());
  EXPECT_EQ(bench.cache.stats().totalRequests, 0u);
}

TEST(Cache, ReleasesExpiredEntriesFirstThenLeastRecentlyUsedOnes) {
  Bench bench({.ttlMs = 100});
  bench.put(1, 10);
  bench.nowMs += 50;
  bench.put(2, 20);
  bench.put(3, 30);
  bench.put(4, 40);
  bench.holds(2);
  bench.nowMs += 50;
  EXPECT_EQ(bench.cache.releaseBytes(35), 40u);
  EXPECT_EQ(bench.removals, (Removals{"a1 expired", "a3 budget"}));
  EXPECT_EQ(bench.cache.releaseBytes(1000), 60u);
  EXPECT_FALSE(bench.cache.reclaimSome());
  EXPECT_EQ(bench.cache.reclaimableBytes(), 0u);
}

TEST(Cache, SwitchedOffKeepsAndCountsNothing) {
  for (const CacheOptions& options : {CacheOptions{.enabled = false}, CacheOptions{.ttlMs = 0}}) {
    Bench bench(options);
    EXPECT_FALSE(bench.put(1));
    EXPECT_FALSE(bench.holds(1));
    EXPECT_EQ(bench.cache.stats().totalRequests, 0u);
  }
  Bench noEntries({.maxEntries = 0});
  EXPECT_FALSE(noEntries.put(1));
  EXPECT_TRUE(noEntries.put(2, 1, EntryKind::fit)) << "fits take no entry";
}

TEST(Cache, IsIntactAfterABadAllocInPut) {
  std::size_t k = 1;
  for (bool failed = true; failed; ++k) {
    ASSERT_LT(k, 100u);
    Bench bench({.maxEntries = 13});
    for (std::uint64_t id = 0; id < 13; ++id) bench.put(id);  // the next insertion rehashes libstdc++'s map
    const std::string before = bench.order();
    for (const bool replacing : {false, true}) {
      Entry entry = Bench::entry(replacing ? 5 : 99);
      {
        const AllocationFaults faults(k);
        try {
          bench.cache.put(std::move(entry), 0);
          failed = false;
        } catch (const std::bad_alloc&) {
          failed = true;
        }
      }
      if (!failed) continue;
      EXPECT_EQ(bench.order(), before);
      EXPECT_EQ(bench.cache.stats().bytes, 13u);
      EXPECT_TRUE(bench.removals.empty());
    }
  }
  EXPECT_GT(k, 3u) << "putting allocates more than once";
}

TEST(Cache, AnObserverWithoutMemoryCostsOnlyTheMessage) {
  double nowMs = 0;
  ComputationCache cache({.maxEntries = 1}, [&] { return nowMs; }, [](const Removal&) { throw std::bad_alloc(); });
  EXPECT_TRUE(cache.put(Bench::entry(1), 0));
  EXPECT_TRUE(cache.put(Bench::entry(2), 0));
  EXPECT_EQ(cache.stats().evictions, 1u);
  EXPECT_TRUE(cache.get(Key{7, 2}));
}

TEST(Cache, AnObserverShortOfMemoryMayReclaim) {
  double nowMs = 0;
  std::vector<std::uint64_t> weights;
  ComputationCache* held = nullptr;
  ComputationCache cache({.ttlMs = 100}, [&] { return nowMs; }, [&](const Removal& gone) {
    held->reclaimSome();  // as a new-handler does when telling this finds no memory
    weights.push_back(gone.bytes);
  });
  held = &cache;
  for (std::uint64_t id = 1; id <= 4; ++id) {
    cache.put(Bench::entry(id, id), 0);
    nowMs += 30;
  }
  EXPECT_EQ(cache.releaseBytes(1), 10u);
  EXPECT_EQ(weights, (std::vector<std::uint64_t>{4, 3, 2, 1})) << "each told once, the innermost first";
  EXPECT_EQ(cache.stats().expirations, 1u);
  EXPECT_EQ(cache.stats().evictions, 3u);
}

}  // namespace
}  // namespace bedside::layers
