#include "layers/budget.hpp"

#include "allocation_faults.hpp"
#include "layers/cache.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace bedside::layers {
namespace {

constexpr std::size_t mega = std::size_t{1} << 20;

/// A heap of which only the sum is real: tables and scratch by hand, the cache by its entries' destruction. A budget of
/// 100 MB, so that megabytes read as per cent.
struct Heap {
  double nowMs = 0;
  std::size_t live = 0;
  std::size_t size = 0;
  std::size_t needed = 0;
  std::vector<std::string> events;
  std::vector<std::string> removals;
  ComputationCache cache;
  MemoryBudget budget;

  explicit Heap(BudgetOptions options = {.budgetBytes = 100 * mega})
      : cache({.ttlMs = 1000}, [this] { return nowMs; },
              [this](const Removal& gone) {
                removals.push_back(std::string(gone.analysis) + " " + std::string(name(gone.reason)));
              }),
        budget(options, {[this] { return live; }, [this] { return size; }, {}, [this] { return needed; }}, &cache,
               [this](const MemoryEvent& event) {
                 events.push_back(std::string(name(event.kind)) + " " + std::string(name(event.status)) +
                                  (event.freedBytes > 0 ? " " + std::to_string(event.freedBytes / mega) : ""));
               }) {}

  void cacheEntry(std::uint64_t id, std::size_t megabytes) {
    const std::size_t bytes = megabytes * mega;
    live += bytes;
    std::shared_ptr<const void> value(new int(0), [this, bytes](const int* block) {
      live -= bytes;
      delete block;
    });
    cache.put({Key{0, id}, EntryKind::result, "a" + std::to_string(id), std::move(value), bytes, 0, 0},
              cache.generation());
  }
  ~Heap() { cache.clear(); }
};

using Lines = std::vector<std::string>;

TEST(Budget, StatusFollowsUsage) {
  Heap heap;
  const auto statusAt = [&](std::size_t bytes) {
    heap.live = bytes;
    return name(heap.budget.status());
  };
  EXPECT_EQ(statusAt(80 * mega - 1), "OK");
  EXPECT_EQ(statusAt(80 * mega), "WARNING");
  EXPECT_EQ(statusAt(95 * mega - 1), "WARNING");
  EXPECT_EQ(statusAt(95 * mega), "CRITICAL");
}

TEST(Budget, FiguresAreInMegabytes) {
  Heap heap;
  heap.live = 70 * mega;
  EXPECT_EQ(heap.budget.stats().peakMb, 70);
  heap.live = 20 * mega;
  heap.size = 75 * mega;
  const BudgetStats stats = heap.budget.stats();
  EXPECT_EQ(stats.currentMb, 20);
  EXPECT_EQ(stats.peakMb, 70);
  EXPECT_EQ(stats.heapMb, 75);
  EXPECT_EQ(stats.maxMb, 100);
  EXPECT_EQ(stats.thresholdMb, 80);
  EXPECT_EQ(stats.usagePct, 20);
  EXPECT_EQ(stats.status, MemoryStatus::ok);
  heap.live = 130 * mega;
  EXPECT_EQ(heap.budget.stats().usagePct, 100) << "natively nothing holds the heap at the budget";
}

TEST(Budget, PeakOfTheAllocatorCountsWhenItSawMore) {
  const MemorySources sources{[] { return 10 * mega; }, {}, [] { return 90 * mega; }, {}};
  const MemoryBudget budget({.budgetBytes = 100 * mega}, sources, nullptr);
  EXPECT_EQ(budget.stats().peakMb, 90);
  EXPECT_EQ(budget.stats().heapMb, 10) << "without a source: what is live";
}

TEST(Budget, CleansUpAboveTheThresholdDownToIt) {
  Heap heap;
  heap.live = 40 * mega;
  heap.cacheEntry(1, 10);
  heap.nowMs = 600;
  heap.cacheEntry(2, 10);
  heap.cacheEntry(3, 10);
  heap.cacheEntry(4, 10);
  EXPECT_TRUE(heap.cache.get(Key{0, 2}));
  EXPECT_EQ(heap.budget.check(), 0u) << "80 of 100 is not above the threshold";
  heap.events.clear();

  heap.nowMs = 1000;
  heap.live += 15 * mega;
  EXPECT_EQ(heap.budget.check(), 20 * mega);
  EXPECT_EQ(heap.removals, (Lines{"a1 expired", "a3 budget"})) << "expired first, then the least recently used";
  EXPECT_EQ(heap.events, Lines{"cleanup OK 20"});
  EXPECT_EQ(heap.budget.stats().cleanups, 1u);
  EXPECT_EQ(heap.budget.stats().freedMb, 20);
  EXPECT_EQ(heap.budget.check(), 0u);
}

TEST(Budget, WithNothingToGiveUpThereIsNoCleanup) {
  Heap heap;
  heap.live = 90 * mega;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(heap.budget.check(), 0u);
  EXPECT_EQ(heap.budget.stats().cleanups, 0u);
  EXPECT_EQ(heap.events, Lines{"alert WARNING"});
}

TEST(Budget, AlertsOncePerRise) {
  Heap heap;
  for (const std::size_t percent : {50u, 82u, 85u, 94u, 96u, 99u, 90u, 97u, 40u, 81u}) {
    heap.live = percent * mega;
    heap.budget.check();
  }
  EXPECT_EQ(heap.events, (Lines{"alert WARNING", "alert CRITICAL", "alert CRITICAL", "alert WARNING"}));
  EXPECT_EQ(heap.budget.stats().alertsSent, 4u);
}

TEST(Budget, ARiseThatTheCleanupUndoesIsNoAlert) {
  Heap heap;
  heap.live = 60 * mega;
  heap.cacheEntry(1, 30);
  heap.budget.check();
  EXPECT_EQ(heap.events, Lines{"cleanup OK 30"});
}

TEST(Budget, RefusesBeforeARunOnlyWhatCouldNeverFit) {
  Heap heap;
  heap.live = 50 * mega;
  heap.cacheEntry(1, 30);
  EXPECT_FALSE(heap.budget.admit(0));
  EXPECT_FALSE(heap.budget.admit(50 * mega)) << "fits once the cache is gone";
  const auto refusal = heap.budget.admit(50 * mega + 1);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->neededBytes, 50 * mega + 1);
  EXPECT_EQ(refusal->availableBytes, 50 * mega);
  EXPECT_TRUE(heap.removals.empty()) << "a refusal costs no entry";
  EXPECT_EQ(heap.events, Lines{"refused CRITICAL"});
  EXPECT_EQ(heap.budget.status(), MemoryStatus::critical);
  EXPECT_FALSE(heap.budget.admit(1));
  EXPECT_EQ(heap.budget.status(), MemoryStatus::warning) << "the last run was not refused";
  EXPECT_TRUE(heap.budget.admit(std::numeric_limits<std::size_t>::max()));
}

