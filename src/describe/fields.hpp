#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

/// How a struct is described. Beside its members it has one function that names each of them once:
///
///     struct ProportionSpec {
///       ColumnName column;
///       double confLevel = 0.95;
///
///       static constexpr auto describe() {
///         return fields(field<&ProportionSpec::column>(doc("The yes/no column."), required),
///                       field<&ProportionSpec::confLevel>(doc("Confidence level of the intervals."), between(0, 1)));
///       }
///     };
///
/// A field's name is its member's, its default the member's initialiser. A member left out, named twice, or given a
/// note that does not suit its type does not compile. From the description come the decoding of a spec, the encoding
/// of a result, the cache key, the schema, the TypeScript types and the reference page.
namespace bedside {

// ---- Notes on a field -------------------------------------------------------------------------------------------

/// One line of documentation (or a title). Kept by the generator only: the module holds no prose.
struct Doc {
#ifdef BEDSIDE_DOCS
  const char* text;
#endif
};
#ifdef BEDSIDE_DOCS
constexpr Doc doc(const char* text) { return {text}; }
#else
constexpr Doc doc(const char*) { return {}; }
#endif

struct Required {};
inline constexpr Required required;  ///< a spec without this field is INVALID_SPEC

struct NotEmpty {};
inline constexpr NotEmpty notEmpty;  ///< an array with at least one element

struct NumericColumn {};
inline constexpr NumericColumn numericColumn;  ///< a column of text here is NOT_NUMERIC

struct BinaryColumn {};
inline constexpr BinaryColumn binaryColumn;  ///< a column with two values (forms offer these first)

/// Permitted numbers: `within` includes its limits, `between` does not.
struct Range {
  double low, high;
  bool open;
};
constexpr Range within(double low, double high) { return {low, high, false}; }
constexpr Range between(double low, double high) { return {low, high, true}; }
constexpr Range atLeast(double low) { return {low, __builtin_inf(), false}; }

/// A word or a count that takes `true` and `false` too.
template <class E>
struct OrBoolean {
  E whenFalse, whenTrue;
};
template <class E>
OrBoolean(E, E) -> OrBoolean<E>;

/// How reports print a figure.
enum class Format { plain, count, number, pValue, ratio, share, seconds };
inline constexpr Format pValue = Format::pValue, ratio = Format::ratio, share = Format::share, count = Format::count;

// ---- Words of an enum -------------------------------------------------------------------------------------------

template <class E>
struct Word {
  std::string_view text;
  E value;
};

/// The words of an enumeration, in the order of the documentation: specialise it beside the enum.
template <class E>
inline constexpr std::array<Word<E>, 0> words{};

template <class E>
constexpr std::string_view wordOf(E value) {
  for (const auto& word : words<E>) {
    if (word.value == value) return word.text;
  }
  return {};
}

// ---- Fields -----------------------------------------------------------------------------------------------------

namespace detail {

template <auto Member>
consteval std::string_view memberPath() {
  std::string_view path = __PRETTY_FUNCTION__;  // "… [Member = &bedside::LogisticSpec::outcome]"
  path = path.substr(0, path.find_last_not_of("];) ") + 1);
  return path.substr(path.rfind("::") + 2);
}

/// The name alone, so that the compiler's sentence around it does not stay in the module.
template <auto Member>
struct MemberName {
  static constexpr auto characters = [] {
    std::array<char, memberPath<Member>().size()> out{};
    std::ranges::copy(memberPath<Member>(), out.begin());
    return out;
  }();
  static constexpr std::string_view value{characters.data(), characters.size()};
};

template <class M>
struct MemberOf;
template <class S, class T>
struct MemberOf<T S::*> {
  using Struct = S;
  using Type = T;
};

/// Stands for a value of any type while members are counted.
struct Anything {
  template <class T>
  operator T() const;
};

template <class S, class... Args>
constexpr std::size_t memberCount() {
  if constexpr (requires { S{Args{}..., Anything{}}; }) {
    return memberCount<S, Args..., Anything>();
  } else {
    return sizeof...(Args);
  }
}

}  // namespace detail

/// A member that is a field of its own.
template <auto M, class... Notes>
struct Field {
  using Struct = typename detail::MemberOf<decltype(M)>::Struct;
  using Type = typename detail::MemberOf<decltype(M)>::Type;
  static constexpr auto member = M;
  static constexpr std::string_view memberName = detail::MemberName<M>::value;
  static constexpr bool isInlined = false;

  std::string_view name = memberName;
  std::tuple<Notes...> notes{};

  template <class Note>
  static constexpr bool has = (std::is_same_v<Note, Notes> || ...);

  template <class Note>
  constexpr const Note& get() const {
    return std::get<Note>(notes);
  }
};

/// A member whose own fields stand among those of the struct.
template <auto M>
struct Inlined {
  using Struct = typename detail::MemberOf<decltype(M)>::Struct;
  using Type = typename detail::MemberOf<decltype(M)>::Type;
  static constexpr auto member = M;
  static constexpr bool isInlined = true;
};

template <auto M, class... Notes>
constexpr auto field(Notes... notes) {
  return Field<M, Notes...>{.notes = {notes...}};
}

/// A field whose name is a reserved word of C++ (`new`).
template <auto M, class... Notes>
constexpr auto fieldNamed(std::string_view name, Notes... notes) {
  return Field<M, Notes...>{.name = name, .notes = {notes...}};
}

template <auto M>
constexpr auto inlined() {
  return Inlined<M>{};
}

template <class... Fields>
constexpr auto fields(Fields... entries) {
  return std::tuple{entries...};
}

template <class T>
concept Described = requires { T::describe(); };

namespace detail {

template <class A, class B>
constexpr bool sameMember() {
  if constexpr (std::is_same_v<decltype(A::member), decltype(B::member)>) {
    return A::member == B::member;
  } else {
    return false;
  }
}

template <class S, class... Fields>
constexpr bool describesEachMemberOnce(const std::tuple<Fields...>&) {
  const auto times = []<class F>(F*) { return (std::size_t{sameMember<F, Fields>()} + ...); };
  return (std::is_same_v<typename Fields::Struct, S> && ...) && ((times(static_cast<Fields*>(nullptr)) == 1) && ...) &&
         sizeof...(Fields) == memberCount<S>();
}

template <Described S>
constexpr auto description() {
  constexpr auto entries = S::describe();
  static_assert(describesEachMemberOnce<S>(entries), "describe() must name each member of its struct exactly once");
  return entries;
}

}  // namespace detail

/// Calls `visit(field, value)` for each field of a described object, inlined ones in their place.
template <class S, class Visit>
constexpr void eachField(S& object, Visit&& visit) {
  using Plain = std::remove_const_t<S>;
  std::apply(
      [&](const auto&... entries) {
        const auto one = [&](const auto& entry) {
          if constexpr (std::remove_cvref_t<decltype(entry)>::isInlined) {
            eachField(object.*entry.member, visit);
          } else {
            visit(entry, object.*entry.member);
          }
        };
        (one(entries), ...);
      },
      detail::description<Plain>());
}

/// How many fields a described struct has, inlined ones included.
template <Described S>
constexpr std::size_t fieldCount() {
  std::size_t total = 0;
  std::apply(
      [&]<class... Fields>(const Fields&...) {
        const auto one = []<class F>(F*) -> std::size_t {
          if constexpr (F::isInlined) {
            return fieldCount<typename F::Type>();
          } else {
            return 1;
          }
        };
        total = (one(static_cast<Fields*>(nullptr)) + ... + std::size_t{0});
      },
      detail::description<S>());
  return total;
}

}  // namespace bedside
