#include <emscripten/bind.h>
#include <emscripten/em_js.h>
#include <emscripten/heap.h>

#include <cstdint>
#include <memory>
#include <new>

#include "describe/msgpack.hpp"
#include "engine/engine.hpp"
#include "wasm/allocator.hpp"

/// The boundary: five functions on bytes and ids. JavaScript writes a message into the inbox, calls, and copies the
/// answer out before the next call; no view of the heap outlives a call and no C++ exception leaves one.
namespace {

using bedside::Answer;
using bedside::Bytes;
using bedside::Value;

/// Where the answer lies, and whether a new instance would be much smaller, as five numbers in memory.
struct Response {
  std::uint32_t headAt, headBytes, bodyAt, bodyBytes, mostlyEmpty;
};

std::unique_ptr<bedside::Engine> engine;
Bytes message;
Answer answer;
Response response;

// clang-format off
EM_JS(double, nowMs, (), { return Date.now(); });
EM_JS(double, elapsedMs, (), { return performance.now(); });
EM_JS(void, tellProgress, (double done), { Module['onProgress']?.(done); });
// clang-format on

std::uint32_t addressOf(const void* at) { return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(at)); }

std::uint32_t respond(Answer&& given) {
  answer = std::move(given);
  response = {addressOf(answer.head.data()), static_cast<std::uint32_t>(answer.head.size()),
              answer.body ? addressOf(answer.body->data()) : 0, answer.body ? static_cast<std::uint32_t>(answer.body->size()) : 0,
              engine->mostlyEmpty() ? 1u : 0u};
  return addressOf(&response);
}

std::span<const std::uint8_t> given(std::uint32_t bytes) {
  return std::span<const std::uint8_t>(message).first(std::min<std::size_t>(bytes, message.size()));
}

/// Room for a message of so many bytes: its address, 0 when there is none.
std::uint32_t inbox(std::uint32_t bytes) {
  // No second copy while it grows, and none of a piece of a file beside what is made of it.
  if (bytes > message.capacity() || bytes < message.capacity() / 2) Bytes().swap(message);
  try {
    if (!engine) message.resize(bytes);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return !engine || engine->makeRoom(message, bytes) ? addressOf(message.data()) : 0;
}

/// Makes the engine from the options in the inbox: `{ cache: { enabled, ttl, maxEntries, maxBytes }, memory: { enabled,
/// budget, cleanupAt } }`. False when even that finds no memory.
bool open(std::uint32_t bytes) {
  try {
    const auto read = bedside::readMessage(given(bytes));
    const Value& cache = read.value["cache"];
    const Value& memory = read.value["memory"];
    bedside::EngineOptions options;
    options.cache = {.ttlMs = cache["ttl"].number, .maxEntries = cache["maxEntries"].count(), .maxBytes = cache["maxBytes"].count(),
                     .enabled = cache["enabled"].truth};
    options.budget = {.budgetBytes = memory["budget"].count(), .cleanupAt = memory["cleanupAt"].number, .enabled = memory["enabled"].truth};
    bedside::Host host{.nowMs = &nowMs,
                       .elapsedMs = &elapsedMs,
                       .memory = {.liveBytes = &bedside::wasm::liveBytes,
                                  .heapBytes = &emscripten_get_heap_size,
                                  .peakBytes = &bedside::wasm::peakBytes,
                                  .neededBytes = &bedside::wasm::neededBytes},
                       .progress = &tellProgress};
    engine = std::make_unique<bedside::Engine>(options, std::move(host));
    return true;
  } catch (...) {
    return false;
  }
}

/// Answers the message in the inbox: the address of a `Response`.
std::uint32_t request(std::uint32_t bytes) {
  bedside::wasm::markRun();
  return respond(engine->request(given(bytes)));
}

/// Hands the bytes in the inbox to load number `load`: the address of a `Response`.
std::uint32_t feed(std::uint32_t load, std::uint32_t bytes) {
  bedside::wasm::markRun();
  return respond(engine->feed(load, given(bytes)));
}

/// Lets go of message and answer: what was copied out need not lie here too. Not between the pieces of a file, which
/// come into the same room one after another.
void release() {
  answer = {};
  Bytes().swap(message);
}

}  // namespace

EMSCRIPTEN_BINDINGS(bedside) {
  emscripten::function("inbox", &inbox);
  emscripten::function("open", &open);
  emscripten::function("request", &request);
  emscripten::function("feed", &feed);
  emscripten::function("release", &release);
}
