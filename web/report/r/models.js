// R code of the regressions and of what is built on them.

import { columnsOfTerms, completeRows, eventOf, factorLines, heading } from './data.js';
import { rColumn, rName, rNumber, rNumbers, rString, rStrings, rTerms } from './syntax.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {{ title: string, file: string }} Frame
 */

/**
 * Wald's figures from a fit's coefficients and a covariance `v`, on the scale of the coefficients and of their ratios.
 * @param {any} spec
 * @param {string} [quantile]
 */
export const figures = (spec, quantile = 'qnorm') => {
  const half = `${quantile}(${rNumber((1 + spec.confLevel) / 2)}${quantile === 'qt' ? ', df.residual(fit)' : ''})`;
  return [
    'b <- coef(fit); se <- sqrt(diag(v)); z <- b / se',
    `p <- 2 * ${quantile === 'qt' ? 'pt(-abs(z), df.residual(fit))' : 'pnorm(-abs(z))'}`,
    `h <- ${half} * se`,
    'print(data.frame(estimate = b, se, statistic = z, p, low = b - h, high = b + h,',
    '                 ratio = exp(b), ratioLow = exp(b - h), ratioHigh = exp(b + h)), digits = 8)',
  ];
};

/**
 * @param {any} spec
 * @returns {string[]}
 */
function covariance(spec) {
  if (spec.cluster)
    return [`v <- sandwich::vcovCL(fit, cluster = ${rColumn(spec.cluster, 'u')}, type = "HC0", cadjust = FALSE)`];
  if (spec.robust && spec.robust !== 'none') return [`v <- sandwich::vcovHC(fit, type = ${rString(spec.robust)})`];
  return ['v <- vcov(fit)'];
}

/** @param {any} spec */
const sandwiched = spec => (spec.cluster || (spec.robust && spec.robust !== 'none') ? ['sandwich'] : []);
/** @param {any} spec */
const weighted = spec => (spec.weights ? `, weights = ${rName(spec.weights)}` : '');

/** @param {Result} result @param {Frame} frame */
export function logistic({ spec, factors, method }, { title, file }) {
  const firth = method === 'firth';
  const formula = `.event ~ ${rTerms(spec.predictors)}`;
  const start = [
    ...heading(title, file, [
      ...(firth ? ['logistf'] : sandwiched(spec)),
      ...(!firth && spec.ci === 'profile' ? ['MASS'] : []),
    ]),
    ...factorLines(factors),
    `d$.event <- ${eventOf(spec.outcome, spec.positive)}`,
    ...completeRows([spec.outcome, ...columnsOfTerms(spec.predictors), spec.cluster], spec.weights),
  ];
  if (firth) {
    return [
      ...start,
      `fit <- logistf(${formula}, data = u, pl = ${spec.ci === 'profile' ? 'TRUE' : 'FALSE'}, alpha = ${rNumber(Number((1 - spec.confLevel).toPrecision(12)))},`,
      `               control = logistf.control(maxit = 500, xconv = 1e-10)${weighted(spec)})`,
      'print(summary(fit))',
      'print(exp(cbind(OR = coef(fit), low = fit$ci.lower, high = fit$ci.upper)), digits = 8)',
    ];
  }
  const profile =
    spec.ci === 'profile'
      ? [`print(exp(confint(fit, level = ${rNumber(spec.confLevel)})), digits = 8)  # limits of the profile likelihood`]
      : [];
  return [
    ...start,
    `fit <- glm(${formula}, binomial, data = u${weighted(spec)}, control = glm.control(1e-14, 100))`,
    ...covariance(spec),
    ...figures(spec),
    ...profile,
    'print(c(logLik = logLik(fit), AIC = AIC(fit), BIC = BIC(fit)), digits = 10)',
  ];
}

/** @param {Result} result @param {Frame} frame */
export function linear({ spec, factors }, { title, file }) {
  return [
    ...heading(title, file, sandwiched(spec)),
    ...factorLines(factors),
    ...completeRows([spec.outcome, ...columnsOfTerms(spec.predictors), spec.cluster], spec.weights),
    `fit <- lm(${rName(spec.outcome)} ~ ${rTerms(spec.predictors)}, data = u${weighted(spec)})`,
    ...covariance(spec),
    ...figures(spec, 'qt'),
    'print(summary(fit))',
  ];
}

/** @param {Result} result @param {Frame} frame */
export function counts({ analysis, spec, factors }, { title, file }) {
  const negative = analysis === 'negativeBinomial';
  const offset = spec.offset ? ` + offset(${rName(spec.offset)})` : '';
  const formula = `${rName(spec.outcome)} ~ ${rTerms(spec.predictors)}${offset}`;
  return [
    ...heading(title, file, [...(negative ? ['MASS'] : []), ...sandwiched(spec)]),
    ...factorLines(factors),
    ...completeRows([spec.outcome, ...columnsOfTerms(spec.predictors), spec.offset, spec.cluster], spec.weights),
    negative
      ? `fit <- glm.nb(${formula}, data = u${weighted(spec)}, control = glm.control(1e-12, 200))`
      : `fit <- glm(${formula}, poisson, data = u${weighted(spec)}, control = glm.control(1e-14, 100))`,
    ...covariance(spec),
    ...figures(spec),
    `print(c(logLik = logLik(fit), AIC = AIC(fit)${negative ? ', theta = fit$theta' : ''}), digits = 10)`,
  ];
}

