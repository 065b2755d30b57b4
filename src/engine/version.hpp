#pragma once

#include <string_view>

namespace bedside {

/// Version of package and engine, one for both: the build takes it from package.json.
inline constexpr std::string_view engineVersion = BEDSIDE_VERSION;

}  // namespace bedside
