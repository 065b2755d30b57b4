#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "numerics/blocks.hpp"
#include "table/factors.hpp"
#include "table/selection.hpp"
#include "table/table.hpp"
#include "table/terms.hpp"

namespace bedside {

/// Levels of a factor that a design codes.
struct CodedFactor {
  std::string column;
  std::vector<std::string> levels;  ///< the reference first, the others in level order
};

/// All that is needed to make the same columns from other rows: what a stored fit keeps for predictions.
struct DesignRecipe {
  std::vector<Term> terms;
  std::vector<CodedFactor> factors;  ///< columns not among them are numbers
  bool intercept = true;

  const CodedFactor* factor(std::string_view column) const;
  /// Bytes it takes.
  std::size_t bytes() const;
};

/// A column of the design matrix.
struct DesignColumn {
  static constexpr std::size_t noTerm = static_cast<std::size_t>(-1);

  /// What a variable of the term contributes to the column.
  struct Part {
    std::string column;
    std::optional<std::string> level;  ///< of a factor
  };

  std::string term;                  ///< such as `age:sex`; `(Intercept)`
  std::optional<std::string> level;  ///< levels of the factors joined by `:`; none for numbers alone
  std::size_t termIndex = noTerm;    ///< in the design's terms; `noTerm` for the intercept
  numerics::Source source;
  std::vector<Part> parts;

  /// 1 in rows that have this column's level (all of its levels), numbers of the term left aside. Only with a `level`.
  numerics::Source levelSource() const;
};

/// The design matrix as a description over the table's columns, no copy of them: R's `model.matrix` under treatment
/// contrasts. Cheap to copy and to move: factor codes are shared, and its sources hold while the design or a copy of it
/// lives.
class Design {
 public:
  const std::vector<DesignColumn>& columns() const { return columns_; }
  const std::vector<Term>& terms() const { return recipe_.terms; }
  const DesignRecipe& recipe() const { return recipe_; }
  bool intercept() const { return recipe_.intercept; }
  std::size_t size() const { return columns_.size(); }
  /// What `Blocks` reads, column by column.
  std::vector<numerics::Source> sources() const;

 private:
  friend class DesignBuilder;
  /// The cells that the sources point to.
  struct Cells {
    std::vector<ModelFactor> factors;
    std::vector<std::shared_ptr<const ColumnData>> numbers;
  };

  DesignRecipe recipe_;
  std::vector<DesignColumn> columns_;
  std::shared_ptr<const Cells> cells_;
};

/// The design of a model on the rows selected. Levels come from the whole column, those without a row selected are
/// dropped; when the reference is among them the first one left takes its place.
///
/// Coding (R's `TermCode` in model.c, Chambers & Hastie 1992, section 2.3.2): in term T the factor v loses its
/// reference level when T without v is in the model, which R takes to be so when it is empty (the intercept, here
/// always in the model whether or not `intercept` asks for its column) or contained in a term before T; else all its
/// levels get a column. In an interaction the first variable's level runs fastest.
///
/// Fails, in this order, with TOO_FEW_ROWS (no row), ONE_GROUP (a factor with one level left) and, for more than 10,000
/// columns that the rows cannot carry, TOO_FEW_ROWS (SINGULAR without intercept): before any of them is made.
Design designOf(const Table& table, std::vector<Term> terms, std::vector<ModelFactor> factors,
                const Selection& selection, bool intercept = true);

/// The same, reading the factors first (`modelFactors`).
Design designOf(const Table& table, std::vector<Term> terms, std::span<const std::string> categorical,
                std::span<const std::pair<std::string, std::string>> reference, const Selection& selection,
                bool intercept = true);

/// The columns of a recipe over a table, which need not be the one it was made on, for the rows selected (complete
/// ones: a missing value is the caller's to leave out). Fails with COLUMN_NOT_FOUND, NOT_NUMERIC (text where the recipe
/// has numbers), INVALID_SPEC (a row selected has a level that the recipe has not).
Design designOf(const Table& table, DesignRecipe recipe, const Selection& selection);

}  // namespace bedside
