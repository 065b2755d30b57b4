#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "numerics/survival/cox.hpp"
#include "numerics/survival/fine_gray.hpp"
#include "numerics/survival/gray_test.hpp"
#include "numerics/survival/log_rank.hpp"
#include "numerics/survival/product_limit.hpp"

namespace bedside::numerics {
namespace {

/// Patients in two groups with ten covariates: exponential times, three tenths censored, two causes.
struct FollowUp {
  std::vector<std::vector<double>> covariates;
  std::vector<double> time;
  Causes causes;
  Groups groups, strata;
  std::vector<std::uint8_t> event, cause;

  /// `distinct` 0: no ties.
  explicit FollowUp(std::size_t rows, std::size_t distinct = 0, std::size_t strataCount = 1)
      : covariates(10, std::vector<double>(rows)) {
    std::mt19937_64 random(5);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    causes.count = groups.count = 2;
    strata.count = strataCount;
    for (std::size_t i = 0; i < rows; ++i) {
      double eta = 0;
      for (std::size_t j = 0; j < covariates.size(); ++j) {
        covariates[j][i] = normal(random);
        eta += covariates[j][i] * (0.1 * static_cast<double>(j % 5) - 0.2);
      }
      const double t = -std::log(1 - uniform(random)) * std::exp(-eta);
      time.push_back(distinct == 0 ? t : std::ceil(std::min(t / 5, 1.0) * static_cast<double>(distinct)));
      const double fate = uniform(random);
      event.push_back(fate < 0.7);
      cause.push_back(fate < 0.42 ? ownCause : fate < 0.7 ? otherCause : censoredRow);
      causes.codes.push_back(fate < 0.42 ? 0 : fate < 0.7 ? 1 : Causes::censored);
      groups.codes.push_back(static_cast<std::int32_t>(random() % 2));
      strata.codes.push_back(static_cast<std::int32_t>(random() % strataCount));
    }
  }

  std::size_t rows() const { return time.size(); }
  Times times() const { return timesOf(time.data(), nullptr, Rows::all(rows())); }
  std::vector<Source> design(std::size_t columns) const {
    std::vector<Source> out;
    for (std::size_t j = 0; j < columns; ++j) out.push_back(Source::of(covariates[j].data()));
    return out;
  }
};

void sortedTimes(benchmark::State& state) {
  const FollowUp patients(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(patients.times());
}
BENCHMARK(sortedTimes)->Arg(100000)->Arg(1000000)->Unit(benchmark::kMillisecond);

void survivalCurves(benchmark::State& state) {
  const FollowUp patients(static_cast<std::size_t>(state.range(0)));
  const Times times = patients.times();
  for (auto _ : state) {
    for (const RiskTable& table : riskTables(times, patients.groups, patients.event, {}, false)) {
      benchmark::DoNotOptimize(kaplanMeier(table));
    }
  }
}
BENCHMARK(survivalCurves)->Arg(100000)->Arg(1000000)->Unit(benchmark::kMillisecond);

void logRankTest(benchmark::State& state) {
  const FollowUp patients(static_cast<std::size_t>(state.range(0)));
  const Times times = patients.times();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        logRank(comparedRows(times, patients.strata, patients.groups, patients.event, {}, false), 0));
  }
}
BENCHMARK(logRankTest)->Arg(100000)->Arg(1000000)->Unit(benchmark::kMillisecond);

/// The fit alone, its risk sets included: of 100,000 rows with all times distinct, 500 times, 50 strata.
void coxFit(benchmark::State& state) {
  const FollowUp patients(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)),
                          static_cast<std::size_t>(state.range(2)));
  const Times times = patients.times();
  for (auto _ : state) {
    const CoxProblem problem{patients.design(10), riskSets(times, patients.strata, patients.event, {},
                                                           Rows::all(patients.rows()))};
    benchmark::DoNotOptimize(fitCox(problem));
  }
}
BENCHMARK(coxFit)
    ->Args({100000, 0, 1})
    ->Args({100000, 500, 1})
    ->Args({100000, 0, 50})
    ->Args({1000000, 0, 1})
    ->Unit(benchmark::kMillisecond);

void incidenceCurves(benchmark::State& state) {
  const FollowUp patients(static_cast<std::size_t>(state.range(0)));
  const Times times = patients.times();
  for (auto _ : state) benchmark::DoNotOptimize(cumulativeIncidence(times, patients.groups, patients.causes));
}
BENCHMARK(incidenceCurves)->Arg(100000)->Arg(1000000)->Unit(benchmark::kMillisecond);

void grayTest(benchmark::State& state) {
  const FollowUp patients(static_cast<std::size_t>(state.range(0)));
  const Times times = patients.times();
  for (auto _ : state) benchmark::DoNotOptimize(grayTests(times, patients.groups, patients.causes));
}
BENCHMARK(grayTest)->Arg(100000)->Arg(1000000)->Unit(benchmark::kMillisecond);

void fineGrayFit(benchmark::State& state) {
  const FollowUp patients(static_cast<std::size_t>(state.range(0)));
  const Times times = patients.times();
  for (auto _ : state) {
    const FineGrayProblem problem{patients.design(3),
                                  riskSets(times, {}, patients.cause, {}, Rows::all(patients.rows()))};
    benchmark::DoNotOptimize(fitFineGray(problem));
  }
}
BENCHMARK(fineGrayFit)->Arg(5000)->Arg(100000)->Arg(1000000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bedside::numerics
