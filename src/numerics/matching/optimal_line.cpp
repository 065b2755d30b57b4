#include <algorithm>
#include <cmath>

#include "numerics/matching/optimal.hpp"
#include "numerics/matching/window.hpp"
#include "numerics/order.hpp"

namespace bedside::numerics {

namespace {

/// What a matching is worth: pairs first, then a small sum of distances.
struct Worth {
  std::uint32_t pairs = 0;
  double distance = 0;

  bool operator<(const Worth& other) const {
    return pairs != other.pairs ? pairs < other.pairs : distance > other.distance;
  }
};

enum class Step : std::uint8_t { skipTreated, skipControl, pair };

/// The dynamic programme over lines i (treated, each repeated) and columns j (controls).
class Line {
 public:
  Line(std::span<const double> scores, Pool pool, const OptimalOptions& options)
      : scores_(scores), controls_(ascending(scores, std::move(pool.controls))), progress_(options.progress) {
    const std::size_t copies = std::min(options.ratio, controls_.size());
    for (const std::uint32_t unit : ascending(scores, std::move(pool.treated))) {
      treated_.insert(treated_.end(), copies, unit);
    }
    limit(options.width);
  }

  void run(std::vector<MatchedPair>& pairs) {
    const std::size_t lines = treated_.size();
    const auto kept = static_cast<std::size_t>(4 * std::sqrt(static_cast<double>(lines))) + 1;
    best_.assign(controls_.size() + 1, {});
    std::vector<std::vector<Worth>> before;  // what later lines read of the line before every `kept`-th
    for (std::size_t i = 0; i < lines; ++i) {
      if (i % kept == 0) before.emplace_back(readFrom(i).begin(), readFrom(i).end());
      tell(0.5 * static_cast<double>(i) / static_cast<double>(lines), i);
      compute(i, nullptr);
    }
    std::size_t j = controls_.size();
    for (std::size_t part = before.size(); part-- > 0;) {
      const std::size_t first = part * kept, end = std::min(lines, first + kept);
      std::copy(before[part].begin(), before[part].end(), readFrom(first).begin());
      std::vector<Step> steps;
      std::vector<std::size_t> begins;
      for (std::size_t i = first; i < end; ++i) {
        begins.push_back(steps.size());
        tell(1 - 0.5 * static_cast<double>(end) / static_cast<double>(lines), i);
        compute(i, &steps);
      }
      before.pop_back();
      for (std::size_t i = end; i-- > first;) {
        const Window band = bands_[i];
        j = std::min(j, band.end);
        while (j > band.first) {
          const Step step = steps[begins[i - first] + (j - band.first - 1)];
          if (step == Step::skipTreated) break;
          --j;
          if (step == Step::skipControl) continue;
          pairs.push_back({treated_[i], controls_[j]});
          break;
        }
      }
    }
  }

 private:
  /// Bands: the caliper, and no further than a queue reaches (see optimal.hpp). Both ends rise with i.
  void limit(double width) {
    const std::size_t lines = treated_.size();
    std::vector<std::size_t> split(lines);  // controls below each
    for (std::size_t i = 0; i < lines; ++i) split[i] = caliperWindow(scores_, controls_, scores_[treated_[i]], 0).first;
    bands_.resize(lines);
    std::size_t waiting = 0;
    for (std::size_t i = 0; i < lines; ++i) {
      if (i > 0) {
        const std::size_t served = split[i] - split[i - 1];
        waiting = waiting + 1 > served ? waiting + 1 - served : 0;
      }
      bands_[i].end = std::min(controls_.size(), split[i] + waiting + 1);
    }
    waiting = 0;
    for (std::size_t i = lines; i-- > 0;) {
      if (i + 1 < lines) {
        const std::size_t served = split[i + 1] - split[i];
        waiting = waiting + 1 > served ? waiting + 1 - served : 0;
      }
      bands_[i].first = split[i] > waiting ? split[i] - waiting - 1 : 0;
    }
    if (width == std::numeric_limits<double>::infinity()) return;
    for (std::size_t i = 0; i < lines; ++i) {
      const Window caliper = caliperWindow(scores_, controls_, scores_[treated_[i]], width);
      bands_[i].first = std::max(bands_[i].first, caliper.first);
      bands_[i].end = std::max(bands_[i].first, std::min(bands_[i].end, caliper.end));
    }
  }

  /// Columns that the lines before i have computed; beyond them their worth does not change.
  std::size_t filledBefore(std::size_t i) const { return i == 0 ? 0 : bands_[i - 1].end; }

  /// Line i in place of line i − 1.
  void compute(std::size_t i, std::vector<Step>* steps) {
    const Window band = bands_[i];
    const std::size_t filled = filledBefore(i);
    for (std::size_t j = filled + 1; j <= band.end; ++j) best_[j] = best_[filled];
    const double score = scores_[treated_[i]];
    Worth diagonal = best_[band.first];
    for (std::size_t j = band.first + 1; j <= band.end; ++j) {
      const double distance = std::abs(score - scores_[controls_[j - 1]]);
      const Worth paired{diagonal.pairs + 1, diagonal.distance + distance};
      diagonal = best_[j];
      Step step = Step::skipTreated;
      if (best_[j] < best_[j - 1]) {
        best_[j] = best_[j - 1];
        step = Step::skipControl;
      }
      if (best_[j] < paired) {
        best_[j] = paired;
        step = Step::pair;
      }
      if (steps) steps->push_back(step);
    }
  }

  /// Of line i − 1, what line i and those after it read.
  std::span<Worth> readFrom(std::size_t i) {
    const std::size_t filled = filledBefore(i), first = std::min(bands_[i].first, filled);
    return std::span(best_).subspan(first, filled + 1 - first);
  }
  void tell(double done, std::size_t i) const {
    if (progress_ && i % 1024 == 0) progress_(done);
  }

  std::span<const double> scores_;
  std::vector<std::uint32_t> treated_, controls_;
  const Progress& progress_;
  std::vector<Window> bands_;
  std::vector<Worth> best_;  ///< of the last line computed, one per column
};

}  // namespace

void matchOptimally(std::span<const double> scores, Pool pool, const OptimalOptions& options,
                    std::vector<MatchedPair>& pairs) {
  const std::size_t before = pairs.size();
  Line(scores, std::move(pool), options).run(pairs);
  std::vector<double> distances;
  for (std::size_t i = before; i < pairs.size(); ++i) {
    distances.push_back(std::abs(scores[pairs[i].treated] - scores[pairs[i].control]));
  }
  sortNearestFirst(pairs, before, distances);
}

}  // namespace bedside::numerics
