// R code of propensity scores and of what makes groups comparable: matching by its definition, weights, the balance of
// both.

import { columnsOfTerms, completeRows, eventOf, factorLines, heading } from './data.js';
import { figures } from './models.js';
import { rColumn, rNumber, rNumbers, rString, rTerms } from './syntax.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {{ title: string, file: string }} Frame
 * @typedef {{ column: string, levels: string[] }[]} Factors
 */

/** @param {any} spec @param {Factors} factors @param {(string | null)[]} [beside] */
const scores = (spec, factors, beside = []) => [
  ...factorLines(factors),
  `d$.treated <- ${eventOf(spec.treatment, spec.positive)}`,
  ...completeRows([spec.treatment, ...columnsOfTerms(spec.covariates), ...beside]),
  `fit <- glm(.treated ~ ${rTerms(spec.covariates)}, binomial, data = u, control = glm.control(1e-14, 100))`,
];

/** @param {Result} result @param {Frame} frame */
export function propensity({ spec, factors }, { title, file }) {
  return [
    ...heading(title, file),
    ...scores(spec, factors ?? []),
    'v <- vcov(fit)',
    ...figures(spec),
    'print(tapply(fitted(fit), u$.treated, range), digits = 8)',
  ];
}

/**
 * Means of the arms and standardised differences, before and with the weights `w`.
 * @param {any} spec
 * @param {Factors} factors
 * @param {string} sd of `x`, whose arms are `t` and `!t`
 */
function balance(spec, factors, sd) {
  const columns = [...new Set(columnsOfTerms(spec.covariates))].flatMap(column => {
    const factor = factors.find(one => one.column === column);
    const x = rColumn(column, 'u');
    return factor
      ? factor.levels.map(level => `${rString(`${column}: ${level}`)} = +(${x} == ${rString(level)})`)
      : [`${rString(column)} = ${x}`];
  });
  return [
    'balance <- function(x) {',
    '  t <- u$.treated == 1; yesNo <- all(x %in% 0:1)',
    '  v <- function(x) if (yesNo) mean(x) * (1 - mean(x)) else var(x)',
    `  s <- ${sd}`,
    '  m <- function(arm, w) sum(x[arm] * w[arm]) / sum(w[arm])',
    '  before <- c(m(t, w^0), m(!t, w^0)); after <- c(m(t, w), m(!t, w))',
    '  c(treated = before[1], control = before[2], smd = -diff(before) / s,',
    '    treatedAfter = after[1], controlAfter = after[2], smdAfter = -diff(after) / s)',
    '}',
    `print(t(sapply(list(${columns.join(', ')}), balance)), digits = 8)`,
  ];
}

/** One control after the other for each treated row: its nearest that is free. @param {any} spec */
const nearest = ({ order, replace, ratio }) => [
  order === 'largest' ? 'turn <- order(-x[t])' : 'turn <- seq_along(t)',
  `for (round in 1:${rNumber(ratio)}) for (i in turn) {`,
  '  gap <- ifelse(free & !(seq_along(k) %in% pairs[i, ]), D[i, ], Inf)',
  `  j <- which.min(gap); if (is.finite(gap[j])) { pairs[i, round] <- j${replace ? '' : '; free[j] <- FALSE'} }`,
  '}',
];

/** The closest of all pairs, again and again. @param {any} spec */
const closest = ({ ratio }) => [
  `for (round in 1:${rNumber(ratio)}) {`,
  '  G <- D; G[, !free] <- Inf',
  '  while (any(is.finite(G))) {',
  '    at <- which(G == min(G), arr.ind = TRUE); at <- at[order(at[, 1], at[, 2]), , drop = FALSE][1, ]',
  '    pairs[at[1], round] <- at[2]; free[at[2]] <- FALSE; G[at[1], ] <- Inf; G[, at[2]] <- Inf',
  '  }',
  '}',
];

/** As many pairs as can be, then the least sum of distances (Rosenbaum 1989), as a linear programme. @param {any} spec */
const optimal = ({ ratio }) => [
  'at <- which(is.finite(D), arr.ind = TRUE); unit <- c(at[, 1], length(t) + at[, 2]); units <- sort(unique(unit))',
  'best <- function(direction, worth) lp(direction, worth, dense.const = cbind(match(unit, units), rep(seq_len(nrow(at)), 2), 1),',
  `  const.dir = rep("<=", length(units)), const.rhs = ifelse(units <= length(t), ${rNumber(ratio)}, 1))$solution`,
  'most <- round(sum(best("max", rep(1, nrow(at))))); worth <- max(D[at])',
  'repeat { chosen <- best("min", D[at] - worth); if (round(sum(chosen)) == most) break; worth <- 10 * worth }',
  'for (i in seq_along(t)) { j <- at[chosen > 0.5 & at[, 1] == i, 2]; pairs[i, seq_along(j)] <- j[order(D[i, j])] }',
];

