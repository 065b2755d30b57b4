#pragma once

#include "analyses/comparison/contingency.hpp"
#include "analyses/comparison/describe.hpp"
#include "analyses/comparison/e_value.hpp"
#include "analyses/comparison/mantel_haenszel.hpp"
#include "analyses/comparison/table_one.hpp"
#include "analyses/matching/ipw.hpp"
#include "analyses/matching/match.hpp"
#include "analyses/matching/propensity.hpp"
#include "analyses/regression/analyze_outcome.hpp"
#include "analyses/regression/counts.hpp"
#include "analyses/regression/linear.hpp"
#include "analyses/regression/logistic.hpp"
#include "analyses/regression/subgroup.hpp"
#include "analyses/survival/cox.hpp"
#include "analyses/survival/cumulative_incidence.hpp"
#include "analyses/survival/fine_gray.hpp"
#include "analyses/survival/kaplan_meier.hpp"
#include "analyses/survival/log_rank.hpp"
#include "analyses/survival/nelson_aalen.hpp"
#include "analyses/survival/predict_survival.hpp"

namespace bedside {

/// A list of types.
template <class... Analyses>
struct AnalysisList {};

/// Every analysis of the engine. A new one is its own files, an include above and its name here.
using Registry = AnalysisList<Describe, Logistic, Linear, Poisson, NegativeBinomial, AnalyzeOutcome, KaplanMeier,
                              NelsonAalen, LogRank, Propensity, Match, Ipw, TableOne, MantelHaenszel, EValue,
                              Contingency, CumulativeIncidence, FineGray, Cox, PredictSurvival,
                              Subgroup>;

}  // namespace bedside
