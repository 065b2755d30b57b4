#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>
#include <string>

#include "table/load.hpp"
#include "table/summary.hpp"
#include "table/text.hpp"

namespace bedside {
namespace {

constexpr std::size_t chunkBytes = 1024 * 1024;  // as the worker gets it

/// Ten columns of a registry: whole numbers, two and three decimals, short texts; 47 bytes a row.
std::string registry(std::size_t rows) {
  std::mt19937_64 random(42);
  const auto below = [&](std::uint64_t limit) { return random() % limit; };
  const char* const sites[] = {"north", "south", "east", "west", "central", "Bangkok", "Chiang Mai"};
  const auto decimals = [](std::uint64_t whole, std::size_t places) {
    std::string digits = std::to_string(whole);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    return digits.insert(digits.size() - places, 1, '.');
  };
  std::string text = "id,age,sex,sbp,ldl,crp,site,arm,days,status\n";
  for (std::size_t i = 1; i <= rows; ++i) {
    text += bedside::text(i, ",", 18 + below(78), below(2) == 0 ? ",F," : ",M,", 90 + below(110), ",",
                          decimals(50 + below(550), 2), ",", decimals(below(80'000), 3), ",", sites[below(7)],
                          below(2) == 0 ? ",placebo," : ",active,", 1 + below(4000), ",", below(2), "\n");
  }
  return text;
}

/// Measurements with all the digits a double has, as scripts write them.
std::string fullPrecision(std::size_t rows) {
  std::mt19937_64 random(7);
  std::string text = "a,b\n";
  for (std::size_t i = 0; i < rows; ++i) {
    text += bedside::text("0.", 10'000'000'000'000'000 + random() % 89'999'999'999'999'999, ",-1.",
                          1'000'000'000'000'000 + random() % 8'999'999'999'999'999, "\n");
  }
  return text;
}

Table load(const std::string& text) {
  CsvReader reader({}, "patients.csv");
  for (std::size_t at = 0; at < text.size(); at += chunkBytes) {
    reader.feed({text.data() + at, std::min(chunkBytes, text.size() - at)});
  }
  return reader.finish();
}

void measureLoads(benchmark::State& state, const std::string& text) {
  for (auto _ : state) benchmark::DoNotOptimize(load(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void loadRegistry(benchmark::State& state) { measureLoads(state, registry(static_cast<std::size_t>(state.range(0)))); }
BENCHMARK(loadRegistry)->Arg(1000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

/// The last of a million cells is no number: every one before is written out again.
void loadLateText(benchmark::State& state) {
  std::string text = "x\n";
  for (int i = 0; i < 1'000'000; ++i) text += bedside::text(i % 500, ".", i % 10, "\n");
  measureLoads(state, text + "none\n");
}
BENCHMARK(loadLateText)->Unit(benchmark::kMillisecond);

void loadFullPrecision(benchmark::State& state) { measureLoads(state, fullPrecision(500'000)); }
BENCHMARK(loadFullPrecision)->Unit(benchmark::kMillisecond);

void summarizeRegistry(benchmark::State& state) {
  const Table table = load(registry(1'000'000));
  for (auto _ : state) {
    for (const Column& column : table.columns) benchmark::DoNotOptimize(summaryOf(*column.data));
  }
}
BENCHMARK(summarizeRegistry)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bedside
