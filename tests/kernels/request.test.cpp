#include "layers/request.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bedside::layers {
namespace {

constexpr double now = 1.7e12;
const std::string content = "time,status,age\n306,2,74\n455,2,68\n";

Headers whole(std::string etag = "\"v1\"") {
  return {.status = 200, .contentLength = std::to_string(content.size()), .etag = std::move(etag)};
}

Headers rest(std::size_t from) {
  return {.status = 206,
          .contentLength = std::to_string(content.size() - from),
          .contentRange = "bytes " + std::to_string(from) + "-" + std::to_string(content.size() - 1) + "/" +
                          std::to_string(content.size()),
          .etag = "\"v1\""};
}

/// A request whose first body broke after `received` bytes.
struct Broken {
  explicit Broken(std::size_t received, Headers first = whole(), bool crossOrigin = false, bool restarts = true)
      : request(policy, {.method = "GET", .crossOrigin = crossOrigin, .restarts = restarts}) {
    request.attempt(false);
    request.answered(first, crossOrigin, now);
    request.received(content.data(), received);
    request.failed({.kind = Kind::network});
  }
  RetryPolicy policy{{}};
  Request request;
};

TEST(Request, SameOriginGoesOnWithRangeAndIfRange) {
  Broken broken{10};
  const Ask ask = broken.request.attempt(false);
  EXPECT_EQ(ask.range, "bytes=10-");
  EXPECT_EQ(ask.ifRange, "\"v1\"");
  EXPECT_EQ(broken.request.answered(rest(10), false, now), Reply::rest);
  EXPECT_EQ(broken.request.received(content.data() + 10, content.size() - 10), 0u);
  EXPECT_EQ(broken.request.finished(), std::nullopt);
  EXPECT_EQ(broken.request.delivered(), content.size());
}

TEST(Request, CrossOriginGoesOnWithRangeAlone) {
  Broken broken{10, whole(), true};
  const Ask ask = broken.request.attempt(false);
  EXPECT_EQ(ask.range, "bytes=10-");
  EXPECT_EQ(ask.ifRange, "");
}

TEST(Request, ARedirectToAnotherOriginForbidsIfRangeFromThenOn) {
  RetryPolicy policy{{}};
  Request request{policy, {.method = "GET", .restarts = true}};
  request.attempt(false);
  request.answered(whole(), true, now);
  request.received(content.data(), 10);
  request.failed({.kind = Kind::network});
  EXPECT_EQ(request.attempt(false).ifRange, "");
}

TEST(Request, LastModifiedIsAValidatorWhenItIsOldEnough) {
  const std::string minuteOld = "Sun, 06 Nov 1994 08:48:37 GMT";
  const std::string fresh = "Sun, 06 Nov 1994 08:49:36 GMT";
  const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
  Headers first = whole("W/\"weak\"");
  first.date = date;
  first.lastModified = minuteOld;
  EXPECT_EQ(Broken(10, first).request.attempt(false).ifRange, minuteOld);
  first.lastModified = fresh;
  EXPECT_EQ(Broken(10, first).request.attempt(false).range, "");
}

TEST(Request, WhatIsInDoubtIsAskedForFromTheStart) {
  const auto asks = [](Headers first, bool crossOrigin = false) {
    return Broken(10, first, crossOrigin).request.attempt(false).range;
  };
  Headers compressed = whole();
  compressed.contentEncoding = "gzip";
  Headers noRanges = whole();
  noRanges.acceptRanges = "none";
  Headers noLength = whole();
  noLength.contentLength = "";
  EXPECT_EQ(asks(compressed), "");
  EXPECT_EQ(asks(noRanges), "");
  EXPECT_EQ(asks(whole("")), "");
  EXPECT_EQ(asks(whole("W/\"v1\"")), "");
  EXPECT_EQ(asks(noLength), "bytes=10-");
  EXPECT_EQ(asks(noLength, true), "") << "cross-origin, a hidden compression could not be told";
}

TEST(Request, APartialAnswerIsVerified) {
  const auto reply = [](auto spoil, Headers first = whole()) {
    Broken broken{10, first};
    broken.request.attempt(false);
    Headers partial = rest(10);
    spoil(partial);
    const Reply answer = broken.request.answered(partial, false, now);
    if (answer == Reply::range) {
      EXPECT_EQ(broken.request.attempt(false).range, "");
    }
    return answer;
  };
  EXPECT_EQ(reply([](Headers&) {}), Reply::rest);
  const std::vector<std::string> wrong = {"",
                                          "bytes 9-33/34",
                                          "bytes 11-33/34",
                                          "bytes 10-32/34",
                                          "bytes 10-33/35",
                                          "bytes 10-33/*",
                                          "bytes */34",
                                          "items 10-33/34",
                                          "bytes 10-33",
                                          "bytes -10-33/34",
                                          "bytes 33-10/34",
                                          "bytes 10-34/34",
                                          "bytes 10-33/99999999999999999999999"};
  ASSERT_EQ(content.size(), 34u);
  for (const std::string& range : wrong) {
    EXPECT_EQ(reply([&](Headers& partial) { partial.contentRange = range; }), Reply::range) << range;
  }
  EXPECT_EQ(reply([](Headers& partial) { partial.etag = "\"v2\""; }), Reply::range);
  EXPECT_EQ(reply([](Headers& partial) { partial.etag = "W/\"v1\""; }), Reply::range);
  EXPECT_EQ(reply([](Headers& partial) { partial.etag = ""; }), Reply::range);
  EXPECT_EQ(reply([](Headers& partial) { partial.contentEncoding = "br"; }), Reply::range);
  EXPECT_EQ(reply([](Headers& partial) { partial.contentLength = "23"; }), Reply::range);
  EXPECT_EQ(reply([](Headers& partial) { partial.status = 416; }), Reply::range);
  Headers unknownLength = whole();
  unknownLength.contentLength = "";
  EXPECT_EQ(reply([](Headers&) {}, unknownLength), Reply::rest);
}

TEST(Request, AWholeBodyAfterABreakTellsAConsumerThatCanBeginAnew) {
  Broken broken{10};
  broken.request.attempt(false);
  EXPECT_EQ(broken.request.answered(whole("\"v2\""), false, now), Reply::restart);
  EXPECT_EQ(broken.request.delivered(), 0u);
  EXPECT_EQ(broken.request.received(content.data(), content.size()), 0u);
  EXPECT_EQ(broken.request.finished(), std::nullopt);
}

TEST(Request, WhereTheConsumerCannotBeginAnewItsPartIsComparedAndLeftOut) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, content.size()}) {
    Broken broken{10, whole(""), false, false};
    broken.request.attempt(false);
    ASSERT_EQ(broken.request.answered(whole(""), false, now), Reply::again);
    std::string fresh;
    for (std::size_t at = 0; at < content.size(); at += step) {
      const std::string piece = content.substr(at, step);
      const auto drop = broken.request.received(piece.data(), piece.size());
      ASSERT_TRUE(drop);
      fresh += piece.substr(*drop);
    }
    EXPECT_EQ(fresh, content.substr(10));
    EXPECT_EQ(broken.request.finished(), std::nullopt);
  }
}

