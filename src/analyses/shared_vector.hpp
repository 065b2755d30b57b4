#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "describe/msgpack.hpp"

namespace bedside {

/// A long vector of a result that lies in the fit it comes from: written from there, not copied, so that a million rows
/// cost their bytes once.
template <class T>
struct SharedVector {
  using WrittenAs = std::vector<T>;

  std::shared_ptr<const std::vector<T>> values;

  const std::vector<T>& operator*() const { return *values; }
  const std::vector<T>* operator->() const { return values.get(); }
  void write(Writer& to) const {
    if constexpr (std::is_same_v<T, double>) {
      to.doubles(*values);
    } else {
      to.integers(*values);
    }
  }
};

/// A part of a fit, which lives as long as the result does.
template <class Fit, class T>
SharedVector<T> sharedPart(const std::shared_ptr<const Fit>& fit, const std::vector<T>& part) {
  return {std::shared_ptr<const std::vector<T>>(fit, &part)};
}

}  // namespace bedside
