#include "analyses/regression/coefficients.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/distributions.hpp"
#include "numerics/inflation.hpp"

namespace bedside {

std::vector<CoefficientRow> waldRows(const Design& design, std::span<const double> estimates,
                                     const numerics::Matrix& covariance, double df, double confLevel) {
  // The tail is what is small: (1 + confLevel) / 2 would round to 1 for a level of 1 − 1e-16.
  const double quantile = -numerics::studentTQuantile((1 - confLevel) / 2, df);
  std::vector<CoefficientRow> rows;
  rows.reserve(design.size());
  for (std::size_t i = 0; i < design.size(); ++i) {
    const DesignColumn& column = design.columns()[i];
    const double estimate = estimates[i];
    const double se = std::sqrt(covariance(i, i));
    const double statistic = estimate / se;
    rows.push_back({.term = column.term,
                    .level = column.level,
                    .estimate = estimate,
                    .se = se,
                    .statistic = statistic,
                    .p = numerics::studentTTwoSided(statistic, df),
                    .ciLow = estimate - quantile * se,
                    .ciHigh = estimate + quantile * se});
  }
  return rows;
}

Ratio ratioOf(const CoefficientRow& row) { return {std::exp(row.estimate), std::exp(row.ciLow), std::exp(row.ciHigh)}; }

std::vector<std::optional<double>> inflationFactors(const Design& design, const numerics::Matrix& covariance) {
  std::vector<std::size_t> kept;             // columns but the intercept
  std::vector<numerics::ColumnRange> terms;  // each term's among these
  std::vector<std::size_t> termOf(design.size());
  std::size_t last = DesignColumn::noTerm;
  for (std::size_t i = 0; i < design.size(); ++i) {
    const std::size_t term = design.columns()[i].termIndex;
    if (term == DesignColumn::noTerm) continue;
    if (term != last) terms.push_back({kept.size(), 0});
    last = term;
    ++terms.back().count;
    termOf[i] = terms.size() - 1;
    kept.push_back(i);
  }
  const auto factors = numerics::generalizedInflation(numerics::submatrix(covariance, kept), terms);
  std::vector<std::optional<double>> out(design.size());
  for (const std::size_t i : kept) out[i] = factors[termOf[i]];
  return out;
}

std::vector<FactorCoding> factorCodings(const Design& design) {
  std::vector<FactorCoding> out;
  for (const CodedFactor& factor : design.recipe().factors) out.push_back({factor.column, factor.levels});
  return out;
}

std::vector<std::optional<LevelTally>> levelTallies(const Design& design, const numerics::Source& event,
                                                    const numerics::Rows& rows) {
  std::vector<std::size_t> with;
  std::vector<numerics::Source> sources;
  for (std::size_t i = 0; i < design.size(); ++i) {
    if (!design.columns()[i].level) continue;
    with.push_back(i);
    sources.push_back(design.columns()[i].levelSource());
  }
  std::vector<std::optional<LevelTally>> out(design.size());
  if (with.empty()) return out;
  sources.push_back(event);
  std::vector<double> n(with.size()), events(with.size());
  numerics::Blocks(std::move(sources), rows).scan([&](const numerics::Block& block) {
    const double* happened = block[with.size()];
    for (std::size_t k = 0; k < with.size(); ++k) {
      const double* here = block[k];
      double all = 0, ofThem = 0;
      for (std::size_t row = 0; row < block.rows; ++row) {
        all += here[row];
        ofThem += here[row] * happened[row];
      }
      n[k] += all;
      events[k] += ofThem;
    }
  });
  for (std::size_t k = 0; k < with.size(); ++k) {
    out[with[k]] = LevelTally{static_cast<std::size_t>(n[k]), static_cast<std::size_t>(events[k])};
  }
  return out;
}

}  // namespace bedside
