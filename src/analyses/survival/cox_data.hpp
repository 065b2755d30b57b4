#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "analyses/context.hpp"
#include "analyses/regression/frame.hpp"
#include "analyses/survival/cox_spec.hpp"
#include "analyses/survival/rows.hpp"
#include "numerics/survival/cox.hpp"
#include "table/outcome.hpp"

namespace bedside {

/// A Cox model and its data, checked, ready to be fitted. Kernels read its rows: it stays where it was made.
class CoxModelData {
 public:
  /// The spec is a completed one and outlives this. Checks go as survival.md §1 orders them. Fails with NOT_BINARY,
  /// INVALID_SPEC, TOO_FEW_ROWS, NOT_FINITE, INVALID_SPEC (start ≥ time), ONE_GROUP, NO_EVENTS.
  CoxModelData(const Table& table, const CoxSpec& spec, Context& context);
  CoxModelData(const CoxModelData&) = delete;
  CoxModelData& operator=(const CoxModelData&) = delete;

  const ModelFrame& frame() const { return frame_; }
  const Design& design() const { return frame_.design(); }
  const Binary& event() const { return event_; }
  CoxMethod method() const { return spec_.method; }
  std::size_t n() const { return frame_.n(); }
  std::size_t k() const { return frame_.p(); }
  std::size_t events() const { return events_; }
  /// Whether standard errors are robust: with a cluster, or with a weight that is not a whole number.
  bool robust() const { return robust_; }

  /// Made when first asked for: who finds fit and figures stored needs none.
  const numerics::CoxProblem& problem() const;
  const LevelGroups& strata() const;
  /// Clusters of the rows used; no codes without a cluster.
  numerics::Groups clusters() const;

  /// Name of the fit. Confidence level, cluster and residuals are no part of it.
  Fingerprint fitKey() const;
  /// Name of what is derived from the fit under `kind`: the cluster is part of it.
  Fingerprint derivedKey(std::string_view kind) const;

 private:
  ModelFrame frameOf(Context& context);

  const Table& table_;
  const CoxSpec& spec_;
  Binary event_;
  std::shared_ptr<const numerics::Times> times_;
  ModelFrame frame_;
  std::size_t events_ = 0;
  bool robust_ = false;
  mutable std::optional<LevelGroups> strata_;
  mutable std::optional<numerics::CoxProblem> problem_;
};

}  // namespace bedside
