// The data of an analysis in R: the file read as the engine reads it, factors coded as it coded them, complete rows.

import { columnsOfTerm, rColumn, rComment, rString, rStrings } from './syntax.js';

/** @typedef {import('../index.js').Result} Result */

/**
 * @param {string} title
 * @param {string} file
 * @param {string[]} [packages]
 */
export const heading = (title, file, packages = []) => [
  rComment(title),
  rComment(`R code for the same figures. Needs ${['R 4', ...packages.map(name => `the package ${name}`)].join(', ')}.`),
  rComment('If the file was loaded with types, missing codes or a dictionary of your own, repeat them here.'),
  ...packages.map(name => `library(${name})`),
  `d <- read.csv(${rString(file)}, check.names = FALSE, colClasses = "character", strip.white = TRUE,`,
  '              na.strings = c("", "NA", "N/A", "NaN", "nan", "null", "NULL", ".", "-"))',
  'd[] <- lapply(d, function(x) { y <- suppressWarnings(as.numeric(x)); if (any(is.na(y) & !is.na(x))) x else y })',
];

/**
 * A yes/no column as 1 and 0: the named value, else 1 of 0 and 1, else the second of two levels.
 * @param {string} column
 * @param {unknown} value
 */
export const eventOf = (column, value) =>
  value === null || value === undefined
    ? `local({ x <- ${rColumn(column)}; l <- sort(unique(x[!is.na(x)]), method = "radix"); if (all(l %in% 0:1)) x else as.integer(x == l[2]) })`
    : `as.integer(as.character(${rColumn(column)}) == ${rString(value)})`;

/**
 * Factors with the reference level first.
 * @param {{ column: string, levels: string[] }[]} factors
 */
export const factorLines = factors =>
  factors.map(({ column, levels }) => `${rColumn(column)} <- factor(${rColumn(column)}, levels = ${rStrings(levels)})`);

/**
 * Rows with a value in every column named and a weight above 0, as `u`.
 * @param {(string | null | undefined)[]} columns
 * @param {string | null} [weights]
 */
export function completeRows(columns, weights) {
  const named = [...new Set([...columns, weights].filter(name => name !== null && name !== undefined))];
  const rows = `complete.cases(d[, ${rStrings(/** @type {string[]} */ (named))}, drop = FALSE])`;
  return [
    `u <- d[${weights ? `${rows} & ${rColumn(weights)} %in% ${rColumn(weights)}[${rColumn(weights)} != 0]` : rows}, ]`,
  ];
}

/** @param {string[]} predictors */
export const columnsOfTerms = predictors => predictors.flatMap(columnsOfTerm);

/** A test's figures with all their digits: R's own print rounds them. */
export const show = [
  'show <- function(test) print(unlist(unclass(test)[c("statistic", "parameter", "p.value", "estimate", "conf.int")]), digits = 8)',
];
