#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "table/table.hpp"

namespace bedside {

/// A term of a model: one column, or several for an interaction.
struct Term {
  std::vector<std::string> columns;  ///< distinct; in the model's order of variables

  /// The columns joined by `:`, as results show it.
  std::string name() const;
  bool operator==(const Term&) const = default;
};

/// The terms that a list of predictors means (R's `terms`): main effects first, then by degree, within a degree as they
/// come; a term named twice counts once; inside an interaction the variables stand as they first come in the list.
/// An entry that equals a column's name is that column. Else one that is made of names in backticks joined by `:` is
/// the interaction of these (for columns whose names hold a colon), and any other is split at `:`.
/// Fails with INVALID_SPEC for an empty list, COLUMN_NOT_FOUND for a name the table has not.
std::vector<Term> termsOf(std::span<const std::string> predictors, const Table& table);

/// A spelling that `termsOf` reads back as this term: the name where that is enough, else names in backticks.
std::string canonical(const Term& term, const Table& table);

/// The columns that the terms name, each once, as they come.
std::vector<std::string> columnsOf(std::span<const Term> terms);

/// INVALID_SPEC when a term holds `column`, which the model explains already; `role` is what the column is, such as
/// "the outcome".
void refuseAmong(std::span<const Term> terms, std::string_view column, std::string_view role);

/// Terms as they are put together while a list or a formula is read: each a set of variables, known by the order in
/// which they came.
class Variables {
 public:
  std::uint32_t numberOf(std::string_view name);
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// A term as the sorted numbers of its variables.
using VariableSet = std::vector<std::uint32_t>;

/// All variables of both.
VariableSet joined(const VariableSet& a, const VariableSet& b);

/// Terms in the order they came, each once.
class TermList {
 public:
  void add(VariableSet term);
  void remove(const TermList& others);
  bool empty() const { return terms_.empty(); }
  std::size_t size() const { return terms_.size(); }
  auto begin() const { return terms_.begin(); }
  auto end() const { return terms_.end(); }
  /// The terms by degree, in the variables' names.
  std::vector<Term> byDegree(const Variables& variables) const;

 private:
  std::vector<VariableSet> terms_;
  std::set<VariableSet> seen_;
};

}  // namespace bedside
