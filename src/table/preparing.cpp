#include "table/preparing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "table/expressions/program.hpp"
#include "table/levels.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

using expressions::Cells;
using expressions::Coerced;
using expressions::isTrue;
using expressions::isUnknown;
using expressions::Program;
using expressions::Step;
using expressions::Truth;
using expressions::Type;

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

/// Progress of a part of the work.
PreparingProgress part(const PreparingProgress& whole, double from, double to) {
  if (!whole) return {};
  return [&whole, from, to](double done) { whole(from + (to - from) * done); };
}

void warn(Table& table, const Coerced& coerced, std::string_view where) {
  if (coerced.count() == 0) return;
  std::string what;
  if (coerced.negatives > 0) {
    what = text(coerced.negatives, coerced.negatives == 1 ? " logarithm or root" : " logarithms or roots",
                " of negative numbers");
  }
  if (coerced.unread > 0) {
    what += text(what.empty() ? "" : " and ", coerced.unread, coerced.unread == 1 ? " text" : " texts",
                 " that could not be read, the first ", quoted(shortened(coerced.first)));
  }
  table.warnings.push_back({"COERCED", text(where, ": ", coerced.count(), " missing ",
                                            coerced.count() == 1 ? "value" : "values", " came of ", what)});
}

/// Row numbers for which the block says so, without a branch that could be mispredicted.
class Chosen {
 public:
  explicit Chosen(std::size_t rows) : numbers_(rows) {}

  void add(std::size_t first, const Truth* truths, std::size_t rows) {
    std::size_t count = count_;
    std::uint32_t* const out = numbers_.data();
    for (std::size_t i = 0; i < rows; ++i) {
      out[count] = static_cast<std::uint32_t>(first + i);
      count += truths[i] == isTrue;
    }
    count_ = count;
  }
  void all() {
    for (std::size_t i = 0; i < numbers_.size(); ++i) numbers_[i] = static_cast<std::uint32_t>(i);
    count_ = numbers_.size();
  }
  std::span<const std::uint32_t> rows() const { return std::span(numbers_).first(count_); }

 private:
  std::vector<std::uint32_t> numbers_;
  std::size_t count_ = 0;
};

/// The rows where the expression is true.
Chosen rowsWhere(const Table& table, Program& program, const expressions::Tree& tree) {
  Chosen chosen(table.rows);
  const Step& result = program.result();
  if (result.type == Type::text)
    tree.fault(result.at, "expected what is true or false, such as sex == 'Female', and this is text");
  program.scan([&](std::size_t first, Cells cells, std::size_t rows) {
    std::vector<Truth> truths;
    if (result.type != Type::logical) {
      truths.resize(rows);
      for (std::size_t i = 0; i < rows; ++i) {
        const double value = cells.numbers[i];
        if (value != 0 && value != 1 && value == value) {
          tree.fault(result.at, text("expected what is true or false, and this is a number, ", value, " in data row ",
                                     first + i + 1, " (the first row is 1): compare it, as in age >= 18"));
        }
        truths[i] = value == 1 ? isTrue : value == 0 ? expressions::isFalse : isUnknown;
      }
    }
    const Truth* const given = result.type == Type::logical ? cells.truths : truths.data();
    if (result.extent != Step::Extent::single) {
      chosen.add(first, given, rows);
    } else if (given[0] == isTrue) {
      chosen.all();
    }
  });
  return chosen;
}

/// Codes of levels of which some may be in no row: without those, the others in their order.
std::shared_ptr<const ColumnData> withOccurring(std::vector<std::int32_t> codes,
                                                const std::vector<std::string>& levels) {
  std::vector<std::uint8_t> occurs(levels.size() + 1);
  for (const std::int32_t code : codes) occurs[static_cast<std::size_t>(code + 1)] = 1;
  std::vector<std::int32_t> place(levels.size(), -1);
  std::vector<std::string> kept;
  for (std::size_t level = 0; level < levels.size(); ++level) {
    if (!occurs[level + 1]) continue;
    place[level] = static_cast<std::int32_t>(kept.size());
    kept.push_back(levels[level]);
  }
  if (kept.size() < levels.size()) recode(codes, place);
  return ColumnData::categoricalOf(std::move(codes), std::move(kept));
}

std::shared_ptr<const ColumnData> textColumn(std::vector<std::int32_t> codes, const Step& result) {
  std::shared_ptr<const ColumnData> data = withOccurring(std::move(codes), *result.levels);
  if (result.fixedOrder || std::is_sorted(data->levels.begin(), data->levels.end(), levelBefore)) return data;
  LevelOrder order = inLevelOrder(data->levels);
  std::vector<std::int32_t> moved = data->codes;
  recode(moved, order.place);
  return ColumnData::categoricalOf(std::move(moved), std::move(order.levels));
}

