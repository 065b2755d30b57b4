#include "analyses/survival/competing.hpp"

#include "analyses/survival/rows.hpp"
#include "table/factors.hpp"
#include "table/text.hpp"

namespace bedside {

CompetingEvents competingEvents(const Table& table, const ColumnName& event, const Level& censorValue,
                                const Selection& selection) {
  LevelGroups values = groupsOf(table, std::span(&event.name, 1), selection);
  CompetingEvents out;
  for (std::size_t i = 0; i < values.levels.size(); ++i) out.names.push_back(values.name(i));
  out.causes.codes = std::move(values.groups.codes);
  if (const auto none = levelNamed(*table.at(event.name).data, out.names, censorValue.text)) {
    out.names.erase(out.names.begin() + *none);
    for (auto& code : out.causes.codes) code = code == *none ? numerics::Causes::censored : code - (code > *none ? 1 : 0);
  }
  out.causes.count = out.names.size();
  return out;
}

void checkFromZero(const Table& table, const ColumnName& time, const Selection& selection) {
  const auto& times = table.at(time.name).data->values;
  for (std::size_t i = 0; i < selection.count(); ++i) {
    const std::size_t row = selection[i];
    if (times[row] >= 0) continue;
    fail(Code::invalidSpec, text("row ", row + 1, ": ", quoted(time.name), " is ", times[row],
                                 ", but times of competing risks begin at 0: correct the row or filter it out."));
  }
}

}  // namespace bedside
