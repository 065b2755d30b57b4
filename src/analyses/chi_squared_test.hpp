#pragma once

#include "describe/fields.hpp"

namespace bedside {

/// A test whose statistic is χ², as results show it.
struct ChiSquaredTest {
  double statistic = 0, df = 0, p = 0;

  static constexpr auto describe() {
    return fields(field<&ChiSquaredTest::statistic>(doc("χ².")), field<&ChiSquaredTest::df>(doc("Degrees of freedom.")),
                  field<&ChiSquaredTest::p>(doc("p-value."), pValue));
  }
};

}  // namespace bedside
