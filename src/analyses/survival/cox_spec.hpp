#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "analyses/regression/model.hpp"
#include "describe/fields.hpp"
#include "describe/types.hpp"
#include "numerics/survival/cox.hpp"

namespace bedside {

template <>
inline constexpr std::array words<numerics::CoxTies>{
    Word<numerics::CoxTies>{"efron", numerics::CoxTies::efron},
    Word<numerics::CoxTies>{"breslow", numerics::CoxTies::breslow}};

enum class CoxMethod { ml, firth };

template <>
inline constexpr std::array words<CoxMethod>{Word<CoxMethod>{"ml", CoxMethod::ml},
                                             Word<CoxMethod>{"firth", CoxMethod::firth}};

enum class CoxResidual { martingale, deviance, schoenfeld, scaledSchoenfeld, dfbeta };

template <>
inline constexpr std::array words<CoxResidual>{Word<CoxResidual>{"martingale", CoxResidual::martingale},
                                               Word<CoxResidual>{"deviance", CoxResidual::deviance},
                                               Word<CoxResidual>{"schoenfeld", CoxResidual::schoenfeld},
                                               Word<CoxResidual>{"scaledSchoenfeld", CoxResidual::scaledSchoenfeld},
                                               Word<CoxResidual>{"dfbeta", CoxResidual::dfbeta}};

/// A Cox model as a request names it. The canonical spec has the columns in place of a formula.
struct CoxSpec {
  std::optional<ColumnName> time, event;
  std::optional<Predictors> predictors;
  std::optional<Level> eventValue;
  std::optional<ColumnName> start;
  std::optional<ColumnList> strata;
  std::optional<ColumnName> cluster;
  numerics::CoxTies ties = numerics::CoxTies::efron;
  CoxMethod method = CoxMethod::ml;
  std::vector<CoxResidual> residuals;
  ModelFields model;

  /// Columns of the strata; none without.
  const std::vector<std::string>& strataColumns() const {
    static const std::vector<std::string> none;
    return strata ? strata->names : none;
  }

  static constexpr auto describe() {
    return fields(
        field<&CoxSpec::time>(doc("Column of times: how long each row was followed up, or where its interval ends."),
                              numericColumn),
        field<&CoxSpec::event>(
            doc("Column that says how the time ended: 1 of 0 and 1, or the second of two values, is the event.")),
        field<&CoxSpec::predictors>(doc("Terms such as 'age', 'sex', 'age:sex'.")),
        field<&CoxSpec::eventValue>(doc("The value of 'event' that is the event; every other is a censoring.")),
        field<&CoxSpec::start>(
            doc("Column of the times from which rows are at risk (counting process, late entry): start < t ≤ time."),
            numericColumn),
        field<&CoxSpec::strata>(doc("Column or columns: each combination of values has a baseline hazard of its own.")),
        field<&CoxSpec::cluster>(doc("Column of clusters: standard errors allow for rows that belong together.")),
        field<&CoxSpec::ties>(doc("How tied events share a risk set: Efron (1977) or Breslow (1974).")),
        field<&CoxSpec::method>(
            doc("Partial likelihood, or Firth's penalised one (Heinze & Schemper 2001), which exists under separation.")),
        field<&CoxSpec::residuals>(doc("Residuals to give: those of R's residuals.coxph.")),
        inlined<&CoxSpec::model>());
  }
};

/// Fills in what a formula names and puts predictors into model order. `analysis` is what the user calls it. Fails with
/// INVALID_SPEC for a field that is absent, a formula beside the fields it stands for, a formula that does not parse,
/// time or event among the predictors, `cluster` beside Firth's method; COLUMN_NOT_FOUND comes after these.
void completeCox(std::string_view analysis, CoxSpec& spec, const Table& table);

}  // namespace bedside
