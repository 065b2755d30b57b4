#pragma once

#include <cstddef>
#include <vector>

#include "describe/fields.hpp"
#include "table/error.hpp"

namespace bedside {

/// What every result begins with.
struct Common {
  std::size_t n = 0;
  std::size_t nMissing = 0;
  std::vector<Warning> warnings;

  static constexpr auto describe() {
    return fields(field<&Common::n>(doc("Rows used."), count),
                  field<&Common::nMissing>(doc("Rows left out because a value that the analysis uses is missing."), count),
                  field<&Common::warnings>(doc("What the reader of the figures should know: [{ code, message }].")));
  }
};

/// Bytes that a run needs beyond the table and the cache.
struct Need {
  std::size_t certain = 0;  ///< a lower bound: a budget that cannot give it refuses the run before it starts
  std::size_t fast = 0;     ///< of the fast way; with less, the run takes the blocked one
};

}  // namespace bedside
