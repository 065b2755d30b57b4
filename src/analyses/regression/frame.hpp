#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/common.hpp"
#include "analyses/regression/model.hpp"
#include "describe/columns.hpp"
#include "describe/key.hpp"
#include "numerics/regression.hpp"
#include "table/design.hpp"
#include "table/selection.hpp"

namespace bedside {

/// The terms of a model and which of their columns are factors: read, and their reference levels checked.
struct ModelTerms {
  std::vector<Term> terms;
  std::vector<ModelFactor> factors;
};

/// Fails with INVALID_SPEC for a reference level that does not occur.
ModelTerms modelTerms(const Table& table, const Predictors& predictors, const ModelFields& model);
ModelTerms modelTerms(const Table& table, std::vector<Term> terms, const ModelFields& model);

/// The rows that a model uses: those complete in the columns of its terms and in `beside`, with a weight above 0.
/// Fails, in the order of regression.md §3, with INVALID_SPEC (a negative weight), TOO_FEW_ROWS (no complete row),
/// NOT_FINITE.
Selection modelRows(const Table& table, const ModelTerms& terms, const std::vector<std::string>& beside,
                    const ModelFields& model);

/// The data of a model as every regression has them: the rows complete in the columns used and the design matrix over
/// them, no copy of the table. Not to be moved once kernels read its rows.
class ModelFrame {
 public:
  /// `beside`: the further columns whose rows must be complete (outcome, offset, time, cluster, …). What is particular
  /// to a model's outcome (binary, counts) is checked before. Fails as `modelRows`, then with ONE_GROUP (a factor with
  /// one level).
  ModelFrame(const Table& table, ModelTerms terms, std::vector<std::string> beside, const ModelFields& model);
  /// The same on `rows` that were chosen by `modelRows` and checked further. `intercept` false: the model has none, as
  /// a Cox model, though factors are coded as if it had.
  ModelFrame(const Table& table, ModelTerms terms, std::vector<std::string> beside, const ModelFields& model,
             Selection rows, bool intercept);

  const Selection& selection() const { return selection_; }
  const Design& design() const { return design_; }
  std::size_t n() const { return selection_.count(); }
  std::size_t p() const { return design_.size(); }
  numerics::Rows rows() const { return selection_.rows(); }
  bool weighted() const { return weights_ != nullptr; }
  const Column* weights() const { return weights_; }

  /// TOO_FEW_ROWS unless there are more rows than coefficients.
  void requireMoreRowsThanCoefficients() const;

  /// X, response, weights and offset in the order of `layout`.
  numerics::Blocks blocks(const numerics::Source& response, const Column* offset = nullptr) const;
  numerics::Layout layout(bool offset = false) const;
  /// The same with an intercept alone in place of X, for null models.
  numerics::Blocks nullBlocks(const numerics::Source& response, const Column* offset = nullptr) const;
  /// The response and, where there are any, the weights: two columns.
  numerics::Blocks responses(const numerics::Source& response) const;

  /// What of the frame determines a fit: terms, coding, columns by content; of the columns beside, those that cost
  /// rows.
  void addTo(KeyBuilder& key) const;

  /// n, nMissing and the warning that weights ask for unless standard errors are `robust`.
  Common common(bool robust) const;
  /// Table rows used, from 0; none when every row was.
  std::optional<std::vector<std::int32_t>> rowNumbers() const;

 private:
  const Table& table_;
  std::vector<std::string> beside_;
  const Column* weights_ = nullptr;
  Selection selection_;
  Design design_;
};

/// Rows that are complete whatever the pattern of the gaps: the table's, less the missing cells of every column used.
std::size_t leastRows(const Table& table, const std::vector<ColumnUse>& columns);

/// What a regression needs for certain: its `vectors` of one number per row, and their encoding. (Rows of weight 0 are
/// not known yet: with weights nothing is certain.)
template <class Spec>
Need needOf(const Table& table, const Spec& spec, std::size_t vectors) {
  if (spec.model.weights) return {};
  return {.certain = 2 * vectors * sizeof(double) * leastRows(table, columnsOf(spec, table))};
}

/// SINGULAR with the name of the column: the user's words for what `numerics` found.
[[noreturn]] void failSingular(const DesignColumn& column);

/// How a message calls a column of the design: 'age', or 'sex' (level 'Male').
std::string named(const DesignColumn& column);

/// The first few of these columns of a design as a message lists them.
std::string namedFew(const Design& design, std::span<const std::size_t> columns);

/// SEPARATION: names the terms along which the outcome is foretold without error, those that `direction` moves by more
/// than its rounding; `remedy` ends the message, `explained` is what the model explains.
Warning separationWarning(const ModelFrame& frame, std::span<const double> direction, std::string_view remedy,
                          std::string_view explained = "outcome");
/// NOT_CONVERGED.
Warning notConvergedWarning();

}  // namespace bedside
