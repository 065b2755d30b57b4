#pragma once

#include "analyses/comparison/describe.hpp"

namespace bedside {

/// A list of types.
template <class... Analyses>
struct AnalysisList {};

/// Every analysis of the engine. A new one is its own files, an include above and its name here.
using Registry = AnalysisList<Describe>;

}  // namespace bedside
