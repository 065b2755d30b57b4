#include "table/design.hpp"

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "table/text.hpp"

namespace bedside {
namespace {

constexpr std::size_t manyColumns = 10'000;
constexpr std::int32_t noCode = -2;  // of a level that the table has not: no row is marked

/// Whether all columns of `margin` but `without` are in `term`.
bool contains(const Term& term, const Term& margin, const std::string& without) {
  return std::all_of(margin.columns.begin(), margin.columns.end(), [&](const std::string& column) {
    return column == without || std::find(term.columns.begin(), term.columns.end(), column) != term.columns.end();
  });
}

/// Whether the factor loses its reference level in the term.
bool contrasted(std::span<const Term> terms, std::size_t index, const std::string& factor) {
  if (terms[index].columns.size() == 1) return true;
  return std::any_of(terms.begin(), terms.begin() + static_cast<std::ptrdiff_t>(index),
                     [&](const Term& before) { return contains(before, terms[index], factor); });
}

/// Counts stop here, so that sums and products of them cannot wrap around.
constexpr std::size_t countless = std::numeric_limits<std::size_t>::max() / 2;

std::size_t saturatingProduct(std::size_t a, std::size_t b) { return b != 0 && a > countless / b ? countless : a * b; }

std::size_t bytesOf(const std::string& text) { return sizeof text + text.capacity(); }

}  // namespace

const CodedFactor* DesignRecipe::factor(std::string_view column) const {
  const auto at =
      std::find_if(factors.begin(), factors.end(), [&](const CodedFactor& coded) { return coded.column == column; });
  return at == factors.end() ? nullptr : &*at;
}

std::size_t DesignRecipe::bytes() const {
  std::size_t total = sizeof *this;
  for (const Term& term : terms) {
    total += sizeof term;
    for (const std::string& column : term.columns) total += bytesOf(column);
  }
  for (const CodedFactor& coded : factors) {
    total += sizeof coded + bytesOf(coded.column);
    for (const std::string& level : coded.levels) total += bytesOf(level);
  }
  return total;
}

numerics::Source DesignColumn::levelSource() const {
  if (source.kind != numerics::Source::Kind::product) return source;
  std::vector<numerics::Source> marks;
  for (const numerics::Source& part : source.factors) {
    if (part.kind == numerics::Source::Kind::indicator) marks.push_back(part);
  }
  return marks.size() == 1 ? marks.front() : numerics::Source::productOf(std::move(marks));
}

std::vector<numerics::Source> Design::sources() const {
  std::vector<numerics::Source> out;
  out.reserve(columns_.size());
  for (const DesignColumn& column : columns_) out.push_back(column.source);
  return out;
}

/// Puts the columns of a recipe together over a table's cells. The factors come with the codes of the recipe's levels
/// as their `order`.
class DesignBuilder {
 public:
  DesignBuilder(const Table& table, DesignRecipe recipe, std::vector<ModelFactor> factors)
      : recipe_(std::move(recipe)) {
    auto cells = std::make_shared<Design::Cells>();
    cells->factors = std::move(factors);
    for (const std::string& name : columnsOf(recipe_.terms)) {
      if (recipe_.factor(name)) continue;
      cells->numbers.push_back(table.at(name).data);
      variables_.push_back({.column = name, .values = cells->numbers.back()->values.data(), .levels = {}, .codes = {}});
    }
    for (const ModelFactor& factor : cells->factors) {
      const CodedFactor& coded = *recipe_.factor(factor.column);
      const std::int32_t* codes = factor.factor.codes.data();
      variables_.push_back({.column = coded.column, .cells = codes, .levels = coded.levels, .codes = factor.order});
    }
    cells_ = std::move(cells);
  }

  /// Columns that the recipe makes, the intercept included.
  std::size_t count() const {
    std::size_t total = recipe_.intercept ? 1 : 0;
    for (std::size_t i = 0; i < recipe_.terms.size(); ++i) {
      std::size_t ofTerm = 1;
      for (const std::string& name : recipe_.terms[i].columns) {
        const Variable& variable = variableNamed(name);
        if (!variable.values) ofTerm = saturatingProduct(ofTerm, variable.codes.size() - firstLevel(i, variable));
      }
      total = std::min(total + ofTerm, countless);
    }
    return total;
  }

  Design build() && {
    Design design;
    if (recipe_.intercept) {
      design.columns_.push_back({"(Intercept)", std::nullopt, DesignColumn::noTerm, numerics::Source::one(), {}});
    }
    for (std::size_t i = 0; i < recipe_.terms.size(); ++i) addTerm(design.columns_, i);
    design.cells_ = std::move(cells_);
    design.recipe_ = std::move(recipe_);
    return design;
  }

 private:
  struct Variable {
    std::string column;
    const double* values = nullptr;       // a number's
    const std::int32_t* cells = nullptr;  // a factor's
    std::vector<std::string> levels;      // a factor's, the reference first
    std::vector<std::int32_t> codes;      // their codes in `cells`
  };

  const Variable& variableNamed(const std::string& name) const {
    return *std::find_if(variables_.begin(), variables_.end(), [&](const Variable& v) { return v.column == name; });
  }

