// rejected: must name each member of its struct exactly once
// room: describe
#include "describe/encode.hpp"

struct Result {
  double p = 1;
  double statistic = 0;

  static constexpr auto describe() {
    return bedside::fields(bedside::field<&Result::p>(), bedside::field<&Result::p>());
  }
};

void write(bedside::Writer& to, const Result& result) { bedside::encode(to, result); }
