#include "describe/encode.hpp"
#include "engine/engine.hpp"
#include "engine/fingerprint_text.hpp"
#include "engine/load_options.hpp"
#include "table/arrays.hpp"
#include "table/summary.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

std::uint32_t number(const Value& message, std::string_view field) { return static_cast<std::uint32_t>(message[field].count()); }

void writeOptional(Writer& out, const std::string& text) { text.empty() ? out.null() : out.string(text); }

/// `{ rows, columns: [{ name, type, missing, distinct, levels, label, unit, fingerprint }], warnings }`
void writeTable(Writer& out, const Table& table) {
  out.map(3);
  out.string("rows");
  out.number(static_cast<double>(table.rows));
  out.string("columns");
  out.array(table.columns.size());
  for (const auto& column : table.columns) {
    const ColumnSummary summary = summaryOf(*column.data);
    out.map(8);
    out.string("name");
    out.string(column.name);
    out.string("type");
    out.string(summary.type);
    out.string("missing");
    out.number(static_cast<double>(summary.missing));
    out.string("distinct");
    out.number(static_cast<double>(summary.distinct));
    out.string("levels");
    if (summary.listed) {
      out.array(summary.levels.size());
      for (const auto& level : summary.levels) out.string(level);
    } else {
      out.null();
    }
    out.string("label");
    writeOptional(out, column.label);
    out.string("unit");
    writeOptional(out, column.unit);
    out.string("fingerprint");
    out.string(hexadecimal(column.data->fingerprint));
  }
  out.string("warnings");
  out.array(table.warnings.size());
  for (const auto& warning : table.warnings) detail::write(out, warning);
}

Column columnOfTexts(std::string name, std::span<const std::uint8_t> bytes, const std::vector<std::int32_t>& lengths) {
  std::string_view texts(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  TextColumn column;
  column.reserve(lengths.size());
  for (const std::int32_t length : lengths) {
    if (length < 0) {
      column.addMissing();
      continue;
    }
    const std::string_view cell = texts.substr(0, static_cast<std::size_t>(length));
    column.add(cell);
    texts.remove_prefix(cell.size());
  }
  return column.finish(std::move(name));
}

}  // namespace

/// `{ op: 'loadBegin', load, options, name }`: begins to read a file; `feed` brings its bytes.
void Engine::loadBegin(const Value& message, Reply& reply) {
  auto reader = std::make_unique<CsvReader>(readLoadOptions(message["options"]), std::string(message["name"].text));
  loads_.insert_or_assign(number(message, "load"), std::move(reader));
  reply.value.null();
}

/// `{ op: 'loadEnd', load, table }` → the table, under its number.
void Engine::loadEnd(const Value& message, Reply& reply) {
  const std::uint32_t load = number(message, "load");
  ongoing(load, [&](CsvReader& reader) {
    Table table = reader.finish();
    writeTable(reply.value, table);
    tables_.insert_or_assign(number(message, "table"), std::move(table));
  });
  loads_.erase(load);
}

/// `{ op: 'arrays', table, columns: [{ name, numbers: Float64Array } | { name, times: Float64Array } | { name, texts: bytes,
/// lengths: Int32Array }], dictionary }` (texts: one behind the other in UTF-8; a length below 0: missing) → the table, under its number.
void Engine::arrays(const Value& message, Reply& reply) {
  std::vector<Column> columns;
  for (const auto& each : message["columns"].items) {
    std::string name(each["name"].text);
    if (!each["texts"].isNull()) {
      columns.push_back(columnOfTexts(std::move(name), each["texts"].bytes, each["lengths"].integers()));
    } else if (!each["times"].isNull()) {
      columns.push_back(columnOfTimes(std::move(name), each["times"].doubles()));
    } else {
      columns.push_back(columnOfNumbers(std::move(name), each["numbers"].doubles()));
    }
  }
  Table table = tableOf(std::move(columns));
  if (!message["dictionary"].isNull()) table = bedside::describeColumns(table, readDictionary(message["dictionary"]));
  writeTable(reply.value, table);
  tables_.insert_or_assign(number(message, "table"), std::move(table));
  budget_.check();
}

/// `{ op: 'describeColumns', table, as, dictionary }` → the new table, under the number `as`.
void Engine::relabel(const Value& message, Reply& reply) {
  Table labelled = bedside::describeColumns(table(message), readDictionary(message["dictionary"]));
  writeTable(reply.value, labelled);
  tables_.insert_or_assign(number(message, "as"), std::move(labelled));
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
  tables_.erase(number(message, "table"));
  loads_.erase(number(message, "table"));
  reply.value.null();
}

}  // namespace bedside
