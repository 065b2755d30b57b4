// R code of descriptions, comparisons and tables.

import { completeRows, eventOf, heading, show } from './data.js';
import { isFirth } from './subgroup.js';
import { rColumn, rComment, rName, rNumber, rString, rStrings } from './syntax.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {{ title: string, file: string }} Frame
 */

/** @param {Result} result @param {Frame} frame */
export const describe = ({ variables }, { title, file }) => [
  ...heading(title, file),
  'numbers <- function(x) { y <- x[!is.na(x)]; e <- y - mean(y); print(c(mean = mean(y), sd = sd(y), quantile(y), missing = sum(is.na(x)), skewness = mean(e^3) / mean(e^2)^1.5), digits = 8) }',
  ...variables.map((/** @type {any} */ { name, levels }) =>
    levels
      ? `print(table(${rColumn(name)}, useNA = "ifany", dnn = ${rString(name)}))`
      : `numbers(${rColumn(name)})  ${rComment(name)}`,
  ),
];

/** @type {Record<string, (x: string, group: string) => string>} */
const comparisons = {
  'welch-t': (x, group) => `t.test(${x} ~ ${group})`,
  anova: (x, group) => `oneway.test(${x} ~ ${group}, var.equal = TRUE)`,
  'mann-whitney': (x, group) => `wilcox.test(${x} ~ ${group}, exact = FALSE, correct = TRUE)`,
  'kruskal-wallis': (x, group) => `kruskal.test(${x}, ${group})`,
  'chi-squared': (x, group) => `chisq.test(table(${x}, ${group}), correct = FALSE)`,
  fisher: (x, group) => `fisher.test(table(${x}, ${group}), workspace = 2e7)`,
};

/** Standardised differences, of all pairs of groups the mean; levels by Yang & Dalton (2012). */
const smd = [
  'smd <- function(x) {',
  '  pair <- function(l) {',
  '    a <- g == l[1]; b <- g == l[2]',
  '    if (is.numeric(x)) return(abs(mean(x[a], na.rm = TRUE) - mean(x[b], na.rm = TRUE)) / sqrt((var(x[a], na.rm = TRUE) + var(x[b], na.rm = TRUE)) / 2))',
  '    s <- prop.table(table(x, g), 2)[-1, l, drop = FALSE]; S <- function(p) diag(p, length(p)) - p %o% p',
  '    gap <- s[, 1] - s[, 2]; sqrt(c(gap %*% solve((S(s[, 1]) + S(s[, 2])) / 2, gap)))',
  '  }',
  '  print(c(smd = mean(combn(levels(g), 2, pair))), digits = 8)',
  '}',
];

/** Weighted means and standard deviations (`survey::svyvar` of each group), and sums of weights. */
const weighted = [
  'numbers <- function(x) print(t(sapply(split(data.frame(x, w), g), function(r) {',
  '  r <- r[!is.na(r$x), ]; m <- weighted.mean(r$x, r$w); n <- nrow(r)',
  '  c(mean = m, sd = sqrt(sum(r$w * (r$x - m)^2) / sum(r$w) * n / (n - 1)))',
  '})), digits = 8)',
];

/** @param {Result} result @param {Frame} frame */
export const tableOne = ({ spec, groups, variables }, { title, file }) => [
  ...heading(title, file),
  ...(spec.weights ? weighted : [...show, ...smd]),
  ...completeRows([spec.group], spec.weights),
  `g <- factor(${rColumn(spec.group, 'u')})`,
  ...(spec.weights ? [`w <- ${rColumn(spec.weights, 'u')}`] : []),
  ...variables.flatMap((/** @type {any} */ { name, type, test, byGroup }) => {
    const numeric = type !== 'categorical';
    const x = numeric ? rColumn(name, 'u') : `factor(${rColumn(name, 'u')})`;
    if (spec.weights)
      return [
        numeric
          ? `numbers(${x})  ${rComment(name)}`
          : `x <- ${x}; print(xtabs(w ~ x + g), digits = 8)  ${rComment(name)}`,
      ];
    const compared = test === null ? undefined : comparisons[test];
    const twice = groups.length === 2 && !numeric && byGroup[0].levels?.length === 2;
    return [
      numeric
        ? `print(t(sapply(split(${x}, g), function(x) c(mean = mean(x, na.rm = TRUE), sd = sd(x, na.rm = TRUE), quantile(x, c(.5, .25, .75), na.rm = TRUE)))), digits = 8)  ${rComment(name)}`
        : `print(table(${x}, g, dnn = c(${rString(name)}, "")))`,
      ...(compared ? [`show(suppressWarnings(${compared(x, 'g')}))`] : []),
      ...(twice
        ? [`show(suppressWarnings(prop.test(table(g, ${x})[, 2:1], correct = FALSE)))  # shares, and their difference`]
        : []),
      `smd(${x})`,
    ];
  }),
];

