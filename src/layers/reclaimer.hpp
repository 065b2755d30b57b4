#pragma once

#include <cstddef>

namespace bedside::layers {

/// Something that holds memory which it can give up at the cost of time only: the computation cache (layer 1), seen
/// from the memory budget (layer 2). The two know each other by no more than this.
class Reclaimer {
public:
  /// Gives up the least that is worth giving up next. False when nothing is left to give.
  virtual bool reclaimSome() = 0;

  /// Bytes that would come free if everything were given up: an upper bound, since a value may have other holders.
  [[nodiscard]] virtual std::size_t reclaimableBytes() const noexcept = 0;

protected:
  ~Reclaimer() = default;
};

}  // namespace bedside::layers