  /// The first of the factor's levels that has a column in the term: 1 where the reference is left out.
  std::size_t firstLevel(std::size_t term, const Variable& variable) const {
    return !variable.values && contrasted(recipe_.terms, term, variable.column) ? 1 : 0;
  }

  void addTerm(std::vector<DesignColumn>& columns, std::size_t index) const {
    struct Place {
      const Variable* variable;
      std::size_t first, end, at;
    };
    std::vector<Place> places;
    for (const std::string& name : recipe_.terms[index].columns) {
      const Variable& variable = variableNamed(name);
      const std::size_t first = firstLevel(index, variable);
      const std::size_t end = variable.values ? 1 : variable.codes.size();
      if (first == end) return;
      places.push_back({&variable, first, end, first});
    }
    const std::string name = recipe_.terms[index].name();
    for (bool more = true; more;) {
      DesignColumn column{.term = name, .level = {}, .termIndex = index, .source = {}, .parts = {}};
      std::vector<numerics::Source> sources;
      for (const Place& place : places) {
        const Variable& variable = *place.variable;
        if (variable.values) {
          sources.push_back(numerics::Source::of(variable.values));
          column.parts.push_back({variable.column, std::nullopt});
          continue;
        }
        const std::string& level = variable.levels[place.at];
        sources.push_back(numerics::Source::indicatorOf(variable.cells, variable.codes[place.at]));
        column.parts.push_back({variable.column, level});
        column.level = column.level ? text(*column.level, ":", level) : level;
      }
      column.source =
          sources.size() == 1 ? std::move(sources.front()) : numerics::Source::productOf(std::move(sources));
      columns.push_back(std::move(column));
      // The next combination, like an odometer whose first wheel runs fastest.
      more = false;
      for (Place& place : places) {
        if (++place.at < place.end) {
          more = true;
          break;
        }
        place.at = place.first;
      }
    }
  }

  DesignRecipe recipe_;
  std::vector<Variable> variables_;
  std::shared_ptr<const Design::Cells> cells_;
};

Design designOf(const Table& table, std::vector<Term> terms, std::vector<ModelFactor> factors,
                const Selection& selection, bool intercept) {
  if (selection.count() == 0) {
    fail(Code::tooFewRows, "no row has a value in every column of the model: describe() tells which ones lack most");
  }
  DesignRecipe recipe{.terms = std::move(terms), .factors = {}, .intercept = intercept};
  for (ModelFactor& factor : factors) {
    const auto counts = levelCounts(factor.factor.codes, factor.factor.levels.size(), selection.rows());
    std::erase_if(factor.order, [&](std::int32_t code) { return counts[static_cast<std::size_t>(code)] == 0; });
    CodedFactor coded{.column = factor.column, .levels = {}};
    for (const std::int32_t code : factor.order) {
      coded.levels.push_back(factor.factor.levels[static_cast<std::size_t>(code)]);
    }
    if (coded.levels.size() < 2) {
      fail(Code::oneGroup, text("factor ", quoted(factor.column), " has one level left in the ", selection.count(),
                                " rows used, ", listed(coded.levels), ": leave it out of the model"));
    }
    recipe.factors.push_back(std::move(coded));
  }
  DesignBuilder builder(table, std::move(recipe), std::move(factors));
  const std::size_t columns = builder.count();
  if (columns > manyColumns && columns > selection.count()) {
    fail(intercept ? Code::tooFewRows : Code::singular,
         text("the model has ", columns, " columns for ", selection.count(),
              " rows: is a column that names each row (such as a patient's number) among its factors?"));
  }
  return std::move(builder).build();
}

Design designOf(const Table& table, std::vector<Term> terms, std::span<const std::string> categorical,
                std::span<const std::pair<std::string, std::string>> reference, const Selection& selection,
                bool intercept) {
  auto factors = modelFactors(table, terms, categorical, reference);
  return designOf(table, std::move(terms), std::move(factors), selection, intercept);
}

Design designOf(const Table& table, DesignRecipe recipe, const Selection& selection) {
  std::vector<ModelFactor> factors;
  for (const std::string& name : columnsOf(recipe.terms)) {
    const Column& column = table.at(name);
    const CodedFactor* coded = recipe.factor(name);
    if (!coded) {
      checkNumeric(column, "this predictor");
      continue;
    }
    ModelFactor& known = factors.emplace_back(ModelFactor{name, column.data, factorOf(*column.data), {}});
    known.order.assign(coded->levels.size(), noCode);
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < coded->levels.size(); ++i) places.emplace(coded->levels[i], i);
    const Factor& factor = known.factor;
    const auto counts = levelCounts(factor.codes, factor.levels.size(), selection.rows());
    for (std::size_t level = 0; level < counts.size(); ++level) {
      if (counts[level] == 0) continue;
      const auto place = places.find(factor.levels[level]);
      if (place == places.end()) {
        fail(Code::invalidSpec,
             text("column ", quoted(name), " holds the level ", quoted(shortened(factor.levels[level])),
                  ", which the model does not know; it knows ", listed(coded->levels)));
      }
      known.order[place->second] = static_cast<std::int32_t>(level);
    }
  }
  return DesignBuilder(table, std::move(recipe), std::move(factors)).build();
}

}  // namespace bedside
