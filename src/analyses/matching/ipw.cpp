#include "analyses/matching/ipw.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/distributions.hpp"
#include "numerics/order.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

/// The weight of a row; infinite for a score of 0 or 1 that its arm cannot have.
double weightOf(Estimand estimand, bool treated, double logit) {
  // 1 − e as the tail it is: near e = 1 the difference has no digits.
  const double score = scoreOf(logit), rest = score == 1 ? 0 : scoreOf(-logit);
  switch (estimand) {
    case Estimand::ate:
      return 1 / (treated ? score : rest);
    case Estimand::att:
      return treated ? 1 : score / rest;
    case Estimand::ato:
      return treated ? rest : score;
  }
  return 1;
}

void stabilize(Estimand estimand, std::span<const std::uint8_t> treated, double share, std::vector<double>& weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (estimand == Estimand::ate) weights[i] *= treated[i] ? share : 1 - share;
    if (estimand == Estimand::att && !treated[i]) weights[i] *= (1 - share) / share;
  }
}

void truncate(const std::pair<double, double>& at, std::vector<double>& weights) {
  std::vector<double> sorted = weights;
  const double shares[] = {at.first, at.second};
  const auto limits = numerics::quantiles(sorted, shares);
  for (double& weight : weights) weight = std::clamp(weight, limits[0], limits[1]);
}

void checkFinite(const PropensityModel& model, std::span<const std::uint8_t> treated, std::span<const double> weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (std::isfinite(weights[i])) continue;
    fail(Code::notFinite,
         text("Data row ", model.selection()[i] + 1, " (the first row is 1) is ",
              treated[i] ? "treated with a propensity score of 0" : "a control with a propensity score of 1",
              ", so its weight is infinite: truncate: [0.01, 0.99] cuts such weights, estimand: 'ATO' has "
              "none; or leave out the covariate that foretells the treatment."));
  }
}

double kish(std::span<const double> weights) {
  double sum = 0, squares = 0;
  for (const double weight : weights) {
    sum += weight;
    squares += weight * weight;
  }
  return sum * sum / squares;
}

/// An outcome as numbers, one per row used.
struct Outcome {
  std::vector<double> values;
  bool binary = false;
};

bool twoValued(const ColumnData& data) {
  if (!data.numeric()) return true;  // or NOT_BINARY
  std::vector<double> seen;
  for (const double value : data.values) {
    if (std::isnan(value) || std::find(seen.begin(), seen.end(), value) != seen.end()) continue;
    if (seen.size() == 2) return false;
    seen.push_back(value);
  }
  return seen.size() == 2 ||
         std::all_of(seen.begin(), seen.end(), [](double value) { return value == 0 || value == 1; });
}

Outcome outcomeOf(const Column& column, const std::optional<Binary>& binary, const Selection& selection) {
  Outcome out{.values = std::vector<double>(selection.count()), .binary = binary.has_value()};
  for (std::size_t i = 0; i < out.values.size(); ++i) {
    const std::size_t row = selection[i];
    out.values[i] = binary ? ((*binary)[row] ? 1 : 0) : column.data->values[row];
  }
  return out;
}

ArmMeans hajekMeans(std::span<const double> y, std::span<const std::uint8_t> treated, std::span<const double> weights,
                    double (&sums)[2]) {
  double totals[2] = {};
  sums[0] = sums[1] = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    sums[treated[i]] += weights[i];
    totals[treated[i]] += weights[i] * (y[i] - y[0]);
  }
  return {.treated = y[0] + totals[1] / sums[1], .control = y[0] + totals[0] / sums[0]};
}

