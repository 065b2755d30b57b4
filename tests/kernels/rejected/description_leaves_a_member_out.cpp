// rejected: must name each member of its struct exactly once
// room: describe
// A member without a description would be neither decoded nor part of the cache key.
#include "describe/decode.hpp"

struct Spec {
  double level = 0.95;
  bool correct = true;

  static constexpr auto describe() { return bedside::fields(bedside::field<&Spec::level>()); }
};

Spec read(const bedside::Value& message) { return bedside::decode<Spec>(message, "spec"); }
