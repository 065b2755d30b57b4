#include "analyses/matching/match.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analyses/survival/rows.hpp"
#include "numerics/matching/mahalanobis.hpp"
#include "numerics/matching/optimal.hpp"
#include "numerics/moments.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

/// The rows used as pools of those who may be matched: one, or one for each combination of the exact columns' levels.
std::vector<numerics::Pool> poolsOf(const Table& table, const std::vector<std::string>& exact,
                                    const Selection& selection, std::span<const std::uint8_t> treated) {
  const LevelGroups groups = groupsOf(table, exact, selection);
  std::vector<numerics::Pool> pools(groups.levels.size());
  if (exact.empty()) {
    const auto nTreated = static_cast<std::size_t>(std::count(treated.begin(), treated.end(), 1));
    pools[0].treated.reserve(nTreated);
    pools[0].controls.reserve(treated.size() - nTreated);
  }
  for (std::size_t i = 0; i < treated.size(); ++i) {
    auto& pool = pools[exact.empty() ? 0 : static_cast<std::size_t>(groups.groups.codes[i])];
    (treated[i] ? pool.treated : pool.controls).push_back(static_cast<std::uint32_t>(i));
  }
  return pools;
}

/// The pairs of all pools, in the order taken.
std::vector<numerics::MatchedPair> pairsOf(const MatchSpec& spec, std::span<const double> scores,
                                           const numerics::MahalanobisSpace* space, double width,
                                           std::vector<numerics::Pool> pools, Context& context) {
  std::vector<numerics::MatchedPair> pairs;
  std::size_t done = 0;
  for (auto& pool : pools) {
    const std::size_t units = pool.treated.size() + pool.controls.size();
    const auto share = [&](std::size_t of) { return static_cast<double>(of) / static_cast<double>(scores.size()); };
    const auto span = context.span(share(done), share(done + units));
    const numerics::Progress progress = [&](double at) { context.progress(at); };
    done += units;
    if (pool.treated.empty() || pool.controls.empty()) continue;
    if (spec.method == MatchMethod::optimal) {
      const numerics::OptimalOptions options{.ratio = spec.ratio, .width = width, .progress = progress};
      space ? numerics::matchOptimally(*space, scores, std::move(pool), options, pairs)
            : numerics::matchOptimally(scores, std::move(pool), options, pairs);
      continue;
    }
    const numerics::NearestOptions options{
        .order = spec.order, .ratio = spec.ratio, .replace = spec.replace, .width = width, .progress = progress};
    space ? numerics::matchMahalanobis(*space, scores, std::move(pool), options, pairs)
          : numerics::matchNearest(scores, std::move(pool), options, pairs);
  }
  return pairs;
}

/// The matched rows (by unit), their weights and their sets.
void describeMatched(const numerics::MatchedSets& sets, std::span<const double> weights,
                     std::span<const std::uint8_t> treated, bool replace, MatchResult& result) {
  const auto count =
      static_cast<std::size_t>(std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0; }));
  result.matched.reserve(count);
  result.matchedWeights.reserve(count);
  for (std::size_t unit = 0; unit < weights.size(); ++unit) {
    if (weights[unit] == 0) continue;
    result.matched.push_back(static_cast<std::int32_t>(unit));
    result.matchedWeights.push_back(weights[unit]);
    ++(treated[unit] ? result.nMatchedTreated : result.nMatchedControl);
  }
  if (replace) return;
  std::vector<std::int32_t> setOf(weights.size());
  for (std::size_t set = 0; set < sets.size(); ++set) {
    const auto number = static_cast<std::int32_t>(set + 1);
    setOf[sets.treated[set]] = number;
    for (const std::uint32_t control : sets.controlsOf(set)) setOf[control] = number;
  }
  auto& subclass = result.subclass.emplace();
  subclass.reserve(count);
  for (const std::int32_t unit : result.matched) subclass.push_back(setOf[static_cast<std::size_t>(unit)]);
}

MatchBalanceRow rowOf(std::string covariate, std::optional<std::string> level, std::span<const double> values,
                      std::span<const std::uint8_t> treated, std::span<const double> weights,
                      const numerics::MatchedSets& sets) {
  const numerics::Balance balance = numerics::balanceOf(values, treated, weights, numerics::Standardiser::treated);
  return {.row = balanceRow(std::move(covariate), std::move(level), balance),
          .pairDistance = numerics::meanPairDistance(values, sets, balance.sd)};
}

template <class Number>
void toTableRows(const Selection& selection, std::vector<Number>& units) {
  for (Number& unit : units) unit = static_cast<Number>(selection[static_cast<std::size_t>(unit)]);
}

