#include "table/terms.hpp"

#include <algorithm>
#include <iterator>

#include "numerics/stable_order.hpp"
#include "table/names.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

/// The names of an entry made of backticked names joined by `:`; none when it is not made so.
std::optional<std::vector<std::string>> backtickedNames(std::string_view entry) {
  std::vector<std::string> names;
  std::size_t at = 0;
  while (at < entry.size() && entry[at] == '`') {
    auto name = backtickedName(entry, at);
    if (!name) return std::nullopt;
    names.push_back(std::move(*name));
    if (at == entry.size()) return names;
    if (entry[at++] != ':') return std::nullopt;
  }
  return std::nullopt;
}

std::vector<std::string> splitAtColons(std::string_view entry) {
  std::vector<std::string> names;
  for (std::size_t at = 0;;) {
    const std::size_t colon = entry.find(':', at);
    names.emplace_back(entry.substr(at, colon - at));
    if (colon == std::string_view::npos) return names;
    at = colon + 1;
  }
}

/// The columns that an entry of a list of predictors names.
std::vector<std::string> columnsNamedBy(const std::string& entry, const Table& table) {
  if (table.find(entry)) return {entry};
  std::vector<std::string> names;
  if (auto given = backtickedNames(entry))
    names = std::move(*given);
  else
    names = splitAtColons(entry);
  // 'age:' names no interaction: the whole entry is what the table lacks.
  if (std::find(names.begin(), names.end(), "") != names.end() && !table.find("")) table.at(entry);
  for (const std::string& name : names) table.at(name);
  return names;
}

}  // namespace

std::string Term::name() const {
  std::string out;
  for (const std::string& column : columns) {
    if (&column != columns.data()) out += ':';
    out += column;
  }
  return out;
}

std::vector<Term> termsOf(std::span<const std::string> predictors, const Table& table) {
  if (predictors.empty()) fail(Code::invalidSpec, "'predictors' is empty: name at least one column, such as ['age']");
  Variables variables;
  TermList list;
  for (const std::string& entry : predictors) {
    VariableSet term;
    for (const std::string& column : columnsNamedBy(entry, table)) term = joined(term, {variables.numberOf(column)});
    list.add(std::move(term));
  }
  return list.byDegree(variables);
}

std::string canonical(const Term& term, const Table& table) {
  std::string name = term.name();
  if (term.columns.size() == 1) return name;
  const bool plain = name.front() != '`' && !table.find(name) &&
                     std::none_of(term.columns.begin(), term.columns.end(), [](const std::string& column) {
                       return column.empty() || column.find(':') != std::string::npos;
                     });
  if (plain) return name;
  std::string out;
  for (const std::string& column : term.columns) {
    if (!out.empty()) out += ':';
    out += backticked(column);
  }
  return out;
}

std::vector<std::string> columnsOf(std::span<const Term> terms) {
  Variables variables;
  for (const Term& term : terms) {
    for (const std::string& column : term.columns) variables.numberOf(column);
  }
  return variables.names();
}

void refuseAmong(std::span<const Term> terms, std::string_view column, std::string_view role) {
  for (const Term& term : terms) {
    if (std::find(term.columns.begin(), term.columns.end(), column) == term.columns.end()) continue;
    fail(Code::invalidSpec, text(quoted(column), " is ", role,
                                 " and cannot be among the predictors too: leave it out of ", quoted(term.name())));
  }
}

std::uint32_t Variables::numberOf(std::string_view name) {
  const auto [at, added] = numbers_.try_emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
  if (added) names_.emplace_back(name);
  return at->second;
}

VariableSet joined(const VariableSet& a, const VariableSet& b) {
  VariableSet out;
  out.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

void TermList::add(VariableSet term) {
  if (seen_.insert(term).second) terms_.push_back(std::move(term));
}

void TermList::remove(const TermList& others) {
  for (const VariableSet& term : others) {
    if (seen_.erase(term) > 0) terms_.erase(std::find(terms_.begin(), terms_.end(), term));
  }
}

std::vector<Term> TermList::byDegree(const Variables& variables) const {
  const auto order = numerics::stableOrder(
      terms_.size(), [this](std::uint32_t a, std::uint32_t b) { return terms_[a].size() < terms_[b].size(); });
  std::vector<Term> terms;
  terms.reserve(order.size());
  for (const std::uint32_t at : order) {
    Term named;
    for (const std::uint32_t variable : terms_[at]) named.columns.push_back(variables.names()[variable]);
    terms.push_back(std::move(named));
  }
  return terms;
}

}  // namespace bedside
