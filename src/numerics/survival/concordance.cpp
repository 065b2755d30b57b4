#include "numerics/survival/concordance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "numerics/lanes.hpp"
#include "numerics/order.hpp"

namespace bedside::numerics {
namespace {

/// x'b of rows that agree to this share of the spread are equal (the order of additions is no difference).
constexpr double equalShare = 1e-12;

/// Weights by rank: how much lies below a rank and at it. A tree of 32 branches, each level the sums of the one below:
/// a query adds up to 31 neighbours on each of four levels for a million ranks. A binary tree (Fenwick 1994) takes
/// twenty steps there, most of them out of the cache.
class RankedWeights {
 public:
  void reset(std::size_t ranks) {
    levels_.clear();
    do {
      levels_.emplace_back(ranks);
      ranks = (ranks >> bits) + 1;
    } while (levels_.back().size() > branches);
    total_ = 0;
  }
  void add(std::uint32_t rank, double weight) {
    for (std::vector<double>& level : levels_) {
      level[rank] += weight;
      rank >>= bits;
    }
    total_ += weight;
  }
  double below(std::uint32_t rank) const {
    double total = 0;
    for (const std::vector<double>& level : levels_) {
      const std::uint32_t first = rank / branches * branches;
      total += sumOf(level.data() + first, rank - first);
      rank >>= bits;
    }
    return total;
  }
  double at(std::uint32_t rank) const { return levels_.front()[rank]; }
  double above(std::uint32_t rank, double below) const { return total_ - below - at(rank); }

 private:
  static constexpr std::uint32_t bits = 5, branches = 1u << bits;

  static double sumOf(const double* values, std::size_t count) {
    Lanes sums[2] = {both(0), both(0)};
    std::size_t i = 0;
    for (; i + 4 <= count; i += 4) {
      sums[0] += load(values + i);
      sums[1] += load(values + i + 2);
    }
    double total = sum(sums[0] + sums[1]);
    for (; i < count; ++i) total += values[i];
    return total;
  }

