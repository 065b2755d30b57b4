#include "analyses/matching/scores.hpp"

#include "numerics/families.hpp"
#include "table/text.hpp"

namespace bedside {

void checkCovariates(const CovariateFields& fields, std::span<const std::string_view> explained, std::string_view role,
                     const Table& table) {
  if (fields.covariates.terms.empty()) {
    fail(Code::invalidSpec, "'covariates' is empty: name at least one column, such as covariates: ['age'].");
  }
  inModelOrder(fields.covariates, explained, role, table);
}

PropensityModel::PropensityModel(const Table& table, const CovariateFields& fields,
                                 const std::vector<std::string>& beside, Context& context) {
  ModelFields model;
  model.categorical = fields.categorical;
  model.reference = fields.reference;
  try {
    data_.emplace(table, fields.treatment, fields.positive, fields.covariates, model, beside);
  } catch (const Failure& failure) {
    if (failure.code != Code::noEvents) throw;
    fail(Code::oneGroup, text("None of the rows used is treated (", quoted(fields.treatment.name),
                              "): there is nobody to compare. Check columns with many missing values."));
  }
  estimate_ = estimate(*data_, LogisticMethod::ml, context);
}

Common PropensityModel::common() const {
  Common common = data_->frame().common(true);
  for (const Warning& warning : estimate_.warnings) {
    if (warning.code != "SEPARATION") {
      common.warnings.push_back(warning);
      continue;
    }
    common.warnings.push_back(separationWarning(
        data_->frame(), fit().glm.separation,
        "The scores are those of the last step: such rows have no counterpart in the other arm. Leave a term out, or "
        "filter to patients who could have had either treatment.",
        "treatment"));
  }
  return common;
}

std::vector<double> PropensityModel::logit() const {
  return numerics::linearPredictors(data_->problem(), fit().glm.coefficients);
}

std::vector<std::uint8_t> PropensityModel::treated() const {
  std::vector<std::uint8_t> out(n());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = data_->outcome()[selection()[i]] ? 1 : 0;
  return out;
}

double scoreOf(double logit) { return numerics::meanOf(numerics::Family::binomial, logit); }

std::vector<double> scoresOf(std::span<const double> logit) {
  std::vector<double> scores(logit.begin(), logit.end());
  for (double& score : scores) score = scoreOf(score);
  return scores;
}

}  // namespace bedside
