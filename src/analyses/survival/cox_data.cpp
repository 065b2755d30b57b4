#include "analyses/survival/cox_data.hpp"

#include "table/text.hpp"

namespace bedside {

CoxModelData::CoxModelData(const Table& table, const CoxSpec& spec, Context& context)
    : table_(table),
      spec_(spec),
      event_(survivalEvent(table, *spec.event, spec.eventValue, spec.model.weights)),
      frame_(frameOf(context)),
      events_(event_.events(frame_.rows())) {
  if (events_ == 0) failNoEvents(*spec.event, event_, n());
  robust_ = spec.method == CoxMethod::ml &&
            (spec.cluster || !wholeNumbers(valuesOf(table, spec.model.weights, frame_.selection())));
}

/// The frame, with the checks of start and time between those of rows and of factors.
ModelFrame CoxModelData::frameOf(Context& context) {
  std::vector<std::string> beside{spec_.time->name, spec_.event->name};
  if (spec_.start) beside.push_back(spec_.start->name);
  beside.insert(beside.end(), spec_.strataColumns().begin(), spec_.strataColumns().end());
  if (spec_.cluster) beside.push_back(spec_.cluster->name);

  ModelTerms terms = modelTerms(table_, *spec_.predictors, spec_.model);
  Selection rows = modelRows(table_, terms, beside, spec_.model);
  if (spec_.start) checkIntervals(table_, *spec_.start, *spec_.time, rows);
  times_ = survivalTimes(table_, *spec_.time, spec_.start, rows, numerics::TimeTies::rounded, context);
  if (const auto empty = numerics::emptyInterval(*times_)) {
    fail(Code::invalidSpec,
         text("row ", rows[*empty] + 1, ": ", quoted(spec_.start->name), " and ", quoted(spec_.time->name),
              " are the same time but for rounding, so nobody is at risk in between: correct the row or filter it out."));
  }
  return ModelFrame(table_, std::move(terms), std::move(beside), spec_.model, std::move(rows), false);
}

const LevelGroups& CoxModelData::strata() const {
  if (!strata_) strata_ = groupsOf(table_, spec_.strataColumns(), frame_.selection());
  return *strata_;
}

const numerics::CoxProblem& CoxModelData::problem() const {
  if (!problem_) {
    problem_ = numerics::CoxProblem{
        .design = design().sources(),
        .risk = numerics::riskSets(*times_, strata().groups, eventFlags(event_, frame_.selection()),
                                   valuesOf(table_, spec_.model.weights, frame_.selection()), frame_.rows()),
        .ties = spec_.ties};
  }
  return *problem_;
}

numerics::Groups CoxModelData::clusters() const {
  if (!spec_.cluster) return {};
  const std::string column[] = {spec_.cluster->name};
  return groupsOf(table_, column, frame_.selection()).groups;
}

Fingerprint CoxModelData::fitKey() const {
  KeyBuilder key("fit of cox");
  key.add(spec_.method).add(spec_.ties).column(table_.at(spec_.time->name)).add(spec_.start.has_value());
  if (spec_.start) key.column(table_.at(spec_.start->name));
  key.column(table_.at(spec_.event->name)).add(event_.event()).add(spec_.strataColumns().size());
  for (const auto& name : spec_.strataColumns()) key.column(table_.at(name));
  frame_.addTo(key);
  return key.key();
}

Fingerprint CoxModelData::derivedKey(std::string_view kind) const {
  KeyBuilder key(kind);
  key.add(fitKey()).add(spec_.cluster.has_value());
  if (spec_.cluster) key.column(table_.at(spec_.cluster->name));
  return key.key();
}

}  // namespace bedside
