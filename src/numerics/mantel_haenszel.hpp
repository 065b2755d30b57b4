#pragma once

#include <span>

namespace bedside::numerics {

/// A 2 × 2 table: exposed with and without the event, unexposed with and without. Doubles: products do not overflow.
struct FourFold {
  double a = 0, b = 0, c = 0, d = 0;

  double exposed() const { return a + b; }
  double unexposed() const { return c + d; }
  double events() const { return a + c; }
  double total() const { return a + b + c + d; }
};

/// A ratio and the variance of its logarithm (NaN where it is not defined).
struct LogRatio {
  double estimate;
  double variance;
};

/// χ² with its degrees of freedom and p-value.
struct MantelHaenszelTest {
  double statistic;
  double df;
  double p;
};

/// Association of exposure and event over strata.
struct MantelHaenszel {
  MantelHaenszelTest corrected;  ///< (|Σ(a − E a)| − ½)²/V, without the ½ when |Σ(a − E a)| < ½
  MantelHaenszelTest uncorrected;
  LogRatio oddsRatio;             ///< Robins, Breslow & Greenland 1986
  LogRatio riskRatio;             ///< Greenland & Robins 1985
  MantelHaenszelTest breslowDay;  ///< homogeneity of the odds ratio (Breslow & Day 1980, eq. 4.30)
  MantelHaenszelTest tarone;      ///< the same with Tarone's (1985) correction
};

/// As `mantelhaen.test` (Mantel & Haenszel 1959), with the tests of homogeneity at the Mantel–Haenszel odds ratio. A
/// stratum with an empty margin adds nothing anywhere, and does not count in the degrees of freedom.
MantelHaenszel mantelHaenszel(std::span<const FourFold> strata);

}  // namespace bedside::numerics
