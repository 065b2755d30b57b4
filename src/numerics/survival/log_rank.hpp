#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numerics/regression.hpp"
#include "numerics/survival/times.hpp"

namespace bedside::numerics {

/// The rows of a comparison by stratum and rising time.
struct ComparedRows {
  struct Row {
    double weight;
    std::uint32_t moment;  ///< number of its time among the distinct times of all strata, one stratum after another
    std::uint32_t group : 31;
    std::uint32_t event : 1;
  };
  std::vector<Row> rows;
  std::vector<std::uint32_t> strata;  ///< first moment of each stratum, and the number of moments at the end
  std::size_t groups = 1;
  bool robust = false;  ///< weights are no counts of equal rows

  std::size_t moments() const { return strata.back(); }
};

/// `event` and `weights` (empty: none) hold one value per row used.
ComparedRows comparedRows(const Times& times, const Groups& strata, const Groups& groups,
                          std::span<const std::uint8_t> event, std::span<const double> weights, bool robust);

/// Whether groups have the same survival: `survdiff`.
struct LogRankTest {
  std::vector<double> observed;  ///< O of each group, with the weights S^ρ
  std::vector<double> expected;  ///< E
  std::vector<double> variance;  ///< of O − E
  double statistic = 0;          ///< (O − E)'V⁻(O − E)
  std::size_t df = 0;            ///< rank of V
  double p = 1;

  std::size_t bytes() const { return sizeof *this + 3 * observed.capacity() * sizeof(double); }
};

/// The G-ρ test of Harrington & Fleming (1982): ρ = 0 is the log-rank test, ρ = 1 Peto & Peto's Wilcoxon. Weights that
/// count equal rows enter the hypergeometric variance as the rows would; others make it Σ qq' over the rows' influences
/// (Lin & Wei 1989). O(rows × groups + groups³): no step looks at all pairs of groups for each time.
LogRankTest logRank(const ComparedRows& compared, double rho, const Progress& progress = {});

/// The same test of two groups alone, on their own rows.
struct PairTest {
  std::size_t a = 0, b = 0;  ///< a < b
  double statistic = 0;
  double p = 1;
  double pHolm = 1;  ///< adjusted over all pairs (Holm 1979)
};

/// Every pair, in order of (a, b). O(rows × groups).
std::vector<PairTest> pairwiseLogRank(const ComparedRows& compared, double rho, const Progress& progress = {});

}  // namespace bedside::numerics
