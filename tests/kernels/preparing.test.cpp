#include "table/preparing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "sample_table.hpp"

namespace bedside::testing {
namespace {

std::vector<double> values(const Table& table, std::string_view name) { return table.at(name).data->values; }

Table patients() {
  Table table = tableOf({numbers("age", {61, 17, absent, 45, 80, 18}), texts("sex", {"F", "M", "F", "NA", "M", "F"}),
                         texts("site", {"Basel", "Bern", "Bern", "Chur", "Basel", "Basel"}),
                         numbers("dose", {1, 2, 3, 2, 1, 3}, {"3", "1", "2"})});
  table.source = "patients.csv";
  table.warnings = {{"ENCODING", "one"}};
  table.columns[0].label = "Age";
  table.columns[0].unit = "years";
  table.columns[1].valueLabels = {{"F", "Female"}};
  return table;
}

TEST(Preparing, FilterKeepsRowsInOrderWithTheirDescriptions) {
  const Table table = patients();
  const Table adults = filter(table, "age >= 18");
  EXPECT_EQ(adults.rows, 4u);
  EXPECT_EQ(values(adults, "age"), (std::vector<double>{61, 45, 80, 18}));
  EXPECT_EQ(adults.source, "patients.csv");
  EXPECT_EQ(adults.warnings.size(), 1u);
  EXPECT_EQ(adults.at("age").label, "Age");
  EXPECT_EQ(adults.at("age").unit, "years");
  EXPECT_EQ(adults.at("sex").valueLabels.size(), 1u);
  EXPECT_EQ(adults.at("dose").data->levels, (std::vector<std::string>{"3", "1", "2"}));
  EXPECT_EQ(filter(table, "age > 100").rows, 0u);
}

TEST(Preparing, LevelsWithoutARowGoAndTheOthersKeepTheirOrder) {
  Table table = patients();
  // An order that a dictionary fixed.
  table.columns[2].data = ColumnData::categoricalOf({2, 1, 1, 0, 2, 2}, {"Chur", "Bern", "Basel"});
  const Table some = filter(table, "site != 'Bern'");
  EXPECT_EQ(some.at("site").data->levels, (std::vector<std::string>{"Chur", "Basel"}));
  EXPECT_EQ(some.at("site").data->codes, (std::vector<std::int32_t>{1, 0, 1, 1}));
  EXPECT_EQ(some.at("sex").data->missing, 1u);
  EXPECT_TRUE(filter(table, "FALSE").at("site").data->levels.empty());
  // As if only these rows had been read: the same content, so the same results in the cache.
  const Table read = tableOf({texts("sex", {"F", "F", "F"})});
  EXPECT_EQ(filter(table, "sex == 'F'").at("sex").data->fingerprint, read.at("sex").data->fingerprint);
}

TEST(Preparing, UnchangedColumnsAreShared) {
  const Table table = patients();
  const Table same = filter(table, "TRUE");
  const Table made = derive(table, {{"old", "age > 60"}, {"age", "age / 10"}, {"copy", "sex"}});
  for (const char* name : {"sex", "site", "dose"}) {
    EXPECT_EQ(same.at(name).data, table.at(name).data);
    EXPECT_EQ(made.at(name).data, table.at(name).data);
  }
  EXPECT_EQ(made.at("copy").data, table.at("sex").data);
  EXPECT_EQ(made.at("copy").valueLabels.size(), 1u);
  EXPECT_EQ(made.at("age").label, "") << "another variable now";
  EXPECT_EQ(made.columns[0].name, "age") << "in its place";
  EXPECT_EQ(made.columns[4].name, "old");
  const double old[] = {1, 0, absent, 0, 1, 0};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_TRUE(values(made, "old")[i] == old[i] || (std::isnan(old[i]) && std::isnan(values(made, "old")[i])))
        << "age as it was, row " << i;
  }
}

TEST(Preparing, DerivesFromArrays) {
  const Table table = patients();
  const Table made = derive(table, {{"w", {}, numbers("", {1, 2, 3, 4, 5, 6}).data}});
  EXPECT_EQ(values(made, "w"), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  const std::string failure = failureOf([&] { derive(table, {{"w", {}, numbers("", {1, 2}).data}}); });
  EXPECT_EQ(failure, "INVALID_SPEC: derive 'w': the array has 2 elements, the table 6 rows; give one for each row");
  EXPECT_EQ(failureOf([&] { derive(table, {{"", "1"}}); }), "INVALID_SPEC: derive: a column needs a name");
  EXPECT_EQ(derive(table, {}).columns.size(), 4u);
}

TEST(Preparing, TakesRowsWithRepeats) {
  const Table table = patients();
  const std::vector<std::uint32_t> rows = {4, 0, 0, 5};
  const Table taken = take(table, rows);
  EXPECT_EQ(values(taken, "age"), (std::vector<double>{80, 61, 61, 18}));
  EXPECT_EQ(taken.at("site").data->levels, (std::vector<std::string>{"Basel"}));
  EXPECT_EQ(take(table, {}).rows, 0u);
  const std::vector<std::uint32_t> beyond = {1, 6};
  EXPECT_EQ(failureOf([&] { take(table, beyond); }),
            "INVALID_SPEC: take: element 1 is row 6, and the table has 6 rows, numbered from 0");
}

TEST(Preparing, ProgressRisesAndCanEndTheWork) {
  std::mt19937 random(1);
  std::vector<double> many(300'000);
  for (double& value : many) value = static_cast<double>(random() % 100);
  const Table table = tableOf({numbers("x", many)});
  double last = 0;
  std::size_t told = 0;
  const auto rising = [&](double done) {
    EXPECT_GE(done, 0);
    EXPECT_LE(done, 1);
    last = std::max(last, done);
    ++told;
  };
  filter(table, "x > mean(x)", rising);
  EXPECT_GE(told, 5u);
  EXPECT_EQ(last, 1);
  std::size_t left = 3;
  const auto ending = [&](double) {
    if (--left == 0) fail(Code::aborted, "enough");
  };
  EXPECT_EQ(failureOf([&] { derive(table, {{"y", "sqrt(x) + median(x^2)"}}, ending); }), "ABORTED: enough");
}

/// `survSplit` from its definition: an episode for each interval between cuts that the row's own time meets.
struct Episode {
  std::size_t row;
  double start, stop, event, number;
};

std::vector<Episode> episodesByDefinition(const Table& table, const EpisodeSpec& spec) {
  std::vector<double> bounds = {-INFINITY};
  for (double cut : spec.cuts) bounds.push_back(cut);
  bounds.push_back(INFINITY);
  std::sort(bounds.begin(), bounds.end());
  std::vector<Episode> out;
  for (std::size_t row = 0; row < table.rows; ++row) {
    const double begin = spec.start ? values(table, *spec.start)[row] : 0, end = values(table, spec.time)[row];
    const double event = values(table, spec.event)[row];
    if (std::isnan(begin) || std::isnan(end)) {
      out.push_back({row, begin, end, event, 1});
      continue;
    }
    for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
      const double from = std::max(bounds[i], begin), to = std::min(bounds[i + 1], end);
      if (from < to) out.push_back({row, from, to, to == end ? event : 0, static_cast<double>(i + 1)});
    }
  }
  return out;
}

TEST(Preparing, SplitsEpisodesByDefinition) {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> entry, time, event, id;
    for (int i = 0; i < 30; ++i) {
      entry.push_back(random() % 9 == 0 ? absent : static_cast<double>(random() % 10));
      time.push_back(random() % 9 == 0
                         ? absent
                         : (std::isnan(entry.back()) ? 0 : entry.back()) + 1 + static_cast<double>(random() % 20));
      event.push_back(random() % 9 == 0 ? absent : random() % 2);
      id.push_back(i);
    }
    const Table table = tableOf({numbers("id", id), numbers("in", entry), numbers("t", time), numbers("d", event)});
    EpisodeSpec spec{.time = "t", .event = "d"};
    if (round % 2) spec.start = "in";
    for (unsigned cuts = round % 5; cuts > 0; --cuts) spec.cuts.push_back(static_cast<double>(random() % 25));
    std::sort(spec.cuts.begin(), spec.cuts.end());
    spec.cuts.erase(std::unique(spec.cuts.begin(), spec.cuts.end()), spec.cuts.end());
    const std::vector<Episode> wanted = episodesByDefinition(table, spec);
    std::shuffle(spec.cuts.begin(), spec.cuts.end(), random);
    const Table split = splitEpisodes(table, spec);
    ASSERT_EQ(split.rows, wanted.size());
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      ASSERT_EQ(values(split, "id")[i], id[wanted[i].row]);
      ASSERT_TRUE(same(values(split, "tstart")[i], wanted[i].start)) << i;
      ASSERT_TRUE(same(values(split, "tstop")[i], wanted[i].stop)) << i;
      ASSERT_TRUE(same(values(split, "event")[i], wanted[i].event)) << i;
      ASSERT_TRUE(same(values(split, "episode")[i], wanted[i].number)) << i;
    }
  }
}

