#include "describe/encode.hpp"
#include "engine/engine.hpp"
#include "engine/load_options.hpp"
#include "table/arrays.hpp"
#include "table/summary.hpp"

namespace bedside {

/// `{ op: 'loadBegin', load, options, name }`: begins to read a file; `feed` brings its bytes.
void Engine::loadBegin(const Value& message, Reply& reply) {
  auto reader = std::make_unique<CsvReader>(readLoadOptions(message["options"]), std::string(message["name"].text));
  loads_.insert_or_assign(idIn(message, "load"), std::move(reader));
  reply.value.null();
}

/// `{ op: 'loadEnd', load, table }` → the table, under its number.
void Engine::loadEnd(const Value& message, Reply& reply) {
  const std::uint32_t load = idIn(message, "load");
  ongoing(load, [&](CsvReader& reader) {
    Table table = reader.finish();
    writeTable(reply.value, table, distinct_);
    tables_.insert_or_assign(idIn(message, "table"), std::move(table));
  });
  loads_.erase(load);
}

/// `{ op: 'arrays', table, columns: [{ name, numbers: Float64Array } | { name, times: Float64Array } | { name, texts: bytes,
/// lengths: Int32Array }], dictionary }` (texts: one behind the other in UTF-8; a length below 0: missing) → the table, under its number.
void Engine::arrays(const Value& message, Reply& reply) {
  std::vector<Column> columns;
  for (const auto& each : message["columns"].items) columns.push_back(readColumn(each));
  Table table = tableOf(std::move(columns));
  if (!message["dictionary"].isNull()) table = bedside::describeColumns(table, readDictionary(message["dictionary"]));
  writeTable(reply.value, table, distinct_);
  tables_.insert_or_assign(idIn(message, "table"), std::move(table));
  budget_.check();
}

/// `{ op: 'column', table, name }` → `{ kind, levels }`, and the cells as body: doubles, or Int32 codes into `levels`.
void Engine::column(const Value& message, Reply& reply) {
  const ColumnData& data = *table(message).at(message["name"].text).data;
  const auto bytesOf = [](const auto& cells) {
    const auto* from = reinterpret_cast<const std::uint8_t*>(cells.data());
    return std::make_shared<const Bytes>(from, from + cells.size() * sizeof(cells[0]));
  };
  reply.body = data.numeric() ? bytesOf(data.values) : bytesOf(data.codes);
  reply.value.map(2);
  reply.value.string("kind");
  reply.value.string(typeName(data.kind));
  reply.value.string("levels");
  detail::write(reply.value, data.numeric() ? std::vector<std::string>() : data.levels);
}

/// `{ op: 'levels', table, name }` → all levels of a column read as a factor.
void Engine::levels(const Value& message, Reply& reply) {
  detail::write(reply.value, factorOf(*table(message).at(message["name"].text).data).levels);
}

/// `{ op: 'free', table }`: the table goes, and the load of that number if one is under way. One that has gone before
/// is no error.
void Engine::free(const Value& message, Reply& reply) {
  tables_.erase(idIn(message, "table"));
  loads_.erase(idIn(message, "table"));
  reply.value.null();
}

}  // namespace bedside
