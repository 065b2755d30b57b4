#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "describe/columns.hpp"
#include "describe/decode.hpp"
#include "describe/encode.hpp"
#include "describe/key.hpp"

namespace bedside {

enum class Flavour { plain, corrected };
template <>
inline constexpr std::array words<Flavour> = {Word<Flavour>{"plain", Flavour::plain},
                                              Word<Flavour>{"corrected", Flavour::corrected}};

namespace {

struct Shared {
  double confLevel = 0.95;
  std::optional<ColumnName> weights;

  static constexpr auto describe() {
    return fields(field<&Shared::confLevel>(between(0, 1)), field<&Shared::weights>(numericColumn));
  }
};

struct SampleSpec {
  ColumnName outcome;
  Shared shared;
  std::optional<Level> positive;
  References reference;
  Flavour flavour = Flavour::plain;
  std::optional<std::vector<ColumnMention>> categorical;
  std::vector<double> times;
  std::optional<std::size_t> bins;
  ColumnList strata;
  std::vector<CovariateProfile> at;

  static constexpr auto describe() {
    return fields(field<&SampleSpec::outcome>(required), inlined<&SampleSpec::shared>(), field<&SampleSpec::positive>(),
                  field<&SampleSpec::reference>(), field<&SampleSpec::flavour>(OrBoolean{Flavour::plain, Flavour::corrected}),
                  field<&SampleSpec::categorical>(notEmpty), field<&SampleSpec::times>(), field<&SampleSpec::bins>(atLeast(1)),
                  field<&SampleSpec::strata>(), field<&SampleSpec::at>());
  }
};

/// A message of strings, numbers and booleans by field.
class Message {
 public:
  template <class Write>
  Message& with(std::string_view name, Write&& write) {
    ++fields_;
    Writer writer(body_);
    writer.string(name);
    write(writer);
    return *this;
  }
  Message& text(std::string_view name, std::string_view value) {
    return with(name, [&](Writer& to) { to.string(value); });
  }
  Message& number(std::string_view name, double value) {
    return with(name, [&](Writer& to) { to.number(value); });
  }

  SampleSpec decoded() {
    bytes_.clear();
    Writer(bytes_).map(fields_);
    bytes_.append(body_);
    const ReadResult read = readMessage(bytes_);
    EXPECT_TRUE(read.ok);
    return decode<SampleSpec>(read.value, "sample");
  }

