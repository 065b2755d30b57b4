#include "wasm/allocator.hpp"

#include <malloc.h>

#include <cstdlib>

// dlmalloc under its own names (Emscripten keeps them for exactly this): the public ones below count and pass on, so
// that tables, cache and scratch, whoever allocates them, stand in one account that is exact at any moment.
extern "C" {
void* emscripten_builtin_malloc(std::size_t);
void* emscripten_builtin_calloc(std::size_t, std::size_t);
void* dlrealloc(void*, std::size_t);
void* emscripten_builtin_memalign(std::size_t, std::size_t);
void emscripten_builtin_free(void*);
extern unsigned char __heap_base;  // above static data and stack
}

namespace {

std::size_t live = 0;
std::size_t peak = 0;
std::size_t runBegan = 0;
std::size_t needed = 0;

constexpr std::size_t header = sizeof(std::size_t);

std::size_t weigh(void* block) { return block ? malloc_usable_size(block) + header : 0; }

void* counted(void* block, std::size_t asked) {
  if (!block) {
    needed = live - (runBegan < live ? runBegan : live) + asked;
    return block;
  }
  live += weigh(block);
  if (live > peak) peak = live;
  return block;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) { return counted(emscripten_builtin_malloc(size), size); }

void* calloc(std::size_t count, std::size_t size) {
  return counted(emscripten_builtin_calloc(count, size), count * size);  // only a failed product can wrap
}

void* realloc(void* block, std::size_t size) {
  const std::size_t before = weigh(block);
  void* moved = dlrealloc(block, size);
  if (moved) live -= before;
  return counted(moved, size);
}

void* memalign(std::size_t alignment, std::size_t size) { return counted(emscripten_builtin_memalign(alignment, size), size); }

void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }

int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  *out = memalign(alignment, size);
  return *out ? 0 : 12;  // ENOMEM
}

void free(void* block) {
  live -= weigh(block);
  emscripten_builtin_free(block);
}
}

namespace bedside::wasm {

namespace {
std::size_t base() { return reinterpret_cast<std::size_t>(&__heap_base); }
}  // namespace

std::size_t liveBytes() { return base() + live; }
std::size_t peakBytes() { return base() + peak; }
void markRun() {
  runBegan = live;
  needed = 0;
}
std::size_t neededBytes() { return needed; }

}  // namespace bedside::wasm
