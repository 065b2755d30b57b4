#include "table/factors.hpp"

#include <algorithm>
#include <numeric>

#include "table/text.hpp"

namespace bedside {
namespace {

/// The code of the reference level, which must occur in the column.
std::int32_t referenceOf(const ModelFactor& factor, std::string_view level) {
  const auto code = levelNamed(*factor.data, factor.factor.levels, level);
  const auto& codes = factor.factor.codes;
  if (code && std::find(codes.begin(), codes.end(), *code) != codes.end()) return *code;
  fail(Code::invalidSpec, text("reference of ", quoted(factor.column), ": the level ", quoted(level),
                               " does not occur; the column has ", listed(factor.factor.levels)));
}

}  // namespace

std::vector<ModelFactor> modelFactors(const Table& table, std::span<const Term> terms,
                                      std::span<const std::string> categorical,
                                      std::span<const std::pair<std::string, std::string>> reference) {
  std::vector<ModelFactor> factors;
  for (const std::string& name : columnsOf(terms)) {
    const Column& column = table.at(name);
    const bool asked = std::find(categorical.begin(), categorical.end(), name) != categorical.end();
    if (column.data->numeric() && !asked) continue;
    ModelFactor& factor = factors.emplace_back(ModelFactor{name, column.data, factorOf(*column.data), {}});
    factor.order.resize(factor.factor.levels.size());
    std::iota(factor.order.begin(), factor.order.end(), 0);
    const auto wanted =
        std::find_if(reference.begin(), reference.end(), [&](const auto& pair) { return pair.first == name; });
    if (wanted == reference.end()) continue;
    const auto front = factor.order.begin() + referenceOf(factor, wanted->second);
    std::rotate(factor.order.begin(), front, front + 1);
  }
  return factors;
}

std::optional<std::int32_t> levelNamed(const ColumnData& column, std::span<const std::string> levels,
                                       std::string_view value) {
  if (column.numeric() && value == "true")
    value = "1";
  else if (column.numeric() && value == "false")
    value = "0";
  const auto at = std::find(levels.begin(), levels.end(), value);
  if (at == levels.end()) return std::nullopt;
  return static_cast<std::int32_t>(at - levels.begin());
}

std::vector<std::size_t> levelCounts(std::span<const std::int32_t> codes, std::size_t levels,
                                     const numerics::Rows& rows) {
  std::vector<std::size_t> counts(levels);
  for (std::size_t i = 0; i < rows.count; ++i) {
    const std::int32_t code = codes[rows[i]];
    if (code >= 0) ++counts[static_cast<std::size_t>(code)];
  }
  return counts;
}

std::string listed(std::span<const std::string> levels) {
  constexpr std::size_t most = 6;
  std::string out;
  for (std::size_t i = 0; i < std::min(levels.size(), most); ++i) {
    if (i > 0) out += ", ";
    out += quoted(shortened(levels[i]));
  }
  if (levels.size() > most) out += ", …";
  return out;
}

}  // namespace bedside
