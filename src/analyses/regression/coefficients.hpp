#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "describe/fields.hpp"
#include "numerics/blocks.hpp"
#include "numerics/matrix.hpp"
#include "numerics/regression.hpp"
#include "table/design.hpp"

namespace bedside {

/// A row of `terms`, to be inlined into the rows of each regression.
struct CoefficientRow {
  std::string term;
  std::optional<std::string> level;
  double estimate = 0, se = 0, statistic = 0, p = 0, ciLow = 0, ciHigh = 0;

  static constexpr auto describe() {
    return fields(field<&CoefficientRow::term>(doc("Term; 'age:sex' for an interaction, '(Intercept)' first.")),
                  field<&CoefficientRow::level>(doc("Level of the factors, joined by ':'; null for numbers alone.")),
                  field<&CoefficientRow::estimate>(doc("Coefficient, per unit of the column.")),
                  field<&CoefficientRow::se>(doc("Standard error.")),
                  field<&CoefficientRow::statistic>(doc("Estimate / standard error, unless told otherwise.")),
                  field<&CoefficientRow::p>(doc("Two-sided p-value."), pValue),
                  field<&CoefficientRow::ciLow>(doc("Lower limit of the coefficient.")),
                  field<&CoefficientRow::ciHigh>(doc("Upper limit of the coefficient.")));
  }
};

/// Wald's rows, in the order of the design: statistic and limits from Student's t with `df` degrees of freedom, the
/// normal distribution for df = ∞. The covariance of the coefficients is k × k.
std::vector<CoefficientRow> waldRows(const Design& design, std::span<const double> estimates,
                                     const numerics::Matrix& covariance, double df, double confLevel);

/// exp of an estimate and its limits: an odds, rate or hazard ratio. Infinity or 0 where exp over- or underflows.
struct Ratio {
  double estimate, low, high;
};
Ratio ratioOf(const CoefficientRow& row);

/// The generalised variance inflation factor of each coefficient's term (Fox & Monette 1992; `car::vif`), not raised to
/// 1/(2 df); none for the intercept, 1 for the only term. `covariance` is the model-based one.
std::vector<std::optional<double>> inflationFactors(const Design& design, const numerics::Matrix& covariance);

/// A factor of a model: a row of `factors`.
struct FactorCoding {
  std::string column;
  std::vector<std::string> levels;

  static constexpr auto describe() {
    return fields(field<&FactorCoding::column>(doc("Column taken as a factor.")),
                  field<&FactorCoding::levels>(doc("Its levels in the rows used, the reference first.")));
  }
};

/// The factors of a design, in the order of its terms.
std::vector<FactorCoding> factorCodings(const Design& design);

/// How many rows have the level of a coefficient (all of its levels in an interaction), and how many of them the event.
struct LevelTally {
  std::size_t n = 0;
  std::size_t events = 0;
};

/// For each column of the design, none for those without a level. Unweighted. `event` is a column of 0 and 1.
std::vector<std::optional<LevelTally>> levelTallies(const Design& design, const numerics::Source& event,
                                                    const numerics::Rows& rows);

}  // namespace bedside
