#include "numerics/survival/product_limit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "followed_patients.hpp"

namespace {

using namespace followed_patients;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void expectNear(double got, double want, double relative = 1e-10) {
  if (std::isnan(want)) {
    EXPECT_TRUE(std::isnan(got)) << got;
  } else {
    EXPECT_NEAR(got, want, relative * std::max(1.0, std::abs(want)));
  }
}

/// Curves by their definitions: every risk set by a loop over the rows, every influence for itself.
struct Twin {
  std::vector<double> times, time, weight;
  std::vector<int> event;

  Twin(const Patients& patients, std::size_t group) {
    for (std::size_t i = 0; i < patients.size(); ++i) {
      if (patients.group[i] != group) continue;
      time.push_back(patients.time[i]);
      event.push_back(patients.event[i]);
      weight.push_back(patients.weight[i]);
    }
    const std::set<double> distinct(time.begin(), time.end());
    times.assign(distinct.begin(), distinct.end());
  }

  double n(double t) const {
    double sum = 0;
    for (std::size_t i = 0; i < time.size(); ++i) sum += time[i] >= t ? weight[i] : 0;
    return sum;
  }
  double d(double t) const {
    double sum = 0;
    for (std::size_t i = 0; i < time.size(); ++i) sum += time[i] == t && event[i] ? weight[i] : 0;
    return sum;
  }
  /// Whether all at risk at t have the event.
  bool ends(double t) const {
    for (std::size_t i = 0; i < time.size(); ++i) {
      if (time[i] > t || (time[i] == t && !event[i])) return false;
    }
    return true;
  }
  double survival(double t) const {
    double s = 1;
    for (const double u : times) {
      if (u <= t) s *= ends(u) ? 0 : 1 - d(u) / n(u);
    }
    return s;
  }
  double hazard(double t) const {
    double sum = 0;
    for (const double u : times) sum += u <= t ? d(u) / n(u) : 0;
    return sum;
  }
  double greenwood(double t) const {
    double sum = 0;
    for (const double u : times) sum += u <= t ? d(u) / (n(u) * (n(u) - d(u))) : 0;
    return sum;
  }
  /// U_i(t) of the row's influence on S.
  double influence(std::size_t i, double t) const {
    if (survival(t) == 0) return 0;
    double sum = 0;
    for (const double u : times) {
      if (u > t) break;
      const double mine = (time[i] == u && event[i] ? 1 : 0) - (time[i] >= u ? d(u) / n(u) : 0);
      sum += mine / (n(u) - d(u));
    }
    return survival(t) * sum;
  }
  double hazardInfluence(std::size_t i, double t) const {
    double sum = 0;
    for (const double u : times) {
      if (u <= t) sum += ((time[i] == u && event[i] ? 1 : 0) - (time[i] >= u ? d(u) / n(u) : 0)) / n(u);
    }
    return sum;
  }
  template <class Of>
  double integral(double start, double tau, Of of) const {
    std::vector<double> knots{start, tau};
    for (const double t : times) {
      if (t > start && t < tau) knots.push_back(t);
    }
    std::sort(knots.begin(), knots.end());
    double sum = 0;
    for (std::size_t k = 1; k < knots.size(); ++k) sum += of(knots[k - 1]) * (knots[k] - knots[k - 1]);
    return sum;
  }
};

std::vector<RiskTable> tablesOf(const Patients& patients, bool weighted, bool robust) {
  return riskTables(patients.times(), patients.group, patients.event,
                    weighted ? std::span<const double>(patients.weight) : std::span<const double>(), robust);
}

class Curves : public testing::TestWithParam<unsigned> {};

TEST_P(Curves, AreTheirDefinitions) {
  for (const bool whole : {true, false}) {
    for (const double censored : {0.0, 0.3, 1.0}) {
      const Patients patients = followed_patients::patients(
          GetParam(), {.n = 60, .distinct = GetParam() % 2 ? 12 : 0, .censored = censored, .whole = whole});
      const auto tables = tablesOf(patients, true, !whole);
      for (std::size_t g = 0; g < tables.size(); ++g) {
        const Twin twin(patients, g);
        const RiskTable& table = tables[g];
        EXPECT_EQ(table.n, twin.time.size());
        EXPECT_EQ(table.eventRows, static_cast<std::size_t>(std::count(twin.event.begin(), twin.event.end(), 1)));
        ASSERT_EQ(table.time, twin.times);
        const SurvivalCurve curve = kaplanMeier(table);
        const HazardCurve hazard = nelsonAalen(table);
        const auto rows = table.rowsAtRisk();
        for (std::size_t j = 0; j < table.size(); ++j) {
          const double t = table.time[j];
          expectNear(curve.atRisk[j], twin.n(t));
          expectNear(table.events[j], twin.d(t));
          EXPECT_EQ(rows[j], std::count_if(twin.time.begin(), twin.time.end(), [&](double u) { return u >= t; }));
          expectNear(curve.survival[j], twin.survival(t));
          expectNear(hazard.cumulativeHazard[j], twin.hazard(t));
          double ofSurvival = 0, ofHazard = 0;
          for (std::size_t i = 0; i < twin.time.size(); ++i) {
            ofSurvival += std::pow(twin.weight[i] * twin.influence(i, t), 2);
            ofHazard += std::pow(twin.weight[i] * twin.hazardInfluence(i, t), 2);
          }
          const double s = twin.survival(t);
          const double v = s == 0 ? nan : whole ? twin.greenwood(t) : ofSurvival / (s * s);
          expectNear(curve.variance[j], v);
          if (!whole) expectNear(hazard.variance[j], ofHazard);
        }
        for (const double tau : {0.5, 4.0, 7.5, 30.0}) {
          const RestrictedMean mean = restrictedMean(table, curve, 0, tau);
          expectNear(mean.mean, twin.integral(0, tau, [&](double t) { return twin.survival(t); }));
          double variance = 0;
          if (whole) {
            for (const double t : twin.times) {
              if (t > tau || twin.ends(t)) continue;
              const double area = twin.integral(t, tau, [&](double u) { return twin.survival(u); });
              variance += area * area * twin.d(t) / (twin.n(t) * (twin.n(t) - twin.d(t)));
            }
          } else {
            for (std::size_t i = 0; i < twin.time.size(); ++i) {
              variance +=
                  std::pow(twin.weight[i] * twin.integral(0, tau, [&](double u) { return twin.influence(i, u); }), 2);
            }
          }
          expectNear(mean.se, std::sqrt(variance));
        }
      }
    }
  }
}

TEST_P(Curves, CountWholeWeightsAsRows) {
  const Patients weighted = patients(GetParam(), {.n = 40, .whole = true});
  const auto one = tablesOf(weighted, true, false);
  const auto other = tablesOf(taken(weighted, repeated(weighted)), false, false);
  for (std::size_t g = 0; g < one.size(); ++g) {
    EXPECT_EQ(one[g].time, other[g].time);
    const SurvivalCurve a = kaplanMeier(one[g]), b = kaplanMeier(other[g]);
    EXPECT_EQ(a.survival, b.survival);
    for (std::size_t j = 0; j < a.variance.size(); ++j) expectNear(a.variance[j], b.variance[j], 0);
    EXPECT_EQ(nelsonAalen(one[g]).variance, nelsonAalen(other[g]).variance);
  }
}

TEST_P(Curves, RobustErrorsAreDerivativesInTheWeights) {
  Patients patients = followed_patients::patients(GetParam(), {.n = 25, .groups = 1, .distinct = 8});
  const auto table = tablesOf(patients, true, true).front();
  const auto curve = kaplanMeier(table);
  const double tau = 6.5, step = 1e-5;
  std::vector<double> sums(table.size());
  double ofMean = 0;
  for (std::size_t i = 0; i < patients.size(); ++i) {
    const double weight = patients.weight[i];
    std::vector<double> survival[2];
    double mean[2];
    for (const int side : {0, 1}) {
      patients.weight[i] = weight + (side ? step : -step);
      const auto moved = tablesOf(patients, true, true).front();
      const auto movedCurve = kaplanMeier(moved);
      survival[side] = movedCurve.survival;
      mean[side] = restrictedMean(moved, movedCurve, 0, tau).mean;
    }
    patients.weight[i] = weight;
    for (std::size_t j = 0; j < sums.size(); ++j) {
      sums[j] += std::pow(weight * (survival[1][j] - survival[0][j]) / (2 * step), 2);
    }
    ofMean += std::pow(weight * (mean[1] - mean[0]) / (2 * step), 2);
  }
  for (std::size_t j = 0; j < sums.size(); ++j) {
    if (curve.survival[j] > 0) expectNear(curve.survival[j] * std::sqrt(curve.variance[j]), std::sqrt(sums[j]), 1e-7);
  }
  expectNear(restrictedMean(table, curve, 0, tau).se, std::sqrt(ofMean), 1e-7);
}

TEST_P(Curves, DoNotDependOnTheOrderOfRowsNorOnTheUnitOfTime) {
  const Patients patients = followed_patients::patients(GetParam(), {.n = 50});
  std::vector<std::size_t> rows(patients.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = (i * 37 + 11) % rows.size();
  Patients moved = taken(patients, rows);
  for (double& time : moved.time) time *= 4;
  const auto one = tablesOf(patients, true, true), other = tablesOf(moved, true, true);
  for (std::size_t g = 0; g < one.size(); ++g) {
    const auto a = kaplanMeier(one[g]), b = kaplanMeier(other[g]);
    for (std::size_t j = 0; j < one[g].size(); ++j) {
      EXPECT_EQ(other[g].time[j], 4 * one[g].time[j]);
      expectNear(b.survival[j], a.survival[j]);
      expectNear(b.variance[j], a.variance[j]);
    }
    const auto mean = restrictedMean(one[g], a, 0, 9), scaled = restrictedMean(other[g], b, 0, 36);
    expectNear(scaled.mean, 4 * mean.mean);
    expectNear(scaled.se, 4 * mean.se);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Curves, testing::Range(1u, 9u));

/// Of times and events, all in one group.
RiskTable tableOf(const std::vector<double>& time, const std::vector<std::uint8_t>& event) {
  return riskTables(timesOf(time.data(), nullptr, Rows::all(time.size())), {}, event, {}, false).front();
}

TEST(SurvivalLimits, HoldAtOneAndAtZero) {
  const RiskTable table = tableOf({1, 2, 3}, {0, 1, 1});
  const SurvivalCurve curve = kaplanMeier(table);
  for (const auto scale : {SurvivalScale::log, SurvivalScale::plain, SurvivalScale::logLog}) {
    const Limits limits = survivalLimits(curve, scale, 1.96);
    expectNear(limits.low[0], scale == SurvivalScale::logLog ? nan : 1);
    expectNear(limits.high[0], scale == SurvivalScale::logLog ? nan : 1);
    EXPECT_LT(limits.low[1], 0.5);
    EXPECT_GT(limits.high[1], 0.5);
    expectNear(limits.low[2], nan);
    expectNear(limits.high[2], nan);
  }
}

TEST(MedianTime, IsTheFirstTimeBelowOneHalfOrTheMiddleOfAPlateau) {
  const std::vector<double> time{1, 2, 3, 4};
  EXPECT_EQ(medianTime(time, std::vector<double>{0.8, 0.6, 0.4, 0.2}), 3);
  EXPECT_EQ(medianTime(time, std::vector<double>{0.8, 0.5, 0.5, 0.2}), 3);
  EXPECT_EQ(medianTime(time, std::vector<double>{0.8, 0.5 + 1e-9, 0.4, 0.2}), 2.5);
  EXPECT_EQ(medianTime(time, std::vector<double>{0.8, 0.5, 0.5, 0.5}), 2);
  EXPECT_EQ(medianTime(time, std::vector<double>{nan, nan, 0.4, 0.2}), 3);
  EXPECT_TRUE(std::isnan(medianTime(time, std::vector<double>{0.9, 0.8, 0.7, nan})));
}

TEST(RestrictedMean, BeginsBeforeZeroAndEndsBeforeTheFirstTime) {
  const RiskTable table = tableOf({-2, 3, 5}, {1, 1, 0});
  const SurvivalCurve curve = kaplanMeier(table);
  expectNear(restrictedMean(table, curve, -2, 5).mean, 5 * 2.0 / 3 + 2 / 3.0);
  const RestrictedMean early = restrictedMean(tableOf({4, 5}, {1, 1}), kaplanMeier(tableOf({4, 5}, {1, 1})), 0, 2.5);
  EXPECT_EQ(early.mean, 2.5);
  EXPECT_EQ(early.se, 0);
}

TEST(RiskTables, JoinTimesThatDifferInTheLastBit) {
  const RiskTable table = tableOf({0.1 + 0.2, 0.3, 1}, {1, 1, 0});
  EXPECT_EQ(table.time, (std::vector<double>{0.3, 1}));
  EXPECT_EQ(table.events[0], 2);
}

}  // namespace
