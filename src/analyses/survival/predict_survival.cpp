#include "analyses/survival/predict_survival.hpp"

#include <algorithm>
#include <cmath>

#include "analyses/survival/cox_fit.hpp"
#include "numerics/distributions.hpp"
#include "table/factors.hpp"
#include "table/number.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

using Entry = CovariateProfile::Entry;

[[noreturn]] void failLevel(const Entry& entry, std::size_t profile, std::span<const std::string> levels) {
  fail(Code::invalidSpec, text("at[", profile, "].", entry.column, ": the level ", quoted(shortened(entry.level.text)),
                               " does not occur in the rows used; they have ", listed(levels), "."));
}

/// The value of a profile for a column that the model takes as a number.
double numberFor(const Entry& entry, std::size_t profile) {
  if (entry.written == Entry::Written::number) return entry.number;
  const auto number = numberOf(entry.level.text);
  if (number && std::isfinite(*number)) return *number;
  fail(Code::invalidSpec, text("at[", profile, "].", entry.column, " is ", quoted(shortened(entry.level.text)),
                               ", but the model takes ", quoted(entry.column), " as a number."));
}

/// The level of a profile for a factor: one of those in the rows used.
const std::string& levelFor(const Entry& entry, std::size_t profile, const Table& table, const CodedFactor& factor) {
  const auto place = levelNamed(*table.at(entry.column).data, factor.levels, entry.level.text);
  if (!place) failLevel(entry, profile, factor.levels);
  return factor.levels[static_cast<std::size_t>(*place)];
}

/// The row of the design that a profile stands for.
std::vector<double> designRow(const Design& design, const Table& table, const CovariateProfile& at,
                              std::size_t profile) {
  std::vector<double> row;
  row.reserve(design.size());
  for (const DesignColumn& column : design.columns()) {
    double value = 1;
    for (const DesignColumn::Part& part : column.parts) {
      const Entry& entry = *at.find(part.column);
      value *= !part.level ? numberFor(entry, profile)
               : levelFor(entry, profile, table, *design.recipe().factor(part.column)) == *part.level ? 1
                                                                                                       : 0;
    }
    row.push_back(value);
  }
  return row;
}

/// The stratum that a profile belongs to: a combination that occurs.
std::size_t stratumFor(const CoxModelData& data, const std::vector<std::string>& columns, const Table& table,
                       const CovariateProfile& at, std::size_t profile) {
  const auto& combinations = data.strata().levels;
  std::vector<std::string> wanted;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const Entry& entry = *at.find(columns[c]);
    std::vector<std::string> levels;
    for (const auto& combination : combinations) {
      if (std::find(levels.begin(), levels.end(), combination[c]) == levels.end()) levels.push_back(combination[c]);
    }
    const auto place = levelNamed(*table.at(entry.column).data, levels, entry.level.text);
    if (!place) failLevel(entry, profile, levels);
    wanted.push_back(levels[static_cast<std::size_t>(*place)]);
  }
  const auto found = std::find(combinations.begin(), combinations.end(), wanted);
  if (found == combinations.end()) {
    fail(Code::invalidSpec, text("at[", profile, "]: no row used has this combination of strata, so there is no "
                                 "baseline hazard to predict from."));
  }
  return static_cast<std::size_t>(found - combinations.begin());
}

/// S = exp(−H) with limits S exp(∓z √Var H).
PredictedCurve curveOf(const CovariateProfile& at, const std::vector<double>& times,
                       const numerics::PredictedHazard& hazard, double confLevel) {
  const double z = -numerics::normalQuantile((1 - confLevel) / 2);
  PredictedCurve out{.at = at, .time = times};
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double h = hazard.cumulativeHazard[i], spread = std::sqrt(hazard.variance[i]);
    out.survival.push_back(std::exp(-h));
    out.se.push_back(std::exp(-h) * spread);
    out.ciLow.push_back(std::exp(-h - z * spread));
    out.ciHigh.push_back(std::exp(std::min(-h + z * spread, 0.0)));
  }
  return out;
}

}  // namespace

void PredictSurvival::complete(Spec& spec, const Table& table) {
  completeCox(name, spec.cox, table);
  spec.cox.residuals.clear();  // a prediction has none: the spec of a cox that asks for them serves all the same
  std::vector<std::string> needed = columnsOf(termsOf(spec.cox.predictors->terms, table));
  needed.insert(needed.end(), spec.cox.strataColumns().begin(), spec.cox.strataColumns().end());
  for (std::size_t i = 0; i < spec.at.size(); ++i) {
    for (const auto& column : needed) {
      if (spec.at[i].find(column)) continue;
      fail(Code::invalidSpec, text("at[", i, "] gives no value for ", quoted(column),
                                   ": a prediction needs one for every predictor and stratum."));
    }
  }
}

Need PredictSurvival::need(const Table& table, const Spec& spec) { return needOf(table, spec.cox, 2); }

PredictSurvivalResult PredictSurvival::run(const Table& table, const Spec& spec, Context& context) {
  const CoxModelData data(table, spec.cox, context);
  struct Place {
    std::vector<double> x;
    std::size_t stratum;
  };
  std::vector<Place> places;
  for (std::size_t i = 0; i < spec.at.size(); ++i) {
    places.push_back({designRow(data.design(), table, spec.at[i], i),
                      stratumFor(data, spec.cox.strataColumns(), table, spec.at[i], i)});
  }
  const CoxEstimate found = [&] {
    const auto span = context.span(0, 0.8);
    return estimate(data, context);
  }();

  PredictSurvivalResult result;
  result.common = data.frame().common(true);
  result.common.warnings.insert(result.common.warnings.end(), found.warnings.begin(), found.warnings.end());
  result.events = data.events();
  result.factors = factorCodings(data.design());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto hazard = numerics::predictedHazard(data.problem(), found.cox().coefficients, found.covariance(),
                                                  places[i].stratum, places[i].x, spec.times);
    result.curves.push_back(curveOf(spec.at[i], spec.times, hazard, spec.cox.model.confLevel));
    context.progress(0.8 + 0.2 * static_cast<double>(i + 1) / static_cast<double>(places.size()));
  }
  return result;
}

}  // namespace bedside