std::shared_ptr<const ColumnData> cellsOf(Program& program, std::size_t rows) {
  const Step& result = program.result();
  const bool single = result.extent == Step::Extent::single;
  if (result.type == Type::text) {
    std::vector<std::int32_t> codes(rows);
    program.scan([&](std::size_t first, Cells cells, std::size_t count) {
      if (single)
        std::fill(codes.begin(), codes.end(), cells.codes[0]);
      else
        std::copy_n(cells.codes, count, codes.data() + first);
    });
    return textColumn(std::move(codes), result);
  }
  std::vector<double> values(rows);
  const auto numberOf = [&](Cells cells, std::size_t i) {
    if (result.type != Type::logical) return cells.numbers[i];
    return cells.truths[i] == isUnknown ? absent : cells.truths[i] == isTrue ? 1.0 : 0.0;
  };
  program.scan([&](std::size_t first, Cells cells, std::size_t count) {
    if (single)
      std::fill(values.begin(), values.end(), numberOf(cells, 0));
    else
      for (std::size_t i = 0; i < count; ++i) values[first + i] = numberOf(cells, i);
  });
  return ColumnData::numericOf(std::move(values), result.date ? Kind::date : Kind::numeric);
}

std::shared_ptr<const ColumnData> gathered(const ColumnData& data, std::span<const std::uint32_t> rows) {
  if (data.numeric()) {
    std::vector<double> values(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) values[i] = data.values[rows[i]];
    return ColumnData::numericOf(std::move(values), data.kind, data.levels);
  }
  std::vector<std::int32_t> codes(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) codes[i] = data.codes[rows[i]];
  return withOccurring(std::move(codes), data.levels);
}

/// The rows of every column; a column that the table holds under two names is gathered once.
Table gatheredRows(const Table& table, std::span<const std::uint32_t> rows, const PreparingProgress& progress) {
  Table out = table;
  out.rows = rows.size();
  for (std::size_t i = 0; i < out.columns.size(); ++i) {
    const auto before = table.columns.begin() + static_cast<std::ptrdiff_t>(i);
    const auto twin =
        std::find_if(table.columns.begin(), before, [&](const Column& each) { return each.data == before->data; });
    out.columns[i].data = twin == before ? gathered(*before->data, rows)
                                         : out.columns[static_cast<std::size_t>(twin - table.columns.begin())].data;
    if (progress) progress(static_cast<double>(i + 1) / static_cast<double>(out.columns.size()));
  }
  return out;
}

/// The column in its place, or behind the others.
void put(Table& table, Column column) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const Column& each) { return each.name == column.name; });
  if (found == table.columns.end())
    table.columns.push_back(std::move(column));
  else
    *found = std::move(column);
}

}  // namespace

Table filter(const Table& table, std::string_view expression, const PreparingProgress& progress) {
  const expressions::Tree tree = expressions::parse(expression, "filter");
  Coerced coerced;
  const PreparingProgress choosing = part(progress, 0, 0.5), gathering = part(progress, 0.5, 1);
  Program program(table, tree, coerced, choosing);
  const Chosen chosen = rowsWhere(table, program, tree);
  Table out = chosen.rows().size() == table.rows ? table : gatheredRows(table, chosen.rows(), gathering);
  warn(out, coerced, "filter");
  return out;
}

Table derive(const Table& table, const std::vector<Derivation>& columns, const PreparingProgress& progress) {
  Table out = table;
  Coerced coerced;
  std::string coercedIn;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Derivation& each = columns[i];
    const std::string where = text("derive ", quoted(shortened(each.name)));
    if (each.name.empty()) fail(Code::invalidSpec, "derive: a column needs a name");
    if (each.cells) {
      if (each.cells->rows() != table.rows) {
        fail(Code::invalidSpec, text(where, ": the array has ", each.cells->rows(), " elements, the table ", table.rows,
                                     " rows; give one for each row"));
      }
      put(out, {each.name, each.cells, {}, {}, {}});
      continue;
    }
    const double share = 1 / static_cast<double>(columns.size());
    const PreparingProgress own = part(progress, static_cast<double>(i) * share, static_cast<double>(i + 1) * share);
    const expressions::Tree tree = expressions::parse(each.expression, where);
    const std::size_t before = coerced.count();
    Program program(table, tree, coerced, own);
    if (const Column* column = program.result().column) {
      Column same = *column;
      same.name = each.name;
      put(out, std::move(same));
    } else {
      put(out, {each.name, cellsOf(program, table.rows), {}, {}, {}});
    }
    if (coerced.count() > before) coercedIn += text(coercedIn.empty() ? "" : ", ", quoted(shortened(each.name)));
  }
  warn(out, coerced, text("derive ", coercedIn));
  return out;
}

Table take(const Table& table, std::span<const std::uint32_t> rows, const PreparingProgress& progress) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] < table.rows) continue;
    fail(Code::invalidSpec,
         text("take: element ", i, " is row ", rows[i], ", and the table has ", table.rows, " rows, numbered from 0"));
  }
  return gatheredRows(table, rows, progress);
}

}  // namespace bedside
