#include "numerics/families.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/distributions.hpp"
#include "numerics/exp.hpp"

namespace bedside::numerics {
namespace {

/// Calls `two(r, lanes)` for each pair of rows; an odd last row is handed over with itself as its neighbour and
/// `lanes` = 1, and what is written for the neighbour must be thrown away by `put`.
template <class Two>
void pairwise(std::size_t rows, Two&& two) {
  std::size_t r = 0;
  for (; r + 2 <= rows; r += 2) two(r, std::size_t{2});
  if (r < rows) two(r, std::size_t{1});
}

Lanes get(const double* from, std::size_t r, std::size_t lanes) { return lanes == 2 ? load(from + r) : both(from[r]); }

void put(double* to, std::size_t r, std::size_t lanes, Lanes value) {
  if (lanes == 2) {
    store(to + r, value);
  } else {
    to[r] = value[0];
  }
}

/// Σ log(1 + e) of numbers in [0, 1] as the logarithm of a product that is taken before it can overflow: one logarithm
/// for 512 rows instead of one for each.
class LogProduct {
 public:
  void multiply(Lanes factor) {
    product_ *= factor;
    if (++count_ == 500) flush();
  }
  double total() {
    flush();
    return total_;
  }

 private:
  void flush() {
    total_ += std::log(product_[0]) + std::log(product_[1]);
    product_ = both(1);
    count_ = 0;
  }
  Lanes product_ = both(1);
  std::size_t count_ = 0;
  double total_ = 0;
};

double binomialTerms(const LinkedRows& rows, double* information, double* score) {
  Lanes likelihood = both(0);
  LogProduct normaliser;
  pairwise(rows.count, [&](std::size_t r, std::size_t lanes) {
    const Lanes eta = get(rows.eta, r, lanes);
    const Lanes y = get(rows.y, r, lanes);
    const Lanes e = exp(-magnitude(eta));
    const Lanes nearer = both(1) / (both(1) + e);  // the probability of the likelier answer, and of the other
    const Lanes farther = e * nearer;
    const LaneBits likely = eta >= both(0);
    const Lanes pi = select(likely, nearer, farther);
    const Lanes rest = select(likely, farther, nearer);  // 1 − π, but with all its digits
    Lanes curvature = nearer * farther;
    Lanes slope = y * rest - (both(1) - y) * pi;
    Lanes term = y * eta - select(likely, eta, both(0));
    if (rows.weights != nullptr) {
      const Lanes w = get(rows.weights, r, lanes);
      curvature *= w;
      slope *= w;
      term = w * (term - Lanes{std::log1p(e[0]), std::log1p(e[1])});
      if (lanes == 1) term[1] = 0;
    } else {
      Lanes factor = both(1) + e;
      if (lanes == 1) term[1] = 0, factor[1] = 1;
      normaliser.multiply(factor);
    }
    likelihood += term;
    put(information, r, lanes, curvature);
    put(score, r, lanes, slope);
  });
  return sum(likelihood) - normaliser.total();
}

double poissonTerms(const LinkedRows& rows, double* information, double* score) {
  Lanes likelihood = both(0);
  pairwise(rows.count, [&](std::size_t r, std::size_t lanes) {
    const Lanes eta = get(rows.eta, r, lanes);
    const Lanes y = get(rows.y, r, lanes);
    const Lanes w = rows.weights != nullptr ? get(rows.weights, r, lanes) : both(1);
    const Lanes mu = exp(eta);
    Lanes term = w * (y * eta - mu);
    if (lanes == 1) term[1] = 0;
    likelihood += term;
    put(information, r, lanes, w * mu);
    put(score, r, lanes, w * (y - mu));
  });
  return sum(likelihood);
}

double negativeBinomialTerms(const LinkedRows& rows, double theta, Information kind, double* information,
                             double* score) {
  double likelihood = 0;
  pairwise(rows.count, [&](std::size_t r, std::size_t lanes) {
    const Lanes eta = get(rows.eta, r, lanes);
    const Lanes y = get(rows.y, r, lanes);
    const Lanes w = rows.weights != nullptr ? get(rows.weights, r, lanes) : both(1);
    const Lanes mu = exp(eta);
    const Lanes ratio = mu / both(theta);
    const Lanes inflation = both(1) + ratio;  // V / μ
    for (std::size_t i = 0; i < lanes; ++i) {
      likelihood += w[i] * (y[i] * eta[i] - (y[i] + theta) * std::log1p(ratio[i]));
    }
    const Lanes expected = w * mu / inflation;
    put(information, r, lanes,
        kind == Information::expected ? expected : expected * (both(1) + y / both(theta)) / inflation);
    put(score, r, lanes, w * (y - mu) / inflation);
  });
  return likelihood;
}

double gaussianTerms(const LinkedRows& rows, double* information, double* score) {
  double likelihood = 0;
  for (std::size_t r = 0; r < rows.count; ++r) {
    const double w = rows.weights != nullptr ? rows.weights[r] : 1.0;
    const double residual = rows.y[r] - rows.eta[r];
    information[r] = w;
    score[r] = w * residual;
    likelihood -= 0.5 * w * residual * residual;
  }
  return likelihood;
}

}  // namespace

double likelihoodTerms(const GlmProblem& problem, const LinkedRows& rows, Information kind, double* information,
                       double* score) {
  switch (problem.family) {
    case Family::gaussian: return gaussianTerms(rows, information, score);
    case Family::binomial: return binomialTerms(rows, information, score);
    case Family::poisson: return poissonTerms(rows, information, score);
    case Family::negativeBinomial:
      return std::isfinite(problem.theta) ? negativeBinomialTerms(rows, problem.theta, kind, information, score)
                                          : poissonTerms(rows, information, score);
  }
  return 0;
}

void startingTerms(const GlmProblem& problem, std::size_t count, const double* y, const double* weights,
                   const double* offset, double* information, double* score) {
  for (std::size_t r = 0; r < count; ++r) {
    const double w = weights != nullptr ? weights[r] : 1.0;
    double eta = 0;
    double curvature = 1;
    double slope = y[r];
    if (problem.family == Family::binomial) {
      const double mu = (w * y[r] + 0.5) / (w + 1);
      eta = std::log(mu / (1 - mu));
      curvature = mu * (1 - mu);
      slope = y[r] - mu;
    } else if (problem.family != Family::gaussian) {
      const bool spread = problem.family == Family::negativeBinomial && std::isfinite(problem.theta);
      const double mu = y[r] + (spread ? 1.0 / 6 : 0.1);
      const double inflation = spread ? 1 + mu / problem.theta : 1.0;
      eta = std::log(mu);
      curvature = mu / inflation;
      slope = (y[r] - mu) / inflation;
    }
    if (offset != nullptr) eta -= offset[r];
    information[r] = w * curvature;
    score[r] = w * (curvature * eta + slope);
  }
}

double meanOf(Family family, double eta) {
  if (family == Family::gaussian) return eta;
  if (family != Family::binomial) return std::exp(eta);
  const double e = std::exp(-std::fabs(eta));
  return (eta >= 0 ? 1.0 : e) / (1 + e);
}

namespace {

double logCountDensity(const GlmProblem& problem, double y, double mu) {
  return problem.family == Family::poisson ? logPoisson(y, mu) : logNegativeBinomial(y, problem.theta, mu);
}

double logBinaryDensity(double y, double eta) {
  return y * eta - std::max(eta, 0.0) - std::log1p(std::exp(-std::fabs(eta)));
}

template <class Term>
double weightedSum(const LinkedRows& rows, Term&& term) {
  double total = 0;
  for (std::size_t r = 0; r < rows.count; ++r) {
    total += (rows.weights != nullptr ? rows.weights[r] : 1.0) * term(rows.y[r], rows.eta[r]);
  }
  return total;
}

}  // namespace

double logDensity(const GlmProblem& problem, const LinkedRows& rows) {
  return weightedSum(rows, [&](double y, double eta) {
    switch (problem.family) {
      case Family::gaussian: return -0.5 * (y - eta) * (y - eta);
      case Family::binomial: return logBinaryDensity(y, eta);
      default: return logCountDensity(problem, y, std::exp(eta));
    }
  });
}

double devianceOf(const GlmProblem& problem, const LinkedRows& rows) {
  return weightedSum(rows, [&](double y, double eta) {
    switch (problem.family) {
      case Family::gaussian: return (y - eta) * (y - eta);
      case Family::binomial: return -2 * logBinaryDensity(y, eta);
      default: return 2 * (logCountDensity(problem, y, y) - logCountDensity(problem, y, std::exp(eta)));
    }
  });
}

}  // namespace bedside::numerics
