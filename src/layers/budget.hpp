#pragma once

#include "layers/reclaimer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace bedside::layers {

/// `ok` under 80 % of the budget, `critical` from 95 % or when the last run was refused, `warning` between.
enum class MemoryStatus : unsigned char { ok, warning, critical };

/// The status as `stats()` and events carry it: "OK", "WARNING", "CRITICAL".
[[nodiscard]] std::string_view name(MemoryStatus status) noexcept;

/// Where the figures come from; all in bytes. `liveBytes` is required.
struct MemorySources {
  std::function<std::size_t()> liveBytes;    ///< allocated and not freed: tables, cache, scratch
  std::function<std::size_t()> heapBytes;    ///< size of the heap; without it, what is live
  std::function<std::size_t()> peakBytes;    ///< most that was ever live; without it, the most ever seen here
  std::function<std::size_t()> neededBytes;  ///< at the last `std::bad_alloc`: held by the run + the request that
                                             ///< failed; 0 or no source: unknown
};

struct MemoryEvent {
  enum class Kind : unsigned char {
    cleanup,  ///< entries were given up
    alert,    ///< usage rose to WARNING or to CRITICAL; once per rise
    refused,  ///< a run was refused for want of memory
    recycle,  ///< the instance was replaced
  };
  Kind kind;
  MemoryStatus status;
  std::size_t freedBytes = 0;  ///< of a clean-up or a recycle
};

/// The kind as events carry it: "cleanup", "alert", "refused", "recycle".
[[nodiscard]] std::string_view name(MemoryEvent::Kind kind) noexcept;

/// What it throws as `std::bad_alloc` is swallowed: a message that finds no memory is lost, the counters still tell.
using MemoryObserver = std::function<void(const MemoryEvent&)>;

struct BudgetOptions {
  std::size_t budgetBytes = std::size_t{280} << 20;
  double cleanupAt = 0.8;  ///< share of the budget above which `check` cleans up
  bool enabled = true;     ///< false: figures and refusals by the platform only; no clean-up, no alert, no second try
};

/// The counts that survive a replaced instance.
struct BudgetCounters {
  std::size_t peakBytes = 0;
  std::uint64_t cleanups = 0;
  std::uint64_t freedBytes = 0;
  std::uint64_t alertsSent = 0;
  MemoryStatus alerted = MemoryStatus::ok;  ///< usage at the last check, lest a rise be told twice
  bool lastRunRefused = false;
};

/// `engine.stats().memory`; 1 MB = 2²⁰ bytes.
struct BudgetStats {
  double currentMb = 0;
  double peakMb = 0;
  double heapMb = 0;
  double maxMb = 0;
  double thresholdMb = 0;
  double usagePct = 0;  ///< 0 to 100
  MemoryStatus status = MemoryStatus::ok;
  std::uint64_t cleanups = 0;
  double freedMb = 0;
  std::uint64_t alertsSent = 0;
};

/// Why a run did not take place or could not end: `MEMORY_BUDGET`.
struct Refusal {
  std::size_t neededBytes = 0;     ///< certainly needed; the run may need more
  std::size_t availableBytes = 0;  ///< what the budget leaves beside all that cannot be given up
};

/// Layer 2: one account for tables, cache and scratch. The platform enforces the budget (maximum of the WASM memory);
/// this class sees to it that what could be given up never stands in the way of what is asked for. `budgetBytes` bounds
/// the whole heap, so static data and stack should be part of `liveBytes` where the host knows them.
///
/// One thread, no global state. Allocates nothing, so all of it may be used when memory has run out.
class MemoryBudget {
public:
  /// `reclaimer` (the cache; may be null) must outlive the budget.
  MemoryBudget(BudgetOptions options, MemorySources sources, Reclaimer* reclaimer, MemoryObserver observer = {});
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// To be called after steps that allocate much. Above the threshold it has the reclaimer give up entries until usage
  /// is down to it; tells a rise of usage that remains. Returns the bytes freed.
  std::size_t check();

  /// To be called before each run, with the bytes that it certainly needs (a lower bound; 0 when unknown). Refuses only
  /// what could not fit even if everything reclaimable were given up; gives up nothing itself.
  [[nodiscard]] std::optional<Refusal> admit(std::size_t certainBytes);

  /// After a `std::bad_alloc` has unwound the run: gives up entries until `neededBytes` would leave usage at the
  /// threshold, so that the second try finds the usual headroom for what it asks for later. Gives up everything when
  /// that figure is unknown (0), or when there was such room from the start and only fragmentation can explain the
  /// failure. False when no second try can succeed, which costs no entry: the need exceeds all that could be had.
  [[nodiscard]] bool relieve(std::size_t neededBytes);

  /// Notes that the run was refused (status CRITICAL until the next `admit`), and says with which figures.
  Refusal refuse(std::size_t neededBytes);

  /// Notes that the instance was replaced, freeing `freedBytes` of heap.
  void recycled(std::size_t freedBytes);

  /// Whether replacing the instance would pay, asked between runs: WASM memory never shrinks, so a heap is worth
  /// replacing when less than a quarter of it is live and what is idle exceeds a quarter of the budget.
  [[nodiscard]] bool mostlyEmpty() const;

  [[nodiscard]] std::size_t availableBytes() const;   ///< budget − (live − reclaimable)
  [[nodiscard]] std::size_t reclaimableBytes() const noexcept;
  [[nodiscard]] std::size_t thresholdBytes() const noexcept;
  [[nodiscard]] std::size_t lastNeededBytes() const;  ///< the source's figure, 0 when unknown
  [[nodiscard]] MemoryStatus status() const;
  [[nodiscard]] BudgetStats stats() const;

  [[nodiscard]] BudgetCounters counters() const;
  void restore(const BudgetCounters& counters) noexcept { counters_ = counters; }

private:
  std::size_t live() const;
  [[nodiscard]] MemoryStatus usageStatus(std::size_t liveBytes) const noexcept;
  std::size_t cleanUp(std::size_t goalBytes);
  void tellRise();
  void tell(MemoryEvent::Kind kind, std::size_t freedBytes = 0);

  BudgetOptions options_;
  MemorySources sources_;
  Reclaimer* reclaimer_;
  MemoryObserver observer_;
  mutable BudgetCounters counters_;  // every look at the live bytes may find a new peak
};

/// A run's value, or why there is none.
template <class Value>
using Outcome = std::variant<Value, Refusal>;

/// Admits `run`, calls it, and when it ends in `std::bad_alloc` makes room and calls it once more. Room that is there but
/// not in one piece fails it again: then everything goes that can be given up, for a last try, so that nothing is refused
/// in favour of the cache. `run` must leave everything as it was when it throws. Other exceptions pass through.
template <class Run>
[[nodiscard]] auto runWithinBudget(MemoryBudget& budget, std::size_t certainBytes, Run&& run)
    -> Outcome<std::invoke_result_t<Run&>> {
  if (const auto refusal = budget.admit(certainBytes)) return *refusal;
  try {
    return run();
  } catch (const std::bad_alloc&) {
    // Nothing is done here: the second try begins when this handler has let go of the exception, which holds memory.
  }
  bool relieved = budget.relieve(budget.lastNeededBytes());
  for (int tries = 2; relieved && tries <= 3; ++tries) {
    try {
      return run();
    } catch (const std::bad_alloc&) {
    }
    relieved = budget.reclaimableBytes() > 0 && budget.relieve(0);
  }
  return budget.refuse(std::max(budget.lastNeededBytes(), certainBytes));
}

}  // namespace bedside::layers