std::string noMatchText(const MatchSpec& spec, const std::optional<double>& width) {
  if (!width) return "No treated row has a control that agrees in the 'exact' columns: leave some of them out.";
  return text("No treated row has a control within the caliper of ", *width,
              spec.exact.empty() ? "" : " that agrees in the 'exact' columns",
              ": the arms do not overlap. A wider caliper (or null) would match rows that are not alike.");
}

}  // namespace

void MatchPairs::write(Writer& to) const {
  to.array(sets.size());
  for (std::size_t set = 0; set < sets.size(); ++set) {
    to.map(2);
    to.string("treated");
    to.integer(sets.treated[set]);
    to.string("controls");
    const auto controls = sets.controlsOf(set);
    to.array(controls.size());
    for (const std::uint32_t control : controls) to.integer(control);
  }
}

void SparseWeights::write(Writer& to) const {
  std::size_t unit = 0, next = 0;
  to.doublesFrom(count, [&] {
    const std::int32_t row = rows.empty() ? static_cast<std::int32_t>(unit) : rows[unit];
    ++unit;
    return next < matched.size() && matched[next] == row ? weights[next++] : 0;
  });
}

void Match::complete(Spec& spec, const Table& table) {
  if (spec.method == MatchMethod::optimal && spec.replace) {
    fail(Code::invalidSpec,
         "method: 'optimal' gives no control twice: leave 'replace' out, or take method: 'nearest'.");
  }
  const std::string_view treatment[] = {spec.model.treatment.name};
  checkCovariates(spec.model, treatment, "the treatment", table);
}

Need Match::need(const Table& table, const Spec& spec) {
  return {.certain = 2 * sizeof(double) * leastRows(table, columnsOf(spec, table))};
}

MatchResult Match::run(const Table& table, const Spec& spec, Context& context) {
  std::vector<std::string> exact;
  for (const auto& column : spec.exact) exact.push_back(column.name);
  const PropensityModel model = [&] {
    const auto span = context.span(0, 0.4);
    return PropensityModel(table, spec.model, exact, context);
  }();
  const Selection& selection = model.selection();
  const auto treated = model.treated();

  MatchResult result;
  result.common = model.common();
  result.nTreated = model.nTreated();
  result.nControl = model.n() - model.nTreated();
  std::vector<double> scores = model.logit();
  if (spec.distance == MatchDistance::probability) scores = scoresOf(scores);
  if (spec.caliper.value) result.caliperWidth = *spec.caliper.value * numerics::moments(scores).sd();
  const double width = result.caliperWidth.value_or(std::numeric_limits<double>::infinity());
  std::optional<numerics::MahalanobisSpace> space;
  if (spec.distance == MatchDistance::mahalanobis) {
    auto columns = model.data().frame().design().sources();
    columns.erase(columns.begin());  // the intercept
    space.emplace(numerics::Blocks(std::move(columns), selection.rows()), treated);
  }

  numerics::MatchedSets sets = [&] {
    const auto span = context.span(0.4, 0.7);
    return numerics::setsOf(
        pairsOf(spec, scores, space ? &*space : nullptr, width, poolsOf(table, exact, selection, treated), context),
        model.n());
  }();
  for (std::size_t set = 0; set < sets.size(); ++set) {
    const std::uint32_t one = sets.treated[set];
    for (const std::uint32_t other : sets.controlsOf(set)) {
      result.totalDistance += space ? space->distance(one, other) : std::abs(scores[one] - scores[other]);
    }
  }
  space.reset();
  if (sets.size() == 0) result.common.warnings.push_back({"NO_MATCHES", noMatchText(spec, result.caliperWidth)});

  {
    const auto weights = numerics::matchingWeights(sets, model.n());
    result.distanceBalance = rowOf("distance", std::nullopt, scores, treated, weights, sets);
    scores = {};
    const BalanceColumns covariates(table, spec.model, model.data());
    for (const auto& column : covariates.columns()) {
      context.progress(0.7 + 0.3 * static_cast<double>(result.balance.size()) /
                                 static_cast<double>(covariates.columns().size()));
      result.balance.push_back(
          rowOf(column.covariate, column.level, covariates.values(column), treated, weights, sets));
    }
    describeMatched(sets, weights, treated, spec.replace, result);
  }
  toTableRows(selection, result.matched);
  toTableRows(selection, sets.treated);
  toTableRows(selection, sets.controls);
  result.pairs.sets = std::move(sets);
  result.factors = factorCodings(model.data().frame().design());
  result.rows = model.data().frame().rowNumbers();
  result.weights = {.count = model.n(), .matched = result.matched, .weights = result.matchedWeights, .rows = {}};
  if (result.rows) result.weights.rows = *result.rows;
  context.progress(1);
  return result;
}

}  // namespace bedside
