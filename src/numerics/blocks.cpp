#include "numerics/blocks.hpp"

#include <algorithm>

namespace bedside::numerics {

Blocks::Blocks(std::vector<Source> columns, Rows rows, std::size_t blockRows)
    : columns_(std::move(columns)), rows_(rows), blockRows_(std::max<std::size_t>(blockRows, 1)) {}

bool Blocks::dense(const Source& source) const {
  return source.kind == Source::Kind::numeric && rows_.everyRow() && source.centre == 0;
}

void Blocks::gather(const Source& source, std::size_t first, std::size_t rows, double* out) const {
  switch (source.kind) {
    case Source::Kind::constant:
      std::fill_n(out, rows, 1.0);
      break;
    case Source::Kind::numeric:
      for (std::size_t i = 0; i < rows; ++i) out[i] = source.values[rows_[first + i]];
      break;
    case Source::Kind::code:
      for (std::size_t i = 0; i < rows; ++i) out[i] = source.codes[rows_[first + i]];
      break;
    case Source::Kind::indicator:
      for (std::size_t i = 0; i < rows; ++i) out[i] = source.codes[rows_[first + i]] == source.level ? 1.0 : 0.0;
      break;
    case Source::Kind::product: {
      gather(source.factors.front(), first, rows, out);
      // The second operand is gathered through a short strip on the stack: a product needs no scratch of its own.
      double strip[128];
      for (std::size_t f = 1; f < source.factors.size(); ++f) {
        for (std::size_t at = 0; at < rows; at += std::size(strip)) {
          const std::size_t length = std::min(std::size(strip), rows - at);
          gather(source.factors[f], first + at, length, strip);
          for (std::size_t i = 0; i < length; ++i) out[at + i] *= strip[i];
        }
      }
      break;
    }
  }
  if (source.centre != 0) {
    for (std::size_t i = 0; i < rows; ++i) out[i] -= source.centre;
  }
}

Blocks::Reader::Reader(const Blocks& blocks) : blocks_(blocks), pointers_(blocks.columns()) {
  const std::size_t rows = std::min(blocks.blockRows_, blocks.rows());
  const auto gathered = std::count_if(blocks.columns_.begin(), blocks.columns_.end(),
                                      [&](const Source& source) { return !blocks.dense(source); });
  scratch_.resize(static_cast<std::size_t>(gathered) * rows);
}

Block Blocks::Reader::read(std::size_t first) {
  const std::size_t rows = std::min(blocks_.blockRows_, blocks_.rows() - first);
  double* out = scratch_.data();
  for (std::size_t j = 0; j < pointers_.size(); ++j) {
    const Source& source = blocks_.columns_[j];
    if (blocks_.dense(source)) {
      pointers_[j] = source.values + first;
      continue;
    }
    // A constant column never changes: it is filled once, by the first (largest) block.
    if (source.kind != Source::Kind::constant || first == 0) blocks_.gather(source, first, rows, out);
    pointers_[j] = out;
    out += std::min(blocks_.blockRows_, blocks_.rows());
  }
  return {first, rows, pointers_};
}

}  // namespace bedside::numerics
