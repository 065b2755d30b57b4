#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyses/regression/subgroup.hpp"

namespace bedside {

/// The rows of a subgroup analysis as a table of its own: complete in every column used; treatment and event 0/1, other
/// factors as text with the reference first. So each subgroup is such a table too, and its models are fitted as those
/// of any other request.
struct SubgroupRows {
  Table table;
  std::size_t missing = 0;
  std::vector<std::int32_t> codes;  ///< subgroup of each row
  std::vector<std::string> levels;  ///< the subgroups, in level order
  std::string treatment, event;     ///< columns of 0 and 1

  /// The rows of one subgroup.
  Table of(std::size_t level) const;
};

/// Chooses and checks the rows, in the order of regression.md §3. Fails with NOT_BINARY, INVALID_SPEC, TOO_FEW_ROWS,
/// NOT_FINITE, ONE_GROUP, NO_EVENTS.
SubgroupRows subgroupRows(const Table& table, const SubgroupSpec& spec);

}  // namespace bedside