/// A run of which the first `failures` calls end in bad_alloc.
struct FailingRun {
  int failures;
  int calls = 0;
  std::string operator()() {
    if (++calls <= failures) throw std::bad_alloc();
    return "done";
  }
};

TEST(RunWithinBudget, ARunThatEndsWellRunsOnce) {
  Heap heap;
  heap.live = 10 * mega;
  heap.cacheEntry(1, 10);
  FailingRun run{0};
  EXPECT_EQ(std::get<std::string>(runWithinBudget(heap.budget, 5, run)), "done");
  EXPECT_EQ(run.calls, 1);
  EXPECT_TRUE(heap.removals.empty());
}

TEST(RunWithinBudget, MakesRoomForTheKnownNeedAndTriesOnceMore) {
  Heap heap;
  heap.live = 40 * mega;
  for (const std::uint64_t id : {1u, 2u, 3u, 4u}) heap.cacheEntry(id, 10);
  heap.needed = 25 * mega;  // 80 live: 25 more under the threshold of 80 means three entries
  FailingRun run{1};
  EXPECT_EQ(std::get<std::string>(runWithinBudget(heap.budget, 0, run)), "done");
  EXPECT_EQ(run.calls, 2);
  EXPECT_EQ(heap.removals, (Lines{"a1 budget", "a2 budget", "a3 budget"}));
  EXPECT_EQ(heap.events, Lines{"cleanup OK 30"});
}

