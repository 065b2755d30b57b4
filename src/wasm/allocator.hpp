#pragma once

#include <cstddef>

namespace bedside::wasm {

/// Bytes in use: static data, stack, and every block that malloc has given out and not got back, with its header.
std::size_t liveBytes();
/// The most that was ever in use.
std::size_t peakBytes();
/// From here on, what is allocated belongs to a run: `neededBytes` counts from this mark.
void markRun();
/// At the last allocation that failed: what the run held, and the request that found no room. 0 when none failed.
std::size_t neededBytes();

}  // namespace bedside::wasm
