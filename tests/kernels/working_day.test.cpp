// A clinician’s working day of eight hours, as the cache sees it: what is on screen is asked for again when a tab is
// opened, a model is compared with the one before, a colleague looks over the shoulder. The day has an early session
// for the tumour board, looks between ward rounds, and a long afternoon on a manuscript.

#include "layers/cache.hpp"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace bedside::layers {
namespace {

struct Visit {
  int hour, minute;
  const char* requests;  // analysis:variant, in the order asked, ten seconds apart
};

constexpr Visit day[] = {
    // The lung cohort, to be shown at the tumour board at nine.
    {8, 0, "describe tableOne:arm kaplanMeier:arm"},
    {8, 3, "logistic:age tableOne:arm logistic:age"},
    {8, 6, "logistic:age+sex logistic:age logistic:age+sex"},
    {8, 9, "tableOne:arm kaplanMeier:arm logistic:age+sex"},
    {8, 12, "kaplanMeier:stage kaplanMeier:arm kaplanMeier:stage logRank:stage"},
    {8, 16, "cox:stage cox:stage+age cox:stage cox:stage+age"},
    {8, 20, "describe tableOne:arm kaplanMeier:stage cox:stage+age"},
    {8, 24, "cox:stage+age+sex cox:stage+age cox:stage+age+sex kaplanMeier:stage"},
    {8, 28, "tableOne:arm cox:stage+age+sex"},
    {8, 33, "tableOne:arm kaplanMeier:arm kaplanMeier:stage cox:stage+age+sex logRank:stage"},
    {8, 40, "tableOne:arm kaplanMeier:stage cox:stage+age+sex"},
    {8, 46, "logistic:age+sex cox:stage+age+sex logRank:stage"},
    {8, 52, "tableOne:arm kaplanMeier:arm kaplanMeier:stage cox:stage+age+sex logRank:stage"},
    // At the board: the same slides, and one question from the audience.
    {9, 5, "tableOne:arm kaplanMeier:arm kaplanMeier:stage cox:stage+age+sex"},
    {9, 12, "kaplanMeier:stage kaplanMeier:sex kaplanMeier:stage kaplanMeier:sex"},
    // Between two rounds on the ward: is the sepsis score any good?
    {10, 30, "describe:sepsis roc:sofa roc:lactate roc:sofa"},
    {10, 34, "roc:sofa+lactate roc:sofa roc:sofa+lactate diagnosticAccuracy:sofa>8"},
    {10, 38, "diagnosticAccuracy:sofa>10 diagnosticAccuracy:sofa>8 diagnosticAccuracy:sofa>10 roc:sofa"},
    {10, 43, "calibration:sofa roc:sofa calibration:sofa describe:sepsis"},
    {10, 48, "roc:sofa+lactate calibration:sofa roc:lactate"},
    // Before lunch, a colleague comes by to see it.
    {11, 40, "describe:sepsis roc:sofa diagnosticAccuracy:sofa>10 calibration:sofa"},
    {11, 44, "roc:sofa diagnosticAccuracy:sofa>8 diagnosticAccuracy:sofa>10 roc:sofa"},
    {11, 48, "calibration:sofa describe:sepsis diagnosticAccuracy:sofa>8"},
    // Clinic. One patient's question about risk.
    {13, 20, "cox:stage+age+sex predictSurvival:stage=3 predictSurvival:stage=2 predictSurvival:stage=3"},
    {13, 26, "cox:stage+age+sex kaplanMeier:stage predictSurvival:stage=3"},
    // The manuscript: methods first, then the reviewers' second point, then the tables again.
    {14, 0, "describe tableOne:arm analyzeOutcome kaplanMeier:arm"},
    {14, 4, "analyzeOutcome tableOne:arm analyzeOutcome"},
    {14, 8, "propensity:age+sex match:1 match:2 match:1"},
    {14, 12, "propensity:age+sex+stage match:3 match:1 match:3 tableOne:arm"},
    {14, 16, "match:3 cox:matched match:3 cox:matched"},
    {14, 20, "tableOne:arm analyzeOutcome match:3 cox:matched kaplanMeier:matched"},
    {14, 25, "ipw:ate ipw:att ipw:ate cox:matched kaplanMeier:matched"},
    {14, 29, "tableOne:arm analyzeOutcome match:3 cox:matched"},
    {14, 33, "match:1 match:3 tableOne:arm"},
    {14, 36, "tableOne:arm analyzeOutcome kaplanMeier:matched cox:matched ipw:ate"},
    {14, 41, "subgroup:sex subgroup:age subgroup:sex subgroup:stage"},
    {14, 46, "subgroup:sex subgroup:age subgroup:stage cox:matched"},
    {14, 51, "tableOne:arm analyzeOutcome match:3 cox:matched kaplanMeier:matched subgroup:stage"},
    {14, 56, "analyzeOutcome match:3 ipw:ate ipw:ato"},
    {15, 0, "tableOne:arm cox:matched kaplanMeier:matched ipw:ate subgroup:sex"},
    {15, 8, "cox:matched eValue:1.6 eValue:2.0 eValue:1.6"},
    {15, 13, "phTest:matched cox:matched cox:matched+site phTest:matched"},
    {15, 18, "cox:matched+site cox:matched cox:matched+site kaplanMeier:matched"},
    {15, 22, "tableOne:arm analyzeOutcome correlation:laboratory"},
    // The last half hour: every table and figure of the paper, looked through twice.
    {15, 32, "describe tableOne:arm analyzeOutcome match:3 cox:matched+site kaplanMeier:matched ipw:ate"},
    {15, 37, "subgroup:sex subgroup:age subgroup:stage eValue:1.6 phTest:matched logRank:matched"},
    {15, 45, "describe tableOne:arm analyzeOutcome match:3 cox:matched+site kaplanMeier:matched ipw:ate"},
    {15, 52, "subgroup:sex subgroup:age subgroup:stage eValue:1.6 phTest:matched logRank:matched"},
    {15, 58, "tableOne:arm cox:matched+site kaplanMeier:matched"},
};

struct Request {
  double atMs;
  std::string name;
};

std::vector<Request> requestsOfTheDay() {
  std::vector<Request> requests;
  for (const Visit& visit : day) {
    double atMs = ((visit.hour - 8) * 60 + visit.minute) * 60'000.0;
    std::istringstream names(visit.requests);
    for (std::string name; names >> name; atMs += 10'000) requests.push_back({atMs, name});
  }
  return requests;
}

TEST(WorkingDay, MoreThanHalfOfTheRequestsAreHits) {
  const std::vector<Request> requests = requestsOfTheDay();
  ASSERT_EQ(requests.size(), 200u);

  double nowMs = 0;
  std::map<std::string, std::uint64_t> ids;
  ComputationCache cache({}, [&] { return nowMs; });
  std::map<std::string, double> written;  // what the TTL alone allows: nobody opens 50 analyses in half an hour
  std::size_t possible = 0;
  for (const Request& request : requests) {
    ASSERT_GE(request.atMs, nowMs);
    nowMs = request.atMs;
    const Key key{0, ids.emplace(request.name, ids.size()).first->second};
    const bool fresh = written.contains(request.name) && nowMs - written[request.name] < 1'800'000;
    if (fresh) ++possible;
    if (!fresh) written[request.name] = nowMs;
    const Lookup found = cache.get(key);
    ASSERT_EQ(static_cast<bool>(found), fresh) << request.name << " at minute " << nowMs / 60'000;
    if (found) {
      ASSERT_EQ(*found.as<std::string>(), request.name);
    } else {
      cache.put({key, EntryKind::result, request.name, std::make_shared<const std::string>(request.name), 4096, 20, 0},
                found.generation);
    }
  }

  nowMs = 8 * 3'600'000.0;
  const CacheStats stats = cache.stats();
  EXPECT_EQ(stats.totalRequests, 200u);
  EXPECT_EQ(stats.hits, possible);
  EXPECT_GT(stats.hitRate, 0.5);
  EXPECT_GT(stats.cachedItems, 10u);
  EXPECT_EQ(stats.evictions, 0u);
  EXPECT_EQ(stats.misses, stats.expirations + stats.cachedItems);
  RecordProperty("hits", static_cast<int>(stats.hits));
  RecordProperty("cachedItems", static_cast<int>(stats.cachedItems));
}

}  // namespace
}  // namespace bedside::layers
