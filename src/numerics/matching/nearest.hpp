#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "numerics/matching/sets.hpp"
#include "numerics/regression.hpp"

namespace bedside::numerics {

/// In which order treated units choose.
enum class MatchOrder : std::uint8_t {
  largest,  ///< falling score, equal ones by unit
  closest,  ///< the closest pair of all, again and again; equal ones by treated unit, then by control
  data,     ///< by unit
};

struct NearestOptions {
  MatchOrder order = MatchOrder::largest;
  std::size_t ratio = 1;                                   ///< controls wanted by each treated unit
  bool replace = false;                                    ///< controls stay free; a treated unit takes each once
  double width = std::numeric_limits<double>::infinity();  ///< a pair is allowed when its distance is at most this
  Progress progress;                                       ///< may be empty
};

/// Controls of a pool in ascending order of a score, some of them taken: finds the nearest free one in O(log n).
///
/// Two forests of union-find over the places, one leading to the next free place and one to the last, and a binary
/// search for the score asked for. A run of equal scores lies in unit order; whichever side it is reached from, it is
/// read from its first free place, so that equal distances go to the smaller unit after any number of removals.
class FreeControls {
 public:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// `scores` holds one per unit.
  FreeControls(std::span<const double> scores, std::vector<std::uint32_t> controls);

  std::size_t size() const { return units_.size(); }
  std::size_t left() const { return left_; }
  std::span<const std::uint32_t> units() const { return units_; }
  std::uint32_t unit(std::size_t place) const { return units_[place]; }
  /// Place of the free control nearest to `score` within `width`.
  std::size_t nearest(double score, double width);
  /// First free place at or after `place`, `size()` when there is none.
  std::size_t next(std::size_t place);
  void take(std::size_t place);

 private:
  /// First place, below `end`, whose score is at least this.
  std::size_t lowerBound(double score, std::size_t end) const;
  std::size_t last(std::size_t place);

  std::vector<std::uint32_t> units_;
  std::vector<double> scores_;       ///< of the units, beside each other: a search stays in few cache lines
  std::vector<std::uint32_t> next_;  ///< of each place, and of the end
  std::vector<std::uint32_t> last_;  ///< shifted by one: 0 is "none"
  std::size_t left_;
};

/// Greedy nearest-neighbour matching on one score per unit, distance |difference| (`MatchIt::matchit(method =
/// "nearest")`; Rosenbaum & Rubin 1985), in rounds: in each of `ratio` rounds every treated unit takes one control, the
/// nearest allowed one, equal distances to the smaller unit. Appends the pairs in the order taken. O(n log n) a round.
void matchNearest(std::span<const double> scores, Pool pool, const NearestOptions& options,
                  std::vector<MatchedPair>& pairs);

/// The treated units in the order in which they choose (`closest` as `data`).
std::vector<std::uint32_t> choosingOrder(std::span<const double> scores, std::vector<std::uint32_t> treated,
                                         MatchOrder order);

}  // namespace bedside::numerics
