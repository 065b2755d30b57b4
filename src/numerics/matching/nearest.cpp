#include "numerics/matching/nearest.hpp"

#include <algorithm>
#include <numeric>

#include "numerics/matching/closest.hpp"
#include "numerics/order.hpp"

namespace bedside::numerics {

namespace {

/// Tells the share of the work done every so many steps.
constexpr std::size_t toldEvery = 4096;

/// Each treated unit's `ratio` nearest controls, nearest first, whoever else takes them.
class Neighbours {
 public:
  Neighbours(std::span<const double> scores, std::vector<std::uint32_t> controls)
      : scores_(scores), units_(ascending(scores, std::move(controls))) {}

  /// Appends up to `count` pairs. The runs of equal scores on both sides are taken from the inside out.
  void take(std::uint32_t treated, std::size_t count, double width, std::vector<MatchedPair>& pairs) const {
    const double score = scores_[treated];
    const auto begin = units_.begin();
    auto right = std::lower_bound(begin, units_.end(), score, before_);
    auto left = right;  // end of what has not been taken on this side
    while (count > 0 && (left != begin || right != units_.end())) {
      const double below = left == begin ? 0 : score - scores_[left[-1]];
      const double above = right == units_.end() ? 0 : scores_[*right] - score;
      const bool takesLeft = left != begin && (right == units_.end() || below <= above);
      const bool takesRight = right != units_.end() && (left == begin || above <= below);
      if ((takesLeft ? below : above) > width) return;
      auto leftFrom = takesLeft ? std::lower_bound(begin, left, scores_[left[-1]], before_) : left;
      auto rightTo = takesRight ? std::upper_bound(right, units_.end(), scores_[*right], after_) : right;
      const auto nextLeft = leftFrom;
      for (; count > 0 && (leftFrom != left || right != rightTo); --count) {
        const bool fromLeft = leftFrom != left && (right == rightTo || *leftFrom < *right);
        pairs.push_back({treated, fromLeft ? *leftFrom++ : *right++});
      }
      left = nextLeft;
    }
  }

 private:
  struct Before {
    std::span<const double> scores;
    bool operator()(std::uint32_t unit, double score) const { return scores[unit] < score; }
  };
  struct After {
    std::span<const double> scores;
    bool operator()(double score, std::uint32_t unit) const { return score < scores[unit]; }
  };

  std::span<const double> scores_;
  std::vector<std::uint32_t> units_;
  Before before_{scores_};
  After after_{scores_};
};

void matchReplacing(std::span<const double> scores, Pool pool, const NearestOptions& options,
                    std::vector<MatchedPair>& pairs) {
  const Neighbours neighbours(scores, std::move(pool.controls));
  for (std::size_t i = 0; i < pool.treated.size(); ++i) {
    if (options.progress && i % toldEvery == 0) {
      options.progress(static_cast<double>(i) / static_cast<double>(pool.treated.size()));
    }
    neighbours.take(pool.treated[i], options.ratio, options.width, pairs);
  }
}

}  // namespace

FreeControls::FreeControls(std::span<const double> scores, std::vector<std::uint32_t> controls)
    : units_(ascending(scores, std::move(controls))), left_(units_.size()) {
  scores_.reserve(units_.size());
  for (const std::uint32_t unit : units_) scores_.push_back(scores[unit]);
  next_.resize(units_.size() + 1);
  std::iota(next_.begin(), next_.end(), std::uint32_t{0});
  last_ = next_;
}

std::size_t FreeControls::lowerBound(double score, std::size_t end) const {
  const auto found = std::lower_bound(scores_.begin(), scores_.begin() + static_cast<std::ptrdiff_t>(end), score);
  return static_cast<std::size_t>(found - scores_.begin());
}

std::size_t FreeControls::next(std::size_t place) {
  auto at = static_cast<std::uint32_t>(place);
  while (next_[at] != at) at = next_[at] = next_[next_[at]];  // path halving
  return at;
}

/// One more than the last free place before `place`; 0 when there is none.
std::size_t FreeControls::last(std::size_t place) {
  auto at = static_cast<std::uint32_t>(place);
  while (last_[at] != at) at = last_[at] = last_[last_[at]];
  return at;
}

void FreeControls::take(std::size_t place) {
  next_[place] = static_cast<std::uint32_t>(place + 1);
  last_[place + 1] = static_cast<std::uint32_t>(place);
  --left_;
}

std::size_t FreeControls::nearest(double score, double width) {
  const std::size_t split = lowerBound(score, size());
  const std::size_t right = next(split);
  const std::size_t before = last(split);
  const bool hasRight = right < size() && scores_[right] - score <= width;
  if (before == 0 || score - scores_[before - 1] > width) return hasRight ? right : none;
  const bool alone = before == 1 || scores_[before - 2] != scores_[before - 1];
  const std::size_t left = alone ? before - 1 : next(lowerBound(scores_[before - 1], before));
  if (!hasRight) return left;
  const double below = score - scores_[left], above = scores_[right] - score;
  if (below != above) return below < above ? left : right;
  return units_[left] < units_[right] ? left : right;
}

std::vector<std::uint32_t> choosingOrder(std::span<const double> scores, std::vector<std::uint32_t> treated,
                                         MatchOrder order) {
  if (order != MatchOrder::largest) return treated;
  std::vector<std::uint32_t> falling = ascending(scores, std::move(treated));
  std::reverse(falling.begin(), falling.end());
  for (auto first = falling.begin(); first != falling.end();) {
    auto end = first;
    while (end != falling.end() && scores[*end] == scores[*first]) ++end;
    std::reverse(first, end);
    first = end;
  }
  return falling;
}

void matchNearest(std::span<const double> scores, Pool pool, const NearestOptions& options,
                  std::vector<MatchedPair>& pairs) {
  if (options.replace) return matchReplacing(scores, std::move(pool), options, pairs);
  if (options.order == MatchOrder::closest) return matchClosest(scores, std::move(pool), options, pairs);

  FreeControls controls(scores, std::move(pool.controls));
  std::vector<std::uint32_t> choosing = choosingOrder(scores, std::move(pool.treated), options.order);
  // Who finds no control in a round finds none later: there are ever fewer.
  for (std::size_t round = 0; round < options.ratio && controls.left() > 0 && !choosing.empty(); ++round) {
    std::size_t served = 0;
    for (std::size_t i = 0; i < choosing.size() && controls.left() > 0; ++i) {
      if (options.progress && i % toldEvery == 0) {
        options.progress((static_cast<double>(round) + static_cast<double>(i) / static_cast<double>(choosing.size())) /
                         static_cast<double>(options.ratio));
      }
      const std::size_t place = controls.nearest(scores[choosing[i]], options.width);
      if (place == FreeControls::none) continue;
      pairs.push_back({choosing[i], controls.unit(place)});
      controls.take(place);
      choosing[served++] = choosing[i];
    }
    choosing.resize(served);
  }
}

}  // namespace bedside::numerics
