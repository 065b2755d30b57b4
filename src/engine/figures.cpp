#include "engine/engine.hpp"
#include "engine/version.hpp"

namespace bedside {

/// `{ op: 'stats' }` → the engine's version; the figures stand in every answer.
void Engine::stats(const Value&, Reply& reply) { reply.value.string(engineVersion); }

/// `{ op: 'refuse', neededBytes }`: what is answered when there was no room for a message of so many bytes.
void Engine::refuse(const Value& message, Reply&) { failForMemory(budget_.refuse(message["neededBytes"].count())); }

/// `{ op: 'cleanUp' }`: layer 2's clean-up now, and the whole cache if `all`. → bytes freed.
void Engine::cleanUp(const Value& message, Reply& reply) {
  const std::size_t freed = message["all"].truth ? cache_.releaseBytes(cache_.reclaimableBytes()) : budget_.check();
  reply.value.number(static_cast<double>(freed));
}

/// `{ op: 'clearCache' }`
void Engine::clearCache(const Value&, Reply& reply) {
  cache_.clear();
  reply.value.null();
}

void Engine::writeEvents(Writer& out) {
  out.array(events_.size());
  for (const Event& event : events_) {
    const bool cache = event.type == "cache";
    out.map(cache ? 5 : 4);
    out.string("type");
    out.string(event.type);
    out.string("kind");
    out.string(event.kind);
    if (cache) {
      out.string("analysis");
      out.string(event.analysis);
      out.string("reason");
      event.reason.empty() ? out.null() : out.string(event.reason);
      out.string("savedMs");
      out.number(event.savedMs);
    } else {
      out.string("status");
      out.string(event.status);
      out.string("freedBytes");
      out.number(static_cast<double>(event.freedBytes));
    }
  }
  events_.clear();
}

namespace {

struct Figure {
  std::string_view name;
  double value;
};

void writeFigures(Writer& out, std::initializer_list<Figure> figures) {
  for (const Figure& figure : figures) {
    out.string(figure.name);
    out.number(figure.value);
  }
}

}  // namespace

void Engine::writeStats(Writer& out) {
  const auto number = [](auto value) { return static_cast<double>(value); };
  const layers::CacheStats cache = cache_.stats();
  const layers::BudgetStats memory = budget_.stats();
  out.map(2);
  out.string("cache");
  out.map(11);
  writeFigures(out, {{"cachedItems", number(cache.cachedItems)},
                     {"maxSize", number(cache.maxSize)},
                     {"bytes", number(cache.bytes)},
                     {"hits", number(cache.hits)},
                     {"misses", number(cache.misses)},
                     {"totalRequests", number(cache.totalRequests)},
                     {"hitRate", cache.hitRate},
                     {"evictions", number(cache.evictions)},
                     {"expirations", number(cache.expirations)},
                     {"ttlSeconds", cache.ttlSeconds},
                     {"savedMs", cache.savedMs}});
  out.string("memory");
  out.map(10);
  writeFigures(out, {{"currentMb", memory.currentMb},
                     {"peakMb", memory.peakMb},
                     {"heapMb", memory.heapMb},
                     {"maxMb", memory.maxMb},
                     {"thresholdMb", memory.thresholdMb},
                     {"usagePct", memory.usagePct},
                     {"cleanups", number(memory.cleanups)},
                     {"freedMb", memory.freedMb},
                     {"alertsSent", number(memory.alertsSent)}});
  out.string("status");
  out.string(layers::name(memory.status));
}

}  // namespace bedside