TEST(RunWithinBudget, GivesUpEverythingWhenFiguresDoNotExplainTheFailure) {
  for (const std::size_t needed : {std::size_t{0}, mega}) {  // unknown; or fragmentation: there was room for it
    Heap heap;
    heap.live = 10 * mega;
    heap.cacheEntry(1, 10);
    heap.cacheEntry(2, 10);
    heap.needed = needed;
    FailingRun run{1};
    EXPECT_EQ(std::get<std::string>(runWithinBudget(heap.budget, 0, run)), "done");
    EXPECT_EQ(heap.removals.size(), 2u);
  }
}

TEST(RunWithinBudget, RefusesAfterTheSecondFailure) {
  Heap heap;
  heap.live = 60 * mega;
  heap.cacheEntry(1, 20);
  heap.needed = 35 * mega;
  FailingRun run{1000};
  const auto outcome = runWithinBudget(heap.budget, 7, run);
  EXPECT_EQ(run.calls, 2);
  const auto* refusal = std::get_if<Refusal>(&outcome);
  ASSERT_NE(refusal, nullptr);
  EXPECT_EQ(refusal->availableBytes, 40 * mega);
  EXPECT_EQ(refusal->neededBytes, 40 * mega + 1);  // 35 MB were its last step: there was room for them, it failed
  EXPECT_EQ(heap.events, (Lines{"cleanup OK 20", "refused CRITICAL"}));
  run.failures = 0;
  EXPECT_EQ(std::get<std::string>(runWithinBudget(heap.budget, 7, run)), "done") << "the next run is free to go";
  EXPECT_EQ(heap.budget.status(), MemoryStatus::ok);
}

TEST(RunWithinBudget, RoomInPiecesCostsTheWholeCacheBeforeARunIsRefused) {
  Heap heap;
  heap.live = 40 * mega;
  for (const std::uint64_t id : {1u, 2u, 3u, 4u}) heap.cacheEntry(id, 10);
  heap.needed = 25 * mega;  // three entries would do, were they neighbours
  FailingRun run{2};
  EXPECT_EQ(std::get<std::string>(runWithinBudget(heap.budget, 0, run)), "done");
  EXPECT_EQ(run.calls, 3);
  EXPECT_EQ(heap.removals.size(), 4u);
}

TEST(RunWithinBudget, ANeedThatCannotBeMetCostsNoEntryAndNoSecondTry) {
  Heap heap;
  heap.live = 60 * mega;
  heap.cacheEntry(1, 20);
  heap.needed = 41 * mega;
  FailingRun run{1000};
  const auto outcome = runWithinBudget(heap.budget, 0, run);
  EXPECT_NE(std::get_if<Refusal>(&outcome), nullptr);
  EXPECT_EQ(run.calls, 1);
  EXPECT_TRUE(heap.removals.empty());
}

TEST(RunWithinBudget, OtherErrorsPassThroughAndAreNoRefusal) {
  Heap heap;
  EXPECT_THROW((void)runWithinBudget(heap.budget, 0, []() -> int { throw 42; }), int);
  EXPECT_EQ(heap.budget.status(), MemoryStatus::ok);
}