  std::vector<std::vector<double>> levels_;
  double total_ = 0;
};

/// Ranks of x'b within each stratum, from 0, equal ones the same; and how many there are in each.
struct Ranking {
  std::vector<std::uint32_t> rank;  // of each position
  std::vector<std::size_t> ranks;   // of each stratum
};

Ranking ranking(const RiskSets& risk, std::span<const double> predictor) {
  Ranking out{std::vector<std::uint32_t>(risk.size()), std::vector<std::size_t>(risk.strata())};
  Groups strata{std::vector<std::int32_t>(risk.size()), risk.strata()};
  for (std::size_t s = 0; s < risk.strata(); ++s) {
    for (std::size_t i = risk.first[s]; i < risk.first[s + 1]; ++i) strata.codes[i] = static_cast<std::int32_t>(s);
  }
  const std::vector<std::uint32_t> order = ascending(predictor);
  if (order.empty()) return out;
  const double low = predictor[order.front()], high = predictor[order.back()];
  const double tolerance = equalShare * (high - low) +
                           4 * std::numeric_limits<double>::epsilon() * std::max(std::fabs(low), std::fabs(high));
  const Grouped sorted = grouped(order, strata);
  for (std::size_t s = 0; s < risk.strata(); ++s) {
    double run = 0;
    for (std::size_t i = sorted.first[s]; i < sorted.first[s + 1]; ++i) {
      const double value = predictor[sorted.rows[i]];
      if (i == sorted.first[s] || value - run > tolerance) run = value, ++out.ranks[s];
      out.rank[sorted.rows[i]] = static_cast<std::uint32_t>(out.ranks[s] - 1);
    }
  }
  return out;
}

/// Weights of a row's pairs.
struct Pairs {
  double concordant = 0, discordant = 0, tied = 0;
};

/// Walks the rows of a stratum down from the latest time, those at risk ranked by x'b: each event meets those who
/// outlive it.
void meetSurvivors(const RiskSets& risk, const Ranking& ranks, std::size_t s, RankedWeights& atRisk,
                   std::vector<Pairs>& pairs, Concordance& total) {
  atRisk.reset(ranks.ranks[s]);
  std::size_t entering = risk.first[s + 1];
  for (std::size_t end = risk.first[s + 1]; end > risk.first[s];) {
    std::size_t begin = end;
    while (begin > risk.first[s] && risk.stop[begin - 1] == risk.stop[end - 1]) --begin;
    // Whoever starts at this time or later is not at risk now.
    while (!risk.start.empty() && entering > risk.first[s] &&
           risk.start[risk.byStart[entering - 1]] >= risk.stop[begin]) {
      const std::uint32_t row = risk.byStart[--entering];
      atRisk.add(ranks.rank[row], -risk.weightAt(row));
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (risk.event[i] == 0) atRisk.add(ranks.rank[i], risk.weightAt(i));
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (risk.event[i] == 0) continue;
      const double below = atRisk.below(ranks.rank[i]), equal = atRisk.at(ranks.rank[i]);
      const double above = atRisk.above(ranks.rank[i], below);
      const double weight = risk.weightAt(i);
      pairs[i].concordant += below;
      pairs[i].discordant += above;
      pairs[i].tied += equal;
      total.concordant += weight * below;
      total.discordant += weight * above;
      total.tied += weight * equal;
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (risk.event[i] != 0) atRisk.add(ranks.rank[i], risk.weightAt(i));
    }
    end = begin;
  }
}

/// Walks up from the earliest time, events past ranked by x'b: each row meets those it outlived while at risk.
void meetEvents(const RiskSets& risk, const Ranking& ranks, std::size_t s, RankedWeights& past,
                std::vector<Pairs>& pairs) {
  past.reset(ranks.ranks[s]);
  const auto meet = [&](std::size_t i, double sign) {
    const double below = past.below(ranks.rank[i]);
    pairs[i].discordant += sign * below;
    pairs[i].concordant += sign * past.above(ranks.rank[i], below);
    pairs[i].tied += sign * past.at(ranks.rank[i]);
  };
  std::size_t entering = risk.first[s];
  const auto enterBefore = [&](std::uint32_t time) {  // events up to their start, which are none of their pairs
    while (!risk.start.empty() && entering < risk.first[s + 1] && risk.start[risk.byStart[entering]] < time) {
      meet(risk.byStart[entering++], -1);
    }
  };
  for (std::size_t begin = risk.first[s]; begin < risk.first[s + 1];) {
    std::size_t end = begin;
    while (end < risk.first[s + 1] && risk.stop[end] == risk.stop[begin]) ++end;
    enterBefore(risk.stop[begin]);
    for (std::size_t i = begin; i < end; ++i) {
      if (risk.event[i] != 0) meet(i, 1);
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (risk.event[i] != 0) past.add(ranks.rank[i], risk.weightAt(i));
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (risk.event[i] == 0) meet(i, 1);
    }
    begin = end;
  }
}

}  // namespace

Concordance concordance(const RiskSets& risk, std::span<const double> predictor, const Groups& clusters) {
  Concordance out;
  const Ranking ranks = ranking(risk, predictor);
  std::vector<Pairs> pairs(risk.size());
  RankedWeights weights;
  for (std::size_t s = 0; s < risk.strata(); ++s) {
    meetSurvivors(risk, ranks, s, weights, pairs, out);
    meetEvents(risk, ranks, s, weights, pairs);
  }
  const double all = out.concordant + out.discordant + out.tied;
  out.c = all > 0 ? (out.concordant + out.tied / 2) / all : std::numeric_limits<double>::quiet_NaN();
  const double somers = (out.concordant - out.discordant) / all;
  std::vector<double> influence(clusters.codes.empty() ? risk.size() : clusters.count);
  for (std::size_t i = 0; i < risk.size(); ++i) {
    const Pairs& of = pairs[i];
    influence[clusters.codes.empty() ? i : clusters[risk.row[i]]] +=
        risk.weightAt(i) * (of.concordant - of.discordant - somers * (of.concordant + of.discordant + of.tied)) / all;
  }
  double squares = 0;
  for (const double q : influence) squares += q * q;
  out.se = all > 0 ? std::sqrt(squares) / 2 : std::numeric_limits<double>::quiet_NaN();
  return out;
}

}  // namespace bedside::numerics
