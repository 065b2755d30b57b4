#include "analyses/regression/robust.hpp"

#include "numerics/sandwich.hpp"

namespace bedside {

numerics::Matrix robustCovariance(const numerics::GlmProblem& problem, const numerics::Rows& rows,
                                  std::span<const double> coefficients, Robust robust,
                                  const std::optional<ColumnName>& cluster, const Table& table) {
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
  return numerics::sandwich(problem, coefficients, type);
}

}  // namespace bedside
