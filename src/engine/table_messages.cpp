#include "engine/table_messages.hpp"

#include "describe/encode.hpp"
#include "engine/fingerprint_text.hpp"
#include "table/arrays.hpp"
#include "table/summary.hpp"

namespace bedside {

namespace {

void writeOptional(Writer& out, const std::string& text) { text.empty() ? out.null() : out.string(text); }

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

std::optional<std::size_t> DistinctCounts::find(const std::shared_ptr<const ColumnData>& column) const {
  const auto found = counted_.find(column.get());
  if (found == counted_.end() || found->second.column.lock() != column) return std::nullopt;
  return found->second.distinct;
}

void DistinctCounts::keep(const std::shared_ptr<const ColumnData>& column, std::size_t distinct) {
  counted_.insert_or_assign(column.get(), Counted{column, distinct});
  if (counted_.size() < sweepAt_) return;
  std::erase_if(counted_, [](const auto& each) { return each.second.column.expired(); });
  sweepAt_ = std::max<std::size_t>(64, 2 * counted_.size());
}

void writeTable(Writer& out, const Table& table, DistinctCounts& counts) {
  out.map(3);
  out.string("rows");
  out.number(static_cast<double>(table.rows));
  out.string("columns");
  out.array(table.columns.size());
  for (const auto& column : table.columns) {
    const ColumnSummary summary = summaryOf(*column.data, counts.find(column.data));
    counts.keep(column.data, summary.distinct);
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

Column readColumn(const Value& message) {
  std::string name(message["name"].text);
  if (!message["texts"].isNull())
    return columnOfTexts(std::move(name), message["texts"].bytes, message["lengths"].integers());
  if (!message["times"].isNull()) return columnOfTimes(std::move(name), message["times"].doubles());
  return columnOfNumbers(std::move(name), message["numbers"].doubles());
}

}  // namespace bedside
