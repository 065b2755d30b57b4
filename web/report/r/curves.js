// R code of the curves and of the tests between them.

import { completeRows, eventOf, heading } from './data.js';
import { rColumn, rName, rNumber, rNumbers, rString } from './syntax.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {{ title: string, file: string }} Frame
 */

/** @param {any} spec @param {(string | null)[]} [beside] */
const data = (spec, beside = []) => [
  `d$.event <- ${eventOf(spec.event, spec.eventValue)}`,
  ...completeRows([spec.time, spec.event, spec.group, ...beside], spec.weights),
];

/** @param {any} spec */
const formula = spec => `Surv(${rName(spec.time)}, .event) ~ ${spec.group ? rName(spec.group) : '1'}`;
/** @param {any} spec */
const weighted = spec => (spec.weights ? `, weights = ${rName(spec.weights)}` : '');

/** @param {Result} result @param {Frame} frame */
export function kaplanMeier({ spec, logRank }, { title, file }) {
  return [
    ...heading(title, file, ['survival']),
    ...data(spec),
    ...(spec.landmark === null ? [] : [`u <- u[${rColumn(spec.time, 'u')} >= ${rNumber(spec.landmark)}, ]`]),
    `fit <- survfit(${formula(spec)}, data = u${weighted(spec)}, conf.int = ${rNumber(spec.confLevel)}, conf.type = ${rString(spec.ciType)})`,
    `print(fit, rmean = ${spec.tau === null ? `max(${rColumn(spec.time, 'u')})` : rNumber(spec.tau)}, digits = 8)`,
    'print(summary(fit, censored = TRUE), digits = 8)',
    ...(spec.times?.length ? [`print(summary(fit, times = ${rNumbers(spec.times)}, extend = TRUE), digits = 8)`] : []),
    ...(logRank && !spec.weights ? [`print(survdiff(${formula(spec)}, data = u), digits = 8)`] : []),
  ];
}

/** @param {Result} result @param {Frame} frame */
export function nelsonAalen({ spec }, { title, file }) {
  const z = `qnorm(${rNumber((1 + spec.confLevel) / 2)})`;
  return [
    ...heading(title, file, ['survival']),
    ...data(spec),
    `fit <- survfit(${formula(spec)}, data = u${weighted(spec)}, ctype = 1)`,
    `print(data.frame(${spec.group ? 'group = rep(names(fit$strata), fit$strata), ' : ''}time = fit$time, nRisk = fit$n.risk, nEvent = fit$n.event, cumulativeHazard = fit$cumhaz, se = fit$std.chaz,`,
    `                 low = pmax(0, fit$cumhaz - ${z} * fit$std.chaz), high = fit$cumhaz + ${z} * fit$std.chaz), digits = 8)`,
  ];
}

/** @param {Result} result @param {Frame} frame */
export function logRank({ spec }, { title, file }) {
  const strata = [spec.strata ?? []].flat();
  const within = strata.length ? ` + strata(${strata.map(rName).join(', ')})` : '';
  const test = (/** @type {string} */ rows) =>
    `print(survdiff(${formula(spec)}${within}, data = ${rows}, rho = ${rNumber(spec.rho)}), digits = 8)`;
  const lines = [...heading(title, file, ['survival']), ...data(spec, strata)];
  if (!spec.weights) return [...lines, test('u')];
  const weights = rColumn(spec.weights, 'u');
  const groups = `factor(${rName(spec.group)})`;
  return [
    ...lines,
    '# survdiff takes no weights. Whole numbers count rows; with others this is the robust score test of a Cox model (rho = 0).',
    `if (all(${weights} == floor(${weights}))) {`,
    `  ${test(`u[rep(seq_len(nrow(u)), ${weights}), ]`)}`,
    '} else {',
    `  k <- length(unique(${rColumn(spec.group, 'u')})) - 1`,
    `  fit <- coxph(Surv(${rName(spec.time)}, .event) ~ ${groups}${within}, data = u${weighted(spec)}, robust = TRUE, ties = "breslow", init = rep(0, k), iter.max = 0)`,
    '  print(c(statistic = unname(fit$rscore), df = k, p = pchisq(unname(fit$rscore), k, lower.tail = FALSE)), digits = 8)',
    '}',
  ];
}

/** @param {Result} result @param {Frame} frame */
export function cumulativeIncidence({ spec }, { title, file }) {
  const group = spec.group ? `, as.character(${rColumn(spec.group, 'u')})` : '';
  return [
    ...heading(title, file, ['cmprsk']),
    ...completeRows([spec.time, spec.event, spec.group]),
    `fit <- cuminc(${rColumn(spec.time, 'u')}, as.character(${rColumn(spec.event, 'u')})${group}, cencode = ${rString(spec.censorValue)})`,
    'print(fit$Tests)',
    spec.times?.length
      ? `print(timepoints(fit, ${rNumbers(spec.times)}), digits = 8)`
      : 'for (curve in setdiff(names(fit), "Tests")) { cat(curve, "\\n"); print(as.data.frame(fit[[curve]]), digits = 8) }',
  ];
}
