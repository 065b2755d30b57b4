#include <benchmark/benchmark.h>

#include <cmath>
#include <random>
#include <vector>

#include "numerics/glm.hpp"
#include "numerics/gram.hpp"
#include "numerics/least_squares.hpp"
#include "numerics/sandwich.hpp"

namespace bedside::numerics {
namespace {

/// 20 normal columns, coefficients of ordinary size, a third of events.
struct Cohort {
  std::size_t rows;
  std::vector<std::vector<double>> columns;
  std::vector<double> event;

  explicit Cohort(std::size_t count) : rows(count), columns(20, std::vector<double>(count)), event(count) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    for (auto& column : columns) {
      for (double& value : column) value = normal(random);
    }
    for (std::size_t i = 0; i < rows; ++i) {
      double eta = -0.7;
      for (std::size_t j = 0; j < columns.size(); ++j) eta += columns[j][i] * (0.05 * static_cast<double>(j % 7) - 0.1);
      event[i] = uniform(random) < 1 / (1 + std::exp(-eta)) ? 1 : 0;
    }
  }
  GlmProblem problem(Family family) const {
    std::vector<Source> sources{Source::one()};
    for (const auto& column : columns) sources.push_back(Source::of(column.data()));
    sources.push_back(Source::of(event.data()));
    return {Blocks(sources, Rows::all(rows)), Layout{21}, family};
  }
};

void weightedGram(benchmark::State& state) {
  const Cohort cohort(static_cast<std::size_t>(state.range(0)));
  const GlmProblem problem = cohort.problem(Family::binomial);
  for (auto _ : state) benchmark::DoNotOptimize(gram(problem.rows, 21, 21));
}
BENCHMARK(weightedGram)->Arg(100000)->Unit(benchmark::kMillisecond);

void logisticFit(benchmark::State& state) {
  const Cohort cohort(static_cast<std::size_t>(state.range(0)));
  const GlmProblem problem = cohort.problem(Family::binomial);
  for (auto _ : state) benchmark::DoNotOptimize(fitGlm(problem));
}
BENCHMARK(logisticFit)->Arg(1000)->Arg(100000)->Unit(benchmark::kMillisecond);

void leastSquaresFit(benchmark::State& state) {
  const Cohort cohort(static_cast<std::size_t>(state.range(0)));
  const GlmProblem problem = cohort.problem(Family::gaussian);
  for (auto _ : state) benchmark::DoNotOptimize(fitLeastSquares(problem.rows, problem.layout));
}
BENCHMARK(leastSquaresFit)->Arg(100000)->Unit(benchmark::kMillisecond);

void robustCovariance(benchmark::State& state) {
  const Cohort cohort(static_cast<std::size_t>(state.range(0)));
  const GlmProblem problem = cohort.problem(Family::binomial);
  const std::vector<double> coefficients = fitGlm(problem).coefficients;
  for (auto _ : state) benchmark::DoNotOptimize(sandwich(problem, coefficients, Hc::hc0));
}
BENCHMARK(robustCovariance)->Arg(100000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bedside::numerics
