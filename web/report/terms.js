// The lines on which a model's coefficients stand, the same in a table and in a forest plot: a heading for each factor,
// its reference level, the other levels.

import { own } from './labels.js';

/**
 * @typedef {import('./index.js').Result} Result
 * @typedef {import('./labels.js').Labels} Labels
 *
 * @typedef {object} ModelLine
 * @property {'term' | 'heading' | 'reference'} kind
 * @property {string} label
 * @property {number} indent 1 for a level, below its factor
 * @property {any[]} terms the coefficient; of a reference level, those of its factor's other levels; of a heading, none
 */

/**
 * @param {any[]} terms of a regression
 * @param {{ column: string, levels: string[] }[]} factors of the model, the reference level first
 * @param {Labels} labels
 * @returns {ModelLine[]}
 */
export function modelLines(terms, factors, labels) {
  const levelsOf = Object.fromEntries(factors.map(({ column, levels }) => [column, levels]));
  const known = new Set([
    ...terms.map(({ term }) => term).filter(term => !term.includes(':')),
    ...Object.keys(levelsOf),
  ]);
  /** @type {ModelLine[]} */
  const lines = [];
  for (const [term, those] of groupedByTerm(terms)) {
    const parts = labels.parts(term, known);
    const label = term === '(Intercept)' ? 'Intercept' : parts.map(part => labels.withUnit(part)).join(' × ');
    if (those[0].level === null) {
      lines.push({ kind: 'term', label, indent: 0, terms: those });
      continue;
    }
    lines.push({ kind: 'heading', label, indent: 0, terms: [] });
    if (parts.length === 1) {
      const reference = own(levelsOf, term)?.[0];
      const name = reference === undefined ? 'Reference level' : labels.level(term, reference);
      lines.push({ kind: 'reference', label: name, indent: 1, terms: those });
    }
    const owners = parts.filter(part => own(levelsOf, part) !== undefined);
    for (const one of those) {
      lines.push({ kind: 'term', label: levelLabel(owners, one.level, labels), indent: 1, terms: [one] });
    }
  }
  return lines;
}

/**
 * Terms in their order, the levels of each together.
 * @param {any[]} terms
 * @returns {Map<string, any[]>}
 */
function groupedByTerm(terms) {
  const groups = new Map();
  for (const term of terms) {
    const group = groups.get(term.term);
    if (group) group.push(term);
    else groups.set(term.term, [term]);
  }
  return groups;
}

/**
 * Levels of an interaction are joined by colons, one for each of its factors.
 * @param {string[]} columns the factors of the term
 * @param {string} level
 * @param {Labels} labels
 */
function levelLabel(columns, level, labels) {
  if (columns.length === 1) return labels.level(columns[0], level);
  const pieces = level.split(':'); // a level that holds a colon itself is left as it is
  return pieces.length === columns.length
    ? pieces.map((piece, index) => labels.level(columns[index], piece)).join(', ')
    : level;
}
