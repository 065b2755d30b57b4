// Tables made of tables. Each request names the parent, `table`, and the number of the new one, `as`; it is answered
// with the new table, as a load is.

#include "table/preparing.hpp"
#include "describe/decode.hpp"
#include "engine/engine.hpp"
#include "engine/load_options.hpp"
#include "table/dictionary.hpp"

namespace bedside {

namespace {

/// Row numbers given as Int32Array or Float64Array.
std::vector<std::uint32_t> rowsIn(const Value& given, std::size_t rows) {
  std::vector<std::uint32_t> out;
  const auto add = [&](double row) {
    if (!(row >= 0 && row < static_cast<double>(rows) && row == std::floor(row))) {
      fail(Code::invalidSpec, text("take: element ", out.size(), " is ", row, ", but rows are numbered from 0 to ",
                                   static_cast<double>(rows) - 1, "."));
    }
    out.push_back(static_cast<std::uint32_t>(row));
  };
  if (given.type == Value::Type::integers) {
    const auto numbers = given.integers();
    out.reserve(numbers.size());
    for (const std::int32_t number : numbers) add(number);
  } else {
    const auto numbers = given.doubles();
    out.reserve(numbers.size());
    for (const double number : numbers) add(number);
  }
  return out;
}

struct EpisodeOptions {
  std::string time, event;
  std::optional<std::string> start;
  std::optional<Level> eventValue;
  std::vector<double> cuts;

  static constexpr auto describe() {
    return fields(field<&EpisodeOptions::time>(required), field<&EpisodeOptions::event>(required),
                  field<&EpisodeOptions::start>(), field<&EpisodeOptions::eventValue>(),
                  field<&EpisodeOptions::cuts>(required));
  }
};

/// Tells the host; a run that is tried twice does not go back.
PreparingProgress told(const Host& host) {
  return [&host, most = 0.0](double done) mutable {
    most = std::max(most, done);
    if (host.progress) host.progress(most);
  };
}

}  // namespace

void Engine::keep(Table&& table, const Value& message, Reply& reply) {
  writeTable(reply.value, table, distinct_);
  tables_.insert_or_assign(idIn(message, "as"), std::move(table));
  if (host_.progress) host_.progress(1);
  budget_.check();
}

/// `{ op: 'describeColumns', table, as, dictionary }`
void Engine::relabel(const Value& message, Reply& reply) {
  keep(bedside::describeColumns(table(message), readDictionary(message["dictionary"])), message, reply);
}

/// `{ op: 'filter', table, as, expression }`
void Engine::filter(const Value& message, Reply& reply) {
  const std::string expression = detail::readString(message["expression"], "expression");
  keep(bedside::filter(table(message), expression, told(host_)), message, reply);
}

/// `{ op: 'derive', table, as, columns: [{ name, expression } | a column as of 'arrays'] }`
void Engine::derive(const Value& message, Reply& reply) {
  std::vector<Derivation> columns;
  for (const auto& each : message["columns"].items) {
    if (each["expression"].isNull()) {
      Column column = readColumn(each);
      columns.push_back({std::move(column.name), {}, std::move(column.data)});
    } else {
      columns.push_back(
          {std::string(each["name"].text), detail::readString(each["expression"], each["name"].text), nullptr});
    }
  }
  keep(bedside::derive(table(message), columns, told(host_)), message, reply);
}

/// `{ op: 'take', table, as, rows: Int32Array | Float64Array }`
void Engine::take(const Value& message, Reply& reply) {
  const Table& parent = table(message);
  keep(bedside::take(parent, rowsIn(message["rows"], parent.rows), told(host_)), message, reply);
}

/// `{ op: 'splitEpisodes', table, as, spec: { time, event, start?, eventValue?, cuts } }`
void Engine::splitEpisodes(const Value& message, Reply& reply) {
  auto options = decode<EpisodeOptions>(message["spec"], "splitEpisodes");
  EpisodeSpec spec{.time = std::move(options.time),
                   .event = std::move(options.event),
                   .start = std::move(options.start),
                   .cuts = std::move(options.cuts)};
  if (options.eventValue) spec.eventValue = std::move(options.eventValue->text);
  keep(bedside::splitEpisodes(table(message), spec, told(host_)), message, reply);
}

}  // namespace bedside
