#include "engine/engine.hpp"

#include <variant>

#include "engine/giving_back.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

/// For the answer that says that memory has run out, when there is none to write it with.
constexpr std::size_t headRoom = 4096;

}  // namespace

Engine::Engine(const EngineOptions& options, Host host)
    : host_(std::move(host)),
      cache_(options.cache, host_.nowMs,
             [this](const layers::Removal& removal) {
               if (removal.kind != layers::EntryKind::result) return;
               events_.push_back({.type = "cache", .kind = "removed", .analysis = std::string(removal.analysis),
                                  .reason = layers::name(removal.reason), .status = {}});
             }),
      budget_(options.budget, host_.memory, &cache_, [this](const layers::MemoryEvent& event) {
        events_.push_back({.type = "memory", .kind = layers::name(event.kind), .analysis = {}, .reason = {},
                           .status = layers::name(event.status), .freedBytes = event.freedBytes});
      }) {}

void failForMemory(const layers::Refusal& refusal) {
  const auto megabytes = [](std::size_t bytes) { return (bytes + (1u << 20) - 1) >> 20; };
  Failure failure(Code::memoryBudget,
                  text("This needs at least ", megabytes(refusal.neededBytes), " MB and the memory budget has ",
                       refusal.availableBytes >> 20,
                       " MB left. Free tables that are no longer needed, load fewer columns, or create the engine with a larger memoryBudget."));
  failure.neededBytes = refusal.neededBytes;
  failure.availableBytes = refusal.availableBytes;
  throw failure;
}

/// Does `work(reply)` and writes what came of it. Whatever happens inside, an answer comes out.
template <class Work>
Answer Engine::answer(Work&& work) noexcept {
  Answer answer;
  try {
    answer.head.reserve(headRoom);
    Writer writer(answer.head);
    const auto finish = [&] {
      writer.string("events");
      writeEvents(writer);
      writer.string("stats");
      writeStats(writer);
    };
    try {
      writer.map(4);
      writer.string("ok");
      writer.boolean(true);
      writer.string("value");
      Reply reply{answer.head, writer, answer.body};
      work(reply);
    } catch (const Failure& failure) {
      answer.head.clear();
      answer.body.reset();
      writer.map(4);
      writer.string("ok");
      writer.boolean(false);
      writer.string("error");
      writer.map(failure.code == Code::memoryBudget ? 4 : 2);
      writer.string("code");
      writer.string(name(failure.code));
      writer.string("message");
      writer.string(failure.message);
      if (failure.code == Code::memoryBudget) {
        writer.string("neededBytes");
        writer.number(static_cast<double>(failure.neededBytes));
        writer.string("availableBytes");
        writer.number(static_cast<double>(failure.availableBytes));
      }
    }
    finish();
  } catch (...) {
    // No room even for the answer: the empty head is what the loader reads as MEMORY_BUDGET without figures.
    answer.head.clear();
    answer.body.reset();
  }
  return answer;
}

/// One run: when it ends for want of memory, layer 2 makes room and it is tried once more.
template <class Step>
void Engine::run(Reply& reply, Step&& step) {
  const std::size_t valueAt = reply.head.size();
  const auto outcome = layers::runWithinBudget(budget_, 0, [&] {
    reply.head.resize(valueAt);
    reply.body.reset();
    step();
    return true;
  });
  if (const auto* refusal = std::get_if<layers::Refusal>(&outcome)) failForMemory(*refusal);
}

Answer Engine::request(std::span<const std::uint8_t> message) noexcept {
  return answer([&](Reply& reply) { perform(message, reply); });
}

void Engine::perform(std::span<const std::uint8_t> message, Reply& reply) {
  static constexpr Operation operations[] = {
      {"analyze", &Engine::analyze, true},
      {"loadBegin", &Engine::loadBegin, true},
      {"loadEnd", &Engine::loadEnd, true},
      {"arrays", &Engine::arrays, true},
      {"describeColumns", &Engine::relabel, true},
      {"filter", &Engine::filter, true},
      {"derive", &Engine::derive, true},
      {"take", &Engine::take, true},
      {"splitEpisodes", &Engine::splitEpisodes, true},
      {"column", &Engine::column, true},
      {"levels", &Engine::levels, true},
      {"free", &Engine::free},
      {"refuse", &Engine::refuse},
      {"stats", &Engine::stats},
      {"cleanUp", &Engine::cleanUp},
      {"clearCache", &Engine::clearCache},
      {"directory", &Engine::directory},
      {"adoptColumn", &Engine::adoptColumn},
      {"adoptTable", &Engine::adoptTable},
      {"adoptResult", &Engine::adoptResult},
      {"adoptCounters", &Engine::adoptCounters},
  };
  const ReadResult read = readWithinBudget(message);
  if (!read.ok) fail(Code::invalidSpec, "The request is no MessagePack message.");
  const std::string_view wanted = read.value["op"].text;
  for (const Operation& operation : operations) {
    if (operation.name != wanted) continue;
    const auto step = [&] { (this->*operation.perform)(read.value, reply); };
    return operation.isRun ? run(reply, step) : step();
  }
  fail(Code::invalidSpec, text("There is no operation ", quoted(wanted), "."));
}

ReadResult Engine::readWithinBudget(std::span<const std::uint8_t> message) {
  try {
    const GivingBack giving(cache_);
    return readMessage(message);
  } catch (const std::bad_alloc&) {
    failForMemory(budget_.refuse(budget_.lastNeededBytes()));
  }
}

const Table& Engine::table(const Value& message) const {
  const auto found = tables_.find(static_cast<std::uint32_t>(message["table"].count()));
  if (found == tables_.end()) fail(Code::freed, "This table was freed. Load it again to go on with it.");
  return found->second;
}

Answer Engine::feed(std::uint32_t load, std::span<const std::uint8_t> chunk) noexcept {
  return answer([&](Reply& reply) {
    ongoing(load, [&](CsvReader& reader) { reader.feed({reinterpret_cast<const char*>(chunk.data()), chunk.size()}); });
    reply.value.null();
  });
}

void Engine::ongoing(std::uint32_t load, const std::function<void(CsvReader&)>& step) {
  const auto found = loads_.find(load);
  if (found == loads_.end()) fail(Code::freed, "This load is not under way.");
  auto underWay = loads_.extract(found);
  try {
    const GivingBack giving(cache_);
    step(*underWay.mapped());
  } catch (const std::bad_alloc&) {
    // Half a file has been read: there is nothing to try once more with.
    underWay = {};
    failForMemory(budget_.refuse(budget_.lastNeededBytes()));
  }
  budget_.check();
  loads_.insert(std::move(underWay));
}

bool Engine::makeRoom(Bytes& inbox, std::size_t bytes) noexcept {
  try {
    const GivingBack giving(cache_);
    inbox.resize(bytes);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

}  // namespace bedside
