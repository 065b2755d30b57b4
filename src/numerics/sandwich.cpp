#include "numerics/sandwich.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "numerics/frame.hpp"
#include "numerics/glm.hpp"
#include "numerics/glm_scan.hpp"
#include "numerics/weighted_qr.hpp"

namespace bedside::numerics {
namespace {

/// The rows as z = R⁻ᵀ x: the design made orthonormal under W, a block at a time.
class Whitened {
 public:
  Whitened(const GlmProblem& problem, std::span<const double> coefficients)
      : frame_(problem), coefficients_(frame_.fromUser({coefficients.begin(), coefficients.end()})),
        root_(weightedInverseRoot(frame_.problem, coefficients_, frame_.reach)), lower_(transposed(root_)) {}

  /// Calls `visit(const GlmBlock& rows, const Block& z)` for each block.
  template <class Visit>
  void scan(Visit&& visit) const {
    const std::size_t k = lower_.rows;
    const std::size_t most = std::min(frame_.problem.rows.rows(), frame_.problem.rows.blockRows());
    std::vector<double> values(k * most);
    std::vector<const double*> columns(k);
    for (std::size_t j = 0; j < k; ++j) columns[j] = values.data() + j * most;
    GlmScan rows(frame_.problem);
    rows.each(coefficients_, Information::expected, [&](const GlmBlock& block) {
      for (std::size_t j = 0; j < k; ++j) {
        const std::span<const double> row(lower_.values.data() + j * k, j + 1);
        linearPredictor(block.block, row, nullptr, values.data() + j * most);
      }
      visit(block, Block{block.block.first, block.block.rows, columns});
    });
  }

  /// R⁻¹ meat R⁻ᵀ in the user's coordinates.
  Matrix covariance(const Matrix& meat) const {
    return frame_.covarianceToUser(product(product(root_, meat), lower_));
  }

 private:
  Frame frame_;
  std::vector<double> coefficients_;
  Matrix root_;   // R⁻¹
  Matrix lower_;  // R⁻ᵀ
};

}  // namespace

Matrix sandwich(const GlmProblem& problem, std::span<const double> coefficients, Hc type, const Progress& progress) {
  const std::size_t k = problem.layout.design;
  const double n = static_cast<double>(problem.rows.rows());
  const Whitened whitened(problem, coefficients);
  if (progress) progress(0.7);
  Gram meat(k);
  std::vector<double> omega;
  whitened.scan([&](const GlmBlock& rows, const Block& z) {
    omega.resize(z.rows);
    for (std::size_t r = 0; r < z.rows; ++r) {
      omega[r] = rows.score[r] * rows.score[r];
      if (type == Hc::hc1) omega[r] *= n / (n - static_cast<double>(k));
      if (type != Hc::hc2 && type != Hc::hc3) continue;
      double hat = 0;
      for (std::size_t j = 0; j < k; ++j) hat += z[j][r] * z[j][r];
      const double rest = 1 - rows.information[r] * hat;
      if (rest <= leastLeft) omega[r] = std::numeric_limits<double>::quiet_NaN();  // 0/0
      omega[r] /= type == Hc::hc2 ? rest : rest * rest;
    }
    meat.add(z, omega.data());
  });
  if (progress) progress(1);
  return whitened.covariance(meat.matrix());
}

Matrix clusterSandwich(const GlmProblem& problem, std::span<const double> coefficients, std::size_t clusters,
                       std::size_t count, const Progress& progress) {
  const std::size_t k = problem.layout.design;
  const Whitened whitened(problem, coefficients);
  if (progress) progress(0.7);
  std::vector<double> sums(count * k);  // s_g, cluster by cluster
  whitened.scan([&](const GlmBlock& rows, const Block& z) {
    for (std::size_t r = 0; r < z.rows; ++r) {
      double* of = sums.data() + static_cast<std::size_t>(rows.block[clusters][r]) * k;
      for (std::size_t j = 0; j < k; ++j) of[j] += rows.score[r] * z[j][r];
    }
  });
  Matrix meat = Matrix::square(k);
  for (std::size_t g = 0; g < count; ++g) {
    const double* of = sums.data() + g * k;
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) meat(i, j) += of[i] * of[j];
    }
  }
  if (progress) progress(1);
  return whitened.covariance(meat);
}

}  // namespace bedside::numerics
