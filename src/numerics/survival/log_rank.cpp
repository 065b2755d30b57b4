#include "numerics/survival/log_rank.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <numeric>
#include <utility>

#include "numerics/adjust.hpp"
#include "numerics/distributions.hpp"
#include "numerics/matrix.hpp"
#include "numerics/stable_order.hpp"

namespace bedside::numerics {

namespace {

using Row = ComparedRows::Row;

/// sum[l] += factor × of[l] over the groups.
void addScaled(double* sum, const std::vector<double>& of, double factor) {
  for (std::size_t l = 0; l < of.size(); ++l) sum[l] += factor * of[l];
}

/// V takes k² numbers and the pairs are k²/2: for more groups one block would pass 2 GiB, and std::vector would then
/// not say that it is memory that lacks.
Matrix squareWithinMemory(std::size_t k) {
  if (k > 8192) throw std::bad_alloc();
  return Matrix::square(k);
}

/// The sums of a test over the rows of one stratum after another.
///
/// The second part of V, Σ_t c/n² n_k n_l, is Σ w_i w_j G(min(T_i, T_j)) over the rows i of group k and j of group l, G
/// the running sum of c/n²: a row that comes with its time meets, for each group, the sum Σ w G of the rows before it.
/// So no time step looks at all pairs of groups. With robust errors V = Σ qq' opens up into sums of the same kind.
class Sums {
 public:
  explicit Sums(std::size_t groups)
      : observed(groups),
        expected(groups),
        products(squareWithinMemory(groups)),
        first_(groups),
        second_(groups),
        third_(groups) {}

  std::vector<double> observed, expected;
  Matrix products;  ///< robust: V is this + its transpose; else V's links, without their signs, are

  void clear() {
    std::fill(observed.begin(), observed.end(), 0.0);
    std::fill(expected.begin(), expected.end(), 0.0);
    std::fill(products.values.begin(), products.values.end(), 0.0);
  }

  /// Adds a stratum: rows by rising moment.
  void add(std::span<const Row> rows, double rho, bool robust) {
    gatherMoments(rows);
    std::fill(first_.begin(), first_.end(), 0.0);
    if (robust) {
      std::fill(second_.begin(), second_.end(), 0.0);
      std::fill(third_.begin(), third_.end(), 0.0);
      addRobust(rows, rho);
    } else {
      addModelBased(rows, rho);
    }
  }

 private:
  struct Moment {
    std::uint32_t end = 0;    // of its rows
    double atRisk = 0;        // n
    double events = 0;        // d
    double squaresAfter = 0;  // Σ w² of the rows at risk later
  };

  void gatherMoments(std::span<const Row> rows) {
    const auto begins = [&](std::size_t i) { return i == 0 || rows[i - 1].moment != rows[i].moment; };
    std::size_t count = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) count += begins(i) ? 1 : 0;
    moments_.assign(count, {});
    double n = 0, squares = 0;
    std::size_t i = rows.size();
    for (std::size_t m = count; m-- > 0;) {
      Moment& moment = moments_[m];
      moment.end = static_cast<std::uint32_t>(i);
      moment.squaresAfter = squares;
      do {
        const Row& row = rows[--i];
        n += row.weight;
        if (row.event) moment.events += row.weight;
        squares += row.weight * row.weight;
      } while (!begins(i));
      moment.atRisk = n;
    }
  }

  /// S^ρ before the moment, then S goes on: the pooled Kaplan–Meier curve of the stratum.
  double nextWeight(const Moment& moment, double rho) {
    const double weight = rho == 0 ? 1 : std::pow(survival_, rho);
    survival_ *= (moment.atRisk - moment.events) / moment.atRisk;
    return weight;
  }

  void addModelBased(std::span<const Row> rows, double rho) {
    survival_ = 1;
    double hazard = 0, spread = 0, weight = 0;  // Σ S^ρ d/n, Σ c/n²
    std::size_t i = 0;
    for (const Moment& moment : moments_) {
      const double n = moment.atRisk, d = moment.events;
      if (d > 0) {
        weight = nextWeight(moment, rho);
        hazard += weight * d / n;
        if (n > 1) spread += weight * weight * d * (n - d) / (n - 1) / (n * n);
      }
      for (; i < moment.end; ++i) {
        const Row& row = rows[i];
        if (row.event) observed[row.group] += weight * row.weight;
        expected[row.group] += row.weight * hazard;
        addScaled(&products(row.group, 0), first_, row.weight);
        first_[row.group] += row.weight * spread;
      }
    }
  }

