#include "analyses/regression/robust.hpp"

#include <cmath>

#include "numerics/sandwich.hpp"

namespace bedside {

numerics::Matrix robustCovariance(const numerics::GlmProblem& problem, const numerics::Rows& rows,
                                  std::span<const double> coefficients, Robust robust,
                                  const std::optional<ColumnName>& cluster, const Table& table,
                                  std::vector<Warning>& warnings) {
  if (cluster) {
    const Factor clusters = factorOf(*table.at(cluster->name).data);
    const std::size_t codes = problem.layout.columns();
    std::vector<numerics::Source> columns;
    for (std::size_t i = 0; i < codes; ++i) columns.push_back(problem.rows.source(i));
    columns.push_back(numerics::Source::codesOf(clusters.codes.data()));
    const numerics::GlmProblem clustered{
        .rows = {std::move(columns), rows}, .layout = problem.layout, .family = problem.family, .theta = problem.theta};
    return numerics::clusterSandwich(clustered, coefficients, codes, clusters.levels.size());
  }
  const auto type = robust == Robust::hc3   ? numerics::Hc::hc3
                    : robust == Robust::hc2 ? numerics::Hc::hc2
                    : robust == Robust::hc1 ? numerics::Hc::hc1
                                            : numerics::Hc::hc0;
  numerics::Matrix covariance = numerics::sandwich(problem, coefficients, type);
  if (std::isnan(covariance.values.front()) && (robust == Robust::hc2 || robust == Robust::hc3)) {
    warnings.push_back({"LEVERAGE_ONE",
                        "HC2 and HC3 standard errors do not exist: the model passes through a row whatever its outcome "
                        "(leverage 1), as a level with one row makes it do. Join levels, or use HC0 or HC1."});
  }
  return covariance;
}

}  // namespace bedside
