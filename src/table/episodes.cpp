#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "numerics/order.hpp"
#include "table/outcome.hpp"
#include "table/preparing.hpp"
#include "table/selection.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

bool missingAt(const ColumnData& data, std::size_t row) {
  return data.numeric() ? std::isnan(data.values[row]) : data.codes[row] < 0;
}

/// The columns that every row becomes.
struct Episodes {
  std::vector<std::uint32_t> rows;
  std::vector<double> start, stop, event, number;

  void add(std::size_t row, double from, double to, double happened, std::size_t interval) {
    rows.push_back(static_cast<std::uint32_t>(row));
    start.push_back(from);
    stop.push_back(to);
    event.push_back(happened);
    number.push_back(static_cast<double>(interval + 1));
  }
};

std::vector<double> cutsOf(const EpisodeSpec& spec) {
  std::vector<double> cuts = spec.cuts;
  for (const double cut : cuts) {
    if (!std::isfinite(cut))
      fail(Code::invalidSpec, text("splitEpisodes: cuts must be finite numbers, and one is ", cut));
  }
  numerics::sortAscending(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

}  // namespace

Table splitEpisodes(const Table& table, const EpisodeSpec& spec, const PreparingProgress& progress) {
  const std::vector<double> cuts = cutsOf(spec);
  const Column& time = table.at(spec.time);
  const Column& event = table.at(spec.event);
  const Column* entry = spec.start ? &table.at(*spec.start) : nullptr;
  checkNumeric(time, "the time");
  if (entry) checkNumeric(*entry, "the start");
  const Binary happened = eventOf(event, spec.eventValue);

  Episodes episodes;
  for (std::size_t row = 0; row < table.rows; ++row) {
    double start = entry ? entry->data->values[row] : 0;
    const double stop = time.data->values[row];
    const double outcome = missingAt(*event.data, row) ? absent : happened[row] ? 1 : 0;
    if (std::isnan(start) || std::isnan(stop)) {
      episodes.add(row, start, stop, outcome, 0);
      continue;
    }
    if (!(start < stop)) {
      fail(Code::invalidSpec,
           text("splitEpisodes: in data row ", row + 1, " (the first row is 1) the episode begins at ", start,
                " and ends at ", stop, ", column ", quoted(time.name), ": correct it or filter the row out"));
    }
    auto cut = std::upper_bound(cuts.begin(), cuts.end(), start);
    for (; cut != cuts.end() && *cut < stop; ++cut) {
      episodes.add(row, start, *cut, 0, static_cast<std::size_t>(cut - cuts.begin()));
      start = *cut;
    }
    episodes.add(row, start, stop, outcome, static_cast<std::size_t>(cut - cuts.begin()));
    if (progress && row % 65536 == 0) progress(0.5 * static_cast<double>(row) / static_cast<double>(table.rows));
  }

  const PreparingProgress gathering =
      progress ? PreparingProgress([&](double done) { progress(0.5 + 0.5 * done); }) : progress;
  Table out = take(table, episodes.rows, gathering);
  std::vector<Derivation> made;
  const auto add = [&](const char* name, std::vector<double>& values) {
    made.push_back({name, {}, ColumnData::numericOf(std::move(values))});
  };
  add("tstart", episodes.start);
  add("tstop", episodes.stop);
  add("event", episodes.event);
  add("episode", episodes.number);
  out = derive(out, made);
  for (Column& column : out.columns) {
    if (column.name == "tstart" || column.name == "tstop") column.unit = time.unit;
  }
  return out;
}

}  // namespace bedside