  /// q_i of a row in group k is w_i (a_i e_k − b_i): with S^ρ = ω at its time, A = Σ ωd/n and H = Σ ωd/n² up to it,
  /// a = δω − A, and b sums over the rows j of each group w_j φ, φ = f = δω/n − H(T_i) where T_j ≥ T_i, else −H(T_j).
  /// In Σ qq' the products φφ' of two rows j, j' become a sum over i that depends on T_j ≤ T_j' alone:
  /// α(T_j) + H(T_j) β(T_j'), α = Σ w²f² + H Σ w²f and β = H Σ_{later} w² − Σ w²f, sums over the i up to that time.
  void addRobust(std::span<const Row> rows, double rho) {
    survival_ = 1;
    double hazard = 0, h = 0, sumF = 0, sumFF = 0, weight = 0;
    std::size_t from = 0;
    for (const Moment& moment : moments_) {
      const double n = moment.atRisk, d = moment.events;
      if (d > 0) {
        weight = nextWeight(moment, rho);
        hazard += weight * d / n;
        h += weight * d / (n * n);
      }
      const auto here = rows.subspan(from, moment.end - from);
      from = moment.end;
      for (const Row& row : here) {  // first_: Σ −w²af by group of i, of all rows i with T_i ≤ T_j
        const double ofEvent = row.event ? weight : 0, w = row.weight;
        const double a = ofEvent - hazard, f = ofEvent / n - h;
        observed[row.group] += ofEvent * w;
        expected[row.group] += w * hazard;
        first_[row.group] -= w * w * a * f;
        products(row.group, row.group) += w * w * a * a / 2;
        addScaled(&products(row.group, 0), second_, w * w * a);
        sumF += w * w * f;
        sumFF += w * w * f * f;
      }
      const double alpha = sumFF + h * sumF, beta = h * moment.squaresAfter - sumF;
      for (const Row& row : here) addScaled(&products(row.group, 0), first_, row.weight);
      for (const Row& row : here) {  // second_: Σ w H, third_: Σ w α by group of the rows before
        const double w = row.weight;
        addScaled(&products(row.group, 0), third_, w);
        addScaled(&products(row.group, 0), second_, w * beta);
        products(row.group, row.group) += w * w * (alpha + h * beta) / 2;
        third_[row.group] += w * alpha;
        second_[row.group] += w * h;
      }
    }
  }

  std::vector<Moment> moments_;
  std::vector<double> first_, second_, third_;
  double survival_ = 1;
};

/// (O − E)'V⁻(O − E) and the rank of V.
struct Form {
  double value = 0;
  std::size_t rank = 0;
};

/// Of V with row sums 0 and no positive element off its diagonal: a network of groups linked where they were at risk
/// together. Elimination by sums alone (Grassmann, Taksar & Heyman 1985), so that a group without a link left is found
/// exactly and the rank needs no tolerance. O − E adds up to 0 over each part of the network: any generalised inverse
/// gives the Moore–Penrose value.
Form networkForm(Matrix& links, std::vector<double>& difference) {
  Form out;
  const std::size_t k = difference.size();
  for (std::size_t j = 0; j < k; ++j) {
    double total = 0;
    for (std::size_t l = j + 1; l < k; ++l) total += links(j, l);
    if (total == 0) continue;
    ++out.rank;
    out.value += difference[j] * difference[j] / total;
    for (std::size_t l = j + 1; l < k; ++l) {
      const double share = links(j, l) / total;
      if (share == 0) continue;
      difference[l] += difference[j] * share;
      for (std::size_t m = l + 1; m < k; ++m) links(l, m) += share * links(j, m);
    }
  }
  return out;
}

/// Of a V that is a sum of qq', by LDL' over rising variances: what is left of a group below 1e-10 of its variance is
/// rounding. O − E = Σ q lies in the range of V.
Form residualForm(const Matrix& v, const std::vector<double>& difference) {
  const auto rising =
      stableOrder(difference.size(), [&](std::uint32_t a, std::uint32_t b) { return v(a, a) < v(b, b); });
  const std::vector<std::size_t> order(rising.begin(), rising.end());
  Matrix rest = submatrix(v, order);
  std::vector<double> b;
  for (const std::size_t group : order) b.push_back(difference[group]);
  Form out;
  for (std::size_t j = 0; j < b.size(); ++j) {
    const double pivot = rest(j, j);
    if (!(pivot > 1e-10 * v(order[j], order[j]))) continue;
    ++out.rank;
    out.value += b[j] * b[j] / pivot;
    for (std::size_t l = j + 1; l < b.size(); ++l) {
      const double share = rest(j, l) / pivot;
      if (share == 0) continue;
      b[l] -= share * b[j];
      for (std::size_t m = l; m < b.size(); ++m) rest(l, m) -= share * rest(j, m);
    }
  }
  return out;
}

LogRankTest testOf(Sums& sums, bool robust) {
  const std::size_t k = sums.observed.size();
  LogRankTest out{.observed = sums.observed, .expected = sums.expected, .variance = std::vector<double>(k)};
  std::vector<double> difference(k);
  Matrix& v = sums.products;
  for (std::size_t a = 0; a < k; ++a) {
    difference[a] = sums.observed[a] - sums.expected[a];
    v(a, a) *= 2;
    for (std::size_t b = a + 1; b < k; ++b) v(a, b) = v(b, a) = v(a, b) + v(b, a);
  }
  for (std::size_t a = 0; a < k; ++a) {
    if (robust) {
      out.variance[a] = v(a, a);
    } else {
      for (std::size_t b = 0; b < k; ++b) out.variance[a] += b == a ? 0 : v(a, b);
    }
  }
  const Form form = robust ? residualForm(v, difference) : networkForm(v, difference);
  out.df = form.rank;
  out.statistic = form.rank > 0 ? form.value : 0;
  out.p = form.rank > 0 ? chiSquaredUpper(out.statistic, static_cast<double>(form.rank)) : 1;
  return out;
}

/// Runs over the strata of rows that are sorted by moment.
template <class AfterStratum>
LogRankTest test(std::span<const Row> rows, const std::vector<std::uint32_t>& strata, double rho, bool robust,
                 Sums& sums, AfterStratum&& afterStratum) {
  sums.clear();
  for (std::size_t first = 0; first < rows.size();) {
    const std::uint32_t next = *std::upper_bound(strata.begin(), strata.end(), rows[first].moment);
    std::size_t last = first + 1;
    while (last < rows.size() && rows[last].moment < next) ++last;
    sums.add(rows.subspan(first, last - first), rho, robust);
    afterStratum(last);
    first = last;
  }
  return testOf(sums, robust);
}

}  // namespace

