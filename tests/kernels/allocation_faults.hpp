#pragma once

#include <cstddef>

namespace bedside::testing {

/// How often an injected failure strikes: the k-th allocation alone, or that one and all after it.
enum class Fault { once, fromThenOn };

/// While in scope, `operator new` throws `std::bad_alloc` at its k-th call (from 1). With k = 0 it only counts calls.
/// Assertions of GoogleTest allocate: leave the scope before asserting. One scope at a time, one thread.
class AllocationFaults {
public:
  explicit AllocationFaults(std::size_t k, Fault fault = Fault::once) noexcept;
  ~AllocationFaults();
  AllocationFaults(const AllocationFaults&) = delete;
  AllocationFaults& operator=(const AllocationFaults&) = delete;

  /// Calls of `operator new` since the scope began, those that failed included.
  [[nodiscard]] static std::size_t calls() noexcept;

  /// Bytes asked for by the call that failed last; 0 when none has.
  [[nodiscard]] static std::size_t failedBytes() noexcept;
};

}  // namespace bedside::testing
