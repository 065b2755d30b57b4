#include "analyses/comparison/contingency.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/distributions.hpp"
#include "numerics/fisher.hpp"
#include "numerics/tables.hpp"
#include "table/selection.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

using numerics::Counts;

/// INVALID_SPEC unless there are two columns or one table of whole numbers from 0.
void check(const ContingencySpec& spec) {
  if (!spec.counts) {
    if (!spec.row) fail(Code::invalidSpec, "contingency needs 'row' and 'column', or a table of 'counts'.");
    if (!spec.column) fail(Code::invalidSpec, "contingency needs 'column' beside 'row'.");
    if (spec.rows || spec.columns) {
      fail(Code::invalidSpec,
           "'rows' and 'columns' name the rows and columns of 'counts': leave them out beside 'row'.");
    }
    return;
  }
  if (spec.row || spec.column) fail(Code::invalidSpec, "Give either 'counts' or 'row' and 'column', not both.");
  const auto& counts = *spec.counts;
  if (counts.size() < 2 || counts.front().size() < 2) {
    fail(Code::invalidSpec, "'counts' needs at least two rows and two columns: [[10, 20], [15, 5]].");
  }
  double total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i].size() != counts.front().size()) {
      fail(Code::invalidSpec, text("'counts': row ", i + 1, " has ", counts[i].size(), " counts, the first has ",
                                   counts.front().size(), "."));
    }
    for (const double count : counts[i]) {
      if (count < 0 || count != std::floor(count)) {
        fail(Code::invalidSpec, text("'counts' must be whole numbers from 0, not ", count, "."));
      }
      total += count;
    }
  }
  constexpr double most = 4294967295;  // rows are counted in 32 bits
  if (total == 0) fail(Code::invalidSpec, "'counts' are all 0.");
  if (total > most) fail(Code::invalidSpec, text("'counts' add up to ", total, ", more than ", most, "."));
  const auto checkNames = [](const auto& names, std::size_t wanted, std::string_view field) {
    if (!names || names->size() == wanted) return;
    fail(Code::invalidSpec,
         text(quoted(field), " gives ", names->size(), " names for ", wanted, " ", field, " of 'counts'."));
  };
  checkNames(spec.rows, counts.size(), "rows");
  checkNames(spec.columns, counts.front().size(), "columns");
}

/// A table with the names of its rows and columns.
struct Named {
  Counts counts;
  std::vector<std::string> rows, columns;
};

Named typedIn(const ContingencySpec& spec) {
  const auto& given = *spec.counts;
  Named out{Counts(given.size(), given.front().size()), {}, {}};
  for (std::size_t i = 0; i < given.size(); ++i) {
    std::copy(given[i].begin(), given[i].end(),
              out.counts.cells.begin() + static_cast<std::ptrdiff_t>(i * given[i].size()));
  }
  const auto numbered = [](const auto& names, std::size_t count) {
    if (names) return *names;
    std::vector<std::string> numbers;
    for (std::size_t i = 1; i <= count; ++i) numbers.push_back(text(i));
    return numbers;
  };
  out.rows = numbered(spec.rows, out.counts.rows);
  out.columns = numbered(spec.columns, out.counts.columns);
  return out;
}

/// Of two columns, in the rows complete in both; levels without a row left are gone.
Named crossed(const Table& table, const ContingencySpec& spec, Common& common) {
  const Column* const both[] = {&table.at(spec.row->name), &table.at(spec.column->name)};
  Selection selection(table.rows);
  selection.dropMissing(both);
  common.n = selection.count();
  common.nMissing = selection.missing();
  if (selection.count() == 0) {
    fail(Code::tooFewRows,
         text("No row has a value of both ", quoted(both[0]->name), " and ", quoted(both[1]->name), "."));
  }
  for (const Column* column : both) checkFinite(*column, selection);
  const Factor row = factorOf(*both[0]->data), column = factorOf(*both[1]->data);
  using numerics::Source;
  const numerics::Blocks blocks({Source::codesOf(row.codes.data()), Source::codesOf(column.codes.data())},
                                selection.rows());
  // Levels that occur are told by one column at a time: the table itself may be much larger than what is left of it.
  struct Kept {
    std::vector<std::int32_t> codes;  ///< by table row
    std::vector<std::string> levels;
  };
  const auto kept = [&](const Factor& factor, std::size_t at) {
    const auto counts = numerics::tabulate(blocks, at, factor.levels.size());
    std::vector<std::int32_t> place(counts.size(), -1);
    Kept out;
    for (std::size_t level = 0; level < counts.size(); ++level) {
      if (counts[level] == 0) continue;
      place[level] = static_cast<std::int32_t>(out.levels.size());
      out.levels.push_back(factor.levels[level]);
    }
    if (out.levels.size() < 2) {
      fail(Code::oneGroup, text("Column ", quoted(both[at]->name), " has only ", quoted(shortened(out.levels.front())),
                                " in the rows used: there is nothing to compare it with."));
    }
    out.codes.reserve(factor.codes.size());
    for (const std::int32_t code : factor.codes)
      out.codes.push_back(code < 0 ? -1 : place[static_cast<std::size_t>(code)]);
    return out;
  };
  Kept rows = kept(row, 0), columns = kept(column, 1);
  const numerics::Blocks left({Source::codesOf(rows.codes.data()), Source::codesOf(columns.codes.data())},
                              selection.rows());
  return {numerics::crossTabulate(left, 0, rows.levels.size(), 1, columns.levels.size()), std::move(rows.levels),
          std::move(columns.levels)};
}

