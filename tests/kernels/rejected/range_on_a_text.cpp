// rejected: a range belongs to a number
// room: describe
#include "describe/decode.hpp"

struct Spec {
  std::string method;

  static constexpr auto describe() { return bedside::fields(bedside::field<&Spec::method>(bedside::between(0, 1))); }
};

Spec read(const bedside::Value& message) { return bedside::decode<Spec>(message, "spec"); }
