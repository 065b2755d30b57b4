#include "numerics/auc.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace bedside::numerics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Rows drawn with ties; the score is higher in cases.
struct Sample {
  std::vector<double> scores, other, events, weights;

  Sample(std::size_t n, std::uint64_t distinct, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      events.push_back(random() % 3 == 0 || i == 0);
      if (i == 1) events[1] = 0;
      scores.push_back(static_cast<double>(random() % distinct) / 64 + events.back() * 0.5);
      other.push_back(static_cast<double>(random() % distinct) / 64);
      weights.push_back(static_cast<double>(random() % 100) / 16);
    }
  }
};

double kernel(double ofCase, double ofControl, double tolerance) {
  return std::abs(ofCase - ofControl) <= tolerance ? 0.5 : ofCase > ofControl ? 1 : 0;
}

/// Every pair, by the definition.
double naiveArea(const Sample& s, const std::vector<double>& weights, double tolerance) {
  double sum = 0, pairs = 0;
  for (std::size_t i = 0; i < s.scores.size(); ++i) {
    for (std::size_t j = 0; j < s.scores.size(); ++j) {
      if (s.events[i] != 1 || s.events[j] != 0) continue;
      pairs += weights[i] * weights[j];
      sum += weights[i] * weights[j] * kernel(s.scores[i], s.scores[j], tolerance);
    }
  }
  return sum / pairs;
}

/// DeLong, DeLong & Clarke-Pearson 1988, eq. 3–5: structural components and their covariance, pair by pair.
double naiveCovariance(const Sample& s, const std::vector<double>& a, const std::vector<double>& b) {
  const auto component = [&](const std::vector<double>& scores, std::size_t row) {
    double sum = 0, count = 0;
    for (std::size_t j = 0; j < scores.size(); ++j) {
      if (s.events[j] == s.events[row]) continue;
      sum += s.events[row] == 1 ? kernel(scores[row], scores[j], 0) : kernel(scores[j], scores[row], 0);
      ++count;
    }
    return sum / count;
  };
  double result = 0;
  for (double side : {1.0, 0.0}) {
    std::vector<double> va, vb;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (s.events[i] != side) continue;
      va.push_back(component(a, i));
      vb.push_back(component(b, i));
    }
    double meanA = 0, meanB = 0, sum = 0;
    const double n = static_cast<double>(va.size());
    for (std::size_t i = 0; i < va.size(); ++i) {
      meanA += va[i] / n;
      meanB += vb[i] / n;
    }
    for (std::size_t i = 0; i < va.size(); ++i) sum += (va[i] - meanA) * (vb[i] - meanB);
    result += sum / (n - 1) / n;
  }
  return result;
}

TEST(Auc, CountsPairs) {
  for (std::size_t n : {2, 9, 300, 1500}) {
    for (std::uint64_t distinct : {1, 6, 100, 1000000}) {
      const Sample s(n, distinct, n + distinct);
      const std::vector<double> ones(n, 1.0);
      EXPECT_NEAR(cStatistic(s.scores, s.events), naiveArea(s, ones, 1e-11), 1e-14);
      EXPECT_NEAR(cStatistic(s.scores, s.events, s.weights), naiveArea(s, s.weights, 1e-11), 1e-12);
      EXPECT_NEAR(delong(s.scores, s.events, 0.95).auc, naiveArea(s, ones, 0), 1e-14);
    }
  }
}

TEST(Auc, VarianceByDefinition) {
  for (std::size_t n : {5, 40, 300}) {
    for (std::uint64_t distinct : {3, 100, 1000000}) {
      const Sample s(n, distinct, 77 * n + distinct);
      const Placements a = placements(s.scores, s.events), b = placements(s.other, s.events);
      EXPECT_NEAR(delongCovariance(a, a), naiveCovariance(s, s.scores, s.scores), 1e-15);
      EXPECT_NEAR(delongCovariance(a, b), naiveCovariance(s, s.scores, s.other), 1e-15);
      EXPECT_NEAR(delong(a, 0.95).se, std::sqrt(delongCovariance(a, a)), 1e-15);
    }
  }
}

TEST(Auc, FiguresOfPROC) {
  // aSAH: ci.auc(outcome ~ wfns, conf.level = 0.9) of pROC 1.18
  const double cases[] = {2, 12, 1, 8, 18}, controls[] = {37, 20, 3, 8, 4};
  std::vector<double> scores, events;
  for (std::size_t k = 0; k < 5; ++k) {
    for (double i = 0; i < cases[k] + controls[k]; ++i) {
      scores.push_back(static_cast<double>(k + 1));
      events.push_back(i < cases[k]);
    }
  }
  const Auc got = delong(scores, events, 0.9);
  EXPECT_NEAR(got.auc, 0.823678861788618, 1e-14);
  EXPECT_NEAR(got.se, 0.0383394667258639, 1e-14);
  EXPECT_NEAR(got.low, 0.760616050889195, 1e-14);
  EXPECT_NEAR(got.high, 0.88674167268804, 1e-14);
}

TEST(Auc, PlacementsStandInTheOrderOfTheRows) {
  const std::vector<double> scores{3, 1, 2, 2, 0}, events{1, 0, 1, 0, 1};
  const Placements got = placements(scores, events);
  EXPECT_EQ(got.cases, (std::vector{1.0, 0.75, 0.0}));
  EXPECT_EQ(got.controls, (std::vector{2.0 / 3, 0.5}));
}

TEST(Auc, FittedValuesARoundingApartAreTied) {
  const std::vector<double> scores{0.3, 0.3 + 1e-12, 0.7}, events{0, 1, 1};
  EXPECT_EQ(cStatistic(scores, events), 0.75);
  EXPECT_EQ(cStatistic(scores, events, {}, 0), 1);
  EXPECT_EQ(delong(scores, events, 0.95, fittedTolerance).auc, 0.75);
}

TEST(Auc, SeparationAndConstantsHaveNoError) {
  const std::vector<double> events{0, 0, 0, 1, 1}, apart{1, 2, 3, 4, 5}, same{1, 1, 1, 1, 1},
      infinite{-infinity, -infinity, infinity, infinity, infinity};
  const Auc separated = delong(apart, events, 0.95);
  EXPECT_EQ(separated.auc, 1);
  EXPECT_EQ(separated.se, 0);
  EXPECT_EQ(separated.low, 1);
  EXPECT_EQ(separated.high, 1);
  EXPECT_EQ(delong(same, events, 0.95).auc, 0.5);
  EXPECT_EQ(delong(same, events, 0.95).se, 0);
  EXPECT_NEAR(delong(infinite, events, 0.95).auc, 5.0 / 6, 1e-15);
}

TEST(Auc, TheIntervalIsCutToUnity) {
  const std::vector<double> scores{1, 2, 3, 4, 2.5, 6, 7}, events{0, 0, 0, 0, 1, 1, 1};
  const Auc got = delong(scores, events, 0.95);
  EXPECT_LT(got.auc, 1);
  EXPECT_EQ(got.high, 1);
}

TEST(Auc, WithoutAPairOrASpread) {
  const std::vector<double> scores{1, 2, 3}, cases{1, 1, 1}, single{1, 0, 0};
  EXPECT_TRUE(std::isnan(cStatistic(scores, cases)));
  EXPECT_TRUE(std::isnan(delong(scores, cases, 0.95).auc));
  const Auc one = delong(scores, single, 0.95);
  EXPECT_EQ(one.auc, 0);
  EXPECT_TRUE(std::isnan(one.se) && std::isnan(one.low) && std::isnan(one.high));
}

}  // namespace
}  // namespace bedside::numerics