/** @param {Result} result @param {Frame} frame */
export const analyzeOutcome = ({ spec, variables, multivariable }, { title, file }) => [
  ...heading(title, file),
  ...show,
  `d$.event <- ${eventOf(spec.outcome, spec.positive)}`,
  'ratios <- function(formula, firth) {',
  ...(spec.method === 'ml'
    ? []
    : [
        '  # Firth’s likelihood where patients or events are few, or the data separated: needs logistf',
        '  f <- model.frame(formula, d); y <- f[[1]]; x <- f[[2]]',
        '  apart <- if (is.numeric(x)) max(x[y == 0]) <= min(x[y == 1]) || max(x[y == 1]) <= min(x[y == 0]) else any(table(droplevels(x), y) == 0)',
        `  if (if (is.na(firth)) apart || ${isFirth(spec.method, 'y')} else firth) {`,
        `    fit <- logistf::logistf(formula, data = d, pl = FALSE, alpha = 1 - ${rNumber(spec.confLevel)})`,
        '    return(print(exp(cbind(OR = coef(fit), low = fit$ci.lower, high = fit$ci.upper)), digits = 8))',
        '  }',
      ]),
  '  fit <- glm(formula, binomial, d, control = glm.control(1e-14, 100))',
  `  print(exp(cbind(OR = coef(fit), confint.default(fit, level = ${rNumber(spec.confLevel)}))), digits = 8)`,
  '}',
  ...variables.flatMap((/** @type {any} */ { name, mode, overall }) => {
    const x = rColumn(name);
    const factor =
      mode === 'categorical'
        ? [`${x} <- factor(${x}, levels = ${rStrings(referenceFirst(overall.levels, spec.reference?.[name]))})`]
        : [];
    const test =
      mode === 'categorical' ? `chisq.test(table(${x}, d$.event))` : `wilcox.test(${x} ~ d$.event, exact = FALSE)`;
    return [...factor, `show(suppressWarnings(${test}))`, `ratios(.event ~ ${rName(name)}, NA)`];
  }),
  ...(multivariable
    ? [
        `# The multivariable model: those that pass the screen (p < ${rNumber(spec.screenP)})`,
        `ratios(.event ~ ${variables
          .filter((/** @type {any} */ { adjusted }) => adjusted)
          .map((/** @type {any} */ { name }) => rName(name))
          .join(' + ')}, ${multivariable.method === 'firth' ? 'TRUE' : 'FALSE'})`,
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
export const contingency = ({ spec, table, mcNemar, fisher }, { title, file }) => [
  ...(spec.counts ? [] : [...heading(title, file), ...completeRows([spec.row, spec.column])]),
  ...show,
  crossTable(spec),
  `show(suppressWarnings(chisq.test(x, correct = ${spec.correct ? 'TRUE' : 'FALSE'})))`,
  ...(fisher ? [`show(fisher.test(x, conf.level = ${rNumber(spec.confLevel)}, workspace = 2e7))`] : []),
  ...(mcNemar ? [`show(mcnemar.test(x, correct = ${spec.correct ? 'TRUE' : 'FALSE'}))`] : []),
  'print(c(cramersV = sqrt(suppressWarnings(chisq.test(x, correct = FALSE))$statistic[[1]] / sum(x) / (min(dim(x)) - 1))), digits = 8)',
  ...(table.rows.length === 2 && table.columns.length === 2
    ? [
        '# The second row against the first, the second column the event (Woolf; Katz; Wald)',
        `z <- qnorm(${rNumber((1 + spec.confLevel) / 2)}) * c(estimate = 0, low = -1, high = 1); n <- rowSums(x); risk <- x[, 2] / n`,
        'print(rbind(oddsRatio = x[1, 1] * x[2, 2] / (x[1, 2] * x[2, 1]) * exp(z * sqrt(sum(1 / x))),',
        '            riskRatio = risk[[2]] / risk[[1]] * exp(z * sqrt(sum(1 / x[, 2] - 1 / n))),',
        '            riskDifference = risk[[2]] - risk[[1]] + z * sqrt(sum(risk * (1 - risk) / n))), digits = 8)',
      ]
    : []),
];

/** @param {Result} result */
export const eValue = ({ spec }) => [
  'e <- function(r) { r <- ifelse(r < 1, 1 / r, r); r + sqrt(r * (r - 1)) }',
  `risk <- function(r) ${
    spec.rare || spec.measure === 'RR'
      ? 'r'
      : spec.measure === 'OR'
        ? 'sqrt(r)'
        : '(1 - 0.5^sqrt(r)) / (1 - 0.5^sqrt(1 / r))'
  }`,
  `print(c(eValue = e(risk(${rNumber(spec.estimate)}))), digits = 10)`,
  ...(spec.ciLow === null && spec.ciHigh === null
    ? []
    : [
        '# The limit that is nearer to no effect; 1 when the interval holds it.',
        `limit <- ${rNumber(spec.estimate > 1 ? spec.ciLow : spec.ciHigh)}`,
        `print(c(eValueCi = if (${spec.estimate > 1 ? 'limit <= 1' : 'limit >= 1'}) 1 else e(risk(limit))), digits = 10)`,
      ]),
];
