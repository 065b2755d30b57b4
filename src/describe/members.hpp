#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include "describe/fields.hpp"

/// The fields of a struct as a table, over which one loop reads, writes or looks for columns: code for each type that a
/// member can have, data for each field, and nothing for each struct.
namespace bedside::detail {

/// The member at the end of a path of members, in an object of type `S`.
template <class S, auto... Path>
const void* memberOf(const void* object) {
  return &(*static_cast<const S*>(object).*....*Path);
}

template <class S, class Part, auto... Path>
struct Walk {
  static constexpr auto entries = description<Part>();

  /// Calls `visit.operator()<field>(where its member is)` for each field of the part, inlined ones in their place.
  template <class Visit>
  static constexpr void each(Visit&& visit) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (one<I>(visit), ...);
    }(std::make_index_sequence<std::tuple_size_v<std::remove_const_t<decltype(entries)>>>());
  }

  template <std::size_t I, class Visit>
  static constexpr void one(Visit&& visit) {
    using Entry = std::remove_cvref_t<decltype(std::get<I>(entries))>;
    if constexpr (Entry::isInlined) {
      Walk<S, typename Entry::Type, Path..., Entry::member>::each(visit);
    } else {
      visit.template operator()<std::get<I>(entries)>(&memberOf<S, Path..., Entry::member>);
    }
  }
};

/// `Row::of<field>(where its member is)` for each field of a described struct.
template <class Row, Described S>
consteval std::array<Row, fieldCount<S>()> tableOf() {
  std::array<Row, fieldCount<S>()> rows{};
  std::size_t at = 0;
  Walk<S, S>::each([&]<const auto& field>(const void* (*member)(const void*)) { rows[at++] = Row::template of<field>(member); });
  return rows;
}

template <class Row, Described S>
inline constexpr auto table = tableOf<Row, S>();

}  // namespace bedside::detail
