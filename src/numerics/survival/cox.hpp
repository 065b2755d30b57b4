#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numerics/blocks.hpp"
#include "numerics/matrix.hpp"
#include "numerics/regression.hpp"
#include "numerics/survival/risk_sets.hpp"

namespace bedside::numerics {

/// How tied events share a risk set.
enum class CoxTies : std::uint8_t {
  efron,    ///< Efron (1977)
  breslow,  ///< Breslow (1974)
};

/// A proportional-hazards model (Cox 1972) and its data.
struct CoxProblem {
  std::vector<Source> design;  ///< k columns, no intercept, over the table's rows
  RiskSets risk;
  CoxTies ties = CoxTies::efron;

  std::size_t columns() const { return design.size(); }
};

struct CoxOptions {
  std::size_t maxSteps = 100;
  Progress progress;
};

/// A fit is a value: everything in it is evaluated at `coefficients`, in the units of the columns.
struct CoxFit {
  End end = End::converged;            ///< `separated`: monotone likelihood, the figures are the last iterate's
  std::size_t column = 0;              ///< when singular: the first collinear column; nothing else is then set
  std::vector<double> coefficients;    ///< k
  Matrix covariance;                   ///< I(b)⁻¹, the model-based one; for Firth without the penalty
  double logLik = 0;                   ///< partial log-likelihood; Firth: + ½ log |I(b)|
  double nullLogLik = 0;               ///< the same at b = 0
  double scoreStatistic = 0;           ///< U(0)'I(0)⁻¹U(0)
  std::size_t iterations = 0;
  std::vector<std::size_t> monotone;   ///< when separated: the columns whose coefficients go on growing

  bool converged() const { return end == End::converged; }
  std::size_t bytes() const;
};

/// Maximum partial likelihood by Newton's method with step halving, to a zero of the score.
CoxFit fitCox(const CoxProblem& problem, const CoxOptions& options = {});

/// Firth's penalised partial likelihood l(b) + ½ log |I(b)| (Heinze & Schemper 2001), to a zero of the modified score.
CoxFit fitCoxFirth(const CoxProblem& problem, const CoxOptions& options = {});

/// x'b of each position, no centring.
std::vector<double> coxLinearPredictors(const CoxProblem& problem, std::span<const double> coefficients);

/// The cumulative hazard of one stratum at all covariates 0, at each distinct stop time of its rows.
struct BaselineHazard {
  std::vector<std::uint32_t> place;      ///< of the time in `risk.distinct`, rising
  std::vector<double> cumulativeHazard;  ///< Σ w̄ Σ 1/S up to and with the time
};

/// One for each stratum (`basehaz(centered = FALSE)`). Computed about the mean of the columns, then scaled.
std::vector<BaselineHazard> baselineHazards(const CoxProblem& problem, std::span<const double> coefficients);

/// A patient's predicted cumulative hazard (`survfit(coxph, newdata)`) at places of the scale of times.
struct PredictedHazard {
  std::vector<double> cumulativeHazard;  ///< 0 before the first time, flat after the last
  std::vector<double> variance;          ///< of the cumulative hazard: e²[Σ w̄Σ 1/S² + q'Vq]
};

/// Of covariates `x` (k) in a stratum, at `times` in any order; `covariance` is the one that limits use (robust where
/// there is one).
PredictedHazard predictedHazard(const CoxProblem& problem, std::span<const double> coefficients,
                                const Matrix& covariance, std::size_t stratum, std::span<const double> x,
                                std::span<const double> times);

}  // namespace bedside::numerics
