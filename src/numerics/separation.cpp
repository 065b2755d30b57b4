#include "numerics/separation.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "numerics/glm_scan.hpp"
#include "numerics/qr.hpp"

namespace bedside::numerics {
namespace {

/// Rows that a late step moves by less than this are at rest, or come to rest; a separating direction moves them by 1.
constexpr double restingMove = 0.1;
/// Singular values below this share of the largest are the null space's.
constexpr double nullShare = 1e-9;
/// x'b below this share of Σ |x_j b_j| is rounding.
constexpr double zeroShare = 1e-10;

/// +1 where the likelihood rises with η without end, −1 where it falls, 0 where it does both.
double side(Family family, double y) {
  if (y <= 0) return -1;
  return family == Family::binomial && y >= 1 ? 1 : 0;
}

/// The part of v in the null space of A: one-sided Jacobi rotations (Hestenes 1958) turn A V into orthogonal columns;
/// those that vanish belong to null vectors V_j.
std::vector<double> nullPart(Matrix a, std::span<const double> v) {
  const std::size_t k = a.columns;
  Matrix turned = Matrix::square(k);
  for (std::size_t j = 0; j < k; ++j) turned(j, j) = 1;
  const auto dot = [&](std::size_t p, std::size_t q) {
    double total = 0;
    for (std::size_t i = 0; i < a.rows; ++i) total += a(i, p) * a(i, q);
    return total;
  };
  const auto rotate = [](Matrix& m, std::size_t p, std::size_t q, double c, double s) {
    for (std::size_t i = 0; i < m.rows; ++i) {
      const double x = m(i, p);
      m(i, p) = c * x - s * m(i, q);
      m(i, q) = s * x + c * m(i, q);
    }
  };
  bool changed = true;
  for (std::size_t sweep = 0; sweep < 40 && changed; ++sweep) {
    changed = false;
    for (std::size_t p = 0; p < k; ++p) {
      for (std::size_t q = p + 1; q < k; ++q) {
        const double pp = dot(p, p);
        const double qq = dot(q, q);
        const double pq = dot(p, q);
        if (std::fabs(pq) <= 1e-15 * std::sqrt(pp * qq)) continue;
        changed = true;
        const double zeta = (qq - pp) / (2 * pq);
        const double t = (zeta >= 0 ? 1.0 : -1.0) / (std::fabs(zeta) + std::hypot(1.0, zeta));
        const double c = 1 / std::hypot(1.0, t);
        rotate(a, p, q, c, c * t);
        rotate(turned, p, q, c, c * t);
      }
    }
  }
  double largest = 0;
  for (std::size_t j = 0; j < k; ++j) largest = std::max(largest, std::sqrt(dot(j, j)));
  std::vector<double> part(k);
  for (std::size_t j = 0; j < k; ++j) {
    if (std::sqrt(dot(j, j)) > nullShare * largest) continue;
    double along = 0;
    for (std::size_t i = 0; i < k; ++i) along += turned(i, j) * v[i];
    for (std::size_t i = 0; i < k; ++i) part[i] += turned(i, j) * along;
  }
  return part;
}

/// Calls `visit` block by block until it answers false; whether it never did.
template <class Visit>
bool scanWhile(const Blocks& rows, Visit&& visit) {
  Blocks::Reader reader(rows);
  for (std::size_t first = 0; first < rows.rows(); first += rows.blockRows()) {
    if (!visit(reader.read(first))) return false;
  }
  return true;
}

/// R of the resting rows' scaled columns; nothing when some row moves against its side.
std::optional<Matrix> restingRows(const GlmProblem& problem, std::span<const double> candidate,
                                  std::span<const std::size_t> free, std::span<const double> scales) {
  const std::size_t most = std::min(problem.rows.rows(), problem.rows.blockRows());
  std::vector<double> moves(most);
  std::vector<double> gathered(free.size() * most);
  TallQr<double> qr(free.size(), 0, {scales.begin(), scales.end()});
  const bool consistent = scanWhile(problem.rows, [&](const Block& block) {
    linearPredictor(block, candidate, nullptr, moves.data());
    std::size_t count = 0;
    for (std::size_t r = 0; r < block.rows; ++r) {
      const double towards = side(problem.family, block[problem.layout.response()][r]) * moves[r];
      const bool resting = std::fabs(moves[r]) < restingMove;
      if (!resting && !(towards > 0)) return false;
      if (!resting) continue;
      for (std::size_t i = 0; i < free.size(); ++i) gathered[i * most + count] = block[free[i]][r];
      ++count;
    }
    std::vector<const double*> columns;
    for (std::size_t i = 0; i < free.size(); ++i) columns.push_back(gathered.data() + i * most);
    qr.add(columns, count);
    return true;
  });
  if (!consistent) return std::nullopt;
  return qr.triangle();
}

}  // namespace

bool separates(const GlmProblem& problem, std::span<const double> b) {
  const std::size_t k = problem.layout.design;
  std::vector<double> size(k);
  for (std::size_t j = 0; j < k; ++j) size[j] = std::fabs(b[j]);
  bool some = false;
  const bool all = scanWhile(problem.rows, [&](const Block& block) {
    for (std::size_t r = 0; r < block.rows; ++r) {
      double move = 0;
      double magnitude = 0;
      for (std::size_t j = 0; j < k; ++j) {
        move += block[j][r] * b[j];
        magnitude += std::fabs(block[j][r]) * size[j];
      }
      if (std::fabs(move) <= zeroShare * magnitude) continue;
      if (!(side(problem.family, block[problem.layout.response()][r]) * move > 0)) return false;
      some = true;
    }
    return true;
  });
  return all && some;
}

std::vector<double> separatingDirection(const GlmProblem& problem, std::span<const double> candidate,
                                        std::span<const std::size_t> free, std::span<const double> reach) {
  std::vector<double> scales;
  std::vector<double> scaled;  // the candidate in units in which every column reaches about 1
  for (const std::size_t j : free) {
    scales.push_back(reach[j] > 0 ? std::ldexp(1.0, -std::ilogb(reach[j])) : 1.0);
    scaled.push_back(candidate[j] / scales.back());
  }
  const std::optional<Matrix> resting = restingRows(problem, candidate, free, scales);
  if (!resting) return {};
  const std::vector<double> part = nullPart(*resting, scaled);
  double largest = 0;
  for (const double entry : part) largest = std::max(largest, std::fabs(entry));
  std::vector<double> direction(candidate.size());
  for (std::size_t i = 0; i < free.size(); ++i) {
    // What should be 0 is made 0: a row in which no other column has a value would not be at rest otherwise.
    if (std::fabs(part[i]) > 1e-12 * largest) direction[free[i]] = part[i] * scales[i];
  }
  return separates(problem, direction) ? direction : std::vector<double>{};
}

}  // namespace bedside::numerics