TEST(Request, AChangedPartIsNeverPassedOver) {
  Broken broken{10, whole(""), false, false};
  broken.request.attempt(false);
  ASSERT_EQ(broken.request.answered(whole(""), false, now), Reply::again);
  std::string changed = content;
  changed[4] = '!';
  EXPECT_EQ(broken.request.received(changed.data(), 9), 9u);
  EXPECT_EQ(broken.request.received(changed.data() + 9, 5), std::nullopt);
}

TEST(Request, CatchingUpThatBreaksGoesOnFromWhereItBroke) {
  Broken broken{20, whole(), false, false};
  broken.request.attempt(false);
  ASSERT_EQ(broken.request.answered(whole(), false, now), Reply::again) << "the server knows no ranges";
  EXPECT_EQ(broken.request.received(content.data(), 5), 5u);
  broken.request.failed({.kind = Kind::network});
  EXPECT_EQ(broken.request.attempt(false).range, "bytes=5-");
  ASSERT_EQ(broken.request.answered(rest(5), false, now), Reply::rest);
  EXPECT_EQ(broken.request.received(content.data() + 5, content.size() - 5), 15u);
  EXPECT_EQ(broken.request.delivered(), content.size());
}

TEST(Request, ABodyThatEndsEarlyIsTruncated) {
  EXPECT_EQ(Broken(33).request.finished(), Kind::truncated);
  EXPECT_EQ(Broken(34).request.finished(), std::nullopt);
  Headers compressed = whole();
  compressed.contentEncoding = "gzip";
  EXPECT_EQ(Broken(10, compressed).request.finished(), std::nullopt);
  Broken shorter{20, whole(""), false, false};
  shorter.request.attempt(false);
  Headers noLength{.status = 200};
  ASSERT_EQ(shorter.request.answered(noLength, false, now), Reply::again);
  shorter.request.received(content.data(), 15);
  EXPECT_EQ(shorter.request.finished(), Kind::changed) << "less than was handed out already";
}

