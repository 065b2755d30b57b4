#include "analyses/regression/frame.hpp"

#include <algorithm>
#include <cmath>

#include "table/text.hpp"

namespace bedside {

Selection modelRows(const Table& table, const ModelTerms& terms, const std::vector<std::string>& beside,
                    const ModelFields& model) {
  const Column* weights = model.weights ? &table.at(model.weights->name) : nullptr;
  if (weights) checkWeights(*weights);
  std::vector<std::string> columns = beside;
  for (auto& name : columnsOf(terms.terms)) columns.push_back(std::move(name));
  Selection selection = completeRows(table, columns, weights);
  if (selection.count() == 0) {
    std::string most;
    std::size_t missing = 0;
    for (const auto& name : columns) {
      const std::size_t here = table.at(name).data->missing;
      if (here > missing) {
        missing = here;
        most = name;
      }
    }
    fail(Code::tooFewRows,
         text("No row has a value in every column of the model", weights ? " and a weight above 0" : "",
              most.empty() ? std::string(".") : text(": ", quoted(most), " lacks most (", missing, " rows).")));
  }
  checkFinite(table, columns, selection);
  if (weights) checkFinite(*weights, selection);
  return selection;
}

ModelTerms modelTerms(const Table& table, std::vector<Term> terms, const ModelFields& model) {
  std::vector<std::string> categorical;
  for (const auto& mention : model.categorical) categorical.push_back(mention.name);
  std::vector<std::pair<std::string, std::string>> reference;
  for (const auto& [column, level] : model.reference.levels) reference.emplace_back(column, level.text);
  auto factors = modelFactors(table, terms, categorical, reference);
  return {std::move(terms), std::move(factors)};
}

ModelTerms modelTerms(const Table& table, const Predictors& predictors, const ModelFields& model) {
  return modelTerms(table, termsOf(predictors.terms, table), model);
}

ModelFrame::ModelFrame(const Table& table, ModelTerms terms, std::vector<std::string> beside, const ModelFields& model)
    : table_(table),
      beside_(std::move(beside)),
      weights_(model.weights ? &table.at(model.weights->name) : nullptr),
      selection_(modelRows(table, terms, beside_, model)),
      design_(designOf(table, std::move(terms.terms), std::move(terms.factors), selection_)) {}

ModelFrame::ModelFrame(const Table& table, ModelTerms terms, std::vector<std::string> beside, const ModelFields& model,
                       Selection rows, bool intercept)
    : table_(table),
      beside_(std::move(beside)),
      weights_(model.weights ? &table.at(model.weights->name) : nullptr),
      selection_(std::move(rows)),
      design_(designOf(table, std::move(terms.terms), std::move(terms.factors), selection_, intercept)) {}

void ModelFrame::requireMoreRowsThanCoefficients() const {
  if (n() > p()) return;
  fail(Code::tooFewRows,
       text("The model has ", p(), " coefficients and ", n(), n() == 1 ? " complete row" : " complete rows",
            ": leave out predictors or columns with many missing values."));
}

numerics::Layout ModelFrame::layout(bool offset) const {
  return {.design = p(), .weighted = weighted(), .offset = offset};
}

numerics::Blocks ModelFrame::blocks(const numerics::Source& response, const Column* offset) const {
  auto columns = design_.sources();
  columns.push_back(response);
  if (weights_) columns.push_back(numerics::Source::of(weights_->data->values.data()));
  if (offset) columns.push_back(numerics::Source::of(offset->data->values.data()));
  return {std::move(columns), rows()};
}

numerics::Blocks ModelFrame::nullBlocks(const numerics::Source& response, const Column* offset) const {
  std::vector<numerics::Source> columns{numerics::Source::one(), response};
  if (weights_) columns.push_back(numerics::Source::of(weights_->data->values.data()));
  if (offset) columns.push_back(numerics::Source::of(offset->data->values.data()));
  return {std::move(columns), rows()};
}

numerics::Blocks ModelFrame::responses(const numerics::Source& response) const {
  std::vector<numerics::Source> columns{response};
  if (weights_) columns.push_back(numerics::Source::of(weights_->data->values.data()));
  return {std::move(columns), rows()};
}

void ModelFrame::addTo(KeyBuilder& key) const {
  const DesignRecipe& recipe = design_.recipe();
  key.add(recipe.terms.size());
  for (const Term& term : recipe.terms) key.add(term.columns);
  for (const auto& name : columnsOf(recipe.terms)) {
    key.column(table_.at(name));
    const CodedFactor* factor = recipe.factor(name);
    key.add(factor ? factor->levels : std::vector<std::string>{});
  }
  key.add(weighted());
  if (weights_) key.column(*weights_);
  for (const auto& name : beside_) {
    const Column& column = table_.at(name);
    if (column.data->missing > 0) key.column(column);
  }
}

Common ModelFrame::common(bool robust) const {
  Common common;
  common.n = n();
  common.nMissing = selection_.missing();
  if (weights_ && !robust) {
    const auto& weights = weights_->data->values;
    for (std::size_t i = 0; i < n(); ++i) {
      if (weights[selection_[i]] == std::floor(weights[selection_[i]])) continue;
      common.warnings.push_back(
          {"ROBUST_ADVISED",
           text("The weights ", quoted(weights_->name),
                " are no counts of rows, so the model's standard errors do not hold: ask for robust: 'HC0'.")});
      break;
    }
  }
  return common;
}

std::optional<std::vector<std::int32_t>> ModelFrame::rowNumbers() const {
  if (selection_.everyRow()) return std::nullopt;
  const auto numbers = selection_.numbers();
  return std::vector<std::int32_t>(numbers.begin(), numbers.end());
}

std::size_t leastRows(const Table& table, const std::vector<ColumnUse>& columns) {
  std::size_t rows = table.rows;
  for (const auto& column : columns) {
    if (column.used) rows -= std::min(rows, table.at(column.name).data->missing);
  }
  return rows;
}

std::string named(const DesignColumn& column) {
  return column.level ? text(quoted(column.term), " (level ", quoted(shortened(*column.level)), ")")
                      : quoted(column.term);
}

void failSingular(const DesignColumn& column) {
  fail(Code::singular,
       text("The term ", named(column), " is determined by the terms before it (or never varies): leave it out",
            column.level ? ", or join levels that have no rows of their own." : "."));
}

std::string namedFew(const Design& design, std::span<const std::size_t> columns) {
  constexpr std::size_t most = 5;
  std::string out;
  for (std::size_t i = 0; i < std::min(columns.size(), most); ++i) {
    out += (i > 0 ? ", " : "") + named(design.columns()[columns[i]]);
  }
  return columns.size() > most ? out + ", …" : out;
}

Warning separationWarning(const ModelFrame& frame, std::span<const double> direction, std::string_view remedy,
                          std::string_view explained) {
  const auto& columns = frame.design().columns();
  std::vector<double> reach(columns.size());  // the most that the column moves a linear predictor
  numerics::Blocks(frame.design().sources(), frame.rows()).scan([&](const numerics::Block& block) {
    for (std::size_t j = 0; j < direction.size(); ++j) {
      for (std::size_t i = 0; i < block.rows; ++i) reach[j] = std::max(reach[j], std::abs(block[j][i] * direction[j]));
    }
  });
  const double rounding = 1e-6 * *std::max_element(reach.begin(), reach.end());
  std::vector<std::size_t> told;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (reach[j] > rounding && columns[j].termIndex != DesignColumn::noTerm) told.push_back(j);
  }
  return {"SEPARATION",
          text(told.empty() ? std::string("The model") : namedFew(frame.design(), told),
               told.size() > 1 ? " together foretell" : " foretells", " the ", explained,
               " of some rows without error, so no maximum-likelihood estimate exists. ", remedy)};
}

Warning notConvergedWarning() {
  return {"NOT_CONVERGED",
          "The estimates had not settled after 100 steps: the figures are those of the last one. Look for "
          "predictors that are nearly collinear or hold extreme values."};
}

}  // namespace bedside
