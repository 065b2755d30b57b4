#include "numerics/glm_scan.hpp"

#include <algorithm>

#include "numerics/lanes.hpp"

namespace bedside::numerics {
namespace {

/// out += Σ b_j x_j over N columns in one pass, so that `out` is read and written once for all of them.
template <std::size_t N>
void addColumns(const double* const* columns, const double* b, std::size_t rows, double* out) {
  std::size_t r = 0;
  for (; r + 2 <= rows; r += 2) {
    Lanes total = load(out + r);
    for (std::size_t j = 0; j < N; ++j) total += both(b[j]) * load(columns[j] + r);
    store(out + r, total);
  }
  for (; r < rows; ++r) {
    for (std::size_t j = 0; j < N; ++j) out[r] += b[j] * columns[j][r];
  }
}

double total(const double* values, std::size_t rows) {
  Lanes sums = both(0);
  std::size_t r = 0;
  for (; r + 2 <= rows; r += 2) sums += load(values + r);
  return sum(sums) + (r < rows ? values[r] : 0.0);
}

}  // namespace

void linearPredictor(const Block& block, std::span<const double> coefficients, const double* offset, double* out) {
  if (offset != nullptr) {
    std::copy_n(offset, block.rows, out);
  } else {
    std::fill_n(out, block.rows, 0.0);
  }
  const std::size_t count = coefficients.size();
  std::size_t j = 0;
  for (; j + 4 <= count; j += 4) addColumns<4>(&block.columns[j], &coefficients[j], block.rows, out);
  for (; j < count; ++j) addColumns<1>(&block.columns[j], &coefficients[j], block.rows, out);
}

void addSquaredNorms(const Block& block, const Matrix& root, std::vector<double>& scratch, double* out) {
  scratch.resize(block.rows);
  for (std::size_t i = 0; i < root.rows; ++i) {
    const std::span<const double> row(root.values.data() + i * root.columns, i + 1);
    linearPredictor(block, row, nullptr, scratch.data());
    for (std::size_t r = 0; r < block.rows; ++r) out[r] += scratch[r] * scratch[r];
  }
}

double totalWeight(const GlmProblem& problem) {
  if (!problem.layout.weighted) return static_cast<double>(problem.rows.rows());
  double sum = 0;
  problem.rows.scan([&](const Block& block) { sum += total(block[problem.layout.weights()], block.rows); });
  return sum;
}

GlmScan::GlmScan(const GlmProblem& problem, std::size_t stride) : problem_(problem), stride_(stride) {
  const std::size_t rows = std::min(problem.rows.rows(), problem.rows.blockRows());
  eta_.resize(rows);
  information_.resize(rows);
  score_.resize(rows);
}

LinkedRows GlmScan::link(const Block& block, std::span<const double> coefficients) {
  const Layout& layout = problem_.layout;
  linearPredictor(block, coefficients, layout.offset ? block[layout.offsetColumn()] : nullptr, eta_.data());
  return {block.rows, eta_.data(), block[layout.response()], layout.weighted ? block[layout.weights()] : nullptr};
}

double GlmScan::evaluate(const Block& block, std::span<const double> coefficients, Information kind) {
  if (!coefficients.empty()) {
    return likelihoodTerms(problem_, link(block, coefficients), kind, information_.data(), score_.data());
  }
  const Layout& layout = problem_.layout;
  startingTerms(problem_, block.rows, block[layout.response()], layout.weighted ? block[layout.weights()] : nullptr,
                layout.offset ? block[layout.offsetColumn()] : nullptr, information_.data(), score_.data());
  return 0;
}

GlmSums GlmScan::at(std::span<const double> coefficients, bool withInformation, Information kind) {
  GlmSums sums;
  Gram gram(problem_.layout.design);
  sums.logLik = each(coefficients, kind, [&](const GlmBlock& rows) {
    sums.weight += total(rows.information, rows.block.rows);
    if (withInformation) {
      gram.add(rows.block, rows.information, rows.score);
    } else {
      gram.addScore(rows.block, rows.score);
    }
  });
  sums.score = gram.score();
  if (withInformation) sums.information = gram.matrix();
  return sums;
}

}  // namespace bedside::numerics