TEST(Request, StatusesAreFailuresWhereARetryCanHelpElseHandedOn) {
  const auto reply = [](unsigned status, std::string method, bool enabled = true) {
    RetryPolicy policy{{.enabled = enabled}};
    Request request{policy, {.method = std::move(method)}};
    request.attempt(false);
    return request.answered({.status = status}, false, now);
  };
  EXPECT_EQ(reply(503, "GET"), Reply::status);
  EXPECT_EQ(reply(503, "POST"), Reply::final);
  EXPECT_EQ(reply(503, "GET", false), Reply::final);
  EXPECT_EQ(reply(404, "GET"), Reply::final);
  EXPECT_EQ(reply(304, "GET"), Reply::final);
  EXPECT_EQ(reply(206, "GET"), Reply::whole) << "the caller's own range";
  Broken broken{10};
  broken.request.attempt(false);
  EXPECT_EQ(broken.request.answered({.status = 404}, false, now), Reply::status) << "a part was handed out already";
}

TEST(Request, CountsWhatHappened) {
  RetryPolicy policy{{}};
  const auto attempts = [&](int failures, End end, bool online = true) {
    Request request{policy, {.method = "GET"}};
    for (int i = 0; i < failures; ++i) {
      request.attempt(!online && i > 0);
      request.failed({.kind = Kind::network, .online = online});
    }
    if (end == End::well) request.attempt(false);
    request.end(end);
    request.end(end);
  };
  attempts(0, End::well);
  attempts(2, End::well);
  attempts(4, End::badly);
  attempts(1, End::aborted);
  attempts(3, End::well, false);
  const RetryCounters& counters = policy.counters();
  EXPECT_EQ(counters.requests, 5);
  EXPECT_EQ(counters.totalAttempts, 1 + 3 + 4 + 1 + 4);
  EXPECT_EQ(counters.attempts, counters.totalAttempts - 2) << "two were probes";
  EXPECT_EQ(counters.failedAttempts, 0 + 2 + 4 + 1 + 3);
  EXPECT_EQ(counters.successfulRetries, 2);
  EXPECT_EQ(counters.exhausted, 1);
  EXPECT_DOUBLE_EQ(counters.successRate(), 0.75);
}

TEST(Request, FailuresWhileOfflineDoNotUseUpRetries) {
  RetryPolicy policy{{.retries = 1}};
  Request request{policy, {.method = "GET"}};
  for (int i = 0; i < 5; ++i) {
    request.attempt(i > 0);
    EXPECT_EQ(request.failed({.kind = Kind::network, .online = false}).action, Action::wait);
  }
  request.attempt(false);
  EXPECT_EQ(request.failed({.kind = Kind::network}).action, Action::retry);
  request.attempt(false);
  EXPECT_EQ(request.failed({.kind = Kind::network}).reason, "retries");
}

}  // namespace
}  // namespace bedside::layers
