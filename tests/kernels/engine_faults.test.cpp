// Memory that ends anywhere in a whole run (load, fit, the outcome's workflow) ends in a right answer or MEMORY_BUDGET,
// never in anything else, and the engine goes on.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "allocation_faults.hpp"
#include "describe/msgpack.hpp"
#include "engine/engine.hpp"

namespace bedside::testing {
namespace {

std::string patients() {
  std::string csv = "died,age,sex,dose\n";
  for (int i = 0; i < 80; ++i) {
    csv += std::to_string((i * 7 + i / 3) % 3 == 0) + ',' + std::to_string(40 + i * 13 % 37) + ',' +
           (i % 5 < 2 ? "f" : "m") + ',' + std::to_string(i * 29 % 17) + ".5\n";
  }
  return csv;
}

template <class Write>
Bytes message(std::string_view op, std::size_t fields, Write&& write) {
  Bytes bytes;
  Writer to(bytes);
  to.map(fields + 1);
  to.string("op");
  to.string(op);
  write(to);
  return bytes;
}

Bytes analysis(std::string_view name, std::string_view outcome, const std::vector<std::string_view>& predictors) {
  return message("analyze", 3, [&](Writer& to) {
    to.string("table");
    to.integer(1);
    to.string("analysis");
    to.string(name);
    to.string("spec");
    to.map(predictors.empty() ? 1 : 2);
    to.string("outcome");
    to.string(outcome);
    if (predictors.empty()) return;
    to.string("predictors");
    to.array(predictors.size());
    for (const auto predictor : predictors) to.string(predictor);
  });
}

void columnMade(Writer& to, std::string_view name, std::string_view expression) {
  to.map(2);
  to.string("name");
  to.string(name);
  to.string("expression");
  to.string(expression);
}

/// A request for a table made of another one.
template <class Write>
Bytes step(std::string_view op, int table, int as, Write&& write) {
  return message(op, 3, [&](Writer& to) {
    to.string("table");
    to.integer(table);
    to.string("as");
    to.integer(as);
    write(to);
  });
}

/// Whether an answer says so, read without an allocation: `ok` is the first field of its map.
bool well(const Answer& answer) { return answer.head.size() > 5 && answer.head[4] == 0xc3; }

/// The requests of one whole run, written before memory fails.
struct WholeRun {
  Bytes begin = message("loadBegin", 2, [](Writer& to) {
    to.string("load");
    to.integer(1);
    to.string("name");
    to.string("patients.csv");
  });
  std::string csv = patients();
  Bytes end = message("loadEnd", 2, [](Writer& to) {
    to.string("load");
    to.integer(1);
    to.string("table");
    to.integer(1);
  });
  Bytes logistic = analysis("logistic", "died", {"age", "sex", "age:sex"});
  Bytes outcome = analysis("analyzeOutcome", "died", {});
  Bytes derive = step("derive", 1, 2, [](Writer& to) {
    to.string("columns");
    to.array(2);
    columnMade(to, "group", "ifelse(age > median(age), cut(dose, [5, 9]), text(age))");
    columnMade(to, "z", "(age - mean(age)) / sd(age)");
  });
  Bytes filter = step("filter", 2, 3, [](Writer& to) {
    to.string("expression");
    to.string("age >= 45 & sex == 'f' | log(dose) > 1");
  });

  Bytes column = message("column", 2, [](Writer& to) {
    to.string("table");
    to.integer(3);
    to.string("name");
    to.string("group");
  });

  /// As a caller does it: a load of which one step failed is given up.
  std::vector<Answer> on(Engine& engine) const {
    std::vector<Answer> answers;
    answers.reserve(8);
    answers.push_back(engine.request(begin));
    if (!well(answers.back())) return answers;
    answers.push_back(engine.feed(1, {reinterpret_cast<const std::uint8_t*>(csv.data()), csv.size()}));
    if (!well(answers.back())) return answers;
    answers.push_back(engine.request(end));
    if (!well(answers.back())) return answers;
    answers.push_back(engine.request(logistic));
    answers.push_back(engine.request(outcome));
    answers.push_back(engine.request(derive));
    if (!well(answers.back())) return answers;
    answers.push_back(engine.request(filter));
    if (!well(answers.back())) return answers;
    answers.push_back(engine.request(column));
    return answers;
  }
};

double ticks = 0;

Engine newEngine() {
  return Engine({}, {.nowMs = [] { return ticks += 1; },
                     .elapsedMs = [] { return 0.0; },
                     .memory = {.liveBytes = [] { return std::size_t{1} << 20; }, .heapBytes = {}, .peakBytes = {},
                                .neededBytes = [] { return AllocationFaults::failedBytes(); }},
                     .progress = {}});
}

/// "" for an answer that went well, else its code; an empty head is MEMORY_BUDGET without figures.
std::string codeOf(const Answer& answer) {
  if (answer.head.empty()) return "MEMORY_BUDGET";
  const ReadResult read = readMessage(answer.head);
  if (!read.ok) return "no message";
  return read.value["ok"].truth ? "" : std::string(read.value["error"]["code"].text);
}

class EngineFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(EngineFaults, EndInARightAnswerOrTheBudget) {
  const WholeRun run;
  std::vector<Answer> right;
  std::size_t calls = 0;
  {
    Engine engine = newEngine();
    const AllocationFaults counting(0);
    right = run.on(engine);
    calls = AllocationFaults::calls();
  }
  for (const Answer& answer : right) ASSERT_EQ(codeOf(answer), "");
  ASSERT_GT(calls, 1000u);

  std::size_t refused = 0;
  for (std::size_t k = 1; k <= calls; ++k) {
    Engine engine = newEngine();
    std::vector<Answer> answers;
    {
      const AllocationFaults faults(k, GetParam());
      try {
        answers = run.on(engine);
      } catch (const std::bad_alloc&) {
        continue;  // the test's own list of answers found no memory
      }
    }
    for (std::size_t step = 0; step < answers.size(); ++step) {
      const std::string code = codeOf(answers[step]);
      if (code.empty()) {
        if (right[step].body) EXPECT_EQ(*answers[step].body, *right[step].body) << "allocation " << k << ", step " << step;
      } else {
        ++refused;
        EXPECT_EQ(code, "MEMORY_BUDGET") << "allocation " << k << ", step " << step;
      }
    }
    const auto after = run.on(engine);
    for (std::size_t step = 0; step < after.size(); ++step) {
      ASSERT_EQ(codeOf(after[step]), "") << "after allocation " << k << ", step " << step;
    }
    EXPECT_EQ(*after.back().body, *right.back().body);
  }
  if (GetParam() == Fault::fromThenOn) EXPECT_GT(refused, 100u);
}

INSTANTIATE_TEST_SUITE_P(Memory, EngineFaults, ::testing::Values(Fault::once, Fault::fromThenOn),
                         [](const auto& fault) { return fault.param == Fault::once ? "failsOnce" : "failsFromThenOn"; });

}  // namespace
}  // namespace bedside::testing
