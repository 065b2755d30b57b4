#include "engine/engine.hpp"
#include "engine/fingerprint_text.hpp"
#include "table/text.hpp"

/// Moving to a new instance (`recycle`). The old one says where everything lies; JavaScript copies the bytes out of its
/// memory, one column or result at a time, and hands them to the new one, which believes nothing but the fingerprints.
namespace bedside {

namespace {

void writePlace(Writer& out, const void* at, std::size_t bytes) {
  out.string("at");
  out.number(static_cast<double>(reinterpret_cast<std::uintptr_t>(at)));
  out.string("bytes");
  out.number(static_cast<double>(bytes));
}

void writeStrings(Writer& out, const std::vector<std::string>& strings) {
  out.array(strings.size());
  for (const auto& each : strings) out.string(each);
}

std::vector<std::string> readStrings(const Value& value) {
  std::vector<std::string> out;
  out.reserve(value.items.size());
  for (const auto& item : value.items) out.emplace_back(item.text);
  return out;
}

void writeWarnings(Writer& out, const std::vector<Warning>& warnings) {
  out.array(warnings.size());
  for (const auto& warning : warnings) {
    out.array(2);
    out.string(warning.code);
    out.string(warning.message);
  }
}

}  // namespace

/// `{ op: 'directory' }` → `{ columns: [{ fingerprint, kind, levels, at, bytes }], tables, results }`; `at`
/// is an address in this instance's memory.
void Engine::directory(const Value&, Reply& reply) {
  Writer& out = reply.value;
  std::vector<const ColumnData*> columns;
  for (const auto& [id, table] : tables_) {
    for (const auto& column : table.columns) {
      if (std::find(columns.begin(), columns.end(), column.data.get()) == columns.end()) columns.push_back(column.data.get());
    }
  }
  out.map(3);
  out.string("columns");
  out.array(columns.size());
  for (const ColumnData* column : columns) {
    out.map(5);
    out.string("fingerprint");
    out.string(hexadecimal(column->fingerprint));
    out.string("kind");
    out.integer(static_cast<int>(column->kind));
    out.string("levels");
    writeStrings(out, column->levels);
    column->numeric() ? writePlace(out, column->values.data(), column->values.size() * sizeof(double))
                      : writePlace(out, column->codes.data(), column->codes.size() * sizeof(std::int32_t));
  }
  out.string("tables");
  out.array(tables_.size());
  for (const auto& [id, table] : tables_) {
    out.map(5);
    out.string("table");
    out.integer(id);
    out.string("source");
    out.string(table.source);
    out.string("rows");
    out.number(static_cast<double>(table.rows));
    out.string("warnings");
    writeWarnings(out, table.warnings);
    out.string("columns");
    out.array(table.columns.size());
    for (const auto& column : table.columns) {
      out.map(5);
      out.string("name");
      out.string(column.name);
      out.string("fingerprint");
      out.string(hexadecimal(column.data->fingerprint));
      out.string("label");
      out.string(column.label);
      out.string("unit");
      out.string(column.unit);
      out.string("valueLabels");
      out.array(column.valueLabels.size());
      for (const auto& [value, label] : column.valueLabels) {
        out.array(2);
        out.string(value);
        out.string(label);
      }
    }
  }
  out.string("results");
  std::size_t results = 0;
  cache_.forEach([&](const layers::Entry& entry) { results += entry.kind == layers::EntryKind::result; });
  out.array(results);
  cache_.forEach([&](const layers::Entry& entry) {
    if (entry.kind != layers::EntryKind::result) return;  // fits are found again from their columns
    const auto bytes = entry.as<Bytes>();
    out.map(7);
    out.string("key");
    out.string(hexadecimal({entry.key.high, entry.key.low}));
    out.string("analysis");
    out.string(entry.analysis);
    out.string("costMs");
    out.number(entry.costMs);
    out.string("writtenMs");
    out.number(entry.writtenMs);
    out.string("digest");
    out.string(hexadecimal(fingerprintOf(*bytes)));
    writePlace(out, bytes->data(), bytes->size());
  });
}

/// `{ op: 'adoptColumn', kind, levels, fingerprint, cells: Float64Array | Int32Array }` → whether its content has that
/// fingerprint; only then it is kept, until a table takes it.
void Engine::adoptColumn(const Value& message, Reply& reply) {
  const auto kind = static_cast<Kind>(message["kind"].count());
  auto levels = readStrings(message["levels"]);
  auto column = kind == Kind::categorical ? ColumnData::categoricalOf(message["cells"].integers(), std::move(levels))
                                          : ColumnData::numericOf(message["cells"].doubles(), kind, std::move(levels));
  const bool same = column->fingerprint == fingerprintFrom(message["fingerprint"].text);
  if (same) arriving_.push_back(std::move(column));
  reply.value.boolean(same);
}

/// `{ op: 'adoptTable', table, source, rows, warnings, columns: [{ name, fingerprint, label, unit, valueLabels }] }` →
/// whether all its columns had arrived. `{ op: 'adoptTable' }` without a table ends the move.
void Engine::adoptTable(const Value& message, Reply& reply) {
  if (message["table"].isNull()) {
    arriving_.clear();
    return reply.value.boolean(true);
  }
  Table table;
  table.source = std::string(message["source"].text);
  table.rows = message["rows"].count();
  for (const auto& warning : message["warnings"].items) {
    if (warning.items.size() == 2) table.warnings.push_back({std::string(warning.items[0].text), std::string(warning.items[1].text)});
  }
  for (const auto& each : message["columns"].items) {
    const Fingerprint wanted = fingerprintFrom(each["fingerprint"].text);
    const auto found = std::find_if(arriving_.begin(), arriving_.end(), [&](const auto& data) { return data->fingerprint == wanted; });
    if (found == arriving_.end()) return reply.value.boolean(false);
    Column column{.name = std::string(each["name"].text), .data = *found, .label = std::string(each["label"].text),
                  .unit = std::string(each["unit"].text), .valueLabels = {}};
    for (const auto& pair : each["valueLabels"].items) {
      if (pair.items.size() == 2) column.valueLabels.emplace_back(pair.items[0].text, pair.items[1].text);
    }
    table.columns.push_back(std::move(column));
  }
  tables_.insert_or_assign(static_cast<std::uint32_t>(message["table"].count()), std::move(table));
  reply.value.boolean(true);
}

/// `{ op: 'adoptResult', key, analysis, costMs, writtenMs, digest, bytes }` → whether it was taken: a result from a
/// former instance or from storage, if its bytes have that digest and its time is not over.
void Engine::adoptResult(const Value& message, Reply& reply) {
  const auto given = message["bytes"].bytes;
  const Fingerprint key = fingerprintFrom(message["key"].text);
  if (given.empty() || fingerprintOf(given) != fingerprintFrom(message["digest"].text)) return reply.value.boolean(false);
  auto bytes = std::make_shared<const Bytes>(given.begin(), given.end());
  const std::size_t weight = bytes->size();
  reply.value.boolean(cache_.adopt({.key = {key.high, key.low}, .kind = layers::EntryKind::result, .analysis = std::string(message["analysis"].text),
                                    .value = std::move(bytes), .bytes = weight, .costMs = message["costMs"].number,
                                    .writtenMs = message["writtenMs"].number}));
}

/// `{ op: 'adoptCounters', cache: { hits, misses, evictions, expirations, savedMs }, memory: { peakMb, cleanups, freedMb,
/// alertsSent, status }, recycledBytes }`: counts of the instance before, as `stats` gave them.
void Engine::adoptCounters(const Value& message, Reply& reply) {
  const Value& cache = message["cache"];
  const Value& memory = message["memory"];
  const auto bytes = [](const Value& megabytes) { return static_cast<std::size_t>(megabytes.number * 1048576.0); };
  cache_.restore({.hits = cache["hits"].count(), .misses = cache["misses"].count(), .evictions = cache["evictions"].count(),
                  .expirations = cache["expirations"].count(), .savedMs = cache["savedMs"].number});
  budget_.restore({.peakBytes = bytes(memory["peakMb"]), .cleanups = memory["cleanups"].count(), .freedBytes = bytes(memory["freedMb"]),
                   .alertsSent = memory["alertsSent"].count(), .alerted = budget_.status(),
                   .lastRunRefused = memory["status"].text == "CRITICAL"});
  budget_.recycled(message["recycledBytes"].count());
  reply.value.null();
}

}  // namespace bedside
