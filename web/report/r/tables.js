// R code of descriptions, comparisons and tables.

import { completeRows, eventOf, heading } from './data.js';
import { rColumn, rNumber, rString, rStrings } from './syntax.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {{ title: string, file: string }} Frame
 */

/** @param {Result} result @param {Frame} frame */
export const describe = ({ variables }, { title, file }) => [
  ...heading(title, file),
  ...variables.map((/** @type {any} */ { name, levels }) =>
    levels
      ? `print(table(${rColumn(name)}, useNA = "ifany", dnn = ${rString(name)}))`
      : `print(c(mean = mean(${rColumn(name)}, na.rm = TRUE), sd = sd(${rColumn(name)}, na.rm = TRUE), quantile(${rColumn(name)}, na.rm = TRUE), missing = sum(is.na(${rColumn(name)}))), digits = 8)`,
  ),
];

/** @type {Record<string, (x: string, group: string) => string>} */
const comparisons = {
  'welch-t': (x, group) => `t.test(${x} ~ ${group})`,
  anova: (x, group) => `oneway.test(${x} ~ ${group}, var.equal = TRUE)`,
  'mann-whitney': (x, group) => `wilcox.test(${x} ~ ${group}, exact = FALSE, correct = TRUE)`,
  'kruskal-wallis': (x, group) => `kruskal.test(${x}, ${group})`,
  'chi-squared': (x, group) => `chisq.test(table(${x}, ${group}), correct = FALSE)`,
  fisher: (x, group) => `fisher.test(table(${x}, ${group}))`,
};

/** @param {Result} result @param {Frame} frame */
export const tableOne = ({ spec, variables }, { title, file }) => [
  ...heading(title, file, spec.weights ? ['survey'] : []),
  ...completeRows([spec.group], spec.weights),
  `g <- factor(${rColumn(spec.group, 'u')})`,
  ...(spec.weights ? [`s <- svydesign(~1, weights = ~w, data = cbind(u, w = ${rColumn(spec.weights, 'u')}, g))`] : []),
  ...variables.flatMap((/** @type {any} */ { name, type, test }) => {
    const x = rColumn(name, 'u');
    const numeric = type !== 'categorical';
    if (spec.weights)
      return [
        numeric
          ? `print(svyby(~x, ~g, update(s, x = ${x}), svymean, na.rm = TRUE), digits = 8)`
          : `print(svytable(~x + g, update(s, x = ${x})))`,
      ];
    const compared = test === null ? undefined : comparisons[test];
    return [
      numeric
        ? `print(t(sapply(split(${x}, g), function(x) c(mean = mean(x, na.rm = TRUE), sd = sd(x, na.rm = TRUE), quantile(x, c(.5, .25, .75), na.rm = TRUE)))), digits = 8)`
        : `print(table(${x}, g, dnn = c(${rString(name)}, "")))`,
      ...(compared ? [`print(${compared(x, 'g')})`] : []),
    ];
  }),
];

/** @param {Result} result @param {Frame} frame */
export const analyzeOutcome = ({ spec, variables, multivariable }, { title, file }) => [
  ...heading(title, file),
  `d$.event <- ${eventOf(spec.outcome, spec.positive)}`,
  ...variables.flatMap((/** @type {any} */ { name, mode, overall }) => {
    const x = rColumn(name);
    const factor =
      mode === 'categorical'
        ? [`${x} <- factor(${x}, levels = ${rStrings(referenceFirst(overall.levels, spec.reference?.[name]))})`]
        : [];
    const test =
      mode === 'categorical' ? `chisq.test(table(${x}, d$.event))` : `wilcox.test(${x} ~ d$.event, exact = FALSE)`;
    return [
      ...factor,
      `print(suppressWarnings(${test}))`,
      `fit <- glm(d$.event ~ ${x}, binomial); print(exp(cbind(OR = coef(fit), confint.default(fit, level = ${rNumber(spec.confLevel)}))), digits = 8)`,
    ];
  }),
  ...(multivariable
    ? [
        `# The multivariable model: those that pass the screen (p < ${rNumber(spec.screenP)})`,
        `fit <- glm(d$.event ~ ${variables
          .filter((/** @type {any} */ { adjusted }) => adjusted)
          .map((/** @type {any} */ { name }) => rColumn(name))
          .join(' + ')}, binomial)`,
        `print(exp(cbind(OR = coef(fit), confint.default(fit, level = ${rNumber(spec.confLevel)}))), digits = 8)`,
      ]
    : []),
];

/**
 * @param {{ level: string }[]} levels
 * @param {unknown} reference
 */
const referenceFirst = (levels, reference) => {
  const names = levels.map(({ level }) => level);
  return reference === undefined ? names : [String(reference), ...names.filter(name => name !== String(reference))];
};

/** @param {any} spec */
const crossTable = spec =>
  spec.counts
    ? `x <- matrix(c(${spec.counts.flat().join(', ')}), nrow = ${spec.counts.length}, byrow = TRUE)`
    : `x <- table(${rColumn(spec.row, 'u')}, ${rColumn(spec.column, 'u')})`;

/** @param {Result} result @param {Frame} frame */
export const contingency = ({ spec, mcNemar, fisher }, { title, file }) => [
  ...(spec.counts ? [] : [...heading(title, file), ...completeRows([spec.row, spec.column])]),
  crossTable(spec),
  `print(chisq.test(x, correct = ${spec.correct ? 'TRUE' : 'FALSE'}))`,
  ...(fisher ? [`print(fisher.test(x, conf.level = ${rNumber(spec.confLevel)}))`] : []),
  ...(mcNemar ? [`print(mcnemar.test(x, correct = ${spec.correct ? 'TRUE' : 'FALSE'}))`] : []),
];

/** @param {Result} result @param {Frame} frame */
export const mantelHaenszel = ({ spec }, { title, file }) => [
  ...heading(title, file),
  ...completeRows([spec.row, spec.column, spec.strata]),
  `x <- table(${rColumn(spec.row, 'u')}, ${rColumn(spec.column, 'u')}, ${rColumn(spec.strata, 'u')})`,
  `print(mantelhaen.test(x, conf.level = ${rNumber(spec.confLevel)})); print(mantelhaen.test(x, correct = FALSE))`,
];

/** @param {Result} result */
export const eValue = ({ spec }) => [
  'e <- function(r) { r <- ifelse(r < 1, 1 / r, r); r + sqrt(r * (r - 1)) }',
  `estimate <- ${rNumber(spec.estimate)}`,
  spec.rare || spec.measure === 'RR'
    ? 'rr <- estimate'
    : spec.measure === 'OR'
      ? 'rr <- sqrt(estimate)'
      : 'rr <- (1 - 0.5^sqrt(estimate)) / (1 - 0.5^sqrt(1 / estimate))',
  'print(e(rr), digits = 10)',
];
