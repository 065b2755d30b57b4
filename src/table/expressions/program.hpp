#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "table/expressions/kernels.hpp"
#include "table/expressions/syntax.hpp"
#include "table/table.hpp"

namespace bedside::expressions {

/// Told the share done, 0 … 1, between blocks; what it throws ends the work.
using Progress = std::function<void(double done)>;

/// Levels, shared by the steps that have them.
using Texts = std::vector<std::string>;
inline std::shared_ptr<const Texts> shared(Texts texts) { return std::make_shared<const Texts>(std::move(texts)); }

/// An expression over the columns of one table, its types checked and everything computed that is the same for all
/// rows, `mean(x)` and its like among them. What is left goes through the rows in blocks that stay in the first-level
/// cache: a step reads columns as they lie in the table and writes scratch that is used again.
class Program {
 public:
  /// Fails with COLUMN_NOT_FOUND, then INVALID_SPEC for types that do not fit. The table must outlive the program.
  Program(const Table& table, const Tree& tree, Coerced& coerced, const Progress& progress);

  /// The whole expression.
  const Step& result() const { return steps_[static_cast<std::size_t>(root_)]; }
  /// Calls `take(first, cells, rows)` for each block of rows of the whole expression, in order; with one value for all
  /// rows once, for one row.
  using Take = std::function<void(std::size_t first, Cells cells, std::size_t rows)>;
  void scan(const Take& take) { scan(root_, take, progress_); }

 private:
  using Index = std::int32_t;

  Step& step(Index index) { return steps_[static_cast<std::size_t>(index)]; }
  Index push(Step step);

  // Types and constants, program.cpp
  Index compile(const Node& node);
  Index columnStep(const Node& node);
  Index number(Index index);
  Index logical(Index index);
  Index textual(Index index);
  Index numeric(const Node& node, Kernel kernel, bool dated = false);
  Index comparison(const Node& node);
  Index choice(const Node& node);
  std::vector<Index> listed(const Node& list) const;
  double constantNumber(Index index, std::string_view what);
  bool isText(Index index) const { return steps_[static_cast<std::size_t>(index)].type == Type::text; }
  void refuseText(Index index, std::string_view what) const;

  // Texts, texts.cpp
  Index textComparison(const Node& node, Index a, Index b);
  Index textWithConstant(const Node& node, Index a, Index constant, bool swapped);
  Index among(const Node& node);
  Index textChoice(Index test, Index yes, Index no, std::size_t at);
  Index recoded(Index text, std::vector<std::int32_t> places);
  Index cutting(const Node& node);
  Index reading(const Node& node, bool dates);
  Index writing(const Node& node);

  // What needs a whole column, whole.cpp
  Index aggregate(const Node& node);
  Index groups(const Node& node);
  Index writtenNumbers(Index index);
  Index wholeText(std::vector<std::int32_t> codes, std::vector<std::string> levels, Index of);
  std::vector<double> numbersOf(Index index);

  // Rows, scan.cpp
  void scan(Index root, const Take& take, const Progress& progress);
  void computeSingle(Index index);

  const Table& table_;
  const Tree& tree_;
  Coerced& coerced_;
  const Progress& progress_;
  std::vector<Step> steps_;
  std::vector<Index> stepOf_;  ///< by node; −1 for lists
  Index root_ = 0;
};

}  // namespace bedside::expressions
