#include "analyses/context.hpp"
#include "engine/engine.hpp"
#include "engine/fingerprint_text.hpp"
#include "engine/request.hpp"

namespace bedside {

namespace {

layers::Key keyOf(const Fingerprint& fingerprint) { return {fingerprint.high, fingerprint.low}; }

/// `{ column: { label, unit, levels } }` of the columns used that have any.
void writeLabels(const std::vector<std::string>& columns, const Table& table, Writer& out) {
  std::vector<const Column*> labelled;
  for (const auto& name : columns) {
    const Column& column = table.at(name);
    if (!column.label.empty() || !column.unit.empty() || !column.valueLabels.empty()) labelled.push_back(&column);
  }
  out.map(labelled.size());
  for (const Column* column : labelled) {
    out.string(column->name);
    out.map(3);
    out.string("label");
    column->label.empty() ? out.null() : out.string(column->label);
    out.string("unit");
    column->unit.empty() ? out.null() : out.string(column->unit);
    out.string("levels");
    if (column->valueLabels.empty()) {
      out.null();
      continue;
    }
    out.map(column->valueLabels.size());
    for (const auto& [value, label] : column->valueLabels) {
      out.string(value);
      out.string(label);
    }
  }
}

}  // namespace

/// Fits kept by layer 1 beside the results.
class Engine::FitsInCache final : public FitStore {
 public:
  FitsInCache(layers::ComputationCache& cache, std::string_view analysis) : cache_(cache), analysis_(analysis) {}

  std::shared_ptr<const void> find(const Fingerprint& key) override {
    return cache_.get(keyOf(key), layers::EntryKind::fit).value;
  }
  void keep(const Fingerprint& key, std::shared_ptr<const void> fit, std::size_t bytes, double costMs) override {
    cache_.put({.key = keyOf(key), .kind = layers::EntryKind::fit, .analysis = std::string(analysis_), .value = std::move(fit),
                .bytes = bytes, .costMs = costMs},
               cache_.generation());
  }

 private:
  layers::ComputationCache& cache_;
  std::string_view analysis_;
};

/// `{ op: 'analyze', table?, analysis, spec, digest?, held }` → `{ cached, key, costMs, digest, data: { name, fingerprint },
/// labels }` and the result as body (its digest only if asked for, to store it by; no body when its key is among those of
/// the results that the caller still holds): look up → validate → key → cache? → budget? → run → encode.
void Engine::analyze(const Value& message, Reply& reply) {
  const std::string_view analysis = message["analysis"].text;
  const Table* data = message["table"].isNull() ? nullptr : &table(message);
  const auto request = readRequest(analysis, message["spec"], data);

  const layers::Lookup found = cache_.get(keyOf(request->key()));
  double costMs = found.savedMs;
  reply.body = found.as<Bytes>();
  events_.push_back({.type = "cache", .kind = found ? "hit" : "miss", .analysis = std::string(analysis), .reason = {},
                     .status = {}, .savedMs = found.savedMs});
  if (!found) {
    const double begun = host_.elapsedMs();
    const auto outcome = layers::runWithinBudget(budget_, request->need().certain, [&] {
      FitsInCache fits(cache_, analysis);
      Context context(&fits, host_.progress, host_.elapsedMs);
      Bytes bytes = request->run(context);
      bytes.shrink_to_fit();
      return std::make_shared<const Bytes>(std::move(bytes));
    });
    if (const auto* refusal = std::get_if<layers::Refusal>(&outcome)) failForMemory(*refusal);
    reply.body = std::get<0>(outcome);
    costMs = host_.elapsedMs() - begun;
    try {
      cache_.put({.key = keyOf(request->key()), .kind = layers::EntryKind::result, .analysis = std::string(analysis), .value = reply.body,
                  .bytes = reply.body->size(), .costMs = costMs},
                 found.generation);
    } catch (const std::bad_alloc&) {
      // The result stands; it is just not kept.
    }
    budget_.check();
  }

  Writer& out = reply.value;
  out.map(6);
  out.string("cached");
  out.boolean(static_cast<bool>(found));
  out.string("key");
  const std::string key = hexadecimal(request->key());
  out.string(key);
  out.string("costMs");
  out.number(costMs);
  out.string("digest");
  message["digest"].truth ? out.string(hexadecimal(fingerprintOf(*reply.body))) : out.null();
  for (const Value& held : message["held"].items) {
    if (held.text == key) reply.body.reset();
  }
  out.string("data");
  out.map(2);
  out.string("name");
  data && !data->source.empty() ? out.string(data->source) : out.null();
  out.string("fingerprint");
  data ? out.string(hexadecimal(data->fingerprint())) : out.null();
  out.string("labels");
  if (data) {
    writeLabels(request->columns(), *data, out);
  } else {
    out.map(0);
  }
}

}  // namespace bedside