 private:
  std::size_t fields_ = 0;
  Bytes body_, bytes_;
};

std::string failureOf(Message& message) {
  try {
    message.decoded();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code, Code::invalidSpec);
    return failure.message;
  }
  return {};
}

TEST(Describe, TakesTheInitialisersForDefaults) {
  const SampleSpec spec = Message().text("outcome", "died").decoded();
  EXPECT_EQ(spec.outcome.name, "died");
  EXPECT_EQ(spec.shared.confLevel, 0.95);
  EXPECT_EQ(spec.flavour, Flavour::plain);
  EXPECT_FALSE(spec.positive);
}

TEST(Describe, NamesTheNearestKnownField) {
  const std::string message = failureOf(Message().text("outcome", "died").number("confLevl", 0.9));
  EXPECT_NE(message.find("'confLevl'"), std::string::npos) << message;
  EXPECT_NE(message.find("'confLevel'"), std::string::npos) << message;
}

TEST(Describe, SaysWhatIsAbsentWrongOrOutOfRange) {
  Message absent, type, range, word, empty, whole;
  EXPECT_NE(failureOf(absent).find("'outcome'"), std::string::npos);
  EXPECT_NE(failureOf(type.number("outcome", 3)).find("a string"), std::string::npos);
  EXPECT_NE(failureOf(range.text("outcome", "y").number("confLevel", 1)).find("strictly between 0 and 1"), std::string::npos);
  EXPECT_NE(failureOf(word.text("outcome", "y").text("flavour", "sour")).find("'corrected'"), std::string::npos);
  EXPECT_NE(failureOf(empty.text("outcome", "y").with("categorical", [](Writer& to) { to.array(0); })).find("empty"),
            std::string::npos);
  EXPECT_FALSE(failureOf(whole.text("outcome", "y").number("bins", 1.5)).empty());
}

TEST(Describe, ReadsOneColumnAsAListOfOne) {
  const auto strata = [](auto&& write) { return Message().text("outcome", "y").with("strata", write).decoded().strata.names; };
  EXPECT_EQ(strata([](Writer& to) { to.string("sex"); }), (std::vector<std::string>{"sex"}));
  EXPECT_EQ(strata([](Writer& to) {
              to.array(3);
              for (const auto* name : {"sex", "centre", "sex"}) to.string(name);
            }),
            (std::vector<std::string>{"sex", "centre"}));
  Message number;
  EXPECT_NE(failureOf(number.text("outcome", "y").number("strata", 3)).find("an array of names"), std::string::npos);
}

TEST(Describe, HandsAProfileBackAsItWasWritten) {
  const auto write = [](Writer& to) {
    to.array(1);
    to.map(4);
    to.string("sex");
    to.string("2");
    to.string("age");
    to.number(60.5);
    to.string("stage");
    to.number(2);
    to.string("smoker");
    to.boolean(true);
  };
  const auto at = Message().text("outcome", "y").with("at", write).decoded().at;
  ASSERT_EQ(at.size(), 1u);
  EXPECT_EQ(at[0].find("age")->number, 60.5);
  EXPECT_EQ(at[0].find("stage")->level.text, "2");
  EXPECT_EQ(at[0].find("smoker")->level.text, "1");
  EXPECT_EQ(at[0].find("weight"), nullptr);
  Bytes given, written;
  Writer to(given), back(written);
  write(to);
  detail::write(back, at);
  EXPECT_EQ(given, written);
  Message missing;
  EXPECT_NE(failureOf(missing.text("outcome", "y").with("at",
                                                        [](Writer& to) {
                                                          to.array(1);
                                                          to.map(1);
                                                          to.string("age");
                                                          to.null();
                                                        }))
                .find("'at[0].age'"),
            std::string::npos);
}

TEST(Describe, ReadsValuesOfColumnsAsTheirTexts) {
  const auto positive = [](auto&& write) {
    return Message().text("outcome", "y").with("positive", write).decoded().positive->text;
  };
  EXPECT_EQ(positive([](Writer& to) { to.number(2); }), "2");
  EXPECT_EQ(positive([](Writer& to) { to.string("2"); }), "2");
  EXPECT_EQ(positive([](Writer& to) { to.boolean(true); }), "1");
}

TEST(Describe, ReadsBooleansWhereAWordAllowsThem) {
  const auto spec = Message().text("outcome", "y").with("flavour", [](Writer& to) { to.boolean(true); }).decoded();
  EXPECT_EQ(spec.flavour, Flavour::corrected);
}

TEST(Describe, GivesEquivalentSpecsOneKey) {
  const auto keyOf = [](const SampleSpec& spec) { return KeyBuilder("sample").add(spec).key(); };
  const auto two = [](std::string_view first, std::string_view second) {
    return [=](Writer& to) {
      to.map(2);
      to.string(first);
      to.string("x");
      to.string(second);
      to.string("x");
    };
  };
  const auto plain = Message().text("outcome", "y").decoded();
  const auto spelt = Message().number("confLevel", 0.95).text("flavour", "plain").text("outcome", "y").decoded();
  EXPECT_EQ(keyOf(plain), keyOf(spelt));
  EXPECT_EQ(keyOf(Message().text("outcome", "y").with("reference", two("a", "b")).decoded()),
            keyOf(Message().text("outcome", "y").with("reference", two("b", "a")).decoded()));
  EXPECT_NE(keyOf(plain), keyOf(Message().text("outcome", "y").number("confLevel", 0.9).decoded()));
}

TEST(Describe, FindsTheColumnsThatASpecNames) {
  const auto spec = Message().text("outcome", "y").text("weights", "w").with("categorical", [](Writer& to) {
    to.array(1);
    to.string("g");
  }).decoded();
  const auto columns = columnsOf(spec, Table{});
  ASSERT_EQ(columns.size(), 3u);
  EXPECT_EQ(columns[0].name, "y");
  EXPECT_EQ(columns[1].name, "w");
  EXPECT_TRUE(columns[1].numeric);
  EXPECT_FALSE(columns[2].used);
}

TEST(MessagePack, WritesEveryNanAsTheCanonicalOne) {
  const auto written = [](std::uint64_t bits) {
    Bytes bytes;
    Writer writer(bytes);
    writer.number(std::bit_cast<double>(bits));
    const double value[] = {std::bit_cast<double>(bits)};
    writer.doubles(value);
    return bytes;
  };
  EXPECT_EQ(written(0x7ff8000000000000u), written(0xfff8000000000123u));
}

TEST(Bytes, GrowShrinkCopyAndMove) {
  Bytes bytes;
  for (unsigned i = 0; i < 1000; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
  bytes.append(std::vector<std::uint8_t>(5000, 7));
  const Bytes copy = bytes;
  EXPECT_EQ(copy, bytes);
  EXPECT_EQ(copy.size(), 6000u);
  EXPECT_EQ(copy[999], 999 % 256);
  EXPECT_EQ(copy[5999], 7);
  bytes.shrink_to_fit();
  EXPECT_EQ(bytes.capacity(), 6000u);
  EXPECT_EQ(bytes, copy);
  const Bytes moved = std::move(bytes);
  EXPECT_EQ(moved, copy);
  bytes = Bytes(copy.begin(), copy.begin() + 3);
  EXPECT_EQ(bytes, (Bytes{0, 1, 2}));
  bytes.resize(1);
  EXPECT_EQ(bytes, Bytes(1));
  bytes.clear();
  bytes.shrink_to_fit();
  EXPECT_EQ(bytes, Bytes());
}

TEST(MessagePack, CountsWhatItWouldWrite) {
  const auto write = [](Writer&& writer) {
    writer.map(20);
    writer.string(std::string(40, 'x'));
    writer.integer(1 << 20);
    writer.null();
    writer.doubles(std::vector<double>{1, 2, 3});
    writer.integers(std::vector<std::int32_t>{1, 2, 3});
    writer.binary(std::vector<std::uint8_t>{1, 2, 3});
    return writer.size();
  };
  Bytes bytes;
  write(Writer(bytes));
  EXPECT_EQ(write(Writer()), bytes.size());
}

TEST(MessagePack, AlignsVectorsFromTheStartOfTheMessage) {
  for (std::size_t before = 0; before < 9; ++before) {
    Bytes bytes(3, 0xaa);  // what stands before the message does not count
    Writer writer(bytes);
    for (std::size_t i = 0; i < before; ++i) writer.null();
    const double values[] = {1.5, -0.0};
    writer.doubles(values);
    EXPECT_EQ((bytes.size() - 3 - sizeof values) % 8, 0u) << before;
  }
}

TEST(MessagePack, BelievesNoLengthBeyondItsBytes) {
  Bytes whole;
  Writer writer(whole);
  writer.map(1);
  writer.string("values");
  const double values[] = {1, 2, 3};
  writer.doubles(values);
  ASSERT_TRUE(readMessage(whole).ok);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(readMessage(std::span(whole).first(size)).ok) << size;
  }
  const Bytes huge = {0xdd, 0xff, 0xff, 0xff, 0xff};
  EXPECT_FALSE(readMessage(huge).ok);
  EXPECT_FALSE(readMessage(Bytes(100000, 0x91)).ok);  // arrays in arrays without end
}

TEST(MessagePack, RoundTripsWhatItWrites) {
  Bytes bytes;
  Writer writer(bytes);
  writer.array(6);
  writer.integer(-7);
  writer.integer(std::numeric_limits<std::int64_t>::max());
  writer.number(-0.0);
  writer.string(std::string(40, 'x'));
  writer.boolean(true);
  const std::int32_t codes[] = {-1, 0, 5};
  writer.integers(codes);
  const auto read = readMessage(bytes);
  ASSERT_TRUE(read.ok);
  const auto& items = read.value.items;
  EXPECT_EQ(items[0].number, -7);
  EXPECT_EQ(items[1].number, 9223372036854775807.0);
  EXPECT_TRUE(std::signbit(items[2].number));
  EXPECT_EQ(items[3].text.size(), 40u);
  EXPECT_TRUE(items[4].truth);
  EXPECT_EQ(items[5].integers(), (std::vector<std::int32_t>{-1, 0, 5}));
}

}  // namespace
}  // namespace bedside
