#pragma once

#include <new>

#include "layers/reclaimer.hpp"

namespace bedside {

/// Inside its scope, memory that runs out is first taken from the cache: for work that cannot be begun again, such as
/// a file half read. One at a time.
class GivingBack {
 public:
  explicit GivingBack(layers::Reclaimer& reclaimer) : before_(std::set_new_handler(&giveBack)) { giver_ = &reclaimer; }
  ~GivingBack() {
    std::set_new_handler(before_);
    giver_ = nullptr;
  }
  GivingBack(const GivingBack&) = delete;
  GivingBack& operator=(const GivingBack&) = delete;

 private:
  static void giveBack() {
    if (!giver_ || !giver_->reclaimSome()) throw std::bad_alloc();
  }

  static inline layers::Reclaimer* giver_ = nullptr;
  std::new_handler before_;
};

}  // namespace bedside
