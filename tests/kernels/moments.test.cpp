#include "numerics/moments.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace bedside::numerics {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The definitions, about the mean of the whole, in long double.
struct Naive {
  std::size_t n = 0;
  long double weight = 0, mean = 0, m2 = 0, m3 = 0;

  Naive(const std::vector<double>& values, const std::vector<double>& weights) {
    const auto counts = [&](std::size_t i) { return !std::isnan(values[i]) && weights[i] > 0; };
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!counts(i)) continue;
      ++n;
      weight += weights[i];
      mean += static_cast<long double>(weights[i]) * values[i];
    }
    mean /= weight;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!counts(i)) continue;
      const long double d = values[i] - mean;
      m2 += weights[i] * d * d;
      m3 += weights[i] * d * d * d;
    }
  }
};

void expectEqual(const Moments& got, const Naive& want) {
  EXPECT_EQ(got.n, want.n);
  EXPECT_NEAR(got.weight, static_cast<double>(want.weight), 1e-12 * static_cast<double>(want.weight));
  EXPECT_NEAR(got.mean, static_cast<double>(want.mean), 1e-14 * std::abs(static_cast<double>(want.mean)) + 1e-15);
  EXPECT_NEAR(got.m2, static_cast<double>(want.m2), 1e-12 * static_cast<double>(want.m2));
  EXPECT_NEAR(got.m3, static_cast<double>(want.m3),
              1e-11 * std::abs(static_cast<double>(want.m3)) + 1e-12 * std::pow(static_cast<double>(want.m2), 1.5));
}

TEST(Moments, FiguresOfR) {
  // v <- c(3.1, 2.2, 9.9, 4.4, 4.4, 0.5, 7); mean(v); sd(v); e1071::skewness(v, type = 1)
  const std::vector<double> values{3.1, 2.2, 9.9, 4.4, nan, 4.4, 0.5, 7};
  const Moments got = moments(values);
  EXPECT_EQ(got.n, 7u);
  EXPECT_NEAR(got.mean, 4.5, 1e-15);
  EXPECT_NEAR(got.sd(), 3.12729915422237825, 1e-14);
  EXPECT_NEAR(got.skewness(), 0.55431177302629231, 1e-14);
  EXPECT_EQ(got.min, 0.5);
  EXPECT_EQ(got.max, 9.9);
}

TEST(Moments, AgreeWithTheDefinitionsAtEveryBlockSize) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> lognormal(0, 1);
  for (double offset : {0.0, -3.0, 1e6}) {
    std::vector<double> values, weights, codes, ones;
    for (std::size_t i = 0; i < 1500; ++i) {
      values.push_back(random() % 9 == 0 ? nan : offset + lognormal(random));
      weights.push_back(random() % 7 == 0 ? 0 : random() % 11 == 0 ? nan : lognormal(random));
      codes.push_back(static_cast<double>(random() % 4) - 1);
      ones.push_back(1);
    }
    const std::vector<Source> columns{Source::of(values.data()), Source::of(weights.data()), Source::of(codes.data())};
    for (std::size_t blockRows : {1, 7, 512, 1500}) {
      const Blocks rows(columns, Rows::all(values.size()), blockRows);
      expectEqual(moments(rows, 0), Naive(values, ones));
      expectEqual(weightedMoments(rows, 0, 1), Naive(values, weights));
      const std::vector<Moments> groups = groupMoments(rows, 0, 2, 3);
      ASSERT_EQ(groups.size(), 3u);
      for (std::size_t g = 0; g < 3; ++g) {
        std::vector<double> inGroup;
        for (double code : codes) inGroup.push_back(code == static_cast<double>(g));
        expectEqual(groups[g], Naive(values, inGroup));
      }
    }
  }
}

TEST(Moments, SelectedRowsAreTheRowsTaken) {
  const std::vector<double> values{1, 2, 30, 4, 5};
  const std::vector<std::uint32_t> selected{4, 0, 0, 3};
  const Moments got = moments(Blocks({Source::of(values.data())}, Rows::of(selected), 3), 0);
  EXPECT_EQ(got.n, 4u);
  EXPECT_EQ(got.mean, 11.0 / 4);
  EXPECT_EQ(got.max, 5);
}

TEST(Moments, KeepTheirDigitsBesideALargeOffset) {
  // NIST StRD NumAcc4: mean 10000000.2, standard deviation 0.1, exactly.
  std::vector<double> values{10000000.2};
  for (std::size_t i = 0; i < 500; ++i) {
    values.push_back(10000000.1);
    values.push_back(10000000.3);
  }
  const Moments got = moments(values);
  EXPECT_NEAR(got.mean, 10000000.2, 1e-8);
  EXPECT_NEAR(got.sd(), 0.1, 1e-9);  // as far as the doubles themselves hold 0.1

  std::vector<double> shifted, plain;
  for (std::size_t i = 0; i < 2000; ++i) {
    plain.push_back(static_cast<double>(i * i % 97));
    shifted.push_back(1e9 + plain.back());
  }
  EXPECT_NEAR(moments(shifted).sd() / moments(plain).sd(), 1, 1e-14);
  EXPECT_NEAR(moments(shifted).skewness() / moments(plain).skewness(), 1, 1e-12);
}

TEST(Moments, ConstantsHaveNoVariance) {
  const std::vector<double> values(1234, 0.1);
  for (std::size_t blockRows : {1, 7, 1234}) {
    const Moments got = moments(Blocks({Source::of(values.data())}, Rows::all(values.size()), blockRows), 0);
    EXPECT_EQ(got.mean, 0.1);
    EXPECT_EQ(got.sd(), 0);
    EXPECT_TRUE(std::isnan(got.skewness()));
  }
}

TEST(Moments, FewValues) {
  const Moments none = moments(std::vector<double>{nan, nan});
  EXPECT_EQ(none.n, 0u);
  EXPECT_TRUE(std::isnan(none.mean) && std::isnan(none.sd()) && std::isnan(none.min) && std::isnan(none.max));
  EXPECT_TRUE(std::isnan(none.skewness()));
  const Moments one = moments(std::vector<double>{nan, 3});
  EXPECT_EQ(one.mean, 3);
  EXPECT_TRUE(std::isnan(one.sd()) && std::isnan(one.skewness()));
  const Moments two = moments(std::vector<double>{1.7, 0.3});
  EXPECT_EQ(two.skewness(), 0);
  EXPECT_EQ(moments(std::vector<double>{}).n, 0u);
}

TEST(Moments, MergingIsReading) {
  const std::vector<double> all{5, 1, 8, 8, 2, 0.5, nan, 11};
  Moments merged = moments(std::span(all).first(3));
  merged.merge(moments(std::span(all).subspan(3)));
  merged.merge(Moments{});
  const Moments once = moments(all);
  EXPECT_EQ(merged.n, once.n);
  EXPECT_NEAR(merged.mean, once.mean, 1e-15);
  EXPECT_NEAR(merged.m2, once.m2, 1e-13);
  EXPECT_NEAR(merged.m3, once.m3, 1e-12);
  EXPECT_EQ(merged.min, 0.5);
  EXPECT_EQ(merged.max, 11);
}

}  // namespace
}  // namespace bedside::numerics
