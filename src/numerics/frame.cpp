#include "numerics/frame.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "numerics/glm_scan.hpp"
#include "numerics/lanes.hpp"

namespace bedside::numerics {
namespace {

/// Midpoint over half the range from which a column is centred. Below it the origin costs a Gram six digits at most.
constexpr double farFromZero = 1e3;

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void include(const double* values, std::size_t rows) {
    Lanes least = both(low);
    Lanes most = both(high);
    std::size_t r = 0;
    for (; r + 2 <= rows; r += 2) {
      const Lanes x = load(values + r);
      least = select(x < least, x, least);
      most = select(x > most, x, most);
    }
    low = std::min(least[0], least[1]);
    high = std::max(most[0], most[1]);
    if (r < rows) low = std::min(low, values[r]), high = std::max(high, values[r]);
  }
};

}  // namespace

Frame::Frame(const GlmProblem& user, std::span<const std::size_t> held)
    : problem(user), centres(user.layout.design), reach(user.layout.design) {
  const std::size_t k = user.layout.design;
  const auto isHeld = [&](std::size_t j) { return std::find(held.begin(), held.end(), j) != held.end(); };
  for (std::size_t j = 0; j < k; ++j) {
    if (!isHeld(j)) free.push_back(j);
  }
  std::vector<Range> ranges(k);
  user.rows.scan([&](const Block& block) {
    for (std::size_t j = 0; j < k; ++j) ranges[j].include(block[j], block.rows);
  });
  while (intercept < k && user.rows.source(intercept).kind != Source::Kind::constant) ++intercept;
  for (std::size_t j = 0; j < k; ++j) {
    const double middle = ranges[j].low + (ranges[j].high - ranges[j].low) / 2;
    const double half = (ranges[j].high - ranges[j].low) / 2;
    if (intercept < k && !isHeld(intercept) && half > 0 && std::fabs(middle) > farFromZero * half) {
      // A column that its source centres already (an inner fit) keeps that and is moved by the rest.
      centres[j] = middle;
      problem.rows.centre(j, user.rows.source(j).centre + middle);
      centred = true;
    }
    reach[j] = std::max(std::fabs(ranges[j].low - centres[j]), std::fabs(ranges[j].high - centres[j]));
  }
}

std::vector<double> Frame::fromUser(std::vector<double> coefficients) const {
  for (std::size_t j = 0; j < centres.size() && centred; ++j) coefficients[intercept] += centres[j] * coefficients[j];
  return coefficients;
}

std::vector<double> Frame::toUser(std::vector<double> coefficients) const {
  for (std::size_t j = 0; j < centres.size() && centred; ++j) coefficients[intercept] -= centres[j] * coefficients[j];
  return coefficients;
}

Matrix Frame::covarianceToUser(const Matrix& covariance) const {
  if (!centred || covariance.rows == 0) return covariance;
  Matrix back = Matrix::square(centres.size());
  for (std::size_t j = 0; j < centres.size(); ++j) {
    back(j, j) = 1;
    if (centres[j] != 0) back(intercept, j) = -centres[j];
  }
  return product(product(back, covariance), transposed(back));
}

std::vector<double> Frame::gather(std::span<const double> all) const {
  std::vector<double> some;
  for (const std::size_t j : free) some.push_back(all[j]);
  return some;
}

std::vector<double> Frame::expand(std::span<const double> some) const {
  std::vector<double> all(reach.size());
  for (std::size_t i = 0; i < free.size(); ++i) all[free[i]] = some[i];
  return all;
}

double Frame::exactMove(std::span<const double> change) const {
  double most = 0;
  std::vector<double> moves(std::min(problem.rows.rows(), problem.rows.blockRows()));
  problem.rows.scan([&](const Block& block) {
    linearPredictor(block, change, nullptr, moves.data());
    for (std::size_t r = 0; r < block.rows; ++r) most = std::max(most, std::fabs(moves[r]));
  });
  return most;
}

double Frame::sensiblePart(std::span<const double> change) const {
  constexpr double sensible = 100;
  if (greatestMove(change) <= sensible) return 1;
  return std::min(1.0, sensible / exactMove(change));
}

double Frame::greatestMove(std::span<const double> change) const {
  double move = 0;
  for (std::size_t j = 0; j < change.size(); ++j) move += std::fabs(change[j]) * reach[j];
  return move;
}

}  // namespace bedside::numerics
