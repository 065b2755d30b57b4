#include "analyses/regression/robust.hpp"

#include "numerics/sandwich.hpp"

namespace bedside {

numerics::Matrix robustCovariance(const numerics::GlmProblem& problem, std::span<const double> coefficients,
                                  const numerics::Matrix& bread, Robust robust, const std::optional<ColumnName>& cluster,
                                  const Table& table) {
  if (cluster) {
    const Factor clusters = factorOf(*table.at(cluster->name).data);
    return numerics::clusterSandwich(problem, coefficients, bread, numerics::Source::codesOf(clusters.codes.data()), clusters.levels.size());
  }
  const auto type = robust == Robust::hc3   ? numerics::Hc::hc3
                    : robust == Robust::hc2 ? numerics::Hc::hc2
                    : robust == Robust::hc1 ? numerics::Hc::hc1
                                            : numerics::Hc::hc0;
  return numerics::sandwich(problem, coefficients, bread, type);
}

}  // namespace bedside
