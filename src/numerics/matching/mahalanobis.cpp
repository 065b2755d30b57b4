#include "numerics/matching/mahalanobis.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "numerics/matching/window.hpp"
#include "numerics/matrix.hpp"

namespace bedside::numerics {

namespace {

/// Covariance within the arms, their means taken away.
Matrix pooledCovariance(const Blocks& columns, std::span<const std::uint8_t> treated) {
  const std::size_t k = columns.columns();
  std::vector<double> means(2 * k);
  double count[2] = {};
  columns.scan([&](const Block& block) {
    for (std::size_t r = 0; r < block.rows; ++r) {
      const std::size_t arm = treated[block.first + r];
      ++count[arm];
      for (std::size_t j = 0; j < k; ++j) means[arm * k + j] += block[j][r];
    }
  });
  for (std::size_t j = 0; j < 2 * k; ++j) means[j] /= count[j / k];
  Matrix sums = Matrix::square(k);
  std::vector<double> away(k);
  columns.scan([&](const Block& block) {
    for (std::size_t r = 0; r < block.rows; ++r) {
      const double* mean = means.data() + treated[block.first + r] * k;
      for (std::size_t j = 0; j < k; ++j) {
        away[j] = block[j][r] - mean[j];
        for (std::size_t i = 0; i <= j; ++i) sums(j, i) += away[j] * away[i];
      }
    }
  });
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t i = 0; i <= j; ++i) sums(i, j) = sums(j, i) /= count[0] + count[1] - 2;
  }
  return sums;
}

/// Turns a symmetric matrix into its eigenvalues (on the diagonal) and returns their vectors, column by column: cyclic
/// Jacobi rotations (Golub & Van Loan 2013, 8.5). Small eigenvalues keep their digits.
Matrix diagonalise(Matrix& a) {
  const std::size_t k = a.rows;
  Matrix vectors = Matrix::square(k);
  for (std::size_t j = 0; j < k; ++j) vectors(j, j) = 1;
  for (int sweep = 0; sweep < 50; ++sweep) {
    double off = 0;
    for (std::size_t p = 0; p < k; ++p) {
      for (std::size_t q = p + 1; q < k; ++q) {
        if (std::abs(a(p, q)) <= 1e-17 * std::sqrt(std::abs(a(p, p) * a(q, q)))) continue;
        off = std::max(off, std::abs(a(p, q)));
        const double half = (a(q, q) - a(p, p)) / (2 * a(p, q));
        const double t = (half < 0 ? -1 : 1) / (std::abs(half) + std::hypot(half, 1.0));
        const double c = 1 / std::hypot(t, 1.0), s = t * c;
        for (std::size_t i = 0; i < k; ++i) {
          const double x = a(i, p), y = a(i, q);
          a(i, p) = c * x - s * y;
          a(i, q) = s * x + c * y;
        }
        for (std::size_t i = 0; i < k; ++i) {
          const double x = a(p, i), y = a(q, i);
          a(p, i) = c * x - s * y;
          a(q, i) = s * x + c * y;
        }
        a(p, q) = a(q, p) = 0;
        for (std::size_t i = 0; i < k; ++i) {
          const double x = vectors(i, p), y = vectors(i, q);
          vectors(i, p) = c * x - s * y;
          vectors(i, q) = s * x + c * y;
        }
      }
    }
    if (off < 1e-15) break;
  }
  return vectors;
}

/// M with √(δ'S⁻δ) = ‖M'δ‖, a column for each direction that varies within the arms.
Matrix root(const Matrix& covariance) {
  const std::size_t k = covariance.rows;
  std::vector<double> scale(k);
  for (std::size_t j = 0; j < k; ++j) scale[j] = covariance(j, j) > 0 ? 1 / std::sqrt(covariance(j, j)) : 0;
  Matrix correlation = covariance;
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) correlation(i, j) *= scale[i] * scale[j];
  }
  const Matrix vectors = diagonalise(correlation);
  double largest = 0;
  for (std::size_t j = 0; j < k; ++j) largest = std::max(largest, correlation(j, j));
  std::vector<std::size_t> kept;
  for (std::size_t j = 0; j < k; ++j) {
    if (correlation(j, j) > 1e-11 * largest) kept.push_back(j);
  }
  Matrix out(k, kept.size());
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t d = 0; d < kept.size(); ++d) {
      out(i, d) = scale[i] * vectors(i, kept[d]) / std::sqrt(correlation(kept[d], kept[d]));
    }
  }
  return out;
}

/// The treated units' nearest free controls in their calipers.
class Search {
 public:
  Search(const MahalanobisSpace& space, std::span<const double> scores, std::vector<std::uint32_t> controls,
         double width)
      : space_(space), scores_(scores), free_(scores, std::move(controls)), width_(width) {}

  struct Found {
    std::size_t place = FreeControls::none;
    double squared = 0;
  };
  Found nearest(std::uint32_t treated) {
    Found found;
    const Window window = windowOf(treated);
    for (std::size_t at = free_.next(window.first); at < window.end; at = free_.next(at + 1)) {
      const double squared = space_.squared(treated, free_.unit(at));
      if (found.place != FreeControls::none &&
          std::tuple(squared, free_.unit(at)) >= std::tuple(found.squared, free_.unit(found.place))) {
        continue;
      }
      found = {at, squared};
    }
    return found;
  }
  /// The `count` nearest, nearest first, none taken.
  void append(std::uint32_t treated, std::size_t count, std::vector<MatchedPair>& pairs) {
    const Window window = windowOf(treated);
    std::vector<std::pair<double, std::uint32_t>> nearest;  // so far, rising
    for (std::size_t at = window.first; at < window.end; ++at) {
      const std::pair one(space_.squared(treated, free_.unit(at)), free_.unit(at));
      if (nearest.size() == count) {
        if (nearest.back() <= one) continue;
        nearest.pop_back();
      }
      auto place = nearest.end();
      while (place != nearest.begin() && one < place[-1]) --place;
      nearest.insert(place, one);
    }
    for (const auto& [squared, control] : nearest) pairs.push_back({treated, control});
  }
  FreeControls& free() { return free_; }

