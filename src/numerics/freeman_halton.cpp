#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "numerics/fisher.hpp"
#include "numerics/order.hpp"
#include "numerics/random.hpp"

namespace bedside::numerics {
namespace {

// A table x with margins r, c has probability exp(K − S), S = Σ log x_ij!, K = Σ log r_i! + Σ log c_j! − log n!. So p
// is the total of exp(K − S) over the tables with S ≥ T, T that of the table observed less a tolerance.
//
// Columns are filled one after the other. All that matters of the columns filled is what they leave of the row totals,
// a node (totals in descending order, since the rows' names do not matter), and their share of S, a past. At each node
// pasts with the same S are one, and a past goes on only while both are possible: completions that count and some that
// do not. Where all count, their total is known (Σ exp(−S) = n!/(Πr! Πc!) for what is left); where none does, nothing
// is. Before the last two columns each completion of a node is compared with all its pasts at once, as these are
// sorted. Small columns are filled first: that makes half as many nodes and pasts as the other order.

constexpr double tolerance = 1e-7;
constexpr double mostObservations = 1e6, mostSplits = 1e7, mostTotal = 4294967295;
constexpr std::size_t mostNodes = 200'000, mostPasts = 400'000;
/// In units of a completion looked at, 8 ns: an edge with its node found takes a dozen of them, a past carried on five.
constexpr double mostWork = 1.5e8, edgeWork = 12, pastWork = 5;

/// log k! for k from 0 on.
std::vector<double> logFactorials(std::size_t most) {
  std::vector<double> out(most + 1);
  for (std::size_t k = 2; k <= most; ++k) out[k] = std::lgamma(static_cast<double>(k) + 1);
  return out;
}

using Totals = std::vector<std::uint32_t>;

/// The margins without empty ones, the rows (the kind of which there are fewer) and the columns in descending order.
struct Problem {
  Totals rows, columns;
  double n = 0;

  explicit Problem(const Counts& counts) {
    const auto margin = [](std::vector<double> totals) {
      sortAscending(totals);
      Totals out;
      for (std::size_t i = totals.size(); i-- > 0 && totals[i] > 0;) {
        out.push_back(static_cast<std::uint32_t>(std::min(totals[i], mostTotal)));
      }
      return out;
    };
    rows = margin(counts.rowTotals());
    columns = margin(counts.columnTotals());
    if (rows.size() > columns.size()) rows.swap(columns);
    n = counts.total();
  }
};

/// How many ways there are to fill a column: vectors y ≤ rows with sum `total`.
double splitsOf(const Totals& rows, std::uint32_t total) {
  std::vector<double> ways(total + 1, 0.0);
  ways[0] = 1;
  for (const std::uint32_t row : rows) {
    double window = 0;
    std::vector<double> next(total + 1);
    for (std::size_t sum = 0; sum <= total; ++sum) {
      window += ways[sum];
      if (sum > row) window -= ways[sum - row - 1];
      next[sum] = window;
    }
    ways.swap(next);
  }
  return ways[total];
}

/// The columns not yet filled at one stage, and what the bounds of every node need of them.
class Rest {
 public:
  Rest(std::span<const std::uint32_t> columns, std::size_t rows, std::span<const double> logFactorial)
      : columns_(columns), logFactorial_(logFactorial) {
    const double k = static_cast<double>(rows), m = static_cast<double>(columns.size());
    for (const std::uint32_t c : columns) {
      n_ += c;
      sumLogs_ += logFactorial[c];
      if (!kinds_.empty() && kinds_.back().total == c) {
        ++kinds_.back().times;
      } else {
        kinds_.push_back({c, 1, 0, 0});
      }
    }
    for (Kind& kind : kinds_) {
      kind.factor = (kind.total + 0.5 * k) / (n_ + 0.5 * k * m);
      kind.log = std::log(kind.factor);
      price_ += kind.times * kind.total * kind.log;
    }
  }

  /// log Σ exp(−S) over all completions.
  double logTotal(std::span<const std::uint32_t> totals) const {
    double out = logFactorial_[n_] - sumLogs_;
    for (const std::uint32_t r : totals) out -= logFactorial_[r];
    return out;
  }

