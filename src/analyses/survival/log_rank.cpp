#include "analyses/survival/log_rank.hpp"

#include "table/text.hpp"

namespace bedside {

Need LogRank::need(const Table& table, const Spec& spec) {
  return needOfRows(table, spec.survival, columnsOf(spec, table));
}

LogRankResult LogRank::run(const Table& table, const Spec& spec, Context& context) {
  std::vector<std::string> by{spec.group.name};
  by.insert(by.end(), spec.strata.names.begin(), spec.strata.names.end());
  const SurvivalRows rows(table, spec.survival, std::move(by));
  const LevelGroups groups = groupsOf(table, {&spec.group.name, 1}, rows.selection());
  if (groups.groups.count < 2) {
    fail(Code::oneGroup, text("All of the ", rows.n(), " rows used have ", quoted(spec.group.name), " = ",
                              quoted(shortened(groups.name(0))),
                              ": there is no other group to compare with. Check columns with many missing values."));
  }
  if (rows.event().events(rows.selection().rows()) == 0) failNoEvents(spec.survival.event, rows.event(), rows.n());

  const bool pairs = groups.groups.count > 2;
  const auto found = [&] {
    const auto span = context.span(0, pairs ? 0.5 : 1);
    return rows.logRank(spec.group, spec.strata.names, spec.rho, context);
  }();
  LogRankResult result;
  result.common = rows.common();
  result.statistic = found->test.statistic;
  result.df = found->test.df;
  result.p = found->test.p;
  for (std::size_t g = 0; g < found->groups.size(); ++g) {
    result.groups.push_back({.level = found->groups[g],
                             .n = found->n[g],
                             .observed = found->test.observed[g],
                             .expected = found->test.expected[g],
                             .variance = found->test.variance[g]});
  }
  if (pairs) {
    const auto span = context.span(0.5, 1);
    const auto compared = rows.compared(groups, spec.strata.names, context);
    for (const auto& pair :
         numerics::pairwiseLogRank(compared, spec.rho, [&](double done) { context.progress(done); })) {
      result.pairwise.push_back({.a = found->groups[pair.a],
                                 .b = found->groups[pair.b],
                                 .statistic = pair.statistic,
                                 .p = pair.p,
                                 .pHolm = pair.pHolm});
    }
  }
  context.progress(1);
  return result;
}

}  // namespace bedside
