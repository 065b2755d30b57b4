#include "numerics/matching/closest.hpp"

#include <algorithm>
#include <tuple>

#include "numerics/order.hpp"

namespace bedside::numerics {

namespace {

constexpr std::uint32_t nobody = static_cast<std::uint32_t>(-1);

/// Units with one score: those of each arm who are left, in unit order.
struct Node {
  double score;
  std::uint32_t treated, treatedEnd;
  std::uint32_t control, controlEnd;
  std::uint32_t last, next;  ///< nodes with somebody left on either side

  bool hasTreated() const { return treated != treatedEnd; }
  bool hasControl() const { return control != controlEnd; }
  bool empty() const { return !hasTreated() && !hasControl(); }
};

/// The first treated unit of one node and the first control of another (or the same) as they were when it was made.
struct Candidate {
  double distance;
  std::uint32_t treatedUnit, controlUnit;
  std::uint32_t treatedNode, controlNode;
};

bool later(const Candidate& a, const Candidate& b) {
  return std::tie(a.distance, a.treatedUnit, a.controlUnit) > std::tie(b.distance, b.treatedUnit, b.controlUnit);
}

/// One round. A pair with somebody strictly between its two is not the closest, so candidates are the pairs within a
/// node and across neighbours; a node that empties makes neighbours of those beside it. The firsts of a node only grow,
/// so a candidate that is out of date comes up too early: it is made anew and put back.
class Round {
 public:
  Round(std::span<const double> scores, std::vector<std::uint32_t>& treated, std::vector<std::uint32_t>& controls)
      : treated_(treated), controls_(controls) {
    std::size_t t = 0, c = 0;
    while (t < treated.size() || c < controls.size()) {
      const bool first = c == controls.size() || (t < treated.size() && scores[treated[t]] <= scores[controls[c]]);
      Node node{.score = first ? scores[treated[t]] : scores[controls[c]],
                .treated = static_cast<std::uint32_t>(t),
                .treatedEnd = 0,
                .control = static_cast<std::uint32_t>(c),
                .controlEnd = 0,
                .last = nodes_.empty() ? nobody : static_cast<std::uint32_t>(nodes_.size() - 1),
                .next = nobody};
      while (t < treated.size() && scores[treated[t]] == node.score) ++t;
      while (c < controls.size() && scores[controls[c]] == node.score) ++c;
      node.treatedEnd = static_cast<std::uint32_t>(t);
      node.controlEnd = static_cast<std::uint32_t>(c);
      if (!nodes_.empty()) nodes_.back().next = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back(node);
    }
  }

  /// Appends the pairs and marks their units as gone from the lists.
  void run(const NearestOptions& options, std::vector<MatchedPair>& pairs) {
    for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
      consider(node, node, options.width);
      if (nodes_[node].next != nobody) join(node, nodes_[node].next, options.width);
    }
    const std::size_t begun = treated_.size();
    for (std::size_t steps = 0; !candidates_.empty(); ++steps) {
      if (options.progress && steps % 4096 == 0) {
        options.progress(static_cast<double>(pairs.size()) / static_cast<double>(pairs.size() + begun));
      }
      std::pop_heap(candidates_.begin(), candidates_.end(), later);
      const Candidate candidate = candidates_.back();
      candidates_.pop_back();
      Node& treated = nodes_[candidate.treatedNode];
      Node& control = nodes_[candidate.controlNode];
      if (treated.hasTreated() && control.hasControl() && treated_[treated.treated] == candidate.treatedUnit &&
          controls_[control.control] == candidate.controlUnit) {
        pairs.push_back({candidate.treatedUnit, candidate.controlUnit});
        controls_[control.control++] = nobody;
        ++treated.treated;
        if (treated.empty()) leave(candidate.treatedNode, options.width);
        if (candidate.controlNode != candidate.treatedNode && control.empty()) {
          leave(candidate.controlNode, options.width);
        }
      }
      consider(candidate.treatedNode, candidate.controlNode, options.width);
    }
  }

 private:
  void consider(std::uint32_t treated, std::uint32_t control, double width) {
    const Node &from = nodes_[treated], &to = nodes_[control];
    if (!from.hasTreated() || !to.hasControl()) return;
    const double distance = from.score < to.score ? to.score - from.score : from.score - to.score;
    if (distance > width) return;
    candidates_.push_back({distance, treated_[from.treated], controls_[to.control], treated, control});
    std::push_heap(candidates_.begin(), candidates_.end(), later);
  }
  void join(std::uint32_t a, std::uint32_t b, double width) {
    consider(a, b, width);
    consider(b, a, width);
  }
  void leave(std::uint32_t node, double width) {
    const std::uint32_t last = nodes_[node].last, next = nodes_[node].next;
    if (last != nobody) nodes_[last].next = next;
    if (next != nobody) nodes_[next].last = last;
    if (last != nobody && next != nobody) join(last, next, width);
  }

  std::vector<std::uint32_t>& treated_;
  std::vector<std::uint32_t>& controls_;
  std::vector<Node> nodes_;
  std::vector<Candidate> candidates_;
};

}  // namespace

void matchClosest(std::span<const double> scores, Pool pool, const NearestOptions& options,
                  std::vector<MatchedPair>& pairs) {
  std::vector<std::uint32_t> treated = ascending(scores, std::move(pool.treated));
  std::vector<std::uint32_t> controls = ascending(scores, std::move(pool.controls));
  for (std::size_t round = 0; round < options.ratio && !treated.empty() && !controls.empty(); ++round) {
    const std::size_t before = pairs.size();
    Round(scores, treated, controls).run(options, pairs);
    std::erase(controls, nobody);
    // Who was not served in this round finds nobody in the next one.
    std::vector<bool> served(scores.size());
    for (std::size_t i = before; i < pairs.size(); ++i) served[pairs[i].treated] = true;
    std::erase_if(treated, [&](std::uint32_t unit) { return !served[unit]; });
  }
}

}  // namespace bedside::numerics
