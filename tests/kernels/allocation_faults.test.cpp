#include "allocation_faults.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

namespace {

bool watching = false;
bool keepsFailing = false;
std::size_t failAt = 0;
std::size_t calls = 0;
std::size_t failedBytes = 0;

void* allocate(std::size_t bytes) {
  if (watching) {
    ++calls;
    const bool strikes = failAt != 0 && (keepsFailing ? calls >= failAt : calls == failAt);
    if (strikes) {
      failedBytes = bytes;
      throw std::bad_alloc();
    }
  }
  if (void* block = std::malloc(bytes == 0 ? 1 : bytes)) return block;
  throw std::bad_alloc();
}

void* allocateOrNull(std::size_t bytes) noexcept {
  try {
    return allocate(bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

// Replaced for the whole test program. The nothrow forms too: those of the library call ours, those of
// AddressSanitizer do not, and it would see std::stable_sort's buffer (operator new, then our free) as a mismatch.
void* operator new(std::size_t bytes) { return allocate(bytes); }
void* operator new[](std::size_t bytes) { return allocate(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return allocateOrNull(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return allocateOrNull(bytes); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }

namespace bedside::testing {

AllocationFaults::AllocationFaults(std::size_t k, Fault fault) noexcept {
  failAt = k;
  keepsFailing = fault == Fault::fromThenOn;
  ::calls = ::failedBytes = 0;
  watching = true;
}

AllocationFaults::~AllocationFaults() { watching = false; }

std::size_t AllocationFaults::calls() noexcept { return ::calls; }

std::size_t AllocationFaults::failedBytes() noexcept { return ::failedBytes; }

namespace {

std::size_t failuresInThree(std::size_t k, Fault fault) {
  std::size_t failures = 0;
  const AllocationFaults faults(k, fault);
  for (int i = 0; i < 3; ++i) {
    try {
      std::vector<char> block(100);
      block[0] = 1;
    } catch (const std::bad_alloc&) {
      ++failures;
    }
  }
  return failures;
}

TEST(AllocationFaults, StrikesOnceOrFromThenOn) {
  EXPECT_EQ(failuresInThree(0, Fault::once), 0u);
  EXPECT_EQ(failuresInThree(2, Fault::once), 1u);
  EXPECT_EQ(AllocationFaults::failedBytes(), 100u);
  EXPECT_EQ(failuresInThree(2, Fault::fromThenOn), 2u);
  EXPECT_EQ(AllocationFaults::calls(), 3u);
}

}  // namespace
}  // namespace bedside::testing
