#include "analyses/regression/linear.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "analyses/regression/frame.hpp"
#include "analyses/regression/robust.hpp"
#include "numerics/distributions.hpp"
#include "numerics/glm.hpp"
#include "numerics/least_squares.hpp"

namespace bedside {

namespace {

/// What the least squares came to: the value that requests share.
struct LinearFit {
  DesignRecipe recipe;
  numerics::LeastSquaresFit squares;

  std::size_t bytes() const {
    return sizeof *this + recipe.bytes() +
           sizeof(double) * (squares.coefficients.capacity() + squares.covariance.values.capacity());
  }
};

std::shared_ptr<const LinearFit> fitted(const ModelFrame& frame, const Column& outcome, const numerics::Blocks& blocks,
                                        Context& context) {
  KeyBuilder key("fit of linear");
  key.column(outcome);
  frame.addTo(key);
  return context.fit<LinearFit>(key.key(), [&] {
    LinearFit fit{frame.design().recipe(),
                  numerics::fitLeastSquares(blocks, frame.layout(), [&](double done) { context.progress(done); })};
    if (fit.squares.end == numerics::End::singular) failSingular(frame.design().columns()[fit.squares.column]);
    return fit;
  });
}

LinearModel modelOf(const numerics::LeastSquaresFit& squares, std::size_t rows, std::size_t coefficients) {
  const auto n = static_cast<double>(rows), p = static_cast<double>(coefficients);
  LinearModel model;
  model.dfResidual = model.fDf2 = rows - coefficients;
  model.fDf1 = coefficients - 1;
  model.sigma = std::sqrt(squares.residualSum / (n - p));
  model.rSquared = 1 - squares.residualSum / squares.totalSum;
  model.adjRSquared = 1 - (1 - model.rSquared) * (n - 1) / (n - p);
  model.fStatistic = (squares.totalSum - squares.residualSum) / (p - 1) / (squares.residualSum / (n - p));
  model.fP = numerics::fUpper(model.fStatistic, p - 1, n - p);
  model.logLik = 0.5 * (squares.logWeightSum -
                        n * (std::log(2 * std::numbers::pi) + 1 - std::log(n) + std::log(squares.residualSum)));
  model.aic = -2 * model.logLik + 2 * (p + 1);
  model.bic = -2 * model.logLik + std::log(n) * (p + 1);
  return model;
}

/// Koenker's (1981) studentised form of Breusch & Pagan's (1979) test: n R² of the squared residuals on X.
ChiSquaredTest breuschPagan(const ModelFrame& frame, std::span<const double> residuals, std::size_t tableRows) {
  std::vector<double> squares(tableRows);  // by table row, as sources are read
  for (std::size_t i = 0; i < residuals.size(); ++i) squares[frame.selection()[i]] = residuals[i] * residuals[i];
  const auto fit = numerics::fitLeastSquares(frame.blocks(numerics::Source::of(squares.data())), frame.layout());
  const double statistic = static_cast<double>(frame.n()) * (1 - fit.residualSum / fit.totalSum);
  const auto df = static_cast<double>(frame.p() - 1);
  return {statistic, df, numerics::chiSquaredUpper(statistic, df)};
}

double durbinWatson(std::span<const double> residuals) {
  double steps = 0, squares = 0;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    squares += residuals[i] * residuals[i];
    if (i > 0) steps += (residuals[i] - residuals[i - 1]) * (residuals[i] - residuals[i - 1]);
  }
  return steps / squares;
}

}  // namespace

void Linear::complete(Spec& spec, const Table& table) {
  checkRobust(spec.robust, spec.cluster);
  completeModel(name, spec.outcome, spec.predictors, spec.model, table);
}

Need Linear::need(const Table& table, const Spec& spec) { return needOf(table, spec, 4); }

LinearResult Linear::run(const Table& table, const Spec& spec, Context& context) {
  const bool robust = spec.robust != Robust::none || spec.cluster;
  const Column& outcome = table.at(spec.outcome->name);
  std::vector<std::string> beside{outcome.name};
  if (spec.cluster) beside.push_back(spec.cluster->name);
  const ModelFrame frame(table, modelTerms(table, *spec.predictors, spec.model), std::move(beside), spec.model);
  frame.requireMoreRowsThanCoefficients();

  const numerics::GlmProblem problem{.rows = frame.blocks(numerics::Source::of(outcome.data->values.data())),
                                     .layout = frame.layout(),
                                     .family = numerics::Family::gaussian};
  const auto fit = [&] {
    const auto span = context.span(0, 0.7);
    return fitted(frame, outcome, problem.rows, context);
  }();
  const numerics::LeastSquaresFit& squares = fit->squares;

  LinearResult result;
  result.common = frame.common(robust);
  result.model = modelOf(squares, frame.n(), frame.p());
  numerics::Matrix covariance = squares.covariance;
  if (robust) {
    covariance = robustCovariance(problem, frame.rows(), squares.coefficients, spec.robust, spec.cluster, table,
                                  result.common.warnings);
  } else {
    for (double& cell : covariance.values) cell *= result.model.sigma * result.model.sigma;
  }
  const auto vif = inflationFactors(frame.design(), squares.covariance);
  auto rows = waldRows(frame.design(), squares.coefficients, covariance, static_cast<double>(result.model.dfResidual),
                       spec.model.confLevel);
  for (std::size_t i = 0; i < rows.size(); ++i) result.terms.push_back({std::move(rows[i]), vif[i]});
  result.covariance = std::move(covariance.values);
  context.progress(0.75);

  result.fitted = numerics::fittedMeans(problem, squares.coefficients);
  result.leverage = numerics::leverages(problem, squares.coefficients);
  context.progress(0.85);
  result.residuals.resize(frame.n());
  result.cooksDistance.resize(frame.n());
  const double scale = static_cast<double>(frame.p()) * result.model.sigma * result.model.sigma;
  frame.responses(numerics::Source::of(outcome.data->values.data())).scan([&](const numerics::Block& block) {
    for (std::size_t k = 0; k < block.rows; ++k) {
      const std::size_t i = block.first + k;
      const double residual = block[0][k] - result.fitted[i], weight = frame.weighted() ? block[1][k] : 1,
                   h = result.leverage[i];
      result.residuals[i] = residual;
      const double left = 1 - h;
      result.cooksDistance[i] = left > 0 ? weight * residual * residual * h / (scale * left * left)
                                         : std::numeric_limits<double>::quiet_NaN();
    }
  });
  if (!frame.weighted()) {
    result.breuschPagan = breuschPagan(frame, result.residuals, table.rows);
    result.durbinWatson = durbinWatson(result.residuals);
  }
  result.factors = factorCodings(frame.design());
  result.rows = frame.rowNumbers();
  context.progress(1);
  return result;
}

}  // namespace bedside
