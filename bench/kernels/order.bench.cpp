#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>
#include <vector>

#include "numerics/auc.hpp"
#include "numerics/moments.hpp"
#include "numerics/order.hpp"
#include "numerics/ranktests.hpp"

namespace bedside::numerics {
namespace {

/// Fitted probabilities with their outcomes, nearly all different; ages in whole years, nearly all tied.
struct Rows {
  std::vector<double> fitted, events, ages;

  explicit Rows(std::size_t n) {
    std::mt19937_64 random(42);
    std::uniform_real_distribution<double> uniform;
    for (std::size_t i = 0; i < n; ++i) {
      fitted.push_back(uniform(random));
      events.push_back(uniform(random) < fitted.back());
      ages.push_back(static_cast<double>(18 + random() % 70));
    }
  }
};

const Rows& rows(std::size_t n) {
  static const Rows some(10'000), many(100'000), most(1'000'000);
  return n <= 10'000 ? some : n <= 100'000 ? many : most;
}

std::size_t size(const benchmark::State& state) { return static_cast<std::size_t>(state.range(0)); }

void orderOfFitted(benchmark::State& state) {
  const Rows& r = rows(size(state));
  for (auto _ : state) benchmark::DoNotOptimize(ascending(r.fitted));
}
BENCHMARK(orderOfFitted)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

/// What the radix sort replaces.
void orderByComparison(benchmark::State& state) {
  const std::vector<double>& values = rows(size(state)).fitted;
  for (auto _ : state) {
    std::vector<std::uint32_t> order(values.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
    benchmark::DoNotOptimize(order);
  }
}
BENCHMARK(orderByComparison)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void orderOfAges(benchmark::State& state) {
  const Rows& r = rows(size(state));
  for (auto _ : state) benchmark::DoNotOptimize(ascending(r.ages));
}
BENCHMARK(orderOfAges)->Arg(100'000)->Unit(benchmark::kMillisecond);

void sortValues(benchmark::State& state) {
  const Rows& r = rows(size(state));
  for (auto _ : state) {
    std::vector<double> values = r.fitted;
    sortAscending(values);
    benchmark::DoNotOptimize(values);
  }
}
BENCHMARK(sortValues)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void quartiles(benchmark::State& state) {
  const Rows& r = rows(size(state));
  const std::vector<double> p{0.25, 0.5, 0.75};
  for (auto _ : state) {
    std::vector<double> values = r.fitted;
    benchmark::DoNotOptimize(quantiles(values, p));
  }
}
BENCHMARK(quartiles)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void areaAndDeLong(benchmark::State& state) {
  const Rows& r = rows(size(state));
  for (auto _ : state) benchmark::DoNotOptimize(delong(r.fitted, r.events, 0.95, fittedTolerance));
}
BENCHMARK(areaAndDeLong)->Arg(100'000)->Unit(benchmark::kMillisecond);

void rankSum(benchmark::State& state) {
  const Rows& r = rows(size(state));
  const std::span<const double> values = r.ages;
  for (auto _ : state) {
    benchmark::DoNotOptimize(mannWhitney(values.first(values.size() / 2), values.subspan(values.size() / 2)));
  }
}
BENCHMARK(rankSum)->Arg(100'000)->Unit(benchmark::kMillisecond);

void momentsOfColumn(benchmark::State& state) {
  const Rows& r = rows(size(state));
  for (auto _ : state) benchmark::DoNotOptimize(moments(r.fitted));
}
BENCHMARK(momentsOfColumn)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bedside::numerics