 private:
  Window windowOf(std::uint32_t treated) const {
    return caliperWindow(scores_, free_.units(), scores_[treated], width_);
  }

  const MahalanobisSpace& space_;
  std::span<const double> scores_;
  FreeControls free_;
  double width_;
};

/// A treated unit with the control that was its nearest free one.
struct Candidate {
  double squared;
  std::uint32_t treated, control;
  std::size_t place;
};

bool later(const Candidate& a, const Candidate& b) {
  return std::tie(a.squared, a.treated, a.control) > std::tie(b.squared, b.treated, b.control);
}

/// One round in the order `closest`; keeps of `treated` who was served. A candidate whose control was taken meanwhile
/// comes up too early, and is searched anew.
void closestRound(Search& search, std::vector<std::uint32_t>& treated, const Progress& progress,
                  std::vector<MatchedPair>& pairs) {
  std::vector<Candidate> heap;
  const auto put = [&](std::uint32_t unit) {
    const auto found = search.nearest(unit);
    if (found.place == FreeControls::none) return;
    heap.push_back({found.squared, unit, search.free().unit(found.place), found.place});
    std::push_heap(heap.begin(), heap.end(), later);
  };
  for (std::size_t i = 0; i < treated.size(); ++i) {
    if (progress && i % 64 == 0) progress(0.5 * static_cast<double>(i) / static_cast<double>(treated.size()));
    put(treated[i]);
  }
  const std::size_t before = pairs.size();
  while (!heap.empty()) {
    if (progress)
      progress(0.5 + 0.5 * static_cast<double>(pairs.size() - before) / static_cast<double>(treated.size()));
    std::pop_heap(heap.begin(), heap.end(), later);
    const Candidate candidate = heap.back();
    heap.pop_back();
    if (search.free().next(candidate.place) != candidate.place) {
      put(candidate.treated);
      continue;
    }
    search.free().take(candidate.place);
    pairs.push_back({candidate.treated, candidate.control});
  }
  std::vector<bool> served(treated.empty() ? 0 : treated.back() + std::size_t{1});
  for (std::size_t i = before; i < pairs.size(); ++i) served[pairs[i].treated] = true;
  std::erase_if(treated, [&](std::uint32_t unit) { return !served[unit]; });
}

}  // namespace

MahalanobisSpace::MahalanobisSpace(Blocks columns, std::span<const std::uint8_t> treated) {
  // About the first unit: a large offset (a date, a year) costs no digits of the differences.
  Blocks::Reader reader(columns);
  if (columns.rows() > 0) {
    const Block first = reader.read(0);
    std::vector<double> origin;
    for (std::size_t j = 0; j < columns.columns(); ++j) origin.push_back(first[j][0]);
    for (std::size_t j = 0; j < columns.columns(); ++j) columns.centre(j, origin[j]);
  }
  const Matrix toPoints = root(pooledCovariance(columns, treated));
  dimensions_ = toPoints.columns;
  points_.resize(columns.rows() * dimensions_);
  columns.scan([&](const Block& block) {
    for (std::size_t j = 0; j < toPoints.rows; ++j) {
      for (std::size_t r = 0; r < block.rows; ++r) {
        double* point = points_.data() + (block.first + r) * dimensions_;
        for (std::size_t d = 0; d < dimensions_; ++d) point[d] += block[j][r] * toPoints(j, d);
      }
    }
  });
}

double MahalanobisSpace::squared(std::uint32_t a, std::uint32_t b) const {
  const double* x = points_.data() + a * dimensions_;
  const double* y = points_.data() + b * dimensions_;
  double sum = 0;
  for (std::size_t d = 0; d < dimensions_; ++d) sum += (x[d] - y[d]) * (x[d] - y[d]);
  return sum;
}

double MahalanobisSpace::distance(std::uint32_t a, std::uint32_t b) const { return std::sqrt(squared(a, b)); }

void matchMahalanobis(const MahalanobisSpace& space, std::span<const double> scores, Pool pool,
                      const NearestOptions& options, std::vector<MatchedPair>& pairs) {
  Search search(space, scores, std::move(pool.controls), options.width);
  std::vector<std::uint32_t> choosing =
      options.replace ? std::move(pool.treated) : choosingOrder(scores, std::move(pool.treated), options.order);
  const auto tell = [&](std::size_t i) {
    if (options.progress) options.progress(static_cast<double>(i) / static_cast<double>(choosing.size()));
  };
  if (options.replace) {
    for (std::size_t i = 0; i < choosing.size(); ++i) {
      tell(i);
      search.append(choosing[i], options.ratio, pairs);
    }
    return;
  }
  for (std::size_t round = 0; round < options.ratio && search.free().left() > 0 && !choosing.empty(); ++round) {
    if (options.order == MatchOrder::closest) {
      closestRound(search, choosing, options.progress, pairs);
      continue;
    }
    std::size_t served = 0;
    for (std::size_t i = 0; i < choosing.size() && search.free().left() > 0; ++i) {
      tell(i);
      const auto found = search.nearest(choosing[i]);
      if (found.place == FreeControls::none) continue;
      pairs.push_back({choosing[i], search.free().unit(found.place)});
      search.free().take(found.place);
      choosing[served++] = choosing[i];
    }
    choosing.resize(served);
  }
}

}  // namespace bedside::numerics
