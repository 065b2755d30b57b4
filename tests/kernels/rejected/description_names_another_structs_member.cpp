// rejected: must name each member of its struct exactly once
// room: describe
#include "describe/encode.hpp"

struct Other {
  double p = 1;
};

struct Result {
  double p = 1;

  static constexpr auto describe() { return bedside::fields(bedside::field<&Other::p>()); }
};

void write(bedside::Writer& to, const Result& result) { bedside::encode(to, result); }
