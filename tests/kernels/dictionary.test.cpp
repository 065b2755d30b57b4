#include "table/dictionary.hpp"

#include "csv_loading.hpp"
#include "table/arrays.hpp"

namespace bedside::testing {
namespace {

Table patients() {
  return tableFrom("ph,sex,dose,d\n0,M,9,2024-01-31\n1,F,-99,2024-02-30\n2,U,1.5,x\n,F,9,2024-03-01\n");
}

TEST(Dictionary, PutsLabelsOnSharedCells) {
  const Table table = patients();
  const Table described = describeColumns(
      table, {{"ph", {.label = "ECOG status", .unit = "score", .levels = {{"1.0", "Ambulatory"}, {"0", "Active"}}}}});
  const Column& column = described.at("ph");
  EXPECT_EQ(column.label, "ECOG status");
  EXPECT_EQ(column.unit, "score");
  EXPECT_EQ(column.valueLabels[0], (std::pair<std::string, std::string>{"1", "Ambulatory"}));
  for (const Column& each : described.columns) EXPECT_EQ(each.data, table.at(each.name).data);
  EXPECT_EQ(table.at("ph").label, "");
}

TEST(Dictionary, FixesTheOrderOfLevels) {
  const Table table = patients();
  const ColumnDescription sex{.levels = {{"U", "unknown"}, {"M", "male"}, {"X", "never seen"}}, .ordered = true};
  const Column column = describeColumns(table, {{"sex", sex}}).at("sex");
  EXPECT_EQ(column.data->levels, (Texts{"U", "M", "F"}));
  EXPECT_EQ(column.data->codes, (std::vector<std::int32_t>{1, 2, 0, 2}));
  const ColumnDescription natural{.levels = {{"F", ""}, {"M", ""}, {"U", ""}}, .ordered = true};
  EXPECT_EQ(describeColumns(table, {{"sex", natural}}).at("sex").data, table.at("sex").data);
}

TEST(Dictionary, FixesTheOrderOfNumbersUsedAsLevels) {
  const Table table = patients();
  const ColumnDescription ph{.levels = {{"2", ""}, {"0", ""}, {"1", ""}}, .ordered = true};
  const Column column = describeColumns(table, {{"ph", ph}}).at("ph");
  EXPECT_EQ(column.data->kind, Kind::numeric);
  EXPECT_EQ(factorOf(*column.data).levels, (Texts{"2", "0", "1"}));
  const ColumnDescription ascending{.levels = {{"0", ""}, {"1", ""}, {"2", ""}}, .ordered = true};
  EXPECT_EQ(describeColumns(table, {{"ph", ascending}}).at("ph").data, table.at("ph").data);
}

TEST(Dictionary, TakesMissingCodesAway) {
  const Table table = patients();
  const Table described =
      describeColumns(table, {{"dose", {.missing = {"-99", " 9 ", "1.50"}}}, {"sex", {.missing = {"U"}}}});
  EXPECT_EQ(cellsOf(described, "dose"), (Texts{"<missing>", "<missing>", "1.5", "<missing>"}));
  EXPECT_EQ(cellsOf(described, "sex"), (Texts{"M", "F", "<missing>", "F"}));
  EXPECT_EQ(described.at("sex").data->levels, (Texts{"F", "M"}));
}

TEST(Dictionary, TakesMissingDatesAway) {
  const Table dated = describeColumns(patients(), {{"d", {.type = "date", .missing = {"x", "2024-02-30"}}}});
  EXPECT_TRUE(dated.warnings.empty());
  const Table described = describeColumns(dated, {{"d", {.missing = {"31.01.2024"}, .dateFormat = "DD.MM.YYYY"}}});
  EXPECT_EQ(cellsOf(described, "d"), (Texts{"<missing>", "<missing>", "<missing>", "19783"}));
}

TEST(Dictionary, ChangesTypes) {
  const Table described = describeColumns(
      patients(),
      {{"ph", {.type = "categorical"}}, {"d", {.type = "date"}}, {"sex", {.type = "numeric", .missing = {"U"}}}});
  EXPECT_EQ(described.at("ph").data->levels, (Texts{"0", "1", "2"}));
  EXPECT_EQ(described.at("d").data->kind, Kind::date);
  EXPECT_EQ(cellsOf(described, "d"), (Texts{"19753", "<missing>", "<missing>", "19783"}));
  ASSERT_EQ(described.warnings.size(), 2u);
  EXPECT_EQ(described.warnings[0].message,
            "column 'd': 2 cells are no date in YYYY-MM-DD and now missing, the first '2024-02-30'");
  EXPECT_EQ(described.warnings[1].message, "column 'sex': 3 cells are no number and now missing, the first 'M'");
  const Table again = describeColumns(described, {{"d", {.type = "categorical"}}});
  EXPECT_EQ(cellsOf(again, "d"), (Texts{"2024-01-31", "<missing>", "<missing>", "2024-03-01"}));
  EXPECT_EQ(describeColumns(described, {{"d", {.type = "numeric"}}}).at("d").data->kind, Kind::numeric);
}

TEST(Dictionary, RefusesWhatItCannotKnow) {
  const Table table = patients();
  const auto codeOf = [&](const Dictionary& dictionary) {
    try {
      describeColumns(table, dictionary);
    } catch (const Failure& failure) {
      return std::string(name(failure.code));
    }
    return std::string();
  };
  EXPECT_EQ(codeOf({{"zzz", {}}}), "COLUMN_NOT_FOUND");
  EXPECT_EQ(codeOf({{"zzz", {.type = "text"}}}), "INVALID_SPEC");
  EXPECT_EQ(codeOf({{"d", {.dateFormat = "DD.MM.YY"}}}), "INVALID_SPEC");
  EXPECT_EQ(codeOf({{"d", {.calendar = "lunar"}}}), "INVALID_SPEC");
}

TEST(Dictionary, IsPutOnByALoad) {
  LoadOptions options;
  options.types = {{"dose", "categorical"}};
  options.dictionary = {{"ph",
                         {.label = "ECOG",
                          .type = "categorical",
                          .levels = {{"1", "Ambulatory"}, {"0", "Active"}},
                          .ordered = true,
                          .missing = {"9"}}},
                        {"dose", {.type = "numeric"}}};
  const Table table = tableFrom("ph,dose\n0,007\n1,7\n9,8\n00,9\n", options);
  EXPECT_EQ(table.at("ph").data->levels, (Texts{"1", "0", "00"}));
  EXPECT_EQ(cellsOf(table, "ph"), (Texts{"0", "1", "<missing>", "00"}));
  EXPECT_EQ(table.at("dose").data->levels, (Texts{"007", "7", "8", "9"}));
}

}  // namespace
}  // namespace bedside::testing
