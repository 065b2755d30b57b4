#pragma once

#include "describe/msgpack.hpp"
#include "table/load.hpp"

namespace bedside {

/// The options of `engine.load`; INVALID_SPEC for an unknown one or one of the wrong type.
LoadOptions readLoadOptions(const Value& message);
/// A dictionary by column name.
Dictionary readDictionary(const Value& message);

}  // namespace bedside
