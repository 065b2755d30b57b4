#include "numerics/survival/cumulative_incidence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "competing_sample.hpp"

namespace bedside::numerics {
namespace {

/// Survival of all causes and incidence of one after `time`, by the definition, in extended precision.
struct Naive {
  long double survival = 1, incidence = 0, ofOthers = 0;
};

struct AtEvent {
  long double before, n, d1, d2;
  Naive after;
};

/// The event times of a group up to `time`.
std::vector<AtEvent> eventsUpTo(const CompetingSample& sample, std::size_t group, std::size_t cause, double time) {
  std::vector<AtEvent> out;
  Naive now;
  for (const double t : sample.times().distinct) {
    if (t > time) break;
    AtEvent here{now.survival, 0, 0, 0, {}};
    for (std::size_t i = 0; i < sample.rows(); ++i) {
      if (sample.groups[i] != group || sample.time[i] < t) continue;
      here.n += 1;
      if (sample.time[i] != t || sample.causes.codes[i] < 0) continue;
      (static_cast<std::size_t>(sample.causes.codes[i]) == cause ? here.d1 : here.d2) += 1;
    }
    if (here.d1 + here.d2 == 0) continue;
    now.incidence += now.survival * here.d1 / here.n;
    now.ofOthers += now.survival * here.d2 / here.n;
    now.survival *= (here.n - here.d1 - here.d2) / here.n;
    here.after = now;
    out.push_back(here);
  }
  return out;
}

long double phi(long double d, long double n) { return d > 1 ? (n - d) / (n - 1) : 1; }

/// Aalen's variance by its definition: a sum over all times for each time.
long double naiveVariance(const std::vector<AtEvent>& events) {
  long double total = 0;
  for (const AtEvent& at : events) {
    const long double s = at.after.survival;
    const long double rho = s > 0 ? (events.back().after.incidence - at.after.incidence) / s : 0;
    total += at.before * at.before / (at.n * at.n) *
             ((1 - rho) * (1 - rho) * phi(at.d1, at.n) * at.d1 + rho * rho * phi(at.d2, at.n) * at.d2);
  }
  return total;
}

TEST(CumulativeIncidence, EqualsItsDefinitionAtEveryTime) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto sample = CompetingSample::of(20 + 20 * seed, seed % 3 == 0 ? 0 : 5 * seed, 1 + seed % 3, 1 + seed % 4, 0, seed);
    const auto got = cumulativeIncidence(sample.times(), sample.groups, sample.causes);
    ASSERT_EQ(got.size(), sample.groups.count);
    for (std::size_t g = 0; g < got.size(); ++g) {
      for (std::size_t i = 0; i < got[g].time.size(); ++i) {
        for (std::size_t c = 0; c < sample.causes.count; ++c) {
          const auto events = eventsUpTo(sample, g, c, got[g].time[i]);
          const IncidenceCurve& curve = got[g].causes[c];
          const Naive want = events.empty() ? Naive{} : events.back().after;
          EXPECT_LT(relative(curve.incidence[i], static_cast<double>(want.incidence)), 1e-13);
          EXPECT_LT(relative(curve.se[i], static_cast<double>(std::sqrt(naiveVariance(events)))), 1e-12);
        }
      }
    }
  }
}

TEST(CumulativeIncidence, CountsRowsAtRiskAndEvents) {
  const auto sample = CompetingSample::of(300, 12, 3, 2, 0, 4);
  const auto got = cumulativeIncidence(sample.times(), sample.groups, sample.causes);
  for (std::size_t g = 0; g < 2; ++g) {
    for (std::size_t i = 0; i < got[g].time.size(); ++i) {
      std::int32_t atRisk = 0;
      std::vector<std::int32_t> events(3);
      for (std::size_t row = 0; row < sample.rows(); ++row) {
        if (sample.groups[row] != g) continue;
        atRisk += sample.time[row] >= got[g].time[i];
        if (sample.time[row] == got[g].time[i] && sample.causes.codes[row] >= 0) {
          ++events[static_cast<std::size_t>(sample.causes.codes[row])];
        }
      }
      EXPECT_EQ(got[g].nRisk[i], atRisk);
      for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(got[g].causes[c].nEvent[i], events[c]);
    }
  }
}

TEST(CumulativeIncidence, KeepsItsDigitsWhenNobodyIsLeft) {
  // Everybody has the one cause, one after the other: F = i/n, 1 − ρ = S(t)/S(tⱼ), variance ((n − i)/n)² Σ 1/(n − j)².
  const std::size_t n = 20000;
  CompetingSample sample;
  for (std::size_t i = 0; i < n; ++i) sample.time.push_back(static_cast<double>(i + 1));
  sample.causes = {std::vector<std::int32_t>(n, 0), 1};
  const auto curve = cumulativeIncidence(sample.times(), sample.groups, sample.causes).front().causes.front();
  const auto all = static_cast<double>(n);
  long double squares = 0;
  for (std::size_t i = 1; i < n; ++i) {
    const auto rest = static_cast<double>(n - i);
    squares += 1 / (static_cast<long double>(rest) * rest);
    EXPECT_LT(relative(curve.incidence[i - 1], static_cast<double>(i) / all), 1e-12);
    EXPECT_LT(relative(curve.se[i - 1], rest / all * std::sqrt(static_cast<double>(squares))), 1e-11);
  }
  EXPECT_EQ(curve.incidence.back(), 1);
}

TEST(CumulativeIncidence, IncidencesAndSurvivalAddUpToOne) {
  auto sample = CompetingSample::of(500, 40, 3, 1, 0, 9);
  const auto got = cumulativeIncidence(sample.times(), sample.groups, sample.causes).front();
  for (auto& code : sample.causes.codes) code = std::min(code, 0);
  sample.causes.count = 1;
  const auto any = cumulativeIncidence(sample.times(), sample.groups, sample.causes).front().causes.front();
  for (std::size_t i = 0; i < got.time.size(); ++i) {
    double total = 0;
    for (const auto& curve : got.causes) total += curve.incidence[i];
    EXPECT_NEAR(total, any.incidence[i], 1e-14);
  }
}

TEST(CumulativeIncidence, ScalesWithTimeAndForgetsTheOrderOfRows) {
  const auto sample = CompetingSample::of(200, 30, 2, 3, 0, 5);
  auto turned = sample;
  std::reverse(turned.time.begin(), turned.time.end());
  std::reverse(turned.causes.codes.begin(), turned.causes.codes.end());
  std::reverse(turned.groups.codes.begin(), turned.groups.codes.end());
  for (double& time : turned.time) time *= 365.25;
  const auto a = cumulativeIncidence(sample.times(), sample.groups, sample.causes);
  const auto b = cumulativeIncidence(turned.times(), turned.groups, turned.causes);
  for (std::size_t g = 0; g < 3; ++g) {
    for (std::size_t c = 0; c < 2; ++c) {
      EXPECT_EQ(a[g].causes[c].incidence, b[g].causes[c].incidence);
      EXPECT_EQ(a[g].causes[c].se, b[g].causes[c].se);
    }
  }
}

}  // namespace
}  // namespace bedside::numerics
