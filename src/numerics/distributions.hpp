#pragma once

namespace bedside::numerics {

// Distribution functions of the tests. Each tail is computed as a tail, never as 1 − the other one, so p-values far
// below 1e-16 keep their digits. Arguments without meaning are answered as R answers them, and never by an exception:
// NaN in gives NaN out; a parameter outside its range (negative degrees of freedom, a probability beyond [0, 1]) gives
// NaN; an infinite statistic gives 0 or 1; infinite degrees of freedom give the limiting distribution.

/// Φ(z).
double normalCdf(double z);
/// 1 − Φ(z), as a tail: 2.9e-316 at z = 38.
double normalUpper(double z);
/// 2 Φ(−|z|), the two-sided p-value.
double normalTwoSided(double z);
/// The z with Φ(z) = p; ∓∞ at p = 0 and 1.
double normalQuantile(double p);
/// z = Φ⁻¹((1 + level) / 2): half-width, in standard errors, of an interval at this confidence level.
double normalCritical(double level);

/// P(T ≤ t) of Student's t. `df` > 0 need not be whole.
double studentTCdf(double t, double df);
double studentTUpper(double t, double df);
/// P(|T| ≥ |t|), the two-sided p-value.
double studentTTwoSided(double t, double df);
double studentTQuantile(double p, double df);

/// P(X ≤ x) of chi-squared; `df` = 0 is the point mass at 0 (R: `pchisq(0, 0, lower.tail = FALSE)` is 1).
double chiSquaredCdf(double x, double df);
/// P(X > x), the p-value.
double chiSquaredUpper(double x, double df);
double chiSquaredQuantile(double p, double df);

/// P(X ≤ x) of Fisher's F; both degrees of freedom > 0.
double fCdf(double x, double df1, double df2);
/// P(X > x), the p-value.
double fUpper(double x, double df1, double df2);
double fQuantile(double p, double df1, double df2);

/// Regularised incomplete beta I_x(a, b), a, b > 0: the distribution function of Beta(a, b).
double betaCdf(double x, double a, double b);
double betaUpper(double x, double a, double b);
/// Clopper & Pearson's limits are quantiles of this.
double betaQuantile(double p, double a, double b);

/// P(X ≤ k) of Binomial(n, p).
double binomialCdf(double k, double n, double p);
/// P(X > k).
double binomialUpper(double k, double n, double p);

/// log |Γ(x)|; ∞ at the poles 0, −1, −2, …
double logGamma(double x);
/// ψ(x), the derivative of log Γ; NaN at the poles.
double digamma(double x);
/// ψ′(x); ∞ at the poles.
double trigamma(double x);

// Logarithms of probabilities, by Loader's saddle-point expansion (2000, "Fast and accurate computation of binomial
// probabilities", as R's `dpois(log = TRUE)`): the naive sum of log-gammas loses eight digits at counts of 10⁸.
// A count below 0 or not whole has probability 0 (−∞).

/// log P(Y = count) of Poisson(mean), mean ≥ 0.
double logPoisson(double count, double mean);
/// log P(Y = count) of the negative binomial with the given mean and variance mean + mean²/theta; theta = ∞ is Poisson.
double logNegativeBinomial(double count, double theta, double mean);
/// log P(Y = count) of Binomial(n, p).
double logBinomial(double count, double n, double p);

}  // namespace bedside::numerics
