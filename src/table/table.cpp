#include "table/table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "numerics/stable_order.hpp"
#include "table/distinct.hpp"
#include "table/levels.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

template <class Cell>
Fingerprint fingerprintOfCells(const std::vector<Cell>& cells) {
  return fingerprintOf({reinterpret_cast<const std::uint8_t*>(cells.data()), cells.size() * sizeof(Cell)});
}

/// Takes in parts of a message whose bounds must not blur: each text goes in behind its length.
class Parts {
 public:
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) bytes_.push_back(static_cast<std::uint8_t>(number >> shift));
  }
  void add(Fingerprint part) {
    add(part.high);
    add(part.low);
  }
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  Fingerprint fingerprint() const { return fingerprintOf(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

Fingerprint fingerprintOfColumn(const ColumnData& column) {
  Parts parts;
  parts.add(static_cast<std::uint64_t>(column.kind));
  parts.add(std::uint64_t{column.rows()});
  parts.add(column.numeric() ? fingerprintOfCells(column.values) : fingerprintOfCells(column.codes));
  for (const std::string& level : column.levels) parts.add(level);
  return parts.fingerprint();
}

/// Puts `texts` in the order that a dictionary fixed; those it does not name come after, in level order.
void putInFixedOrder(LevelOrder& found, const std::vector<std::string>& fixed) {
  Levels places;
  for (const std::string& level : fixed) places.codeOf(level);
  std::vector<std::size_t> placeOf;  // of each level in the fixed order
  for (const std::string& level : found.levels) {
    placeOf.push_back(std::min(static_cast<std::size_t>(places.codeOf(level)), fixed.size()));
  }
  const auto order =
      numerics::stableOrder(placeOf.size(), [&](std::uint32_t a, std::uint32_t b) { return placeOf[a] < placeOf[b]; });
  std::vector<std::string> levels;
  std::vector<std::int32_t> moved(order.size());
  for (const std::uint32_t old : order) {
    moved[old] = static_cast<std::int32_t>(levels.size());
    levels.push_back(std::move(found.levels[old]));
  }
  recode(found.place, moved);
  found.levels = std::move(levels);
}

}  // namespace

std::size_t ColumnData::bytes() const {
  std::size_t total = values.capacity() * sizeof(double) + codes.capacity() * sizeof(std::int32_t) +
                      levels.capacity() * sizeof(std::string);
  const std::size_t inPlace = std::string().capacity();
  for (const std::string& level : levels) total += level.capacity() > inPlace ? level.capacity() + 1 : 0;
  return total;
}

std::shared_ptr<const ColumnData> ColumnData::numericOf(std::vector<double> values, Kind kind,
                                                        std::vector<std::string> order) {
  auto column = std::make_shared<ColumnData>();
  column->kind = kind;
  column->values = std::move(values);
  column->levels = std::move(order);
  constexpr double quiet = std::numeric_limits<double>::quiet_NaN();
  constexpr double greatest = std::numeric_limits<double>::max();
  std::size_t missing = 0, infinite = 0;
  for (double& value : column->values) {
    const bool absent = value != value;
    missing += absent;
    infinite += std::abs(value) > greatest;
    value = absent ? quiet : value;
  }
  column->missing = missing;
  column->infinite = infinite > 0;
  column->fingerprint = fingerprintOfColumn(*column);
  return column;
}

std::shared_ptr<const ColumnData> ColumnData::categoricalOf(std::vector<std::int32_t> codes,
                                                            std::vector<std::string> levels) {
  auto column = std::make_shared<ColumnData>();
  column->kind = Kind::categorical;
  column->codes = std::move(codes);
  column->levels = std::move(levels);
  std::size_t missing = 0;
  for (const std::int32_t code : column->codes) missing += code < 0;
  column->missing = missing;
  column->fingerprint = fingerprintOfColumn(*column);
  return column;
}

const Column* Table::find(std::string_view name) const {
  for (const Column& column : columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

const Column& Table::at(std::string_view name) const {
  if (const Column* column = find(name)) return *column;
  std::vector<std::string_view> names;
  for (const Column& column : columns) names.push_back(column.name);
  const std::string_view near = nearest(name, names);
  fail(Code::columnNotFound, text("the table has no column ", quoted(name), near.empty() ? "" : "; did you mean ",
                                  near.empty() ? "" : quoted(near), near.empty() ? "" : "?"));
}

Fingerprint Table::fingerprint() const {
  Parts parts;
  for (const Column& column : columns) {
    parts.add(column.name);
    parts.add(column.data->fingerprint);
  }
  return parts.fingerprint();
}

Factor factorOf(const ColumnData& column) {
  if (!column.numeric()) return {{}, column.codes, column.levels};
  Factor factor;
  factor.owned.resize(column.values.size());
  DistinctNumbers distinct;
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    factor.owned[i] = std::isnan(column.values[i]) ? -1 : distinct.codeOf(column.values[i]);
  }
  std::vector<std::string> texts;
  for (const double value : distinct.values()) texts.push_back(decimalText(value));
  LevelOrder order = inLevelOrder(std::move(texts));
  if (!column.levels.empty()) putInFixedOrder(order, column.levels);
  recode(factor.owned, order.place);
  factor.codes = factor.owned;
  factor.levels = std::move(order.levels);
  return factor;
}

}  // namespace bedside