TEST(Preparing, RefusesEpisodesThatBeginWhereTheyEnd) {
  const Table table = tableOf({numbers("in", {0, 5}), numbers("t", {3, 5}), numbers("d", {1, 0}),
                               numbers("zero", {0, 4}), texts("s", {"a", "b"})});
  const auto failing = [&](const EpisodeSpec& spec) { return failureOf([&] { splitEpisodes(table, spec); }); };
  EXPECT_EQ(failing({.time = "t", .event = "d", .start = "in", .cuts = {1}}),
            "INVALID_SPEC: splitEpisodes: in data row 2 (the first row is 1) the episode begins at 5 and ends at 5, "
            "column 't': correct it or "
            "filter the row out");
  EXPECT_TRUE(failing({.time = "zero", .event = "d", .cuts = {1}}).starts_with("INVALID_SPEC"));
  EXPECT_TRUE(failing({.time = "s", .event = "d", .cuts = {1}}).starts_with("NOT_NUMERIC"));
  EXPECT_TRUE(failing({.time = "t", .event = "zzz", .cuts = {1}}).starts_with("COLUMN_NOT_FOUND"));
  EXPECT_TRUE(failing({.time = "t", .event = "d", .cuts = {INFINITY}}).starts_with("INVALID_SPEC"));
  EXPECT_EQ(splitEpisodes(table, {.time = "t", .event = "s", .eventValue = "a", .cuts = {2}}).at("event").data->values,
            (std::vector<double>{0, 1, 0, 0}));
}

}  // namespace
}  // namespace bedside::testing
