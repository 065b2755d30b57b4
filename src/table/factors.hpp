#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "numerics/blocks.hpp"
#include "table/table.hpp"
#include "table/terms.hpp"

namespace bedside {

/// A column that a model takes as a factor, its levels those of the whole column.
struct ModelFactor {
  std::string column;
  std::shared_ptr<const ColumnData> data;  ///< what `factor.codes` may point into
  Factor factor;
  std::vector<std::int32_t> order;  ///< codes: the reference first, then the others in level order
};

/// The factors among the columns of the terms: text columns and those in `categorical`, each with the level that
/// `reference` (column, level) names moved to the front. A reference for a column that is none of them does nothing.
/// Fails with INVALID_SPEC for a reference level that does not occur.
std::vector<ModelFactor> modelFactors(const Table& table, std::span<const Term> terms,
                                      std::span<const std::string> categorical,
                                      std::span<const std::pair<std::string, std::string>> reference);

/// The code of the level that a value of a spec names, by its text; in a numeric column `true` and `false` are 1 and
/// 0. None when no level is so called.
std::optional<std::int32_t> levelNamed(const ColumnData& column, std::span<const std::string> levels,
                                       std::string_view value);

/// How often each of the codes 0 … `levels` − 1 occurs in the rows.
std::vector<std::size_t> levelCounts(std::span<const std::int32_t> codes, std::size_t levels,
                                     const numerics::Rows& rows);

/// The first few levels, for a message: `'a', 'b', 'c', …`.
std::string listed(std::span<const std::string> levels);

}  // namespace bedside