/// The difference of the Hájek means and, for a binary outcome, their ratio, by influence values
/// uᵢ = wᵢ(yᵢ − μ)/Σw of the row's arm; se = √(n/(n − 1) Σu²).
void addEffects(const Outcome& outcome, std::span<const std::uint8_t> treated, std::span<const double> weights,
                double confLevel, IpwResult& result) {
  const auto& y = outcome.values;
  double sums[2];
  const ArmMeans means = hajekMeans(y, treated, weights, sums);
  double squares[2] = {};  // Σu² of each arm
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double u = weights[i] * (y[i] - (treated[i] ? means.treated : means.control)) / sums[treated[i]];
    squares[treated[i]] += u * u;
  }
  const auto n = static_cast<double>(y.size());
  const double z = -numerics::normalQuantile((1 - confLevel) / 2);
  result.means = means;
  auto& effects = result.effects.emplace();
  const double difference = means.treated - means.control;
  const double se = std::sqrt(n / (n - 1) * (squares[0] + squares[1]));
  effects.push_back({.measure = EffectMeasure::difference,
                     .estimate = difference,
                     .se = se,
                     .ciLow = difference - z * se,
                     .ciHigh = difference + z * se,
                     .p = numerics::normalTwoSided(difference / se)});
  if (!outcome.binary) return;
  const double log = std::log(means.treated / means.control);
  const double logSe = std::sqrt(
      n / (n - 1) * (squares[1] / (means.treated * means.treated) + squares[0] / (means.control * means.control)));
  effects.push_back({.measure = EffectMeasure::ratio,
                     .estimate = means.treated / means.control,
                     .se = logSe,
                     .ciLow = std::exp(log - z * logSe),
                     .ciHigh = std::exp(log + z * logSe),
                     .p = numerics::normalTwoSided(log / logSe)});
}

}  // namespace

void Ipw::complete(Spec& spec, const Table& table) {
  if (spec.truncate &&
      !(spec.truncate->first >= 0 && spec.truncate->first < spec.truncate->second && spec.truncate->second <= 1)) {
    fail(Code::invalidSpec, text("'truncate' must be two shares, 0 ≤ low < high ≤ 1, such as [0.01, 0.99], not [",
                                 spec.truncate->first, ", ", spec.truncate->second, "]."));
  }
  const std::string_view treatment[] = {spec.model.treatment.name};
  checkCovariates(spec.model, treatment, "the treatment", table);
  if (!spec.outcome) return;
  if (spec.outcome->name == spec.model.treatment.name) {
    fail(Code::invalidSpec, text(quoted(spec.outcome->name), " is the treatment and cannot be its own outcome."));
  }
  const std::string_view outcome[] = {spec.outcome->name};
  checkCovariates(spec.model, outcome, "the outcome", table);
}

Need Ipw::need(const Table& table, const Spec& spec) {
  return {.certain = 3 * sizeof(double) * leastRows(table, columnsOf(spec, table))};
}

IpwResult Ipw::run(const Table& table, const Spec& spec, Context& context) {
  std::vector<std::string> beside;
  std::optional<Binary> binary;
  if (spec.outcome) {
    beside.push_back(spec.outcome->name);
    const Column& column = table.at(spec.outcome->name);
    if (twoValued(*column.data)) binary = binaryOf(column);
  }
  const PropensityModel model = [&] {
    const auto span = context.span(0, 0.6);
    return PropensityModel(table, spec.model, beside, context);
  }();
  const auto treated = model.treated();

  IpwResult result;
  result.common = model.common();
  result.nTreated = model.nTreated();
  result.nControl = model.n() - model.nTreated();
  result.weights = model.logit();
  for (std::size_t i = 0; i < treated.size(); ++i) {
    double& weight = result.weights[i];
    weight = weightOf(spec.estimand, treated[i], weight);
  }
  if (spec.stabilized) {
    stabilize(spec.estimand, treated, static_cast<double>(model.nTreated()) / static_cast<double>(model.n()),
              result.weights);
  }
  if (spec.truncate) truncate(*spec.truncate, result.weights);
  checkFinite(model, treated, result.weights);
  result.effectiveSampleSize = kish(result.weights);

  const BalanceColumns covariates(table, spec.model, model.data());
  const auto by = spec.estimand == Estimand::att ? numerics::Standardiser::treated : numerics::Standardiser::pooled;
  for (const auto& column : covariates.columns()) {
    context.progress(0.6 + 0.4 * static_cast<double>(result.balance.size()) /
                               static_cast<double>(covariates.columns().size()));
    const auto values = covariates.values(column);
    result.balance.push_back(
        balanceRow(column.covariate, column.level, numerics::balanceOf(values, treated, result.weights, by)));
  }
  if (spec.outcome) {
    const Outcome outcome = outcomeOf(table.at(spec.outcome->name), binary, model.selection());
    addEffects(outcome, treated, result.weights, spec.confLevel, result);
  }
  result.factors = factorCodings(model.data().frame().design());
  result.rows = model.data().frame().rowNumbers();
  context.progress(1);
  return result;
}

}  // namespace bedside
