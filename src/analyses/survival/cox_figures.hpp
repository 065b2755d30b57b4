#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyses/chi_squared_test.hpp"
#include "analyses/regression/coefficients.hpp"
#include "analyses/survival/cox_fit.hpp"
#include "numerics/survival/concordance.hpp"

namespace bedside {

/// A test of one term of a model.
struct TermTest {
  std::string term;
  ChiSquaredTest test;

  static constexpr auto describe() {
    return fields(field<&TermTest::term>(doc("Term of the model.")), inlined<&TermTest::test>());
  }
};

/// Score tests of proportional hazards.
struct ProportionalHazardsTests {
  ChiSquaredTest global;
  std::vector<TermTest> terms;

  static constexpr auto describe() {
    return fields(field<&ProportionalHazardsTests::global>(doc("All terms together.")),
                  field<&ProportionalHazardsTests::terms>(doc("Each term, in model order.")));
  }
};

/// The baseline hazard of a stratum.
struct CoxBaseline {
  std::optional<std::string> stratum;
  std::vector<double> time, cumulativeHazard;

  static constexpr auto describe() {
    return fields(
        field<&CoxBaseline::stratum>(doc("Levels of the strata, joined by ':'; null without strata.")),
        field<&CoxBaseline::time>(doc("Distinct times of the stratum, those with censorings only too.")),
        field<&CoxBaseline::cumulativeHazard>(
            doc("Cumulative hazard with all covariates 0 and factors at their reference, one for each time.")));
  }
};

/// What is derived from a fit at the cost of a look at every row: kept in layer 1, so that another confidence level
/// computes nothing again.
struct CoxFigures {
  numerics::Concordance concordance;
  ProportionalHazardsTests proportionalHazards;
  std::vector<CoxBaseline> baseline;
  std::vector<std::optional<LevelTally>> tallies;  ///< of each column of the design

  std::size_t bytes() const;
};

/// Computes them, or finds them among those kept.
std::shared_ptr<const CoxFigures> coxFigures(const CoxModelData& data, const CoxEstimate& estimate, Context& context);

/// A term of a design and its columns.
struct TermColumns {
  std::string term;
  std::vector<std::size_t> columns;
};
/// In model order; the intercept is none of them.
std::vector<TermColumns> columnsByTerm(const Design& design);

}  // namespace bedside
