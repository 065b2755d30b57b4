#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "numerics/survival/times.hpp"

/// Patients made up for tests of survival kernels.
namespace followed_patients {

using namespace bedside::numerics;

struct Patients {
  std::vector<double> time, weight;
  std::vector<std::uint8_t> event;
  Groups group, stratum;

  std::size_t size() const { return time.size(); }
  Times times() const { return timesOf(time.data(), nullptr, Rows::all(size())); }
};

struct Shape {
  std::size_t n = 80, groups = 3, strata = 1;
  int distinct = 15;      ///< times are whole numbers from 0; 0: continuous
  double censored = 0.3;  ///< share
  bool whole = false;     ///< weights 1 … 3, else fractions
};

inline Patients patients(unsigned seed, const Shape& shape) {
  std::mt19937 random(seed);
  const auto share = [&] { return static_cast<double>(random() >> 8) / (1 << 24); };
  const auto below = [&](std::size_t limit) { return static_cast<std::int32_t>(random() % limit); };
  Patients out;
  out.group.count = shape.groups;
  out.stratum.count = shape.strata;
  for (std::size_t i = 0; i < shape.n; ++i) {
    out.time.push_back(shape.distinct > 0 ? below(static_cast<std::size_t>(shape.distinct)) : 10 * share());
    out.event.push_back(share() < shape.censored ? 0 : 1);
    out.weight.push_back(shape.whole ? 1 + below(3) : 0.2 + 2 * share());
    // The first rows fill every group and stratum.
    out.group.codes.push_back(i < shape.groups ? static_cast<std::int32_t>(i) : below(shape.groups));
    out.stratum.codes.push_back(i < shape.strata ? static_cast<std::int32_t>(i) : below(shape.strata));
  }
  return out;
}

/// The same patients with their rows in the order given (repeats allowed).
inline Patients taken(const Patients& from, const std::vector<std::size_t>& rows) {
  Patients out;
  out.group.count = from.group.count;
  out.stratum.count = from.stratum.count;
  for (const std::size_t row : rows) {
    out.time.push_back(from.time[row]);
    out.event.push_back(from.event[row]);
    out.weight.push_back(from.weight[row]);
    out.group.codes.push_back(from.group.codes[row]);
    out.stratum.codes.push_back(from.stratum.codes[row]);
  }
  return out;
}

/// Each row as often as its whole weight says.
inline std::vector<std::size_t> repeated(const Patients& from) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < from.size(); ++i) rows.insert(rows.end(), static_cast<std::size_t>(from.weight[i]), i);
  return rows;
}

}  // namespace followed_patients
