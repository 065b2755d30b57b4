#pragma once

#include "describe/fields.hpp"
#include "numerics/adjust.hpp"

namespace bedside {

using numerics::Adjustment;

/// Words of `pAdjust`.
template <>
inline constexpr std::array words<Adjustment>{
    Word<Adjustment>{"none", Adjustment::none}, Word<Adjustment>{"holm", Adjustment::holm},
    Word<Adjustment>{"bonferroni", Adjustment::bonferroni}, Word<Adjustment>{"BH", Adjustment::BH},
    Word<Adjustment>{"sidak", Adjustment::sidak}};

}  // namespace bedside