/** @param {Result} result @param {Frame} frame */
export function match({ spec, factors }, { title, file }) {
  const { method, order, distance, caliper, exact, ratio } = spec;
  const way = method === 'optimal' ? optimal : order === 'closest' && !spec.replace ? closest : nearest;
  return [
    ...heading(title, file, method === 'optimal' ? ['lpSolve'] : []),
    ...scores(spec, factors ?? [], exact ?? []),
    `x <- ${distance === 'probability' ? 'fitted(fit)' : 'predict(fit)'}`,
    't <- which(u$.treated == 1); k <- which(u$.treated == 0)',
    'D <- abs(outer(x[t], x[k], "-"))',
    `allowed <- ${caliper === null ? 'D >= 0' : `D <= ${rNumber(caliper)} * sd(x)`}`,
    ...(exact ?? []).map((/** @type {string} */ column) => {
      const cells = `as.character(${rColumn(column, 'u')})`;
      return `allowed <- allowed & outer(${cells}[t], ${cells}[k], "==")`;
    }),
    ...(distance === 'mahalanobis'
      ? [
          `X <- model.matrix(~ ${rTerms(spec.covariates)}, u)[, -1, drop = FALSE]`,
          'e <- eigen(((length(t) - 1) * cov(X[t, , drop = FALSE]) + (length(k) - 1) * cov(X[k, , drop = FALSE])) / (nrow(X) - 2), TRUE)',
          'some <- e$values > 1e-12 * e$values[1]',
          'D <- as.matrix(dist(X %*% e$vectors[, some, drop = FALSE] %*% diag(1 / sqrt(e$values[some]), sum(some))))[t, k]',
        ]
      : []),
    'D[!allowed] <- Inf',
    '# Pairs by the definition: MatchIt takes a shortcut that misses the nearest control at times.',
    `pairs <- matrix(NA_integer_, length(t), ${rNumber(ratio)}); free <- rep(TRUE, length(k))`,
    ...way(spec),
    'w <- numeric(nrow(u)); sets <- rowSums(!is.na(pairs)); w[t] <- sets > 0',
    'for (i in which(sets > 0)) { j <- k[pairs[i, !is.na(pairs[i, ])]]; w[j] <- w[j] + 1 / sets[i] }',
    'w[k] <- w[k] * sum(w[k] > 0) / sum(w[k])',
    'print(c(matchedTreated = sum(sets > 0), matchedControl = sum(w[k] > 0),',
    '        distance = sum(D[cbind(c(row(pairs)), c(pairs))[!is.na(pairs), , drop = FALSE]])), digits = 8)',
    ...balance(spec, factors ?? [], 'sqrt(v(x[t]))'),
  ];
}

/** @param {Result} result @param {Frame} frame */
export function ipw({ spec, factors, effects }, { title, file }) {
  /** @type {Record<string, string>} */
  const weights = {
    ATE: 'ifelse(u$.treated == 1, 1 / e, 1 / (1 - e))',
    ATT: 'ifelse(u$.treated == 1, 1, e / (1 - e))',
    ATO: 'ifelse(u$.treated == 1, 1 - e, e)',
  };
  /** @type {Record<string, string>} */
  const stabilised = {
    ATE: 'w <- w * ifelse(u$.treated == 1, mean(u$.treated), 1 - mean(u$.treated))',
    ATT: 'w <- ifelse(u$.treated == 1, w, w * (1 - mean(u$.treated)) / mean(u$.treated))',
  };
  const yesNo = effects?.some((/** @type {any} */ { measure }) => measure === 'ratio');
  const effect = (/** @type {string} */ fit, /** @type {string} */ back) => [
    `f <- ${fit}; b <- coef(f)[[2]]; se <- sqrt(vcov(f)[2, 2]); h <- qnorm(${rNumber((1 + spec.confLevel) / 2)}) * se`,
    `print(c(${back}(c(estimate = b, low = b - h, high = b + h)), se = se, p = 2 * pnorm(-abs(b / se))), digits = 8)`,
  ];
  return [
    ...heading(title, file, spec.outcome ? ['survey'] : []),
    ...(spec.outcome ? [`d$.y <- ${yesNo ? eventOf(spec.outcome, null) : rColumn(spec.outcome)}`] : []),
    ...scores(spec, factors ?? [], [spec.outcome]),
    'e <- fitted(fit)',
    `w <- ${weights[spec.estimand]}`,
    ...(spec.stabilized && stabilised[spec.estimand] ? [stabilised[spec.estimand]] : []),
    ...(spec.truncate ? [`q <- quantile(w, ${rNumbers(spec.truncate)}); w <- pmin(pmax(w, q[1]), q[2])`] : []),
    'print(c(effectiveSampleSize = sum(w)^2 / sum(w^2)), digits = 10)',
    ...balance(spec, factors ?? [], spec.estimand === 'ATT' ? 'sqrt(v(x[t]))' : 'sqrt((v(x[t]) + v(x[!t])) / 2)'),
    ...(spec.outcome
      ? [
          's <- svydesign(~1, weights = ~w, data = cbind(u, w))',
          ...effect('svyglm(.y ~ .treated, s)', ''),
          ...(yesNo
            ? effect('svyglm(.y ~ .treated, s, family = quasipoisson(), control = glm.control(1e-14, 100))', 'exp')
            : []),
        ]
      : []),
  ];
}
