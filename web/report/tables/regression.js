// Regressions: one line a coefficient, the reference level of each factor among them.

import {
  coefficientWithInterval,
  fixed,
  general,
  pSentence,
  pValue,
  range,
  ratio,
  ratioWithInterval,
} from '../format.js';
import { Labels, own } from '../labels.js';
import { figures, row, table, words } from '../table.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('../table.js').Row} Row
 *
 * @typedef {object} Effect what a model's coefficients are shown as
 * @property {string} name the column's title
 * @property {[string, string, string] | null} fields of a term: estimate and limits; null: the coefficient itself
 */

/** Regressions by name. An entry here is all that a new one needs. @type {Record<string, Effect>} */
const effects = {
  logistic: { name: 'OR', fields: ['oddsRatio', 'orLow', 'orHigh'] },
  linear: { name: 'Coefficient', fields: null },
  poisson: { name: 'IRR', fields: ['irr', 'irrLow', 'irrHigh'] },
  negativeBinomial: { name: 'IRR', fields: ['irr', 'irrLow', 'irrHigh'] },
};

/** @param {string} analysis */
export const isRegression = analysis => Object.hasOwn(effects, analysis);

/** @param {number} confLevel such as 0.95 */
export const percentOf = confLevel => `${general(Number((100 * confLevel).toPrecision(6)))}%`;

/**
 * A ratio with its interval: `2.02 (1.08–3.78)`.
 * @param {any} term
 * @param {[string, string, string]} [fields]
 */
export const ratioOf = (term, fields = ['oddsRatio', 'orLow', 'orHigh']) =>
  ratioWithInterval(term[fields[0]], term[fields[1]], term[fields[2]]);

/** What stands in place of a reference level's ratio. */
export const referenceRatio = '1 (reference)';

/**
 * @param {Result} result
 * @param {{ title: string, warnings: string[] }} frame
 * @returns {import('../table.js').Table[]}
 */
export function regressionTables(result, { title, warnings }) {
  const { spec, terms } = result;
  const effect = effects[result.analysis];
  const labels = new Labels(result);
  const counted = terms.some((/** @type {any} */ term) => Object.hasOwn(term, 'events'));
  const interval = `${effect.name} (${percentOf(spec.confLevel)} CI)`;
  const outcome = spec.outcome === null ? spec.formula : labels.withUnit(spec.outcome);

  const figuresOf = (/** @type {any} */ term) => [
    ...(counted ? [text(term.n), text(term.events)] : []),
    effect.fields
      ? ratioOf(term, effect.fields)
      : coefficientWithInterval(term.estimate, term.ciLow, term.ciHigh, term.se),
    pValue(term.p),
  ];
  const referenceOf = (/** @type {any[]} */ rows) => [
    ...(counted ? [rest(result.n, rows, 'n'), rest(result.events, rows, 'events')] : []),
    effect.fields ? referenceRatio : '0 (reference)',
  ];
  return [
    table({
      title: `${title}: ${outcome}`,
      columns: [
        words('Variable'),
        ...(counted ? [figures('n'), figures('Events')] : []),
        figures(interval),
        figures('p'),
      ],
      sections: [
        { title: '', rows: termRows(terms, { result, labels, figuresOf, referenceOf, ratios: !!effect.fields }) },
      ],
      notes: notes(result, labels),
      warnings,
    }),
  ];
}

/**
 * Rows of a model, factors with a heading and their reference level.
 * @param {any[]} terms
 * @param {{ result: Result, labels: Labels, figuresOf: (term: any) => string[], referenceOf: (rows: any[]) => string[],
 *   ratios: boolean }} how `ratios`: the intercept is left out, as its ratio compares nothing
 * @returns {Row[]}
 */
