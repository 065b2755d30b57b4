#include "numerics/blocks.hpp"

#include <gtest/gtest.h>

namespace bedside::numerics {
namespace {

const std::vector<double> values{1.5, -2, 0, 7, 1e9, 3, 4, -0.25, 11, 2};
const std::vector<std::int32_t> codes{0, 2, 1, -1, 2, 2, 0, 1, 1, 2};
const std::vector<std::uint32_t> selected{9, 0, 0, 3, 7, 7, 1, 5};

std::vector<Source> everyKind() {
  std::vector<Source> sources{Source::one(), Source::of(values.data()), Source::codesOf(codes.data()),
                              Source::indicatorOf(codes.data(), 2)};
  sources.push_back(Source::productOf({Source::of(values.data()), Source::indicatorOf(codes.data(), 2),
                                       Source::of(values.data())}));
  sources.push_back(Source::of(values.data()));
  sources.back().centre = 2.5;
  sources.push_back(Source::productOf({sources.back(), Source::codesOf(codes.data())}));
  return sources;
}

/// What a source stands for, row by row.
double naive(const Source& source, std::size_t row) {
  double value = 1;
  switch (source.kind) {
    case Source::Kind::constant: break;
    case Source::Kind::numeric: value = source.values[row]; break;
    case Source::Kind::code: value = source.codes[row]; break;
    case Source::Kind::indicator: value = source.codes[row] == source.level; break;
    case Source::Kind::product:
      for (const Source& factor : source.factors) value *= naive(factor, row);
      break;
  }
  return value - source.centre;
}

TEST(Blocks, HandOverEveryRowOnceWhateverTheirSize) {
  for (const Rows& rows : {Rows::all(values.size()), Rows::of(selected), Rows::all(0)}) {
    for (const std::size_t blockRows : {1u, 3u, 7u, 10u, 512u}) {
      const Blocks blocks(everyKind(), rows, blockRows);
      std::size_t seen = 0;
      blocks.scan([&](const Block& block) {
        ASSERT_EQ(block.first, seen);
        ASSERT_EQ(block.columns.size(), blocks.columns());
        for (std::size_t r = 0; r < block.rows; ++r) {
          for (std::size_t j = 0; j < blocks.columns(); ++j) {
            EXPECT_EQ(block[j][r], naive(blocks.source(j), rows[seen + r])) << "row " << seen + r << ", column " << j;
          }
        }
        seen += block.rows;
      });
      EXPECT_EQ(seen, rows.count);
    }
  }
}

TEST(Blocks, DenseColumnsAreNotCopied) {
  const Blocks blocks({Source::of(values.data())}, Rows::all(values.size()), 4);
  blocks.scan([&](const Block& block) { EXPECT_EQ(block[0], values.data() + block.first); });
}

TEST(Blocks, LongProductsCrossTheirStrips) {
  std::vector<double> long1(1000);
  std::vector<double> long2(1000);
  for (std::size_t i = 0; i < 1000; ++i) long1[i] = static_cast<double>(i), long2[i] = 1000.0 - static_cast<double>(i);
  const Blocks blocks({Source::productOf({Source::of(long1.data()), Source::of(long2.data())})}, Rows::all(1000), 700);
  blocks.scan([&](const Block& block) {
    for (std::size_t r = 0; r < block.rows; ++r) {
      EXPECT_EQ(block[0][r], long1[block.first + r] * long2[block.first + r]);
    }
  });
}

}  // namespace
}  // namespace bedside::numerics
