#pragma once

#include "analyses/common.hpp"
#include "analyses/comparison/summary.hpp"
#include "analyses/context.hpp"
#include "describe/types.hpp"

namespace bedside {

struct DescribeSpec {
  std::optional<std::vector<ColumnName>> columns;
  std::vector<ColumnMention> categorical;

  static constexpr auto describe() {
    return fields(field<&DescribeSpec::columns>(doc("Columns to describe, in this order; default: all."), notEmpty),
                  field<&DescribeSpec::categorical>(doc("Numeric columns to count by value.")));
  }
};

struct DescribedVariable {
  std::string name;
  std::string type;
  Summary summary;
  std::optional<double> min, max, skewness;

  static constexpr auto describe() {
    return fields(field<&DescribedVariable::name>(doc("Column.")),
                  field<&DescribedVariable::type>(doc("'numeric', 'date' (figures in days since 1970-01-01) or 'categorical'.")),
                  inlined<&DescribedVariable::summary>(), field<&DescribedVariable::min>(doc("Smallest value.")),
                  field<&DescribedVariable::max>(doc("Largest value.")),
                  field<&DescribedVariable::skewness>(doc("g₁ = m₃ / m₂^{3/2} (e1071::skewness, type 1).")));
  }
};

struct DescribeResult {
  Common common;
  std::vector<DescribedVariable> variables;

  static constexpr auto describe() {
    return fields(inlined<&DescribeResult::common>(), field<&DescribeResult::variables>(doc("One for each column.")));
  }
};

/// Each variable over its own non-missing values.
struct Describe {
  static constexpr std::string_view name = "describe";
  static constexpr Doc title = doc("Describe the patients");
  using Spec = DescribeSpec;
  using Result = DescribeResult;

  static void complete(Spec& spec, const Table& table);
  static Result run(const Table& table, const Spec& spec, Context& context);
};

}  // namespace bedside