  /// At most the smallest S of a completion. By duality: for any prices u_i + v_j = log t_ij, S ≥ Σ u r + Σ v c +
  /// Σ_ij min_x (log x! − x log t_ij), x the whole numbers that the margins allow, where the minimum is at ⌊t⌋. The
  /// prices of t = x + ½ at independence are so near the best ones that little is lost.
  double least(std::span<const std::uint32_t> totals) const {
    const double columns = static_cast<double>(columns_.size());
    double bound = price_;
    for (const std::uint32_t r : totals) {
      const double factor = r + 0.5 * columns, log = std::log(factor);
      bound += r * log;
      for (const Kind& kind : kinds_) {
        const std::uint32_t high = std::min(r, kind.total), low = r + kind.total > n_ ? r + kind.total - n_ : 0;
        const auto x = std::clamp(static_cast<std::uint32_t>(factor * kind.factor), low, high);
        bound += kind.times * (logFactorial_[x] - x * (log + kind.log));
      }
    }
    return bound - 1e-9;
  }

  /// At least the largest S of a completion: each column by itself fills the largest rows that it can, or each row the
  /// largest columns, whichever bound is smaller. (log x! is convex: such a vector majorizes all others.)
  double most(std::span<const std::uint32_t> totals) const {
    double byColumns = 0, byRows = 0;
    for (const Kind& kind : kinds_) byColumns += kind.times * filled(kind.total, totals);
    for (const std::uint32_t r : totals) byRows += filled(r, columns_);
    return std::min(byColumns, byRows) + 1e-9;
  }

 private:
  struct Kind {
    std::uint32_t total;
    double times, factor, log;
  };

  double filled(std::uint32_t amount, std::span<const std::uint32_t> descending) const {
    double sum = 0;
    for (std::size_t i = 0; amount > 0; ++i) {
      const std::uint32_t x = std::min(amount, descending[i]);
      sum += logFactorial_[x];
      amount -= x;
    }
    return sum;
  }

  std::span<const std::uint32_t> columns_;  ///< descending
  std::span<const double> logFactorial_;
  std::vector<Kind> kinds_;
  std::uint32_t n_ = 0;
  double sumLogs_ = 0, price_ = 0;
};

std::uint64_t mixed(std::uint64_t hash) { return (hash ^ hash >> 29) * 0x9E3779B97F4A7C15; }

/// Numbers found by their hash: open addressing, a power of two, at most half full.
class HashIndex {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;

  /// The number for which `same(number)`, else `none` after entering `next` in its place.
  template <class Same, class HashOf>
  std::uint32_t findOrEnter(std::uint64_t hash, std::uint32_t next, Same&& same, HashOf&& hashOf) {
    if (2 * (used_ + 1) > slots_.size()) grow(hashOf);
    std::size_t at = place(hash);
    for (; slots_[at] != none; at = (at + 1) & (slots_.size() - 1)) {
      if (same(slots_[at])) return slots_[at];
    }
    slots_[at] = next;
    ++used_;
    return none;
  }

 private:
  std::size_t place(std::uint64_t hash) const {
    return static_cast<std::size_t>(mixed(hash) >> 32) & (slots_.size() - 1);
  }
  template <class HashOf>
  void grow(HashOf&& hashOf) {
    std::vector<std::uint32_t> old = std::move(slots_);
    slots_.assign(std::max<std::size_t>(256, old.size() * 2), none);
    for (const std::uint32_t number : old) {
      if (number == none) continue;
      std::size_t at = place(hashOf(number));
      while (slots_[at] != none) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = number;
    }
  }

  std::vector<std::uint32_t> slots_;
  std::size_t used_ = 0;
};

/// The nodes of one stage with their bounds and pasts.
class Stage {
 public:
  struct Node {
    double logTotal, least, most;
  };
  struct Past {
    std::uint32_t node;
    double s;
    double paths;  ///< how many
  };

  Stage(std::size_t rows, Rest rest) : rows_(rows), rest_(std::move(rest)) {}

  std::size_t nodes() const { return nodes_.size(); }
  std::span<const std::uint32_t> totals(std::size_t node) const {
    return std::span(totals_).subspan(node * rows_, rows_);
  }
  const Node& operator[](std::size_t node) const { return nodes_[node]; }
  bool full() const { return nodes_.size() > mostNodes || pasts_.size() > mostPasts; }

