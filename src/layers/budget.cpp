#include "layers/budget.hpp"

#include <algorithm>

namespace bedside::layers {

namespace {

constexpr double warningAt = 0.80;
constexpr double criticalAt = 0.95;
constexpr double bytesPerMb = 1024.0 * 1024.0;

double mb(std::uint64_t bytes) { return static_cast<double>(bytes) / bytesPerMb; }

std::size_t minus(std::size_t a, std::size_t b) { return a > b ? a - b : 0; }

}  // namespace

std::string_view name(MemoryStatus status) noexcept {
  switch (status) {
    case MemoryStatus::ok: return "OK";
    case MemoryStatus::warning: return "WARNING";
    case MemoryStatus::critical: break;
  }
  return "CRITICAL";
}

std::string_view name(MemoryEvent::Kind kind) noexcept {
  switch (kind) {
    case MemoryEvent::Kind::cleanup: return "cleanup";
    case MemoryEvent::Kind::alert: return "alert";
    case MemoryEvent::Kind::refused: return "refused";
    case MemoryEvent::Kind::recycle: break;
  }
  return "recycle";
}

MemoryBudget::MemoryBudget(BudgetOptions options, MemorySources sources, Reclaimer* reclaimer, MemoryObserver observer)
    : options_(options), sources_(std::move(sources)), reclaimer_(reclaimer), observer_(std::move(observer)) {
  options_.budgetBytes = std::max<std::size_t>(options_.budgetBytes, 1);
  // A share outside (0, 1], NaN included, would clean up always or never.
  if (!(options_.cleanupAt > 0 && options_.cleanupAt <= 1)) options_.cleanupAt = BudgetOptions{}.cleanupAt;
}

std::size_t MemoryBudget::live() const {
  const std::size_t bytes = sources_.liveBytes();
  const std::size_t peak = sources_.peakBytes ? sources_.peakBytes() : 0;
  counters_.peakBytes = std::max({counters_.peakBytes, bytes, peak});
  return bytes;
}

std::size_t MemoryBudget::thresholdBytes() const noexcept {
  return static_cast<std::size_t>(options_.cleanupAt * static_cast<double>(options_.budgetBytes));
}

std::size_t MemoryBudget::availableBytes() const {
  return minus(options_.budgetBytes, minus(live(), reclaimableBytes()));
}

std::size_t MemoryBudget::reclaimableBytes() const noexcept {
  return options_.enabled && reclaimer_ != nullptr ? reclaimer_->reclaimableBytes() : 0;
}

std::size_t MemoryBudget::lastNeededBytes() const { return sources_.neededBytes ? sources_.neededBytes() : 0; }

MemoryStatus MemoryBudget::usageStatus(std::size_t liveBytes) const noexcept {
  const double share = static_cast<double>(liveBytes) / static_cast<double>(options_.budgetBytes);
  if (share >= criticalAt) return MemoryStatus::critical;
  return share >= warningAt ? MemoryStatus::warning : MemoryStatus::ok;
}

MemoryStatus MemoryBudget::status() const {
  return counters_.lastRunRefused ? MemoryStatus::critical : usageStatus(live());
}

std::size_t MemoryBudget::check() {
  if (!options_.enabled) return 0;
  const std::size_t freed = cleanUp(thresholdBytes());
  tellRise();
  return freed;
}

std::optional<Refusal> MemoryBudget::admit(std::size_t certainBytes) {
  counters_.lastRunRefused = false;
  if (!options_.enabled || certainBytes <= availableBytes()) return std::nullopt;
  return refuse(certainBytes);
}

bool MemoryBudget::relieve(std::size_t neededBytes) {
  if (!options_.enabled || neededBytes > availableBytes()) return false;
  const std::size_t goal = minus(thresholdBytes(), neededBytes);
  const bool unexplained = neededBytes == 0 || live() <= goal;
  cleanUp(unexplained ? 0 : goal);
  return true;
}

Refusal MemoryBudget::refuse(std::size_t neededBytes) {
  counters_.lastRunRefused = true;
  tell(MemoryEvent::Kind::refused);
  const std::size_t available = availableBytes();
  // A run that failed step by step (a load) has counted its last step: more than what is left it needed in any case.
  return Refusal{std::max(neededBytes, available + 1), available};
}

void MemoryBudget::recycled(std::size_t freedBytes) { tell(MemoryEvent::Kind::recycle, freedBytes); }

bool MemoryBudget::mostlyEmpty() const {
  const std::size_t used = live();
  const std::size_t heap = sources_.heapBytes ? sources_.heapBytes() : used;
  return used < heap / 4 && heap - used > options_.budgetBytes / 4;
}

std::size_t MemoryBudget::cleanUp(std::size_t goalBytes) {
  const std::size_t before = live();
  bool gaveUp = false;
  while (reclaimer_ != nullptr && live() > goalBytes && reclaimer_->reclaimSome()) gaveUp = true;
  if (!gaveUp) return 0;
  // What came free is measured, not added up from weights: a value may have other holders, and nodes weigh something.
  const std::size_t freed = minus(before, live());
  ++counters_.cleanups;
  counters_.freedBytes += freed;
  tell(MemoryEvent::Kind::cleanup, freed);
  return freed;
}

void MemoryBudget::tellRise() {
  const MemoryStatus usage = usageStatus(live());
  const bool risen = usage > counters_.alerted;
  counters_.alerted = usage;
  if (!risen) return;
  ++counters_.alertsSent;
  tell(MemoryEvent::Kind::alert);
}

void MemoryBudget::tell(MemoryEvent::Kind kind, std::size_t freedBytes) {
  if (!observer_) return;
  try {
    observer_(MemoryEvent{kind, status(), freedBytes});
  } catch (const std::bad_alloc&) {  // see MemoryObserver
  }
}

BudgetCounters MemoryBudget::counters() const {
  live();
  return counters_;
}

BudgetStats MemoryBudget::stats() const {
  const std::size_t used = live();
  BudgetStats stats;
  stats.currentMb = mb(used);
  stats.peakMb = mb(counters_.peakBytes);
  stats.heapMb = mb(sources_.heapBytes ? sources_.heapBytes() : used);
  stats.maxMb = mb(options_.budgetBytes);
  stats.thresholdMb = mb(thresholdBytes());
  stats.usagePct = std::min(100.0, 100.0 * static_cast<double>(used) / static_cast<double>(options_.budgetBytes));
  stats.status = status();
  stats.cleanups = counters_.cleanups;
  stats.freedMb = mb(counters_.freedBytes);
  stats.alertsSent = counters_.alertsSent;
  return stats;
}

}  // namespace bedside::layers
