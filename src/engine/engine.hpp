#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "describe/msgpack.hpp"
#include "engine/table_messages.hpp"
#include "layers/budget.hpp"
#include "layers/cache.hpp"
#include "table/load.hpp"
#include "table/table.hpp"

namespace bedside {

/// What the platform gives the engine.
struct Host {
  std::function<double()> nowMs;         ///< wall clock, by which cached results age
  std::function<double()> elapsedMs;     ///< monotone, with fractions: what a run cost
  layers::MemorySources memory;          ///< live bytes, heap, peak, what the failed run needed
  std::function<void(double)> progress;  ///< told the share done of the running analysis; may be empty
};

struct EngineOptions {
  layers::CacheOptions cache;
  layers::BudgetOptions budget;
};

/// What every request is answered with. `head` is one MessagePack map: `ok`; `value`, or `error: { code, message }`;
/// `events` since the last answer; `stats: { cache, memory }`. `body` holds the bytes of a result or of a column,
/// shared with the cache, not copied.
struct Answer {
  Bytes head;
  std::shared_ptr<const Bytes> body;
};

/// The engine behind the boundary: tables by number, analyses by name, layers 1 and 2 around them. One thread. No
/// exception leaves it, and after any error it goes on.
class Engine {
 public:
  Engine(const EngineOptions& options, Host host);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Answers one message: a map with `op` and that operation's own fields. The operations, each beside its code:
  /// analyses in analyze.cpp, tables in tables.cpp, tables made of tables in preparing.cpp, figures in figures.cpp, moving to a new instance in moving.cpp.
  Answer request(std::span<const std::uint8_t> message) noexcept;
  /// Takes the next bytes of the file that load number `load` is reading.
  Answer feed(std::uint32_t load, std::span<const std::uint8_t> chunk) noexcept;
  /// Makes room for the next message, the cache giving up what stands in the way; false when there is none even then.
  bool makeRoom(Bytes& inbox, std::size_t bytes) noexcept;
  /// Whether a new instance would be much smaller than this one, asked between runs.
  bool mostlyEmpty() const { return loads_.empty() && budget_.mostlyEmpty(); }

 private:
  class FitsInCache;

  /// Something that `engine.on` tells.
  struct Event {
    std::string_view type, kind;
    std::string analysis;
    std::string_view reason, status;  ///< empty: none
    double savedMs = 0;
    std::size_t freedBytes = 0;
  };
  struct Reply {
    Bytes& head;    ///< what `value` writes to
    Writer& value;
    std::shared_ptr<const Bytes>& body;
  };
  struct Operation {
    std::string_view name;
    void (Engine::*perform)(const Value& message, Reply& reply);
    bool isRun = false;  ///< needs memory worth speaking of: tried twice, and its refusal is the status until the next
  };

  template <class Work>
  Answer answer(Work&& work) noexcept;
  template <class Step>
  void run(Reply& reply, Step&& step);
  ReadResult readWithinBudget(std::span<const std::uint8_t> message);
  void perform(std::span<const std::uint8_t> message, Reply& reply);
  const Table& table(const Value& message) const;

  /// Does the next step of a load, which ends when the step fails; FREED when there is no such load.
  void ongoing(std::uint32_t load, const std::function<void(CsvReader&)>& step);

  void analyze(const Value& message, Reply& reply);

  void loadBegin(const Value& message, Reply& reply);
  void loadEnd(const Value& message, Reply& reply);
  void arrays(const Value& message, Reply& reply);
  void relabel(const Value& message, Reply& reply);
  void column(const Value& message, Reply& reply);
  void levels(const Value& message, Reply& reply);
  void free(const Value& message, Reply& reply);

  void filter(const Value& message, Reply& reply);
  void derive(const Value& message, Reply& reply);
  void take(const Value& message, Reply& reply);
  void splitEpisodes(const Value& message, Reply& reply);
  void keep(Table&& table, const Value& message, Reply& reply);

  void refuse(const Value& message, Reply& reply);
  void stats(const Value& message, Reply& reply);
  void cleanUp(const Value& message, Reply& reply);
  void clearCache(const Value& message, Reply& reply);
  void writeEvents(Writer& out);
  void writeStats(Writer& out);

  void directory(const Value& message, Reply& reply);
  void adoptColumn(const Value& message, Reply& reply);
  void adoptTable(const Value& message, Reply& reply);
  void adoptResult(const Value& message, Reply& reply);
  void adoptCounters(const Value& message, Reply& reply);

  Host host_;
  std::vector<Event> events_;
  layers::ComputationCache cache_;
  layers::MemoryBudget budget_;
  std::map<std::uint32_t, Table> tables_;
  DistinctCounts distinct_;
  std::map<std::uint32_t, std::unique_ptr<CsvReader>> loads_;
  std::vector<std::shared_ptr<const ColumnData>> arriving_;  ///< columns from a former instance, until their tables are here
};

/// A refusal of layer 2 as the caller reads it.
[[noreturn]] void failForMemory(const layers::Refusal& refusal);

}  // namespace bedside
