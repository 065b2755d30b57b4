#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "analyses/common.hpp"
#include "analyses/context.hpp"
#include "describe/columns.hpp"
#include "describe/decode.hpp"
#include "describe/encode.hpp"
#include "describe/key.hpp"
#include "engine/version.hpp"

namespace bedside {

/// One analysis of one table with its spec read and checked: the same face for every analysis.
class Request {
 public:
  virtual ~Request() = default;
  /// Columns whose content decides the result; each once.
  const std::vector<std::string>& columns() const { return columns_; }
  /// Name of the result: analysis, canonical spec, content of the columns used, engine version.
  const Fingerprint& key() const { return key_; }
  virtual Need need() const = 0;
  /// The result, encoded with `analysis`, canonical `spec` and `engine` before its own fields.
  virtual Bytes run(Context& context) const = 0;

 protected:
  /// Checks the columns that a spec names, and keeps those whose content is used.
  void useColumns(const std::vector<ColumnUse>& named, const Table& table, KeyBuilder& key);
  static Bytes encoded(std::string_view analysis, const Writable& spec, const Writable& result);

  std::vector<std::string> columns_;
  Fingerprint key_;
};

/// Reads the spec of the analysis `name` against a table (null: no data given). Fails with UNKNOWN_ANALYSIS,
/// INVALID_SPEC, COLUMN_NOT_FOUND or NOT_NUMERIC, in this order.
std::unique_ptr<Request> readRequest(std::string_view name, const Value& spec, const Table* table);

/// Of an analysis `A`: described by `A::Spec` and `A::Result`, computed by `A::run(table, spec, context)`, with
/// `A::complete(spec, table)` to fill in defaults that need the table and `A::need(table, spec)` where it has them.
/// An analysis that can do without data takes a pointer to the table, which may be null.
template <class A>
class RequestOf final : public Request {
 public:
  using Spec = typename A::Spec;
  static constexpr bool tableOptional =
      requires(const Table* table, const Spec& spec, Context& context) { A::run(table, spec, context); };

  RequestOf(const Value& message, const Table* table) : table_(table), spec_(decode<Spec>(message, A::name)) {
    if constexpr (!tableOptional) {
      if (!table) fail(Code::invalidSpec, text(A::name, " needs a table: call table.", A::name, "(spec)."));
    }
    KeyBuilder key(A::name);
    if (table) {
      if constexpr (requires(Spec& spec) { A::complete(spec, *table); }) A::complete(spec_, *table);
      useColumns(columnsOf(spec_, *table), *table, key);
    }
    key_ = key.add(spec_).add(std::string(engineVersion)).key();
  }

  Need need() const override {
    if constexpr (requires { A::need(*table_, spec_); }) return A::need(*table_, spec_);
    return {};
  }

  Bytes run(Context& context) const override {
    if constexpr (tableOptional) {
      return encoded(A::name, Writable(spec_), Writable(A::run(table_, spec_, context)));
    } else {
      return encoded(A::name, Writable(spec_), Writable(A::run(*table_, spec_, context)));
    }
  }

  const Table* table_;
  Spec spec_;
};

}  // namespace bedside
