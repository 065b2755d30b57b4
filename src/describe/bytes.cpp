#include "describe/bytes.hpp"

#include <algorithm>
#include <new>

namespace bedside {

void Bytes::grow(std::size_t bytes) {
  if (size_ + bytes < size_) throw std::bad_alloc();  // the sum has wrapped
  move(std::max({size_ + bytes, 2 * capacity_, std::size_t{32}}));
}

void Bytes::move(std::size_t capacity) {
  std::unique_ptr<std::uint8_t[]> moved(capacity > 0 ? new std::uint8_t[capacity] : nullptr);
  if (size_ > 0) std::memcpy(moved.get(), data_.get(), size_);
  data_ = std::move(moved);
  capacity_ = capacity;
}

}  // namespace bedside
