#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/common.hpp"
#include "analyses/regression/logistic_fit.hpp"

/// The propensity score, one for `propensity`, `match` and `ipw`.
namespace bedside {

/// What the specs of all three have: the treatment and the covariates of its model.
struct CovariateFields {
  ColumnName treatment;
  Predictors covariates;
  std::optional<Level> positive;
  std::vector<ColumnMention> categorical;
  References reference;

  static constexpr auto describe() {
    return fields(field<&CovariateFields::treatment>(
                      doc("Column with two values; the second in level order (1 of 0 and 1) is the treated."), required,
                      binaryColumn),
                  field<&CovariateFields::covariates>(
                      doc("What the treatment may have depended on: terms such as 'age', 'sex', 'age:sex'."), required),
                  field<&CovariateFields::positive>(doc("The treatment's value that is the treated.")),
                  field<&CovariateFields::categorical>(doc("Numeric columns to take as factors.")),
                  field<&CovariateFields::reference>(doc(
                      "Reference levels: { sex: 'Female' }; they stand first in results and play no part in scores.")));
  }
};

/// INVALID_SPEC for no covariates, and for one of `explained` (columns that `role` tells of) among them.
void checkCovariates(const CovariateFields& fields, std::span<const std::string_view> explained, std::string_view role,
                     const Table& table);

/// The logistic model of the treatment, always by maximum likelihood, and its fit: that of `logistic` with
/// method: 'ml', which is kept, so whoever comes second fits nothing.
class PropensityModel {
 public:
  /// The columns `beside` only cost rows. Fails as `logistic` does, but with ONE_GROUP when an arm is empty.
  PropensityModel(const Table& table, const CovariateFields& fields, const std::vector<std::string>& beside,
                  Context& context);

  const LogisticModelData& data() const { return *data_; }
  const LogisticFit& fit() const { return *estimate_.fit; }
  std::size_t n() const { return data_->n(); }
  std::size_t nTreated() const { return data_->events(); }
  const Selection& selection() const { return data_->frame().selection(); }
  /// n, nMissing and what the reader should know of the fit.
  Common common() const;

  /// The linear predictor of each row used.
  std::vector<double> logit() const;
  /// 1 for each row used that is treated, else 0.
  std::vector<std::uint8_t> treated() const;

 private:
  std::optional<LogisticModelData> data_;
  LogisticEstimate estimate_;
};

/// P(treated) of a linear predictor.
double scoreOf(double logit);
/// Of each row used.
std::vector<double> scoresOf(std::span<const double> logit);

}  // namespace bedside
