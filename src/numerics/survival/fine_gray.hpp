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

/// What `RiskSets::event` says of a row of competing risks.
enum CompetingEvent : std::uint8_t {
  censoredRow = 0,
  ownCause = 1,    ///< the cause that the model is about
  otherCause = 2,  ///< any other: the row stays at risk, with the weight G(t−)/G(T−)
};

/// A proportional subdistribution hazards model (Fine & Gray 1999) and its data.
struct FineGrayProblem {
  std::vector<Source> design;  ///< k columns, no intercept, over the table's rows
  RiskSets risk;               ///< one stratum, no counting process; `event` holds a `CompetingEvent`
  /// Weights, where there are any, are counts of equal rows; else each row's terms of the variance take its square.
  bool countsOfRows = true;

  std::size_t columns() const { return design.size(); }
};

struct FineGrayOptions {
  std::size_t maxSteps = 100;
  Progress progress;  ///< told between scans; may throw
};

/// A fit is a value: everything in it is evaluated at `coefficients`, in the units of the columns.
struct FineGrayFit {
  End end = End::converged;           ///< `separated`: monotone likelihood, the figures are the last iterate's
  std::size_t column = 0;             ///< when singular: the first column that cannot be told; nothing else is then set
  std::vector<double> coefficients;   ///< k
  Matrix covariance;                  ///< Fine & Gray's sandwich, the estimated G allowed for
  double logLik = 0;                  ///< of the pseudo-likelihood, ties by Breslow
  double nullLogLik = 0;              ///< the same at b = 0
  std::size_t iterations = 0;
  std::vector<std::size_t> monotone;  ///< when separated: the columns whose coefficients go on growing
  std::vector<double> time;           ///< distinct times of the cause
  std::vector<double> cumulativeHazard;  ///< Σ d/S₀ up to and with each of them, of the subdistribution at x = 0

  bool converged() const { return end == End::converged; }
  std::size_t bytes() const;
};

/// Maximum of the pseudo-likelihood by Newton's method with step halving, to a zero of the score; figures as
/// `cmprsk::crr`.
///
/// In the risk set of t a row weighs 1 while its time is not past, and G(t−)/G(T−) after it failed of another cause:
/// a factor of the time and one of the row. So S₀ and S₁ are a sum over the rows still there (from the end) plus G(t−)
/// times one over those gone (from the beginning), and a row's part in Σ d S₂/S₀ is one number. A step is four scans
/// of the rows, O(n k²), where the sums by definition take O(n · times · k²); the sandwich takes one more.
FineGrayFit fitFineGray(const FineGrayProblem& problem, const FineGrayOptions& options = {});

/// Value, score and information of the pseudo-likelihood at these coefficients.
struct FineGrayPoint {
  double logLik = 0;
  std::vector<double> score;
  Matrix information;
  std::vector<double> squares;  ///< Σ d S₂/S₀ of each column about its mean, of which the information is what varies
};
FineGrayPoint fineGrayAt(const FineGrayProblem& problem, std::span<const double> coefficients);

}  // namespace bedside::numerics