/**
 * What a Cox model in R needs: the data, and the call.
 * @param {any} spec
 * @param {{ column: string, levels: string[] }[]} factors
 */
export function coxModel(spec, factors) {
  const strata = spec.strata ? [spec.strata].flat() : [];
  const surv = spec.start
    ? `Surv(${rName(spec.start)}, ${rName(spec.time)}, .event)`
    : `Surv(${rName(spec.time)}, .event)`;
  const within = strata.length ? ` + strata(${strata.map(rName).join(', ')})` : '';
  const options = [
    `ties = ${rString(spec.ties)}`,
    ...(spec.cluster ? [`cluster = ${rName(spec.cluster)}`] : []),
    ...(spec.weights ? [`weights = ${rName(spec.weights)}`] : []),
    'control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)',
    'x = TRUE, model = TRUE',
  ];
  return {
    data: [
      ...factorLines(factors),
      `d$.event <- ${eventOf(spec.event, spec.eventValue)}`,
      ...completeRows(
        [spec.time, spec.start, spec.event, ...strata, spec.cluster, ...columnsOfTerms(spec.predictors)],
        spec.weights,
      ),
    ],
    formula: `${surv} ~ ${rTerms(spec.predictors)}${within}`,
    fit: `fit <- coxph(${surv} ~ ${rTerms(spec.predictors)}${within}, data = u, ${options.join(', ')})`,
  };
}

/** @param {Result} result @param {Frame} frame */
export function cox({ spec, factors }, { title, file }) {
  const { data, formula, fit } = coxModel(spec, factors);
  if (spec.method === 'firth') {
    return [
      ...heading(title, file, ['survival', 'coxphf']),
      ...data,
      `fit <- coxphf(${formula}, data = u, pl = FALSE, maxit = 500)`,
      'print(summary(fit))',
    ];
  }
  return [
    ...heading(title, file, ['survival']),
    ...data,
    fit,
    'v <- vcov(fit)  # the robust one where there is one',
    ...figures(spec),
    'print(c(lr = 2 * diff(fit$loglik), wald = fit$wald.test, score = fit$score, df = sum(!is.na(b))), digits = 10)',
    'print(c(logLik = fit$loglik[2], nullLogLik = fit$loglik[1], concordance = unname(fit$concordance["concordance"])), digits = 10)',
    'print(cox.zph(fit, transform = "km")$table, digits = 8)',
  ];
}

/** @param {Result} result @param {Frame} frame */
export function predictSurvival({ spec, factors, curves }, { title, file }) {
  const { data, fit } = coxModel(spec, factors ?? []);
  const columns = Object.keys(curves[0].at);
  const values = columns.map(column => {
    const cells = curves.map((/** @type {any} */ { at }) => at[column]);
    const numeric =
      cells.every((/** @type {unknown} */ cell) => typeof cell === 'number') &&
      !factors?.some((/** @type {any} */ factor) => factor.column === column);
    return `${rString(column)} = ${numeric ? rNumbers(cells) : rStrings(cells.map(String))}`;
  });
  return [
    ...heading(title, file, ['survival']),
    ...data,
    fit,
    `at <- data.frame(${values.join(', ')}, check.names = FALSE)`,
    `for (i in seq_len(nrow(at))) print(summary(survfit(fit, newdata = at[i, , drop = FALSE], conf.int = ${rNumber(spec.confLevel)}), times = ${rNumbers(spec.times)}, extend = TRUE), digits = 8)`,
  ];
}

/** @param {Result} result @param {Frame} frame */
export function fineGray({ spec, factors }, { title, file }) {
  return [
    ...heading(title, file, ['cmprsk']),
    ...factorLines(factors),
    ...completeRows([spec.time, spec.event, ...columnsOfTerms(spec.predictors)], spec.weights),
    ...(spec.weights
      ? [
          `u <- u[rep(seq_len(nrow(u)), ${rColumn(spec.weights, 'u')}), ]  # crr takes no weights: whole numbers count rows`,
        ]
      : []),
    `x <- model.matrix(~ ${rTerms(spec.predictors)}, u)[, -1, drop = FALSE]`,
    `fit <- crr(${rColumn(spec.time, 'u')}, as.character(${rColumn(spec.event, 'u')}), x, failcode = ${rString(spec.cause)}, cencode = ${rString(spec.censorValue)}, gtol = 1e-10, maxiter = 50)`,
    `print(summary(fit, conf.int = ${rNumber(spec.confLevel)}), digits = 8)`,
  ];
}
