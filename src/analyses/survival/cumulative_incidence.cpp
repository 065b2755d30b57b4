#include "analyses/survival/cumulative_incidence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <tuple>

#include "analyses/regression/frame.hpp"
#include "analyses/survival/competing.hpp"
#include "analyses/survival/rows.hpp"
#include "numerics/distributions.hpp"
#include "numerics/survival/gray_test.hpp"
#include "table/text.hpp"

namespace bedside {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Curves and tests: what confidence level and times asked for do not change.
struct IncidenceFit {
  std::vector<std::string> groups;  // empty without a group
  std::vector<std::string> causes;
  std::vector<numerics::GroupIncidence> curves;
  std::vector<numerics::GrayTest> gray;  // by cause; empty with one group

  std::size_t bytes() const {
    std::size_t total = sizeof *this + gray.capacity() * sizeof(numerics::GrayTest);
    for (const auto& curve : curves) total += curve.bytes();
    for (const auto* names : {&groups, &causes}) {
      for (const auto& name : *names) total += sizeof name + name.capacity();
    }
    return total;
  }
};

IncidenceFit compute(const Table& table, const CumulativeIncidenceSpec& spec, const Selection& selection,
                     Context& context) {
  checkFromZero(table, spec.time, selection);
  CompetingEvents events = competingEvents(table, spec.event, spec.censorValue, selection);
  if (events.names.empty()) {
    fail(Code::noEvents, text("All of the ", selection.count(), " rows used are censored (", quoted(spec.event.name),
                              " = ", quoted(shortened(spec.censorValue.text)),
                              "): check 'censorValue', and columns with many missing values."));
  }
  const auto times = survivalTimes(table, spec.time, std::nullopt, selection, numerics::TimeTies::exact, context);
  context.progress(0.3);

  IncidenceFit out;
  const std::span<const std::string> columns =
      spec.group ? std::span(&spec.group->name, 1) : std::span<const std::string>();
  const LevelGroups groups = groupsOf(table, columns, selection);
  for (std::size_t g = 0; spec.group && g < groups.groups.count; ++g) out.groups.push_back(groups.name(g));
  {
    const auto span = context.span(0.3, 0.6);
    out.curves = numerics::cumulativeIncidence(*times, groups.groups, events.causes,
                                               [&](double done) { context.progress(done); });
  }
  if (groups.groups.count > 1) {
    const auto span = context.span(0.6, 0.9);
    out.gray =
        numerics::grayTests(*times, groups.groups, events.causes, [&](double done) { context.progress(done); });
  }
  out.causes = std::move(events.names);
  return out;
}

/// Limits F^exp(±z se/(−F log F)).
std::pair<double, double> limits(double incidence, double se, double z) {
  if (incidence == 0 || incidence == 1) return {incidence, incidence};
  const double logarithm = std::log(incidence);
  const double theta = z * se / -(incidence * logarithm);
  return {std::exp(logarithm * std::exp(theta)), std::exp(logarithm * std::exp(-theta))};
}

IncidenceAtTime atTime(const CumulativeIncidenceCurve& curve, double time) {
  const auto& times = *curve.time;
  if (!(time <= times.back())) return {time, none, none, none, none};
  const auto after = std::upper_bound(times.begin(), times.end(), time) - times.begin();
  if (after == 0) return {time, 0, 0, 0, 0};
  const auto i = static_cast<std::size_t>(after - 1);
  return {time, (*curve.cumulativeIncidence)[i], (*curve.se)[i], curve.ciLow[i], curve.ciHigh[i]};
}

CumulativeIncidenceCurve curveOf(const std::shared_ptr<const IncidenceFit>& fit, std::size_t group, std::size_t cause,
                                 const CumulativeIncidenceSpec& spec) {
  const numerics::GroupIncidence& all = fit->curves[group];
  const numerics::IncidenceCurve& curve = all.causes[cause];
  CumulativeIncidenceCurve out;
  if (spec.group) out.group = fit->groups[group];
  out.cause = fit->causes[cause];
  out.n = all.n;
  out.events = curve.events;
  out.time = sharedPart(fit, all.time);
  out.nRisk = sharedPart(fit, all.nRisk);
  out.nEvent = sharedPart(fit, curve.nEvent);
  out.cumulativeIncidence = sharedPart(fit, curve.incidence);
  out.se = sharedPart(fit, curve.se);
  out.ciLow.resize(all.time.size());
  out.ciHigh.resize(all.time.size());
  const double z = numerics::normalCritical(spec.confLevel);
  for (std::size_t i = 0; i < all.time.size(); ++i) {
    std::tie(out.ciLow[i], out.ciHigh[i]) = limits(curve.incidence[i], curve.se[i], z);
  }
  for (const double time : spec.times) out.atTimes.push_back(atTime(out, time));
  return out;
}

}  // namespace

CumulativeIncidenceResult CumulativeIncidence::run(const Table& table, const Spec& spec, Context& context) {
  std::vector<std::string> columns{spec.time.name, spec.event.name};
  if (spec.group) columns.push_back(spec.group->name);
  const Selection selection = modelRows(table, {}, columns, {});

  KeyBuilder key("cumulative incidence");
  for (const auto& column : columns) key.column(table.at(column));
  key.add(spec.censorValue);
  addRows(key, table, selection);
  const auto fit =
      context.fit<IncidenceFit>(key.key(), [&] { return compute(table, spec, selection, context); });

  CumulativeIncidenceResult result;
  result.common.n = selection.count();
  result.common.nMissing = selection.missing();
  for (std::size_t g = 0; g < fit->curves.size(); ++g) {
    for (std::size_t c = 0; c < fit->causes.size(); ++c) {
      result.curves.push_back(curveOf(fit, g, c, spec));
    }
  }
  if (!fit->gray.empty()) {
    result.gray.emplace();
    for (std::size_t c = 0; c < fit->causes.size(); ++c) {
      const numerics::GrayTest& test = fit->gray[c];
      const auto df = static_cast<double>(test.df);
      result.gray->push_back({fit->causes[c], test.statistic, test.df, numerics::chiSquaredUpper(test.statistic, df)});
    }
  }
  context.progress(1);
  return result;
}

}  // namespace bedside
