#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyses/matching/scores.hpp"
#include "numerics/matching/balance.hpp"

namespace bedside {

/// How a covariate, or one level of it, differs between the arms before and after matching or weighting.
struct BalanceRow {
  std::string covariate;
  std::optional<std::string> level;
  double meanTreatedBefore = 0, meanControlBefore = 0, smdBefore = 0, varianceRatioBefore = 0;
  double ecdfMeanBefore = 0, ecdfMaxBefore = 0;
  double meanTreatedAfter = 0, meanControlAfter = 0, smdAfter = 0, varianceRatioAfter = 0;
  double ecdfMeanAfter = 0, ecdfMaxAfter = 0;

  static constexpr auto describe() {
    return fields(
        field<&BalanceRow::covariate>(doc("Column.")),
        field<&BalanceRow::level>(doc("Level, whose share is compared; null for a number.")),
        field<&BalanceRow::meanTreatedBefore>(doc("Mean (share of the level) of the treated, all rows used.")),
        field<&BalanceRow::meanControlBefore>(doc("The same of the controls.")),
        field<&BalanceRow::smdBefore>(
            doc("Standardised mean difference, treated − control, over an SD from before: the treated's for matching "
                "and ATT, √((s₁² + s₀²)/2) for ATE and ATO.")),
        field<&BalanceRow::varianceRatioBefore>(doc("Variance of the treated / controls; NaN for a binary covariate.")),
        field<&BalanceRow::ecdfMeanBefore>(
            doc("Mean gap between the arms' distribution functions over the covariate's values; for a binary one the "
                "absolute difference of the shares.")),
        field<&BalanceRow::ecdfMaxBefore>(doc("Largest gap (Kolmogorov & Smirnov's statistic).")),
        field<&BalanceRow::meanTreatedAfter>(doc("Weighted mean of the treated.")),
        field<&BalanceRow::meanControlAfter>(doc("Weighted mean of the controls.")),
        field<&BalanceRow::smdAfter>(doc("Their standardised difference, over the same SD as before.")),
        field<&BalanceRow::varianceRatioAfter>(doc("Ratio of the weighted variances; NaN for a binary covariate.")),
        field<&BalanceRow::ecdfMeanAfter>(doc("Mean gap of the weighted distribution functions.")),
        field<&BalanceRow::ecdfMaxAfter>(doc("Largest gap of the weighted distribution functions.")));
  }
};

/// A covariate's values, or the indicator of one of its levels.
struct BalanceColumn {
  std::string covariate;
  std::optional<std::string> level;
  numerics::Source source;
};

/// The covariates, each variable once in the order of first mention, a factor with a column for every level left, the
/// reference first.
class BalanceColumns {
 public:
  BalanceColumns(const Table& table, const CovariateFields& fields, const LogisticModelData& data);

  const std::vector<BalanceColumn>& columns() const { return columns_; }
  /// One value per row used.
  std::vector<double> values(const BalanceColumn& column) const;

 private:
  numerics::Rows rows_;
  std::vector<Factor> factors_;  // whose codes the sources read
  std::vector<BalanceColumn> columns_;
};

BalanceRow balanceRow(std::string covariate, std::optional<std::string> level, const numerics::Balance& balance);

}  // namespace bedside
