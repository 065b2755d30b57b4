#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "numerics/families.hpp"
#include "numerics/gram.hpp"

namespace bedside::numerics {

/// X b (+ offset, unless null) of a block's first `coefficients.size()` columns.
void linearPredictor(const Block& block, std::span<const double> coefficients, const double* offset, double* out);

/// One block with its rows' terms: what a visitor of `GlmScan` sees.
struct GlmBlock {
  const Block& block;
  const double* information;
  const double* score;
};

/// out[r] += ‖root · x_r‖² for a lower triangular root, over a block's first `root.rows` columns.
void addSquaredNorms(const Block& block, const Matrix& root, std::vector<double>& scratch, double* out);

/// Σ w; the number of rows without weights.
double totalWeight(const GlmProblem& problem);

/// Sums over all rows at one vector of coefficients.
struct GlmSums {
  double logLik = 0;          ///< without constants
  double weight = 0;          ///< Σ of the rows' information weights
  std::vector<double> score;  ///< X's
  Matrix information;         ///< X'WX; empty when it was not asked for
};

/// Scans the rows of a problem, or every `stride`-th block of them, keeping one block's scratch.
class GlmScan {
 public:
  explicit GlmScan(const GlmProblem& problem, std::size_t stride = 1);

  /// Calls `visit(const GlmBlock&)` for each block at these coefficients; returns the log-likelihood without constants.
  /// No coefficients: the system of the first step, made from y alone (`startingTerms`); 0 is returned.
  template <class Visit>
  double each(std::span<const double> coefficients, Information kind, Visit&& visit) {
    double logLik = 0;
    eachBlock([&](const Block& block) {
      logLik += evaluate(block, coefficients, kind);
      visit(GlmBlock{block, information_.data(), score_.data()});
    });
    return logLik;
  }
  /// Log-likelihood and score, and X'WX unless told otherwise; no coefficients: as above.
  GlmSums at(std::span<const double> coefficients, bool withInformation = true,
             Information kind = Information::observed);
  /// The rows' linear predictors; `eta` of the result points into scratch.
  LinkedRows link(const Block& block, std::span<const double> coefficients);

  template <class Visit>
  void eachBlock(Visit&& visit) const {
    Blocks::Reader reader(problem_.rows);
    const std::size_t step = stride_ * problem_.rows.blockRows();
    for (std::size_t first = 0; first < problem_.rows.rows(); first += step) visit(reader.read(first));
  }

 private:
  double evaluate(const Block& block, std::span<const double> coefficients, Information kind);

  const GlmProblem& problem_;
  std::size_t stride_;
  std::vector<double> eta_;
  std::vector<double> information_;
  std::vector<double> score_;
};

}  // namespace bedside::numerics