  /// The node with these totals, in descending order.
  std::uint32_t nodeOf(std::span<const std::uint32_t> totals) {
    const auto next = static_cast<std::uint32_t>(nodes_.size());
    const std::uint32_t found = nodeIndex_.findOrEnter(
        hashOf(totals), next,
        [&](std::uint32_t node) { return std::equal(totals.begin(), totals.end(), this->totals(node).begin()); },
        [&](std::uint32_t node) { return hashOf(this->totals(node)); });
    if (found != HashIndex::none) return found;
    totals_.insert(totals_.end(), totals.begin(), totals.end());
    nodes_.push_back({rest_.logTotal(totals), rest_.least(totals), rest_.most(totals)});
    return next;
  }

  void add(std::uint32_t node, double s, double paths) {
    const auto next = static_cast<std::uint32_t>(pasts_.size());
    const std::int64_t rounded = std::llround(s * 1e9);
    const std::uint32_t found = pastIndex_.findOrEnter(
        hashOf(node, rounded), next,
        [&](std::uint32_t past) { return pasts_[past].node == node && std::llround(pasts_[past].s * 1e9) == rounded; },
        [&](std::uint32_t past) { return hashOf(pasts_[past].node, std::llround(pasts_[past].s * 1e9)); });
    if (found != HashIndex::none) {
      pasts_[found].paths += paths;
    } else {
      pasts_.push_back({node, s, paths});
    }
  }

  /// Puts the pasts in order of node and S; `pastsOf` holds from then on.
  void sort() {
    std::vector<double> keys;
    keys.reserve(pasts_.size());
    begin_.assign(nodes_.size() + 1, 0);
    for (const Past& past : pasts_) {
      keys.push_back(past.s);
      ++begin_[past.node + 1];
    }
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    std::vector<std::size_t> next(begin_);
    std::vector<Past> sorted(pasts_.size());
    for (const std::uint32_t i : ascending(keys)) sorted[next[pasts_[i].node]++] = pasts_[i];
    pasts_.swap(sorted);
  }
  std::span<const Past> pastsOf(std::size_t node) const {
    return std::span(pasts_).subspan(begin_[node], begin_[node + 1] - begin_[node]);
  }

 private:
  static std::uint64_t hashOf(std::span<const std::uint32_t> totals) {
    std::uint64_t hash = 0;
    for (const std::uint32_t total : totals) hash = mixed(hash) + total;
    return hash;
  }
  static std::uint64_t hashOf(std::uint32_t node, std::int64_t rounded) {
    return mixed(node) + static_cast<std::uint64_t>(rounded);
  }

  std::size_t rows_;
  Rest rest_;
  Totals totals_;
  std::vector<Node> nodes_;
  std::vector<Past> pasts_;
  std::vector<std::size_t> begin_;
  HashIndex nodeIndex_, pastIndex_;
};

/// Calls `visit(y)` for every vector y ≤ totals with sum `column`.
template <class Visit>
class Splits {
 public:
  Splits(std::span<const std::uint32_t> totals, std::uint32_t column, Visit& visit)
      : totals_(totals), room_(totals.size() + 1), y_(totals.size()), visit_(visit) {
    for (std::size_t i = totals.size(); i-- > 0;) room_[i] = room_[i + 1] + totals[i];
    descend(0, column);
  }

 private:
  void descend(std::size_t i, std::uint32_t left) {
    if (i + 1 == totals_.size()) {
      y_[i] = left;
      visit_(std::span<const std::uint32_t>(y_));
      return;
    }
    const std::uint32_t low = left > room_[i + 1] ? left - room_[i + 1] : 0;
    for (std::uint32_t x = low; x <= std::min(left, totals_[i]); ++x) {
      y_[i] = x;
      descend(i + 1, left - x);
    }
  }

