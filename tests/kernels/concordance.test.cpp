#include "numerics/survival/concordance.hpp"

#include <gtest/gtest.h>

#include "survival_sample.hpp"

namespace bedside::numerics {
namespace {

/// All pairs, by the convention's words.
Concordance naive(const SurvivalSample& sample, const std::vector<double>& score, const Groups& clusters) {
  const std::size_t n = sample.rows();
  Concordance out;
  std::vector<double> c(n), d(n), t(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (sample.event[i] == 0) continue;
    for (std::size_t j = 0; j < n; ++j) {
      if (i == j || !sample.atRisk(j, sample.time[i], sample.stratum(i))) continue;
      if (sample.time[j] == sample.time[i] && sample.event[j] != 0) continue;
      const double weight = sample.weight(i) * sample.weight(j);
      auto& of = score[i] > score[j] ? c : score[i] < score[j] ? d : t;
      of[i] += sample.weight(j);
      of[j] += sample.weight(i);
      (score[i] > score[j] ? out.concordant : score[i] < score[j] ? out.discordant : out.tied) += weight;
    }
  }
  const double all = out.concordant + out.discordant + out.tied;
  const double s = (out.concordant - out.discordant) / all;
  std::vector<double> q(clusters.codes.empty() ? n : clusters.count);
  for (std::size_t i = 0; i < n; ++i) {
    q[clusters.codes.empty() ? i : clusters[i]] += sample.weight(i) * (c[i] - d[i] - s * (c[i] + d[i] + t[i])) / all;
  }
  double squares = 0;
  for (const double value : q) squares += value * value;
  out.c = (out.concordant + out.tied / 2) / all;
  out.se = std::sqrt(squares) / 2;
  return out;
}

TEST(Concordance, EqualsAllPairs) {
  for (const SurvivalSample& sample : SurvivalSample::every(80, 1, 1)) {
    std::vector<double> score(sample.columns[0]);
    for (double& value : score) value = std::round(4 * value);  // ties
    Groups clusters{std::vector<std::int32_t>(80), 13};
    for (std::size_t i = 0; i < 80; ++i) clusters.codes[i] = static_cast<std::int32_t>(i * i % 13);
    const CoxProblem problem = sample.problem();
    std::vector<double> byPosition;
    for (const std::uint32_t row : problem.risk.row) byPosition.push_back(score[row]);
    for (const Groups& of : {Groups{}, clusters}) {
      const Concordance want = naive(sample, score, of), got = concordance(problem.risk, byPosition, of);
      EXPECT_LT(deviation(got.concordant, want.concordant), 1e-12);
      EXPECT_LT(deviation(got.discordant, want.discordant), 1e-12);
      EXPECT_LT(deviation(got.tied, want.tied), 1e-12);
      EXPECT_LT(deviation(got.c, want.c), 1e-12);
      EXPECT_LT(deviation(got.se, want.se), 1e-12);
    }
  }
}

TEST(Concordance, RoundingIsNoDifference) {
  SurvivalSample sample;
  sample.time = {1, 2, 3};
  sample.event = {1, 0, 0};
  const CoxProblem problem = sample.problem();
  const Concordance got = concordance(problem.risk, std::vector<double>{0.1 + 0.2, 0.3, -5}, {});
  EXPECT_EQ(got.tied, 1);
  EXPECT_EQ(got.concordant, 1);
}

TEST(Concordance, WithoutAPairThereIsNone) {
  SurvivalSample sample;
  sample.time = {1, 1};
  sample.event = {1, 1};
  const Concordance got = concordance(sample.problem().risk, std::vector<double>{1, 2}, {});
  EXPECT_TRUE(std::isnan(got.c));
  EXPECT_TRUE(std::isnan(got.se));
}

}  // namespace
}  // namespace bedside::numerics