TEST(RunWithinBudget, AnyFailingAllocationEndsInTheRightValueOrARefusal) {
  using bedside::testing::AllocationFaults;
  using bedside::testing::Fault;
  const auto run = [] {
    std::vector<std::string> words;
    for (int i = 0; i < 20; ++i) words.push_back(std::string(100, 'x'));
    return words.size();
  };
  for (const Fault fault : {Fault::once, Fault::fromThenOn}) {
    std::size_t refused = 0;
    std::size_t k = 1;
    for (std::size_t calls = k; calls >= k; ++k) {
      Heap heap;
      heap.cacheEntry(1, 10);
      Outcome<std::size_t> outcome = Refusal{};
      {
        const AllocationFaults faults(k, fault);
        outcome = runWithinBudget(heap.budget, 0, run);
        calls = AllocationFaults::calls();
      }
      const auto* words = std::get_if<std::size_t>(&outcome);
      if (words != nullptr) {
        EXPECT_EQ(*words, 20u);
      } else {
        ++refused;
      }
    }
    EXPECT_GT(k, 20u);
    EXPECT_EQ(refused, fault == Fault::once ? 0u : k - 2) << "the last k is beyond the run's allocations";
  }
}

TEST(Budget, WorksWithoutACacheAndSwitchedOff) {
  MemoryBudget alone({.budgetBytes = 100 * mega}, {[] { return 90 * mega; }, {}, {}, {}}, nullptr);
  EXPECT_EQ(alone.check(), 0u);
  EXPECT_TRUE(alone.admit(11 * mega));
  FailingRun run{1};
  EXPECT_EQ(std::get<std::string>(runWithinBudget(alone, 0, run)), "done");

  Heap off({.budgetBytes = 100 * mega, .enabled = false});
  off.live = 80 * mega;
  off.cacheEntry(1, 19);
  EXPECT_EQ(off.budget.check(), 0u);
  EXPECT_FALSE(off.budget.admit(200 * mega));
  FailingRun failing{1};
  const auto outcome = runWithinBudget(off.budget, 0, failing);
  ASSERT_NE(std::get_if<Refusal>(&outcome), nullptr);
  EXPECT_EQ(std::get<Refusal>(outcome).availableBytes, mega);
  EXPECT_TRUE(off.removals.empty());
  EXPECT_EQ(off.events, Lines{"refused CRITICAL"});
}

TEST(Budget, AMostlyEmptyGrownHeapIsWorthReplacing) {
  Heap heap;
  heap.live = 5 * mega;
  heap.size = 30 * mega;
  EXPECT_FALSE(heap.budget.mostlyEmpty()) << "25 MB idle is a quarter of the budget, no more";
  heap.size = 31 * mega;
  EXPECT_TRUE(heap.budget.mostlyEmpty());
  heap.live = 20 * mega;
  heap.size = 80 * mega;
  EXPECT_FALSE(heap.budget.mostlyEmpty()) << "a quarter of it is in use";
  heap.budget.recycled(3 * mega);
  EXPECT_EQ(heap.events, Lines{"recycle OK 3"});
}

TEST(Budget, CountersSurviveAReplacedInstance) {
  Heap old;
  old.live = 85 * mega;
  old.cacheEntry(1, 10);
  old.budget.check();
  ASSERT_EQ(old.events, (Lines{"cleanup WARNING 10", "alert WARNING"}));

  Heap fresh;
  fresh.budget.restore(old.budget.counters());
  fresh.live = 85 * mega;
  fresh.budget.check();
  EXPECT_TRUE(fresh.events.empty()) << "usage has not risen since the old instance told it";
  const BudgetStats stats = fresh.budget.stats();
  EXPECT_EQ(stats.cleanups, 1u);
  EXPECT_EQ(stats.freedMb, 10);
  EXPECT_EQ(stats.alertsSent, 1u);
  EXPECT_EQ(stats.peakMb, 95);
}

TEST(Budget, SharesOutOfRangeFallBackToTheDefault) {
  for (const double share : {0.0, -1.0, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(Heap({.budgetBytes = 100 * mega, .cleanupAt = share}).budget.thresholdBytes(), 80 * mega);
  }
  EXPECT_EQ(Heap({.budgetBytes = 100 * mega, .cleanupAt = 0.5}).budget.thresholdBytes(), 50 * mega);
}

}  // namespace
}  // namespace bedside::layers
