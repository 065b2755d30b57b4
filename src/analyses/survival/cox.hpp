#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analyses/common.hpp"
#include "analyses/context.hpp"
#include "analyses/survival/cox_report.hpp"
#include "analyses/survival/cox_spec.hpp"

namespace bedside {

struct CoxResult {
  Common common;
  std::size_t events = 0;
  std::vector<CoxRow> terms;
  std::vector<FactorCoding> factors;
  CoxModel model;
  std::size_t iterations = 0;
  bool converged = false;
  std::vector<double> covariance;
  std::vector<CoxBaseline> baseline;
  ProportionalHazardsTests phTest;
  std::vector<TermTest> termTests;
  std::optional<CoxResiduals> residuals;
  std::optional<std::vector<std::int32_t>> rows;

  static constexpr auto describe() {
    return fields(
        inlined<&CoxResult::common>(), field<&CoxResult::events>(doc("Rows used that have the event."), count),
        field<&CoxResult::terms>(doc("The coefficients: log hazard ratios.")),
        field<&CoxResult::factors>(doc("The factors among the predictors.")),
        field<&CoxResult::model>(doc("Fit of the whole model.")),
        field<&CoxResult::iterations>(doc("Steps of the fit."), count),
        field<&CoxResult::converged>(doc("Whether a maximum was found.")),
        field<&CoxResult::covariance>(
            doc("Covariance of the coefficients, k × k, row by row; the robust one where there is one.")),
        field<&CoxResult::baseline>(doc("Cumulative baseline hazard, one for each stratum (basehaz(centered = FALSE)).")),
        field<&CoxResult::phTest>(
            doc("Score tests of proportional hazards, Kaplan–Meier transform (cox.zph; Grambsch & Therneau 1994).")),
        field<&CoxResult::termTests>(doc("Wald's test of each term: of a factor, all its levels together.")),
        field<&CoxResult::residuals>(doc("Residuals asked for; null when none are.")),
        field<&CoxResult::rows>(
            doc("Table rows of the residuals, from 0; null when every row was used or no residuals are asked for.")));
  }
};

/// Cox proportional-hazards regression (Cox 1972): Efron's or Breslow's ties, strata, clusters, counting process,
/// weights, Firth's penalised likelihood; figures as R's `survival::coxph`, `cox.zph`, `basehaz`, `concordance`.
struct Cox {
  static constexpr std::string_view name = "cox";
  static constexpr Doc title = doc("Cox proportional-hazards regression");
  using Spec = CoxSpec;
  using Result = CoxResult;

  static void complete(Spec& spec, const Table& table) { completeCox(name, spec, table); }
  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
