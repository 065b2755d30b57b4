#include "layers/retry.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "layers/http_date.hpp"

namespace bedside::layers {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double november1994 = 784111777000.0;  // Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110

Failure failure(Kind kind, double attempt, unsigned status = 0) {
  return {.kind = kind, .status = status, .attempt = attempt, .method = "GET", .random = 0.5};
}

TEST(Retry, WaitsHalfASecondThenOneThenTwoThenGivesUp) {
  RetryPolicy policy{{}};
  const double waits[] = {500, 1000, 2000};
  for (int attempt = 1; attempt <= 3; ++attempt) {
    const Decision decision = policy.decide(failure(Kind::network, attempt));
    EXPECT_EQ(decision.action, Action::retry);
    EXPECT_EQ(decision.delayMs, waits[attempt - 1]);
    EXPECT_EQ(decision.reason, "network");
  }
  const Decision last = policy.decide(failure(Kind::network, 4));
  EXPECT_EQ(last.action, Action::giveUp);
  EXPECT_EQ(last.reason, "retries");
}

TEST(Retry, TheStatusesOfAServerInDistressAndNoOthers) {
  for (unsigned status = 100; status < 600; ++status) {
    RetryPolicy policy{{}};
    const bool listed = status == 408 || status == 425 || status == 429 || status == 500 || status == 502 ||
                        status == 503 || status == 504 || status == 521 || status == 522 || status == 524;
    EXPECT_EQ(policy.decide(failure(Kind::status, 1, status)).action, listed ? Action::retry : Action::giveUp)
        << status;
  }
}

TEST(Retry, OnlyGetAndHead) {
  for (const std::string_view method : {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    RetryPolicy policy{{}};
    Failure failed = failure(Kind::network, 1);
    failed.method = method;
    const Decision decision = policy.decide(failed);
    const bool safe = method == "GET" || method == "HEAD";
    EXPECT_EQ(decision.action, safe ? Action::retry : Action::giveUp) << method;
    EXPECT_EQ(decision.reason, safe ? "network" : "method");
  }
}

TEST(Retry, WhatNoFurtherAttemptCanMendIsFinal) {
  RetryPolicy policy{{}};
  for (const Kind kind : {Kind::aborted, Kind::program, Kind::changed, Kind::deadline}) {
    const Decision decision = policy.decide(failure(kind, 1));
    EXPECT_EQ(decision.action, Action::giveUp);
    EXPECT_EQ(decision.reason, name(kind));
  }
  EXPECT_EQ(policy.budget().tokens(), RetryBudget::capacity);
}

TEST(Retry, ARefusalByCorsIsBelievedTheSecondTime) {
  RetryPolicy policy{{}};
  Failure refused = failure(Kind::cors, 1);
  EXPECT_EQ(policy.decide(refused).action, Action::retry);
  refused.repeatedCors = true;
  EXPECT_EQ(policy.decide(refused).reason, "cors");
}

TEST(Retry, JitterStaysInItsRange) {
  for (double random = 0; random < 1; random += 0.125) {
    RetryPolicy full{{.fullJitter = true}};
    RetryPolicy quarter{{.jitterShare = 0.25}};
    Failure failed = failure(Kind::network, 2);
    failed.random = random;
    EXPECT_DOUBLE_EQ(full.decide(failed).delayMs, 1000 * random);
    EXPECT_DOUBLE_EQ(quarter.decide(failed).delayMs, 750 + 500 * random);
  }
}

TEST(Retry, RetryAfterReplacesTheBackOffUpToItsCap) {
  RetryPolicy policy{{}};
  Failure failed = failure(Kind::status, 1, 429);
  failed.retryAfter = "7";
  EXPECT_EQ(policy.decide(failed).delayMs, 7000);
  failed.retryAfter = "3600";
  EXPECT_EQ(policy.decide(failed).delayMs, 60000);
  failed.retryAfter = "0";
  EXPECT_EQ(policy.decide(failed).delayMs, 0);
  for (const std::string_view malformed : {"soon", "-1", "1.5", "1e3", " 7"}) {
    failed.retryAfter = malformed;
    EXPECT_EQ(policy.decide(failed).delayMs, 500) << malformed;
  }
}

TEST(Retry, ARetryAfterDateIsMeantByTheServersClock) {
  EXPECT_EQ(retryAfterMs("Sun, 06 Nov 1994 08:49:47 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 0), 10000);
  EXPECT_EQ(retryAfterMs("Sun, 06 Nov 1994 08:49:47 GMT", "", november1994), 10000);
  EXPECT_EQ(retryAfterMs("Sun, 06 Nov 1994 08:49:27 GMT", "", november1994), 0);
  EXPECT_EQ(retryAfterMs("", "Sun, 06 Nov 1994 08:49:37 GMT", 0), std::nullopt);
}

TEST(Retry, NeverWaitsPastTheDeadline) {
  RetryPolicy policy{{.deadlineMs = 10000}};
  Failure failed = failure(Kind::network, 1);
  failed.elapsedMs = 9499;
  EXPECT_EQ(policy.decide(failed).action, Action::retry);
  failed.elapsedMs = 9500;
  EXPECT_EQ(policy.decide(failed).reason, "deadline");
  RetryPolicy endless{{.deadlineMs = infinity}};
  failed.elapsedMs = 1e12;
  EXPECT_EQ(endless.decide(failed).action, Action::retry);
}

TEST(Retry, OfflineWaitsWithoutLimitOfAttemptsButOfTime) {
  RetryPolicy policy{{}};
  Failure failed = failure(Kind::network, 4);
  failed.online = false;
  const Decision decision = policy.decide(failed);
  EXPECT_EQ(decision.action, Action::wait);
  EXPECT_EQ(decision.delayMs, 15000);
  EXPECT_EQ(decision.reason, "offline");
  EXPECT_EQ(policy.budget().tokens(), RetryBudget::capacity);
  failed.elapsedMs = 300000;
  EXPECT_EQ(policy.decide(failed).reason, "deadline");
  failed.elapsedMs = 0;
  failed.kind = Kind::status;  // whoever is answered is not offline
  failed.status = 503;
  EXPECT_EQ(policy.decide(failed).reason, "retries");
}

TEST(Retry, TheBudgetEndsAStormAndIsEarnedBackOneRetryPerGoodRequest) {
  RetryPolicy policy{{}};
  std::size_t retries = 0;
  for (int request = 0; request < 500; ++request) {
    retries += policy.decide(failure(Kind::network, 1)).action == Action::retry;
  }
  EXPECT_EQ(retries, 100u);
  EXPECT_EQ(policy.decide(failure(Kind::network, 1)).reason, "budget");
  EXPECT_FALSE(policy.mayProbe());
  policy.budget().give();
  EXPECT_TRUE(policy.mayProbe());
  EXPECT_EQ(policy.decide(failure(Kind::network, 1)).reason, "budget");
  for (int i = 0; i < 1000; ++i) policy.budget().give();
  EXPECT_EQ(policy.budget().tokens(), RetryBudget::capacity);
}

TEST(Retry, APartialAnswerThatDoesNotFitCostsARetryButNoWait) {
  RetryPolicy policy{{}};
  const Decision decision = policy.decide(failure(Kind::range, 3));
  EXPECT_EQ(decision.action, Action::retry);
  EXPECT_EQ(decision.delayMs, 0);
  EXPECT_EQ(policy.decide(failure(Kind::range, 4)).reason, "retries");
}

TEST(Retry, SwitchedOffEveryFailureIsFinal) {
  RetryPolicy policy{{.enabled = false}};
  EXPECT_EQ(policy.decide(failure(Kind::network, 1)).reason, "off");
  EXPECT_EQ(policy.decide(failure(Kind::status, 1, 503)).reason, "off");
}

TEST(Retry, KindsHaveWordsAndBack) {
  for (const std::string_view word :
       {"status", "network", "stall", "deadline", "truncated", "range", "changed", "cors", "aborted", "program"}) {
    ASSERT_TRUE(kindNamed(word)) << word;
    EXPECT_EQ(name(*kindNamed(word)), word);
  }
  EXPECT_FALSE(kindNamed("weather"));
}

TEST(HttpDate, TheThreeFormsOfRfc9110) {
  for (const std::string_view text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(httpDateMs(text, 1.7e12), november1994) << text;
  }
  EXPECT_EQ(httpDateMs("Thu, 29 Feb 2024 23:59:60 GMT", 0), 1709251200000.0);        // a leap second of a leap day
  EXPECT_EQ(httpDateMs("Friday, 01-Jan-60 00:00:00 GMT", 1.7e12), 2840140800000.0);  // 2060: less than 50 years ahead
}

TEST(HttpDate, NothingElse) {
  for (const std::string_view text :
       {"", "tomorrow", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun Nov 06 08:49:37", "Sun, ", "Sun "}) {
    EXPECT_EQ(httpDateMs(text, november1994), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace bedside::layers