  std::span<const std::uint32_t> totals_;
  Totals room_;  ///< what the rows from here on can take
  Totals y_;
  Visit& visit_;
};

template <class Visit>
void eachSplit(std::span<const std::uint32_t> totals, std::uint32_t column, Visit visit) {
  Splits<Visit>(totals, column, visit);
}

/// The pasts of a node, and the weight of those from each one on, relative to that of the smallest S.
class SortedPasts {
 public:
  void read(std::span<const Stage::Past> pasts) {
    pasts_ = pasts;
    weightFrom_.assign(pasts.size() + 1, 0.0);
    for (std::size_t i = pasts.size(); i-- > 0;) {
      weightFrom_[i] = weightFrom_[i + 1] + pasts[i].paths * std::exp(pasts.front().s - pasts[i].s);
    }
  }
  double smallest() const { return pasts_.front().s; }
  /// The first past with S of at least `s`.
  std::size_t from(double s) const {
    if (pasts_.size() == 1) return pasts_.front().s < s ? 1 : 0;
    return static_cast<std::size_t>(
        std::partition_point(pasts_.begin(), pasts_.end(), [s](const Stage::Past& past) { return past.s < s; }) -
        pasts_.begin());
  }
  double weightFrom(std::size_t past) const { return weightFrom_[past]; }
  const Stage::Past& operator[](std::size_t past) const { return pasts_[past]; }

 private:
  std::span<const Stage::Past> pasts_;
  std::vector<double> weightFrom_;
};

double sumOfLogs(const Totals& totals, const std::vector<double>& logFactorial) {
  double sum = 0;
  for (const std::uint32_t total : totals) sum += logFactorial[total];
  return sum;
}

}  // namespace

std::optional<double> freemanHalton(const Counts& counts) {
  const Problem problem(counts);
  const std::size_t rows = problem.rows.size(), columns = problem.columns.size();
  if (rows < 2 || columns < 2) return 1;
  if (problem.n > mostObservations) return std::nullopt;
  for (std::size_t column = 1; column < columns; ++column) {
    // The smaller column of the last two is filled for every node, the others make as many nodes at first.
    const double splits = splitsOf(problem.rows, problem.columns[column]);
    if (!(splits <= (column + 1 == columns ? mostNodes : mostSplits))) return std::nullopt;
  }
  const auto logFactorial = logFactorials(static_cast<std::size_t>(problem.n));
  double threshold = -tolerance;
  for (const double cell : counts.cells) threshold += logFactorial[static_cast<std::size_t>(cell)];
  const double k =
      sumOfLogs(problem.rows, logFactorial) + sumOfLogs(problem.columns, logFactorial) - logFactorial.back();
  const auto restAfter = [&](std::size_t column) {
    return Rest(std::span(problem.columns).first(columns - column), rows, logFactorial);
  };

  double p = 0, work = 0;
  SortedPasts pasts;
  Totals left(rows);
  Stage stage(rows, restAfter(0));
  stage.add(stage.nodeOf(problem.rows), 0, 1);
  if (stage[0].least >= threshold) return 1;
  for (std::size_t column = 0; column + 2 < columns; ++column) {
    stage.sort();
    Stage next(rows, restAfter(column + 1));
    work += static_cast<double>(columns - column);
    for (std::size_t node = 0; node < stage.nodes(); ++node) {
      if (stage.pastsOf(node).empty()) continue;
      pasts.read(stage.pastsOf(node));
      const auto totals = stage.totals(node);
      eachSplit(totals, problem.columns[columns - 1 - column], [&](std::span<const std::uint32_t> y) {
        double s = 0;
        for (std::size_t i = 0; i < rows; ++i) {
          s += logFactorial[y[i]];
          left[i] = totals[i] - y[i];
          for (std::size_t j = i; j > 0 && left[j] > left[j - 1]; --j) std::swap(left[j], left[j - 1]);
        }
        const std::uint32_t child = next.nodeOf(left);
        const Stage::Node& bounds = next[child];
        const std::size_t all = pasts.from(threshold - s - bounds.least);
        if (pasts.weightFrom(all) > 0) {
          p += pasts.weightFrom(all) * std::exp(k + bounds.logTotal - s - pasts.smallest());
        }
        const std::size_t some = pasts.from(threshold - s - bounds.most);
        for (std::size_t past = some; past < all; ++past) next.add(child, pasts[past].s + s, pasts[past].paths);
        work += edgeWork + pastWork * static_cast<double>(all - std::min(some, all));
      });
      if (next.full() || work > mostWork) return std::nullopt;
    }
    stage = std::move(next);
  }

  // The last two columns: a completion is the first of them, and S of both a sum over the rows.
  stage.sort();
  std::vector<double> sOf, weightOf;  // by row and what the first column takes of it
  std::vector<std::size_t> begin(rows);
  for (std::size_t node = 0; node < stage.nodes(); ++node) {
    if (stage.pastsOf(node).empty()) continue;
    pasts.read(stage.pastsOf(node));
    const auto totals = stage.totals(node);
    sOf.clear();
    double smallest = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      begin[i] = sOf.size();
      for (std::uint32_t x = 0; x <= totals[i]; ++x) sOf.push_back(logFactorial[x] + logFactorial[totals[i] - x]);
      smallest += sOf[begin[i] + totals[i] / 2];
    }
    weightOf.resize(sOf.size());
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::uint32_t x = 0; x <= totals[i]; ++x) {
        weightOf[begin[i] + x] = std::exp(sOf[begin[i] + totals[i] / 2] - sOf[begin[i] + x]);
      }
    }
    double sum = 0;
    eachSplit(totals, problem.columns[1], [&](std::span<const std::uint32_t> y) {
      double s = 0;
      for (std::size_t i = 0; i < rows; ++i) s += sOf[begin[i] + y[i]];
      const double counted = pasts.weightFrom(pasts.from(threshold - s));
      ++work;
      if (counted == 0) return;
      double weight = counted;
      for (std::size_t i = 0; i < rows; ++i) weight *= weightOf[begin[i] + y[i]];
      sum += weight;
    });
    if (sum > 0) p += sum * std::exp(k - smallest - pasts.smallest());
    if (work > mostWork) return std::nullopt;
  }
  return std::min(1.0, p);
}

