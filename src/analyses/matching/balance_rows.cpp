#include "analyses/matching/balance_rows.hpp"

#include <algorithm>

namespace bedside {

namespace {

/// Columns of the covariates as the user lists them: interactions mention theirs.
std::vector<std::string> mentioned(const Predictors& covariates, const Table& table) {
  std::vector<std::string> names;
  for (const std::string& entry : covariates.terms) {
    for (const std::string& name : columnsOf(termsOf(std::span(&entry, 1), table))) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

}  // namespace

BalanceColumns::BalanceColumns(const Table& table, const CovariateFields& fields, const LogisticModelData& data)
    : rows_(data.frame().rows()) {
  const auto names = mentioned(fields.covariates, table);
  factors_.reserve(names.size());
  for (const std::string& name : names) {
    const ColumnData& cells = *table.at(name).data;
    const CodedFactor* coded = data.frame().design().recipe().factor(name);
    if (!coded) {
      columns_.push_back({name, std::nullopt, numerics::Source::of(cells.values.data())});
      continue;
    }
    const Factor& factor = factors_.emplace_back(factorOf(cells));
    for (const std::string& level : coded->levels) {
      const auto code = std::find(factor.levels.begin(), factor.levels.end(), level) - factor.levels.begin();
      columns_.push_back(
          {name, level, numerics::Source::indicatorOf(factor.codes.data(), static_cast<std::int32_t>(code))});
    }
  }
}

std::vector<double> BalanceColumns::values(const BalanceColumn& column) const {
  std::vector<double> out;
  out.reserve(rows_.count);
  numerics::Blocks({column.source}, rows_).scan([&](const numerics::Block& block) {
    out.insert(out.end(), block[0], block[0] + block.rows);
  });
  return out;
}

BalanceRow balanceRow(std::string covariate, std::optional<std::string> level, const numerics::Balance& balance) {
  const auto& [before, after, sd] = balance;
  return {.covariate = std::move(covariate),
          .level = std::move(level),
          .meanTreatedBefore = before.meanTreated,
          .meanControlBefore = before.meanControl,
          .smdBefore = before.smd,
          .varianceRatioBefore = before.varianceRatio,
          .ecdfMeanBefore = before.ecdfMean,
          .ecdfMaxBefore = before.ecdfMax,
          .meanTreatedAfter = after.meanTreated,
          .meanControlAfter = after.meanControl,
          .smdAfter = after.smd,
          .varianceRatioAfter = after.varianceRatio,
          .ecdfMeanAfter = after.ecdfMean,
          .ecdfMaxAfter = after.ecdfMax};
}

}  // namespace bedside