ComparedRows comparedRows(const Times& times, const Groups& strata, const Groups& groups,
                          std::span<const std::uint8_t> event, std::span<const double> weights, bool robust) {
  Grouped byStratum;
  if (strata.count > 1) {
    byStratum = grouped(times.order, strata);
  } else {
    byStratum.first = {0, times.rows()};
  }
  const std::vector<std::uint32_t>& order = strata.count > 1 ? byStratum.rows : times.order;
  ComparedRows out{.rows = std::vector<Row>(times.rows()), .strata = {}, .groups = groups.count, .robust = robust};
  std::uint32_t moments = 0, place = 0;
  for (std::size_t s = 0; s < strata.count; ++s) {
    out.strata.push_back(moments);
    for (std::size_t i = byStratum.first[s]; i < byStratum.first[s + 1]; ++i) {
      const std::uint32_t row = order[i];
      const std::uint32_t before = std::exchange(place, times.stop[row]);
      if (i == byStratum.first[s] || place != before) ++moments;
      out.rows[i] = {.weight = weights.empty() ? 1 : weights[row],
                     .moment = moments - 1,
                     .group = static_cast<std::uint32_t>(groups[row]) & 0x7fffffffu,
                     .event = static_cast<std::uint32_t>(event[row]) & 1u};
    }
  }
  out.strata.push_back(moments);
  return out;
}

LogRankTest logRank(const ComparedRows& compared, double rho, const Progress& progress) {
  Sums sums(compared.groups);
  const auto all = static_cast<double>(compared.rows.size());
  return test(compared.rows, compared.strata, rho, compared.robust, sums, [&](std::size_t done) {
    if (progress) progress(static_cast<double>(done) / all);
  });
}

std::vector<PairTest> pairwiseLogRank(const ComparedRows& compared, double rho, const Progress& progress) {
  const std::size_t k = compared.groups, n = compared.rows.size();
  std::vector<std::size_t> first(k + 1);
  std::vector<bool> fractional(k);  // each pair is tested as if there were no other rows, its weights judged likewise
  for (const Row& row : compared.rows) {
    ++first[row.group + 1];
    if (row.weight != std::floor(row.weight)) fractional[row.group] = true;
  }
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<Row> byGroup(n);
  {
    std::vector<std::size_t> next(first.begin(), first.end() - 1);
    for (const Row& row : compared.rows) byGroup[next[row.group]++] = row;
  }
  const auto rowsOf = [&](std::size_t g) { return std::span(byGroup).subspan(first[g], first[g + 1] - first[g]); };

  std::vector<PairTest> out;
  out.reserve(k * (k - 1) / 2);
  std::vector<double> p;
  std::vector<Row> both;
  Sums sums(2);
  for (std::size_t a = 0; a < k; ++a) {
    for (std::size_t b = a + 1; b < k; ++b) {
      both.clear();
      std::merge(rowsOf(a).begin(), rowsOf(a).end(), rowsOf(b).begin(), rowsOf(b).end(), std::back_inserter(both),
                 [](const Row& one, const Row& other) { return one.moment < other.moment; });
      for (Row& row : both) row.group = row.group == b ? 1 : 0;
      const bool robust = fractional[a] || fractional[b];
      const LogRankTest pair = test(both, compared.strata, rho, robust, sums, [](std::size_t) {});
      out.push_back({.a = a, .b = b, .statistic = pair.statistic, .p = pair.p});
      p.push_back(pair.p);
    }
    if (progress) progress(static_cast<double>(a + 1) / static_cast<double>(k));
  }
  const std::vector<double> holm = adjusted(p, Adjustment::holm);
  for (std::size_t i = 0; i < out.size(); ++i) out[i].pHolm = holm[i];
  return out;
}

}  // namespace bedside::numerics
