#include "numerics/survival/gray_test.hpp"

#include <algorithm>

#include "numerics/matrix.hpp"

namespace bedside::numerics {

namespace {

/// score' V⁻ score over the first `size` rows and columns, by L D L' that passes over columns of which those before
/// leave nothing. (Any generalised inverse serves: a score has no part where its variance is 0.)
GrayTest quadraticForm(Matrix v, std::vector<double> score, std::size_t size) {
  constexpr double nothingLeft = 1e-10;
  std::vector<double> whole(size);
  for (std::size_t j = 0; j < size; ++j) whole[j] = v(j, j);
  GrayTest out;
  for (std::size_t j = 0; j < size; ++j) {
    const double pivot = v(j, j);
    if (!(pivot > nothingLeft * whole[j])) continue;
    ++out.df;
    out.statistic += score[j] * score[j] / pivot;
    for (std::size_t i = j + 1; i < size; ++i) {
      const double factor = v(i, j) / pivot;
      score[i] -= factor * score[j];
      for (std::size_t l = j + 1; l < size; ++l) v(i, l) -= factor * v(j, l);
    }
  }
  return out;
}

/// Counts at one time, by group.
struct Counts {
  std::vector<double> atRisk;  ///< just before
  std::vector<double> own;     ///< events of the cause
  std::vector<double> others;  ///< of all others

  explicit Counts(std::size_t groups) : atRisk(groups), own(groups), others(groups) {}
};

/// What has come together for one cause; names as in Gray's paper.
class Test {
 public:
  explicit Test(std::size_t groups)
      : size_(groups),
        survival_(groups, 1.0),
        incidence_(groups),
        score_(groups),
        h_(groups),
        q_(groups),
        qSum_(groups),
        a_(Matrix::square(groups)),
        c_(a_),
        p_(a_),
        v_(a_) {}

  void add(const Counts& now) {
    double h = 0, free = 0, d1 = 0;
    for (std::size_t k = 0; k < size_; ++k) {
      h_[k] = now.atRisk[k] > 0 ? now.atRisk[k] / survival_[k] : 0;
      h += h_[k];
      free += h_[k] * (1 - incidence_[k]);
      d1 += now.own[k];
    }
    const double after = pooled_ + d1 / h;
    if (d1 > 0) addScore(now, d1, h, free);
    for (std::size_t k = 0; k < size_; ++k) {
      const double n = now.atRisk[k], s = survival_[k];
      if (n == 0) continue;
      const double left = s * ((n - now.own[k] - now.others[k]) / n);
      if (d1 > 0) {
        const double omega = left > 0 ? 1 - (1 - after) / left : 1;
        const double together = d1 > 1 ? 1 - (d1 - 1) / (h * s - 1) : 1;
        for (std::size_t i = 0; i < size_; ++i) q_[i] = a_(i, k) - omega * c_(i, k);
        addVariance(k, d1 * s / (h * n) * together, omega);
      }
      if (now.others[k] > 0 && left > 0) {
        const double omega = (1 - after) / left;
        for (std::size_t i = 0; i < size_; ++i) q_[i] = omega * c_(i, k);
        addVariance(k, tiesTogether(now.others[k], n) * now.others[k] * (s / n) * (s / n), -omega);
      }
      incidence_[k] += s * now.own[k] / n;
      survival_[k] = left;
    }
    pooled_ = after;
  }

  GrayTest result() {
    for (std::size_t i = 0; i < size_; ++i) {
      for (std::size_t j = 0; j < size_; ++j) {
        for (std::size_t k = 0; k < size_; ++k) {
          v_(i, j) += c_(i, k) * qSum_[k] * c_(j, k) + c_(i, k) * p_(j, k) + p_(i, k) * c_(j, k);
        }
      }
    }
    return quadraticForm(std::move(v_), std::move(score_), size_ - 1);
  }

 private:
  void addScore(const Counts& now, double d1, double h, double free) {
    for (std::size_t i = 0; i < size_; ++i) {
      score_[i] += now.own[i] - d1 * h_[i] * (1 - incidence_[i]) / free;
      for (std::size_t k = 0; k < size_; ++k) {
        a_(i, k) = h_[i] * ((i == k ? 1 : 0) - h_[k] / h);
        c_(i, k) += a_(i, k) * (d1 / (h * (1 - pooled_)));
      }
    }
  }

  /// The later C goes into the terms of now as q + ω (C at the end): its square is kept in three parts.
  void addVariance(std::size_t k, double m, double omega) {
    for (std::size_t i = 0; i < size_; ++i) {
      for (std::size_t j = 0; j < size_; ++j) v_(i, j) += m * q_[i] * q_[j];
      p_(i, k) += m * omega * q_[i];
    }
    qSum_[k] += m * omega * omega;
  }

  std::size_t size_;
  // Before the present time: Kaplan–Meier of all causes and incidence of the cause in each group, incidence in all.
  std::vector<double> survival_, incidence_;
  double pooled_ = 0;
  std::vector<double> score_;
  std::vector<double> h_, q_;
  std::vector<double> qSum_;
  Matrix a_, c_, p_, v_;
};

}  // namespace

std::vector<GrayTest> grayTests(const Times& times, const Groups& groups, const Causes& causes,
                                const Progress& progress) {
  constexpr std::size_t rowsPerReport = 1 << 16;
  struct Row {
    std::uint32_t place, group;
    std::int32_t cause;
  };
  const std::size_t n = times.rows();
  std::vector<Row> rows(n);  // by time, read out of order once for all causes
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t row = times.order[i];
    rows[i] = {times.stop[row], static_cast<std::uint32_t>(groups[row]), causes.codes[row]};
  }
  std::vector<GrayTest> out;
  for (std::size_t c = 0; c < causes.count; ++c) {
    Test test(groups.count);
    Counts now(groups.count);
    for (const Row& row : rows) now.atRisk[row.group] += 1;
    for (std::size_t first = 0, end = 0; first < n; first = end) {
      std::fill(now.own.begin(), now.own.end(), 0.0);
      std::fill(now.others.begin(), now.others.end(), 0.0);
      bool events = false;
      for (; end < n && rows[end].place == rows[first].place; ++end) {
        if (rows[end].cause == Causes::censored) continue;
        (rows[end].cause == static_cast<std::int32_t>(c) ? now.own : now.others)[rows[end].group] += 1;
        events = true;
      }
      if (events) test.add(now);
      for (std::size_t i = first; i < end; ++i) now.atRisk[rows[i].group] -= 1;
      if (progress && first / rowsPerReport != end / rowsPerReport) {
        const double share = static_cast<double>(end) / static_cast<double>(n);
        progress((static_cast<double>(c) + share) / static_cast<double>(causes.count));
      }
    }
    out.push_back(test.result());
  }
  return out;
}

}  // namespace bedside::numerics
