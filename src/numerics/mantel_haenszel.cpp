#include "numerics/mantel_haenszel.hpp"

#include <cmath>
#include <limits>

#include "numerics/distributions.hpp"

namespace bedside::numerics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

bool informative(const FourFold& table) {
  return table.exposed() > 0 && table.unexposed() > 0 && table.events() > 0 && table.events() < table.total();
}

MantelHaenszelTest test(double statistic, double df) {
  if (!(df > 0)) return {nan, 0, nan};
  return {statistic, df, chiSquaredUpper(statistic, df)};
}

/// Exposed events expected under the odds ratio ψ: the root A of A (n₀ − m + A) = ψ (m − A)(n₁ − A) that leaves no cell
/// negative, by whichever form of the quadratic's solution subtracts nothing.
double expectedAt(double psi, const FourFold& table) {
  const double n1 = table.exposed(), n0 = table.unexposed(), m = table.events();
  const double linear = n0 - m + psi * (m + n1);
  const double root = std::sqrt(linear * linear + 4 * (1 - psi) * psi * m * n1);
  return linear < 0 ? (root - linear) / (2 * (1 - psi)) : 2 * psi * m * n1 / (linear + root);
}

}  // namespace

MantelHaenszel mantelHaenszel(std::span<const FourFold> strata) {
  double excess = 0, variance = 0;
  double r = 0, s = 0, pr = 0, psqr = 0, qs = 0;           // of the odds ratio
  double riskExposed = 0, riskUnexposed = 0, riskVar = 0;  // of the risk ratio
  double used = 0;
  for (const FourFold& table : strata) {
    if (!informative(table)) continue;
    const double n1 = table.exposed(), n0 = table.unexposed(), m = table.events(), n = table.total();
    ++used;
    excess += table.a - n1 * m / n;
    variance += n1 / n * (n0 / n) * m * ((n - m) / (n - 1));
    const double p = (table.a + table.d) / n, q = (table.b + table.c) / n;
    const double ad = table.a * table.d / n, bc = table.b * table.c / n;
    r += ad;
    s += bc;
    pr += p * ad;
    psqr += p * bc + q * ad;
    qs += q * bc;
    riskExposed += table.a * n0 / n;
    riskUnexposed += table.c * n1 / n;
    riskVar += (m * (n1 / n) * n0 - table.a * table.c) / n;
  }
  MantelHaenszel out;
  const double delta = std::abs(excess);
  const double corrected = delta < 0.5 ? delta : delta - 0.5;
  out.corrected = test(corrected * corrected / variance, 1);
  out.uncorrected = test(delta * delta / variance, 1);
  out.oddsRatio = {r / s, pr / (2 * r * r) + psqr / (2 * r * s) + qs / (2 * s * s)};
  out.riskRatio = {riskExposed / riskUnexposed, riskVar / (riskExposed * riskUnexposed)};

  const double psi = out.oddsRatio.estimate;
  double statistic = 0, observed = 0, variances = 0;
  for (const FourFold& table : strata) {
    if (!informative(table)) continue;
    const double a = expectedAt(psi, table);
    const double b = table.exposed() - a, c = table.events() - a, d = table.unexposed() - c;
    const double v = 1 / (1 / a + 1 / b + 1 / c + 1 / d);
    statistic += (table.a - a) * (table.a - a) / v;
    observed += table.a - a;
    variances += v;
  }
  if (!(psi > 0) || std::isinf(psi)) statistic = nan;  // no table inside the margins has such an odds ratio
  out.breslowDay = test(statistic, used - 1);
  out.tarone = test(statistic - observed * observed / variances, used - 1);
  return out;
}

}  // namespace bedside::numerics
