#include "engine/request.hpp"

#include <algorithm>

#include "analyses/registry.hpp"

namespace bedside {

namespace {

using Read = std::unique_ptr<Request> (*)(const Value&, const Table*);

struct Entry {
  std::string_view name;
  Read read;
};

template <class... Analyses>
constexpr auto entriesOf(AnalysisList<Analyses...>) {
  return std::array{Entry{Analyses::name, [](const Value& spec, const Table* table) -> std::unique_ptr<Request> {
                            return std::make_unique<RequestOf<Analyses>>(spec, table);
                          }}...};
}

constexpr auto entries = entriesOf(Registry{});

}  // namespace

void Request::useColumns(const std::vector<ColumnUse>& named, const Table& table, KeyBuilder& key) {
  checkColumns(named, table);
  for (const auto& column : named) {
    if (column.used && std::find(columns_.begin(), columns_.end(), column.name) == columns_.end()) {
      columns_.push_back(column.name);
      key.column(table.at(column.name));
    }
  }
}

Bytes Request::encoded(std::string_view analysis, const Writable& spec, const Writable& result) {
  const auto write = [&](Writer& writer) {
    writer.map(3 + result.fields.size());
    writer.string("analysis");
    writer.string(analysis);
    writer.string("spec");
    encode(writer, spec);
    writer.string("engine");
    writer.string(engineVersion);
    encodeFields(writer, result);
  };
  // Written twice, first only to learn its size: a million rows then take no more than their message.
  Writer measure;
  write(measure);
  Bytes out;
  out.reserve(measure.size());
  Writer writer(out);
  write(writer);
  return out;
}

std::unique_ptr<Request> readRequest(std::string_view name, const Value& spec, const Table* table) {
  std::vector<std::string_view> names;
  for (const auto& entry : entries) {
    if (entry.name == name) return entry.read(spec, table);
    names.push_back(entry.name);
  }
  const auto near = nearest(name, names);
  fail(Code::unknownAnalysis, text("There is no analysis ", quoted(name), ". ",
                                   near.empty() ? std::string("engine.analyses() lists them all.") : text("Did you mean ", quoted(near), "?")));
}

}  // namespace bedside