std::vector<std::vector<double>> nested(const Counts& shape, const std::vector<double>& cells) {
  std::vector<std::vector<double>> out;
  for (std::size_t i = 0; i < shape.rows; ++i) {
    const auto begin = cells.begin() + static_cast<std::ptrdiff_t>(i * shape.columns);
    out.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(shape.columns));
  }
  return out;
}

std::optional<FisherTest> fisherOf(const Counts& counts, const ContingencySpec& spec, Context& context,
                                   std::vector<Warning>& warnings) {
  if (counts.rows == 2 && counts.columns == 2) {
    const double a = counts(0, 0), b = counts(0, 1), c = counts(1, 0), d = counts(1, 1);
    const auto odds = numerics::conditionalOdds(a, b, c, d, spec.confLevel);
    return FisherTest{numerics::fisherP(a, b, c, d), odds.estimate, odds.ciLow, odds.ciHigh};
  }
  if (spec.simulate > 0) {
    constexpr std::size_t part = 100;
    std::size_t asExtreme = 0;
    for (std::size_t done = 0; done < spec.simulate; done += part) {
      asExtreme += numerics::simulatedAsExtreme(counts, done, std::min(part, spec.simulate - done));
      context.progress(static_cast<double>(done) / static_cast<double>(spec.simulate));
    }
    return FisherTest{static_cast<double>(1 + asExtreme) / static_cast<double>(1 + spec.simulate), {}, {}, {}};
  }
  if (const auto p = numerics::freemanHalton(counts)) return FisherTest{*p, {}, {}, {}};
  warnings.push_back(
      {"FISHER_SKIPPED",
       text("Fisher's exact test was skipped: a ", counts.rows, " × ", counts.columns, " table of ", counts.total(),
            " has too many tables with the same margins. 'simulate: 10000' estimates p.")});
  return std::nullopt;
}

/// Odds ratio, risk ratio and risk difference of 2 × 2; nothing is added to a cell.
void putEffects(const Counts& counts, double z, ContingencyResult& result) {
  const double a = counts(0, 0), b = counts(0, 1), c = counts(1, 0), d = counts(1, 1);
  const double n1 = a + b, n2 = c + d, p1 = b / n1, p2 = d / n2;
  result.oddsRatio = Interval::ofRatio(a * d / (b * c), z * std::sqrt(1 / a + 1 / b + 1 / c + 1 / d));
  result.riskRatio = Interval::ofRatio(p2 / p1, z * std::sqrt(1 / d - 1 / n2 + (1 / b - 1 / n1)));
  result.riskDifference = Interval::about(p2 - p1, z * std::sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2));
}

/// McNemar's (1947) test, or Bowker's (1948) of a larger square.
ChiSquaredTest symmetry(const Counts& counts, bool correct) {
  const std::size_t r = counts.rows;
  const bool yates = correct && r == 2 && counts(0, 1) != counts(1, 0);
  double statistic = 0;
  for (std::size_t i = 0; i < r; ++i) {
    for (std::size_t j = i + 1; j < r; ++j) {
      const double excess = std::abs(counts(i, j) - counts(j, i)) - (yates ? 1 : 0);
      statistic += excess * excess / (counts(i, j) + counts(j, i));
    }
  }
  const double df = static_cast<double>(r) * static_cast<double>(r - 1) / 2;
  return {statistic, df, numerics::chiSquaredUpper(statistic, df)};
}

}  // namespace

void Contingency::complete(Spec& spec, const Table&) { check(spec); }

ContingencyResult Contingency::run(const Table* table, const Spec& spec, Context& context) {
  check(spec);
  if (!spec.counts && !table) {
    fail(Code::invalidSpec,
         "'row' and 'column' are columns of a table: call table.contingency(spec), or give 'counts'.");
  }
  ContingencyResult result;
  const Named named = spec.counts ? typedIn(spec) : crossed(*table, spec, result.common);
  const Counts& counts = named.counts;
  const double n = counts.total();
  if (spec.counts) result.common.n = static_cast<std::size_t>(n);
  result.table = {named.rows, named.columns, nested(counts, counts.cells), nested(counts, counts.expected())};
  const auto chiSquared = numerics::pearson(counts, spec.correct);
  result.chiSquared = {chiSquared.statistic, chiSquared.df, chiSquared.p};
  const double fewer = static_cast<double>(std::min(counts.rows, counts.columns)) - 1;
  result.cramersV = std::sqrt(numerics::pearson(counts, false).statistic / (n * fewer));
  if (counts.rows == 2 && counts.columns == 2) putEffects(counts, numerics::normalCritical(spec.confLevel), result);
  if (counts.rows == counts.columns) result.mcNemar = symmetry(counts, spec.correct);
  result.fisher = fisherOf(counts, spec, context, result.common.warnings);
  return result;
}

}  // namespace bedside
