#pragma once

#include "analyses/matching/balance_rows.hpp"
#include "analyses/regression/coefficients.hpp"
#include "describe/msgpack.hpp"
#include "numerics/matching/nearest.hpp"

namespace bedside {

using MatchOrder = numerics::MatchOrder;

template <>
inline constexpr std::array words<MatchOrder>{Word<MatchOrder>{"largest", MatchOrder::largest},
                                              Word<MatchOrder>{"closest", MatchOrder::closest},
                                              Word<MatchOrder>{"data", MatchOrder::data}};

enum class MatchDistance { logit, probability, mahalanobis };

template <>
inline constexpr std::array words<MatchDistance>{Word<MatchDistance>{"logit", MatchDistance::logit},
                                                 Word<MatchDistance>{"probability", MatchDistance::probability},
                                                 Word<MatchDistance>{"mahalanobis", MatchDistance::mahalanobis}};

enum class MatchMethod { nearest, optimal };

template <>
inline constexpr std::array words<MatchMethod>{Word<MatchMethod>{"nearest", MatchMethod::nearest},
                                               Word<MatchMethod>{"optimal", MatchMethod::optimal}};

struct MatchSpec {
  CovariateFields model;
  NumberOrNull caliper{0.2};
  std::size_t ratio = 1;
  bool replace = false;
  MatchOrder order = MatchOrder::largest;
  MatchDistance distance = MatchDistance::logit;
  MatchMethod method = MatchMethod::nearest;
  std::vector<ColumnName> exact;

  static constexpr auto describe() {
    return fields(
        inlined<&MatchSpec::model>(),
        field<&MatchSpec::caliper>(
            doc("Largest difference of a pair, in standard deviations of the logit (of the probability, when that is "
                "the distance) over all rows used; null: none."),
            atLeast(0)),
        field<&MatchSpec::ratio>(doc("Controls for each treated row, at most."), atLeast(1)),
        field<&MatchSpec::replace>(doc("Whether a control may serve several treated rows.")),
        field<&MatchSpec::order>(
            doc("Who chooses first: the largest score, the closest pair of all, or the first row. Plays no part with "
                "`replace` or the optimal method.")),
        field<&MatchSpec::distance>(
            doc("What is small within a pair: the difference of the scores' logits, of the scores, or Mahalanobis' "
                "distance of the covariates within the caliper on the logit.")),
        field<&MatchSpec::method>(
            doc("'nearest': each takes the nearest one left (greedy). 'optimal': as many pairs as can be, then the "
                "smallest sum of distances (Rosenbaum 1989).")),
        field<&MatchSpec::exact>(doc("Columns in which a pair must agree, as levels.")));
  }
};

/// A treated row with its controls.
struct MatchPair {
  std::size_t treated = 0;
  std::vector<std::size_t> controls;

  static constexpr auto describe() {
    return fields(field<&MatchPair::treated>(doc("Table row of the treated, from 0.")),
                  field<&MatchPair::controls>(doc("Table rows of its controls, from 0, in the order taken.")));
  }
};

/// All pairs, 8 bytes each: 300,000 of them as objects would take ten times as much beside their encoding.
struct MatchPairs {
  using WrittenAs = std::vector<MatchPair>;

  numerics::MatchedSets sets;  ///< of table rows

  void write(Writer& to) const;
};

/// `weights`, one per row used: views of the result's own `matched`, `matchedWeights` and `rows`, which a move leaves
/// in place.
struct SparseWeights {
  using WrittenAs = std::vector<double>;

  std::size_t count = 0;
  std::span<const std::int32_t> matched;
  std::span<const double> weights;     ///< of the matched
  std::span<const std::int32_t> rows;  ///< rows used; empty: all

  void write(Writer& to) const;
};

struct MatchBalanceRow {
  BalanceRow row;
  double pairDistance = 0;

  static constexpr auto describe() {
    return fields(inlined<&MatchBalanceRow::row>(),
                  field<&MatchBalanceRow::pairDistance>(
                      doc("Mean absolute difference within the pairs, over the same SD; NaN without a pair.")));
  }
};

struct MatchResult {
  Common common;
  std::size_t nTreated = 0, nControl = 0, nMatchedTreated = 0, nMatchedControl = 0;
  std::optional<double> caliperWidth;
  double totalDistance = 0;
  std::vector<MatchBalanceRow> balance;
  MatchBalanceRow distanceBalance;
  std::vector<FactorCoding> factors;
  MatchPairs pairs;
  std::vector<std::int32_t> matched;
  std::optional<std::vector<std::int32_t>> subclass;
  std::vector<double> matchedWeights;
  SparseWeights weights;
  std::optional<std::vector<std::int32_t>> rows;

  static constexpr auto describe() {
    return fields(
        inlined<&MatchResult::common>(), field<&MatchResult::nTreated>(doc("Treated rows used."), count),
        field<&MatchResult::nControl>(doc("Controls used."), count),
        field<&MatchResult::nMatchedTreated>(doc("Treated rows with a control."), count),
        field<&MatchResult::nMatchedControl>(doc("Distinct controls of theirs."), count),
        field<&MatchResult::caliperWidth>(
            doc("Width of the caliper, in units of the logit (the probability); null: none.")),
        field<&MatchResult::totalDistance>(doc("Sum over all pairs of the distance that chose them.")),
        field<&MatchResult::balance>(doc("Covariates before and after matching.")),
        field<&MatchResult::distanceBalance>(doc("The same of the logit (the probability).")),
        field<&MatchResult::factors>(doc("The factors among the covariates.")),
        field<&MatchResult::pairs>(doc("Matched treated rows in file order, each with its controls.")),
        field<&MatchResult::matched>(doc("Table rows matched, of both arms, from 0, rising.")),
        field<&MatchResult::subclass>(
            doc("Set of each row of `matched`, numbered from 1 as in `pairs`; null with `replace`, where a control may "
                "be in several.")),
        field<&MatchResult::matchedWeights>(doc("Weight of each row of `matched`.")),
        field<&MatchResult::weights>(
            doc("Weight of each row used, in file order: a treated row 1, a control its share of the sets it is in, "
                "scaled to the number of matched controls; 0 for those left out.")),
        field<&MatchResult::rows>(doc("Table rows of `weights`, from 0; null when every row was used.")));
  }
};

/// Matching on the propensity score (Rosenbaum & Rubin 1985), for the effect in the treated, as R's `MatchIt`: greedy
/// or optimal, within a caliper, exactly on chosen columns, by Mahalanobis' distance.
struct Match {
  static constexpr std::string_view name = "match";
  static constexpr Doc title = doc("Propensity score matching");
  using Spec = MatchSpec;
  using Result = MatchResult;

  static void complete(Spec& spec, const Table& table);
  static Need need(const Table& table, const Spec& spec);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
