#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyses/context.hpp"
#include "analyses/regression/frame.hpp"
#include "numerics/firth.hpp"
#include "numerics/glm.hpp"
#include "table/outcome.hpp"

namespace bedside {

/// How the coefficients of a logistic regression are estimated.
enum class LogisticMethod {
  ml,
  firth,
  automatic,  ///< Firth under separation, with n < 50 or fewer than 20 events; else maximum likelihood
};

template <>
inline constexpr std::array words<LogisticMethod>{Word<LogisticMethod>{"ml", LogisticMethod::ml},
                                                  Word<LogisticMethod>{"firth", LogisticMethod::firth},
                                                  Word<LogisticMethod>{"auto", LogisticMethod::automatic}};

/// What the search for the coefficients came to: the value that requests share, whatever they derive from it
/// (intervals at any level, robust standard errors, predictions on new rows).
struct LogisticFit {
  DesignRecipe recipe;
  numerics::GlmFit glm;
  double nullLogLik = 0;  ///< ML: of the intercept alone. Firth: max l* over the intercept, penalty of the whole X
  double eventShare = 0;  ///< weighted share of events

  std::size_t bytes() const;
};

/// A logistic model and its data, ready to be fitted. Kernels read its rows: it stays where it was made.
class LogisticModelData {
 public:
  /// The checks go as regression.md §3 orders them. The columns `beside` only cost rows. Fails with NOT_BINARY,
  /// INVALID_SPEC, TOO_FEW_ROWS, NOT_FINITE, ONE_GROUP, NO_EVENTS.
  LogisticModelData(const Table& table, const ColumnName& outcome, const std::optional<Level>& positive,
                    const Predictors& predictors, const ModelFields& model,
                    const std::vector<std::string>& beside = {});
  LogisticModelData(const LogisticModelData&) = delete;
  LogisticModelData& operator=(const LogisticModelData&) = delete;

  const ModelFrame& frame() const { return frame_; }
  const Binary& outcome() const { return outcome_; }
  std::size_t n() const { return frame_.n(); }
  std::size_t p() const { return frame_.p(); }
  std::size_t events() const { return events_; }
  const numerics::GlmProblem& problem() const { return problem_; }
  /// Outcome and weights of the rows used.
  numerics::Blocks responses() const { return frame_.responses(outcome_.source); }

  /// Name of the fit by `method`, one of `ml` and `firth`. Confidence level, intervals, robust errors are no part of
  /// it.
  Fingerprint key(LogisticMethod method) const;

 private:
  LogisticModelData(const Table& table, const Column& outcome, Binary binary, const Predictors& predictors,
                    const ModelFields& model, const std::vector<std::string>& beside);

  const Column& column_;
  Binary outcome_;
  ModelFrame frame_;
  std::size_t events_;
  numerics::GlmProblem problem_;
};

/// The estimates, the method taken and what the reader should know of them.
struct LogisticEstimate {
  std::shared_ptr<const LogisticFit> fit;
  LogisticMethod method = LogisticMethod::ml;  ///< ml or firth
  std::vector<Warning> warnings;

  bool firth() const { return method == LogisticMethod::firth; }
};

/// Fits, or finds the fit among those kept. Fails with SINGULAR.
LogisticEstimate estimate(const LogisticModelData& data, LogisticMethod method, Context& context);

}  // namespace bedside
