#include "engine/request.hpp"

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
