#include "table/dates.hpp"

#include <cmath>

#include "csv_loading.hpp"
#include "table/arrays.hpp"

namespace bedside::testing {
namespace {

bool contains(const std::string& text, std::string_view piece) { return text.find(piece) != std::string::npos; }

std::string read(const DateFormat& format, std::string_view text) {
  const auto reading = format.read(text);
  return reading ? dateText(reading->days) : "none";
}

Texts datesOf(const Table& table, std::string_view name) {
  Texts out;
  for (const double days : table.at(name).data->values) out.push_back(dateText(days));
  return out;
}

TEST(Dates, GoBothWays) {
  EXPECT_EQ(daysOf({1970, 1, 1}), 0);
  EXPECT_EQ(daysOf({2024, 1, 31}), 19753);  // as.numeric(as.Date("2024-01-31")) in R
  EXPECT_EQ(daysOf({1900, 3, 1}), -25508);
  EXPECT_EQ(daysOf({0, 1, 1}), -719528);
  EXPECT_EQ(daysOf({-4, 2, 29}), -720930);
  std::int64_t expected = daysOf({-401, 1, 1});
  for (std::int64_t year = -401; year <= 2401; ++year) {
    for (unsigned month = 1; month <= 12; ++month) {
      for (unsigned day = 1; day <= 31; ++day) {
        const Civil date{year, month, day};
        if (!exists(date)) continue;
        ASSERT_EQ(daysOf(date), expected);
        ASSERT_EQ(civilOf(expected), date);
        ++expected;
      }
    }
  }
}

TEST(Dates, PrintAsIso) {
  EXPECT_EQ(dateText(0), "1970-01-01");
  EXPECT_EQ(dateText(19753.5), "2024-01-31");
  EXPECT_EQ(dateText(-719528), "0000-01-01");
  EXPECT_EQ(dateText(-719529), "-0001-12-31");
  EXPECT_EQ(dateText(NAN), "NA");
  EXPECT_EQ(dateText(INFINITY), "NA");
}

TEST(Dates, AreReadAsIso) {
  const DateFormat iso;
  EXPECT_EQ(read(iso, "2024-01-31"), "2024-01-31");
  EXPECT_EQ(read(iso, "2024-02-29"), "2024-02-29");
  for (const char* wrong :
       {"2023-02-29", "2024-13-01", "2024-00-10", "2024-01-32", "2024-01-00", "24-01-31", "2024-1-31", "2024/01/31",
        "20240131", "2024-01-31x", "2024-01-311", "2024-01-", "", "2024-01-31 noon", "2024-01-31T", " 2024-01-31"}) {
    EXPECT_EQ(read(iso, wrong), "none") << wrong;
  }
}

TEST(Dates, DropTheTimeOfDay) {
  const DateFormat iso;
  for (const char* time : {"T08:15", " 08:15:30", "T08:15:30.123Z", "T23:59:59+07:00", "  8:15 PM"}) {
    const auto reading = iso.read(std::string("2024-01-31") + time);
    ASSERT_TRUE(reading) << time;
    EXPECT_TRUE(reading->timeDropped);
    EXPECT_EQ(dateText(reading->days), "2024-01-31");
  }
}

TEST(Dates, FollowAFormat) {
  EXPECT_EQ(read(DateFormat("DD/MM/YYYY"), "31/01/2024"), "2024-01-31");
  EXPECT_EQ(read(DateFormat("DD/MM/YYYY"), "1/2/2024"), "2024-02-01");
  EXPECT_EQ(read(DateFormat("DD/MM/YYYY"), "31-01-2024"), "none");
  EXPECT_EQ(read(DateFormat("DD/MM/YYYY"), "31/01/24"), "none");
  EXPECT_EQ(read(DateFormat("MM.DD.YYYY"), "01.31.2024"), "2024-01-31");
  EXPECT_EQ(read(DateFormat("DD MM YYYY"), "31 01 2024 08:15"), "2024-01-31");
  EXPECT_EQ(read(DateFormat("YYYYMMDD"), "20240131"), "2024-01-31");
  EXPECT_EQ(read(DateFormat("YYYYMMDD"), "2024131"), "none");
  EXPECT_EQ(read(DateFormat("YYYY年MM-DD"), "2024年01-31"), "2024-01-31");
}

TEST(Dates, RefuseFormatsThatCannotBeRead) {
  for (const char* format : {"DD/MM/YY", "YY-MM-DD", "YYYY-MM", "YYYY-MM-DD-DD", "DD//MM/YYYY", "YYYY-MM-DDT",
                             "yyyy-mm-dd", "MMM DD YYYY", "D/M/YYYY", "YYYY0MM0DD"}) {
    try {
      const DateFormat read(format);
      ADD_FAILURE() << format;
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code, Code::invalidSpec) << failure.message;
    }
  }
}

TEST(Dates, KnowTheBuddhistEra) {
  const DateFormat thai("DD/MM/YYYY", Calendar::buddhist);
  EXPECT_EQ(read(thai, "31/01/2567"), "2024-01-31");
  EXPECT_EQ(read(thai, "29/02/2567"), "2024-02-29");
  EXPECT_EQ(read(thai, "29/02/2568"), "none");
  EXPECT_EQ(read(thai, "01/01/2400"), "1857-01-01");
  EXPECT_EQ(read(thai, "31/12/2700"), "2157-12-31");
  EXPECT_EQ(read(thai, "31/12/2701"), "2701-12-31");
  EXPECT_EQ(read(thai, "31/01/2024"), "2024-01-31");
  EXPECT_EQ(read(DateFormat(), "2567-01-31"), "2567-01-31");
  EXPECT_TRUE(DateFormat().read("2567-01-31")->suspectYear);
}

TEST(CsvDates, AreAskedForByTypes) {
  const Table table =
      tableFrom("dob,id\n2024-01-31,1\nNA,2\n2023-02-29,3\nsoon,4\n2024-03-01T08:15,5\n", {.types = {{"dob", "date"}}});
  EXPECT_EQ(table.at("dob").data->kind, Kind::date);
  EXPECT_EQ(datesOf(table, "dob"), (Texts{"2024-01-31", "NA", "NA", "NA", "2024-03-01"}));
  const std::string warning = warningOf(table, "COERCED");
  EXPECT_TRUE(contains(warning, "column 'dob': 2 cells are no date in YYYY-MM-DD") && contains(warning, "'2023-02-29'"))
      << warning;
  EXPECT_TRUE(contains(warning, "1 date was dropped") && contains(warning, "'2024-03-01T08:15'")) << warning;
  EXPECT_EQ(tableFrom("dob,id\n2024-01-31,1\n").at("dob").data->kind, Kind::categorical);
}

TEST(CsvDates, TakeAFormatForAllOrForOne) {
  const LoadOptions options{
      .types = {{"a", "date"}, {"b", "date"}}, .dateFormat = "DD/MM/YYYY", .dateFormats = {{"b", "MM/DD/YYYY"}}};
  const Table table = tableFrom("a,b\n02/01/2024,02/01/2024\n", options);
  EXPECT_EQ(datesOf(table, "a"), (Texts{"2024-01-02"}));
  EXPECT_EQ(datesOf(table, "b"), (Texts{"2024-02-01"}));
}

TEST(CsvDates, WarnOfSuspectYears) {
  const LoadOptions gregorian{.types = {{"d", "date"}}};
  const Table suspect = tableFrom("d\n2567-01-31\n2024-01-31\n", gregorian);
  EXPECT_TRUE(contains(warningOf(suspect, "SUSPECT_YEAR"), "'2567-01-31'"));
  EXPECT_EQ(datesOf(suspect, "d")[0], "2567-01-31");
  const LoadOptions buddhist{.types = {{"d", "date"}}, .calendar = "buddhist"};
  const Table thai = tableFrom("d\n2567-01-31\n2024-01-31\n", buddhist);
  EXPECT_EQ(datesOf(thai, "d"), (Texts{"2024-01-31", "2024-01-31"}));
  EXPECT_TRUE(thai.warnings.empty());
}

TEST(CsvDates, AreDescribedByADictionary) {
  LoadOptions options;
  options.dictionary = {
      {"d", {.label = "Date of birth", .type = "date", .dateFormat = "DD/MM/YYYY", .calendar = "buddhist"}}};
  const Table table = tableFrom("d,x\n31/01/2567,1\n", options);
  EXPECT_EQ(datesOf(table, "d"), (Texts{"2024-01-31"}));
  EXPECT_EQ(table.at("d").label, "Date of birth");
}

TEST(ArrayDates, AreTheUtcDay) {
  const Column column = columnOfTimes("d", {0, -1, 86'399'999, 86'400'000, NAN});
  const std::vector<double> want = {0, -1, 0, 1};
  for (std::size_t i = 0; i < want.size(); ++i) EXPECT_EQ(column.data->values[i], want[i]);
  EXPECT_EQ(column.data->kind, Kind::date);
  EXPECT_EQ(column.data->missing, 1u);
}

}  // namespace
}  // namespace bedside::testing