function termRows(terms, { result, labels, figuresOf, referenceOf, ratios }) {
  const known = new Set(terms.map(({ term }) => term).filter(term => !term.includes(':')));
  /** @type {Row[]} */
  const rows = [];
  for (const [term, those] of groupedByTerm(terms)) {
    if (term === '(Intercept)') {
      if (!ratios) rows.push(row('Intercept', figuresOf(those[0])));
      continue;
    }
    const parts = labels.parts(term, known);
    const label = parts.map(part => labels.withUnit(part)).join(' × ');
    if (those[0].level === null) {
      rows.push(row(label, figuresOf(those[0])));
      continue;
    }
    rows.push(row(label, []));
    if (parts.length === 1) rows.push(row(referenceLevel(term, those, result, labels), referenceOf(those), 1));
    for (const one of those) rows.push(row(levelLabel(parts, one.level, labels), figuresOf(one), 1));
  }
  return rows;
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
 * The words for the level that the others are compared with: named by the spec, else the only one that the dictionary
 * names and the model has no coefficient for. A result does not hold it otherwise.
 * @param {string} column
 * @param {any[]} rows
 * @param {Result} result
 * @param {Labels} labels
 */
function referenceLevel(column, rows, result, labels) {
  const present = new Set(rows.map(({ level }) => level));
  const chosen = own(result.spec.reference, column);
  const named = labels.levels(column).filter(level => !present.has(level));
  if (chosen !== undefined && !present.has(String(chosen))) return labels.level(column, String(chosen));
  return named.length === 1 ? labels.level(column, named[0]) : 'Reference level';
}

/**
 * Levels of an interaction are joined by colons; each belongs to one of its factors, in order, numeric parts having none.
 * @param {string[]} columns
 * @param {string} level
 * @param {Labels} labels
 */
function levelLabel(columns, level, labels) {
  if (columns.length === 1) return labels.level(columns[0], level);
  const pieces = level.split(':');
  const owners =
    pieces.length === columns.length ? columns : columns.filter(column => labels.levels(column).length > 0);
  if (owners.length !== pieces.length) return level;
  return pieces.map((piece, index) => labels.level(owners[index], piece)).join(', ');
}

/** @param {number | null} count */
const text = count => (count === null ? '' : String(count));

/**
 * What the other levels leave of a total.
 * @param {number} total
 * @param {any[]} rows
 * @param {'n' | 'events'} field
 */
const rest = (total, rows, field) => String(rows.reduce((left, one) => left - one[field], total));

/**
 * @param {Result} result
 * @param {Labels} labels
 */
function notes(result, labels) {
  const { analysis, spec, model } = result;
  const missing = result.nMissing ? `, ${result.nMissing} left out for a missing value` : '';
  const events = result.events === undefined ? '' : `, ${result.events} with the event${eventOf(spec, labels)}`;
  const lines = [`${result.n} patients used${events}${missing}.`];
  if (analysis === 'logistic') {
    lines.push(
      `${methodOf(result.method)}; ${spec.ci === 'profile' ? 'profile-likelihood' : 'Wald'} intervals.`,
      logisticFit(model, spec.confLevel),
    );
  } else if (analysis === 'linear') {
    lines.push(
      `Least squares. R² ${fixed(model.rSquared, 3)}, adjusted ${fixed(model.adjRSquared, 3)}; residual SD ${general(model.sigma)}; F(${model.fDf1}, ${model.fDf2}) = ${fixed(model.fStatistic, 2)}, ${pSentence(model.fP)}.`,
    );
  } else {
    const theta = model.theta === null ? '' : `; theta ${general(model.theta)}`;
    lines.push(`Dispersion ${fixed(model.dispersion, 2)}${theta}; AIC ${fixed(model.aic, 1)}.`);
  }
  if (spec.cluster) lines.push(`Standard errors allow for clusters of ${labels.column(spec.cluster)}.`);
  else if (spec.robust !== 'none') lines.push(`Robust standard errors (${spec.robust}).`);
  if (spec.weights) lines.push(`Weighted by ${labels.column(spec.weights)}.`);
  if (spec.offset) lines.push(`Offset: ${labels.column(spec.offset)}.`);
  return lines;
}

/**
 * @param {any} spec
 * @param {Labels} labels
 */
const eventOf = (spec, labels) =>
  spec.outcome === null || spec.positive === null ? '' : ` (${labels.level(spec.outcome, String(spec.positive))})`;

/** @param {string} method */
export const methodOf = method => (method === 'firth' ? 'Firth’s penalised likelihood' : 'Maximum likelihood');

/**
 * How well a logistic model fits, as a sentence.
 * @param {any} model
 * @param {number} confLevel
 */
export function logisticFit(model, confLevel) {
  const { cStatistic, cStatisticLow, cStatisticHigh, nagelkerke, hosmerLemeshow, aic } = model;
  const limits =
    cStatisticLow === null ? '' : ` (${percentOf(confLevel)} CI ${range(ratio(cStatisticLow), ratio(cStatisticHigh))})`;
  const calibration = hosmerLemeshow ? `; Hosmer–Lemeshow ${pSentence(hosmerLemeshow.p)}` : '';
  return `c-statistic ${ratio(cStatistic)}${limits}; Nagelkerke R² ${fixed(nagelkerke, 3)}${calibration}; AIC ${fixed(aic, 1)}.`;
}