namespace {

/// A hypergeometric number: of `draws` out of `n` of which `marked` are marked, how many are marked. By inversion from
/// the mode outwards: as many steps as the standard deviation.
double hypergeometric(double marked, double draws, double n, Random& random) {
  const double low = std::max(0.0, marked + draws - n), high = std::min(marked, draws);
  if (low == high) return low;
  const auto logChoose = [](double of, double take) {
    return std::lgamma(of + 1) - std::lgamma(take + 1) - std::lgamma(of - take + 1);
  };
  const double mode = std::clamp(std::floor((marked + 1) * (draws + 1) / (n + 2)), low, high);
  const double atMode = std::exp(logChoose(marked, mode) + logChoose(n - marked, draws - mode) - logChoose(n, draws));
  double u = random.uniform() - atMode;
  double up = mode, down = mode, above = atMode, below = atMode;
  while (u > 0 && (up < high || down > low)) {
    if (up < high) {
      above *= (marked - up) / (up + 1) * ((draws - up) / (n - marked - draws + up + 1));
      ++up;
      u -= above;
      if (u <= 0) return up;
    }
    if (down > low) {
      below *= down / (marked - down + 1) * ((n - marked - draws + down) / (draws - down + 1));
      --down;
      u -= below;
      if (u <= 0) return down;
    }
  }
  return mode;
}

}  // namespace

std::size_t simulatedAsExtreme(const Counts& counts, std::size_t first, std::size_t replicates) {
  const std::vector<double> ofRow = counts.rowTotals(), ofColumn = counts.columnTotals();
  const double n = counts.total();
  std::vector<double> table;  // log k! of small k, which nearly all are
  const auto logFactorial = [&](double count) {
    constexpr double most = 1e6;
    if (count >= most) return std::lgamma(count + 1);
    const auto at = static_cast<std::size_t>(count);
    while (table.size() <= at) table.push_back(std::lgamma(static_cast<double>(table.size()) + 1));
    return table[at];
  };
  double threshold = -tolerance;
  for (const double cell : counts.cells) threshold += logFactorial(cell);
  std::size_t asExtreme = 0;
  std::vector<double> left;
  for (std::size_t replicate = first; replicate < first + replicates; ++replicate) {
    Random random(replicate);
    left = ofRow;
    double s = 0, rest = n;
    for (std::size_t j = 0; j < counts.columns; ++j) {
      double draws = ofColumn[j], among = rest;
      for (std::size_t i = 0; i < counts.rows; ++i) {
        const double x = hypergeometric(left[i], draws, among, random);
        s += logFactorial(x);
        among -= left[i];
        left[i] -= x;
        draws -= x;
      }
      rest -= ofColumn[j];
    }
    asExtreme += s >= threshold ? 1 : 0;
  }
  return asExtreme;
}

}  // namespace bedside::numerics
