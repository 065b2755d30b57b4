#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace bedside::numerics {

// Area under the ROC curve, P(case above control) + ½ P(tie), in O(n log n). `events[i]` is 1 for a case, 0 for a
// control. Scores in one run of ascending values no further than `tolerance` from the run's first are tied.

/// Fitted probabilities that differ by rounding alone are tied up to here (conventions of the c-statistic).
inline constexpr double fittedTolerance = 1e-11;

/// The c-statistic: pairs case/control, weight wᵢwⱼ, ties ½. Empty `weights`: all 1. NaN without a pair.
double cStatistic(std::span<const double> scores, std::span<const double> events, std::span<const double> weights = {},
                  double tolerance = fittedTolerance);

/// DeLong, DeLong & Clarke-Pearson's (1988) structural components, each in the order of the rows.
struct Placements {
  std::vector<double> cases;     ///< V₁₀: for each case, the share of controls below it (ties ½)
  std::vector<double> controls;  ///< V₀₁: for each control, the share of cases above it (ties ½)
};

Placements placements(std::span<const double> scores, std::span<const double> events, double tolerance = 0);

/// An area with DeLong's standard error.
struct Auc {
  double auc;
  double se;  ///< √(S₁₀/n₁ + S₀₁/n₀); exactly 0 for complete separation or a constant score, NaN for a single case
              ///< or control
  double low;   ///< max(0, auc − z se), as `pROC::ci.auc`; NaN when `se` is
  double high;  ///< min(1, auc + z se)
};

/// The area of these placements and its interval at `level`.
Auc delong(const Placements& placements, double level);
/// The same from scores.
Auc delong(std::span<const double> scores, std::span<const double> events, double level, double tolerance = 0);

/// DeLong's covariance of the areas of two scores of the same rows; with a = b it is the variance of one.
double delongCovariance(const Placements& a, const Placements& b);

}  // namespace bedside::numerics
