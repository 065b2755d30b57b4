// The sentence for a paper's Methods section.

import { BedsideError } from '../errors.js';
import { Labels } from './labels.js';
import { columnsOfTerm } from './r/syntax.js';
import { percentOf } from './tables/effects.js';
import { testNames } from './tests.js';

/** @typedef {import('./index.js').Result} Result */

/**
 * `a`, `a and b`, `a, b and c`.
 * @param {string[]} words
 */
const listed = words => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`);

/** @param {string[]} terms @param {Labels} labels */
const termsIn = (terms, labels) =>
  listed(
    terms.map(term =>
      columnsOfTerm(term)
        .map(column => labels.column(column))
        .join(' × '),
    ),
  );

/** @param {any} spec @param {Labels} labels */
function spread(spec, labels) {
  if (spec.cluster) return `; standard errors allow for clustering within ${labels.column(spec.cluster)}`;
  return spec.robust && spec.robust !== 'none'
    ? `; standard errors are heteroscedasticity-consistent (${spec.robust})`
    : '';
}

/** @param {any} spec @param {Labels} labels */
const weighting = (spec, labels) => (spec.weights ? `, weighted by ${labels.column(spec.weights)}` : '');

/** @param {any} spec @param {Labels} labels */
const stratification = ({ strata }, labels) =>
  strata?.length ? `, stratified by ${listed([strata].flat().map(column => labels.column(column)))}` : '';

/**
 * @param {string} effect
 * @param {string} model
 * @returns {(result: any, labels: Labels) => string}
 */
const regression =
  (effect, model) =>
  ({ spec }, labels) =>
    `${effect} for ${labels.column(spec.outcome)} were estimated by ${model} on ${termsIn(spec.predictors, labels)}${weighting(spec, labels)}, with ${percentOf(spec.confLevel)} confidence intervals${spread(spec, labels)}.`;

/** @type {Record<string, string>} */
const estimands = {
  ATE: 'the average treatment effect',
  ATT: 'the average effect in the treated',
  ATO: 'the average effect in the overlap population (Li, Morgan & Zaslavsky 2018)',
};

/** @type {Record<string, (result: any, labels: Labels) => string>} */
const sentences = {
  describe: () =>
    'Numbers are given as mean (standard deviation) or median (quartiles), categories as counts with percentages of the known values.',
  tableOne: ({ spec, variables }, labels) => {
    const tests = [...new Set(variables.map((/** @type {any} */ { test }) => test).filter(Boolean))].map(
      test => testNames[/** @type {string} */ (test)],
    );
    const compared = tests.length ? ` Groups were compared by ${listed(tests)}.` : '';
    return `Patients are described by ${labels.column(spec.group)}${weighting(spec, labels)}: means (standard deviations) or medians (quartiles), counts (percentages), and standardised mean differences.${compared}`;
  },
  analyzeOutcome: ({ spec }, labels) =>
    `Each variable was compared by ${labels.column(spec.outcome)} (chi-squared test for categories, Mann–Whitney test for numbers) and entered a univariable logistic regression; those with p < ${spec.screenP} entered a multivariable one. Odds ratios are given with ${percentOf(spec.confLevel)} confidence intervals.`,
  logistic: (result, labels) => {
    const by = result.method === 'firth' ? 'Firth’s penalised logistic regression' : 'logistic regression';
    const limits = result.spec.ci === 'profile' ? ' Intervals are those of the profile likelihood.' : '';
    return regression('Odds ratios', by)(result, labels) + limits;
  },
  linear: regression('Mean differences', 'linear regression'),
  poisson: regression('Rate ratios', 'Poisson regression'),
  negativeBinomial: regression('Rate ratios', 'negative binomial regression'),
  kaplanMeier: ({ spec, logRank }, labels) => {
    const groups = spec.group ? ` by ${labels.column(spec.group)}` : '';
    const test = logRank ? ' and compared by the log-rank test' : '';
    const landmark = spec.landmark === null ? '' : `, among patients still followed at the landmark ${spec.landmark}`;
    return `Survival${groups} was estimated by the Kaplan–Meier method${weighting(spec, labels)} (${spec.weights ? '' : 'Greenwood’s variance, '}${percentOf(spec.confLevel)} confidence limits on the ${spec.ciType} scale)${test}${landmark}.`;
  },
  nelsonAalen: ({ spec }, labels) =>
    `Cumulative hazards were estimated by the Nelson–Aalen method${weighting(spec, labels)}, with ${percentOf(spec.confLevel)} confidence limits.`,
  logRank: ({ spec }, labels) => {
    const strata = stratification(spec, labels);
    return `Survival by ${labels.column(spec.group)} was compared by the ${spec.rho === 0 ? 'log-rank test' : `G-rho test of Harrington and Fleming (rho = ${spec.rho})`}${strata}${weighting(spec, labels)}.`;
  },
  cox: ({ spec }, labels) => {
    const strata = stratification(spec, labels);
    const by =
      spec.method === 'firth'
        ? 'Firth’s penalised partial likelihood'
        : `a Cox model (${spec.ties === 'efron' ? 'Efron' : 'Breslow'}’s method for ties)`;
    return `Hazard ratios for ${labels.column(spec.event)} were estimated by ${by} on ${termsIn(spec.predictors, labels)}${strata}${weighting(spec, labels)}, with ${percentOf(spec.confLevel)} confidence intervals${spread(spec, labels)}. Proportional hazards were tested by scaled Schoenfeld residuals (Grambsch & Therneau 1994).`;
  },
  predictSurvival: ({ spec }, labels) =>
    `Survival was predicted from a Cox model on ${termsIn(spec.predictors, labels)}, with ${percentOf(spec.confLevel)} confidence limits on the log scale.`,
  cumulativeIncidence: ({ spec, gray }) =>
    `Cumulative incidences with competing risks were estimated by the Aalen–Johansen method, with ${percentOf(spec.confLevel)} confidence limits on the log(−log) scale${gray ? ', and compared by Gray’s test' : ''}.`,
  fineGray: ({ spec }, labels) =>
    `Subdistribution hazard ratios for ${labels.level(spec.event, String(spec.cause))} were estimated by Fine and Gray’s model (1999) on ${termsIn(spec.predictors, labels)}${weighting(spec, labels)}, with ${percentOf(spec.confLevel)} confidence intervals.`,
  propensity: ({ spec }, labels) =>
    `Propensity scores for ${labels.column(spec.treatment)} were estimated by logistic regression on ${termsIn(spec.covariates, labels)}.`,
  match: ({ spec }, labels) => {
    const by =
      spec.distance === 'mahalanobis'
        ? 'the Mahalanobis distance'
        : spec.distance === 'logit'
          ? 'the logit of the propensity score'
          : 'the propensity score';
    const caliper =
      spec.caliper === null ? 'without a caliper' : `with a caliper of ${spec.caliper} standard deviations`;
    const exact = spec.exact?.length
      ? `, exactly on ${listed(spec.exact.map((/** @type {string} */ column) => labels.column(column)))}`
      : '';
    return `Patients were matched ${spec.ratio}:1 by ${spec.method === 'optimal' ? 'optimal' : 'greedy nearest-neighbour'} matching on ${by} ${caliper}${exact}, ${spec.replace ? 'with' : 'without'} replacement. The score was estimated by logistic regression on ${termsIn(spec.covariates, labels)}. Balance was judged by standardised mean differences.`;
  },
  ipw: ({ spec }, labels) =>
    `Patients were weighted by the inverse probability of ${labels.column(spec.treatment)} to estimate ${estimands[spec.estimand]}${spec.stabilized ? ', with stabilised weights' : ''}${spec.truncate ? `, truncated at their ${spec.truncate[0] * 100}th and ${spec.truncate[1] * 100}th percentiles` : ''}. The score was estimated by logistic regression on ${termsIn(spec.covariates, labels)}.`,
  subgroup: ({ spec }, labels) =>
    `The effect of ${labels.column(spec.treatment)} was estimated within levels of ${labels.column(spec.subgroup)} by ${spec.model === 'cox' ? 'Cox models' : 'logistic regression'}; interaction was tested by a likelihood-ratio test.`,
  contingency: () => 'Proportions were compared by Pearson’s chi-squared test and Fisher’s exact test.',
  mantelHaenszel: ({ spec }, labels) =>
    `A common odds ratio across ${labels.column(spec.strata)} was estimated by the Mantel–Haenszel method (Robins, Breslow & Greenland 1986); homogeneity was tested by Breslow and Day’s test with Tarone’s correction.`,
  eValue: () => 'Sensitivity to unmeasured confounding is given as an E-value (VanderWeele & Ding 2017).',
};

/**
 * The sentence for a paper's Methods section.
 * @param {Result} result
 * @returns {string}
 * @throws {BedsideError} INVALID_SPEC for an analysis that has none
 */
export function methods(result) {
  if (!Object.hasOwn(sentences, result?.analysis))
    throw new BedsideError('INVALID_SPEC', `There is no sentence for ${result?.analysis ?? 'this'}.`);
  const rows =
    typeof result.n === 'number' && result.nMissing > 0
      ? ` ${result.nMissing} ${result.nMissing === 1 ? 'patient' : 'patients'} with missing values ${result.nMissing === 1 ? 'was' : 'were'} left out; ${result.n} remain.`
      : '';
  return `${sentences[result.analysis](result, new Labels(result))}${rows} Analyses were made with bedside ${result.engine}.`;
}
