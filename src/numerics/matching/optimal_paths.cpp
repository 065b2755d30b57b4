#include <algorithm>
#include <limits>

#include "numerics/matching/optimal.hpp"
#include "numerics/matching/window.hpp"
#include "numerics/order.hpp"

namespace bedside::numerics {

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// Cost of a matching: treated units left out first, then distance. An ordered group, so potentials work on it as they
/// do on numbers, and no large constant swallows digits of the distances.
struct Cost {
  double leftOut = 0, distance = 0;

  friend Cost operator+(Cost a, Cost b) { return {a.leftOut + b.leftOut, a.distance + b.distance}; }
  friend Cost operator-(Cost a, Cost b) { return {a.leftOut - b.leftOut, a.distance - b.distance}; }
  friend bool operator<(Cost a, Cost b) {
    return a.leftOut != b.leftOut ? a.leftOut < b.leftOut : a.distance < b.distance;
  }
};

constexpr Cost unreached{std::numeric_limits<double>::infinity(), 0};

/// Rows (treated units, each repeated) are added one by one; each addition finds the shortest alternating path from the
/// new row to a free column (control), or to a row, itself perhaps, that is left out from then on.
class Assignment {
 public:
  Assignment(const MahalanobisSpace& space, std::span<const double> scores, std::vector<std::uint32_t> rows,
             std::vector<std::uint32_t> columns, double width)
      : space_(space), scores_(scores), rows_(std::move(rows)), columns_(std::move(columns)), width_(width) {
    rowPotential_.resize(rows_.size());
    columnPotential_.resize(columns_.size());
    rowOf_.assign(columns_.size(), nowhere);
    length_.assign(columns_.size(), unreached);
    from_.resize(columns_.size());
    done_.resize(columns_.size());
  }

  void add(std::size_t row) {
    std::vector<std::size_t> reached, tree;  // columns with a length; those of them that are final
    Cost exitLength = unreached;
    std::size_t exit = nowhere;  // the tree's column whose row is left out; `nowhere`: the new row
    Cost walked;
    std::size_t at = nowhere, current = row, end = nowhere;
    for (;;) {
      const Cost leaving = walked + (Cost{1, 0} - rowPotential_[current]);
      if (leaving < exitLength) {
        exitLength = leaving;
        exit = at;
      }
      const std::uint32_t unit = rows_[current];
      const Window window = caliperWindow(scores_, columns_, scores_[unit], width_);
      for (std::size_t j = window.first; j < window.end; ++j) {
        if (done_[j]) continue;
        const Cost length =
            walked + (Cost{0, space_.distance(unit, columns_[j])} - rowPotential_[current] - columnPotential_[j]);
        if (!(length < length_[j])) continue;
        if (length_[j].leftOut == unreached.leftOut) reached.push_back(j);
        length_[j] = length;
        from_[j] = at;
      }
      std::size_t nearest = nowhere;
      for (const std::size_t j : reached) {
        if (!done_[j] && (nearest == nowhere || length_[j] < length_[nearest])) nearest = j;
      }
      if (nearest == nowhere || exitLength < length_[nearest]) {
        walked = exitLength;
        break;
      }
      walked = length_[nearest];
      done_[nearest] = true;
      tree.push_back(nearest);
      if (rowOf_[nearest] == nowhere) {
        end = nearest;
        break;
      }
      at = nearest;
      current = rowOf_[nearest];
    }
    rowPotential_[row] = rowPotential_[row] + walked;
    for (const std::size_t j : tree) {
      const Cost gain = walked - length_[j];
      if (rowOf_[j] != nowhere) rowPotential_[rowOf_[j]] = rowPotential_[rowOf_[j]] + gain;
      columnPotential_[j] = columnPotential_[j] - gain;
    }
    for (const std::size_t j : reached) {
      length_[j] = unreached;
      done_[j] = false;
    }
    // Along the path each column goes over to the row that reached it; a row left out gives up its column first.
    for (std::size_t j = end == nowhere ? exit : end; j != nowhere; j = from_[j]) {
      rowOf_[j] = from_[j] == nowhere ? row : rowOf_[from_[j]];
    }
  }

  void append(std::vector<MatchedPair>& pairs) const {
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      if (rowOf_[j] != nowhere) pairs.push_back({rows_[rowOf_[j]], columns_[j]});
    }
  }

 private:
  const MahalanobisSpace& space_;
  std::span<const double> scores_;
  std::vector<std::uint32_t> rows_, columns_;
  double width_;
  std::vector<Cost> rowPotential_, columnPotential_;
  std::vector<std::size_t> rowOf_;
  std::vector<Cost> length_;       // of the shortest path to a column, in reduced costs
  std::vector<std::size_t> from_;  // the column before it on the path
  std::vector<bool> done_;
};

}  // namespace

void matchOptimally(const MahalanobisSpace& space, std::span<const double> scores, Pool pool,
                    const OptimalOptions& options, std::vector<MatchedPair>& pairs) {
  const std::size_t before = pairs.size();
  const std::size_t copies = std::min(options.ratio, pool.controls.size());
  std::vector<std::uint32_t> rows;
  for (const std::uint32_t unit : pool.treated) rows.insert(rows.end(), copies, unit);
  const std::size_t count = rows.size();
  Assignment assignment(space, scores, std::move(rows), ascending(scores, std::move(pool.controls)), options.width);
  for (std::size_t row = 0; row < count; ++row) {
    if (options.progress) options.progress(static_cast<double>(row) / static_cast<double>(count));
    assignment.add(row);
  }
  assignment.append(pairs);
  std::vector<double> distances;
  for (std::size_t i = before; i < pairs.size(); ++i) {
    distances.push_back(space.squared(pairs[i].treated, pairs[i].control));
  }
  sortNearestFirst(pairs, before, distances);
}

}  // namespace bedside::numerics
