#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "describe/fields.hpp"
#include "describe/types.hpp"
#include "table/table.hpp"
#include "table/terms.hpp"

namespace bedside {

/// What the spec of every regression has beside its outcome and predictors. `complete` empties `formula`: the canonical
/// spec names columns.
struct ModelFields {
  std::optional<std::string> formula;
  std::vector<ColumnMention> categorical;
  References reference;
  std::optional<ColumnName> weights;
  double confLevel = 0.95;

  static constexpr auto describe() {
    return fields(
        field<&ModelFields::formula>(
            doc("The model in R's notation, such as 'y ~ age * sex', in place of the column fields.")),
        field<&ModelFields::categorical>(doc("Numeric columns to take as factors.")),
        field<&ModelFields::reference>(doc("Reference levels: { sex: 'Female' }; default: the first in level order.")),
        field<&ModelFields::weights>(
            doc("Column of case weights: each multiplies its row's term of the log-likelihood."), numericColumn),
        field<&ModelFields::confLevel>(doc("Confidence level of the intervals."), between(0, 1)));
  }
};

/// Fills in outcome and predictors from the formula, or from the fields as the user gave them, and puts the predictors
/// into model order. `analysis` is what the user calls it. Fails with INVALID_SPEC when both or neither are given, for
/// a formula that does not parse and for an outcome among the predictors; COLUMN_NOT_FOUND comes after these.
void completeModel(std::string_view analysis, std::optional<ColumnName>& outcome, std::optional<Predictors>& predictors,
                   ModelFields& model, const Table& table);

/// Terms as a canonical spec holds them.
Predictors spelled(std::span<const Term> terms, const Table& table);

/// Predictors in model order as a spec holds them; `role` is what the columns in `explained` are ("the outcome"), which
/// may not be among them: for models whose spec has other fields in the outcome's place.
Predictors inModelOrder(const Predictors& predictors, std::span<const std::string_view> explained,
                        std::string_view role, const Table& table);

/// How the standard errors of a regression are found.
enum class Robust { none, hc0, hc1, hc2, hc3 };

template <>
inline constexpr std::array words<Robust>{Word<Robust>{"none", Robust::none}, Word<Robust>{"HC0", Robust::hc0},
                                          Word<Robust>{"HC1", Robust::hc1}, Word<Robust>{"HC2", Robust::hc2},
                                          Word<Robust>{"HC3", Robust::hc3}};

/// INVALID_SPEC for a cluster beside HC1 … HC3, which have no sums by cluster.
void checkRobust(Robust robust, const std::optional<ColumnName>& cluster);

}  // namespace bedside
