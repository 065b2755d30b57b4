// R code of 2 × 2 tables over strata.

import { completeRows, heading, show } from './data.js';
import { rColumn, rNumber } from './syntax.js';

/** @param {import('../index.js').Result} result @param {{ title: string, file: string }} frame */
export const mantelHaenszel = ({ spec }, { title, file }) => [
  ...heading(title, file),
  ...show,
  ...completeRows([spec.row, spec.column, spec.strata]),
  `x <- table(${rColumn(spec.row, 'u')}, ${rColumn(spec.column, 'u')}, ${rColumn(spec.strata, 'u')})`,
  'x <- x[, , apply(x, 3, function(s) all(rowSums(s) > 0, colSums(s) > 0)), drop = FALSE]  # others say nothing',
  `show(mantelhaen.test(x, conf.level = ${rNumber(spec.confLevel)}))`,
  'show(mantelhaen.test(x, correct = FALSE))',
  '# The second row is the exposed, the second column the event: risk ratio (Greenland & Robins 1985)',
  'a <- x[2, 2, ]; b <- x[2, 1, ]; k <- x[1, 2, ]; l <- x[1, 1, ]; n1 <- a + b; n0 <- k + l; m <- a + k; n <- n1 + n0',
  'R <- sum(a * n0 / n); S <- sum(k * n1 / n)',
  `se <- sqrt(sum((m * n1 * n0 - a * k * n) / n^2) / (R * S)); z <- qnorm(${rNumber((1 + spec.confLevel) / 2)})`,
  'print(c(riskRatio = R / S, low = R / S * exp(-z * se), high = R / S * exp(z * se)), digits = 8)',
  '# Are the odds ratios alike? Breslow & Day (1980), Tarone (1985)',
  'or <- sum(a * l / n) / sum(b * k / n)',
  'B <- n0 - m + or * (n1 + m); e <- 2 * or * n1 * m / (B + sqrt(B^2 - 4 * or * (or - 1) * n1 * m))',
  'v <- 1 / (1 / e + 1 / (n1 - e) + 1 / (m - e) + 1 / (n0 - m + e))',
  'bd <- sum((a - e)^2 / v); tarone <- bd - sum(a - e)^2 / sum(v); df <- length(n) - 1',
  'print(c(breslowDay = bd, p = pchisq(bd, df, lower.tail = FALSE), tarone = tarone, p = pchisq(tarone, df, lower.tail = FALSE)), digits = 8)',
];
