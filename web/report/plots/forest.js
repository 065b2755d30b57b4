// Forest plots: an estimate and its interval on each line, with the figures beside it. Of a regression, of several
// models side by side, of subgroups.

import { coefficientWithInterval, pSentence, ratioWithInterval } from '../format.js';
import { Labels } from '../labels.js';
import { effects, percentOf, referenceRatio } from '../tables/effects.js';
import { modelLines } from '../terms.js';
import { drawEstimates } from './estimates.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('./index.js').Drawing} Drawing
 */

/**
 * @param {Result | Result[]} result a regression, or several models of the same kind
 * @param {Drawing} drawing
 * @returns {string}
 */
export function forestPlot(result, drawing) {
  const results = Array.isArray(result) ? result : [result];
  const effect = effects[results[0].analysis];
  const names = results.length > 1 ? results.map((_one, index) => drawing.names?.[index] ?? `Model ${index + 1}`) : [];
  /** @type {Map<string, import('./estimates.js').Line>} */
  const lines = new Map();
  for (const [series, one] of results.entries()) {
    const labels = new Labels(one);
    const shown = one.terms.filter((/** @type {any} */ { term }) => term !== '(Intercept)');
    let heading = '';
    for (const { kind, label, indent, terms } of modelLines(shown, one.factors, labels)) {
      if (indent === 0) heading = label;
      const key = JSON.stringify(indent ? [heading, label] : [label]);
      const line = lines.get(key) ?? { label, indent, estimates: results.map(() => null) };
      if (kind === 'heading') line.strong = true;
      else if (kind === 'reference') line.words = effect.fields ? referenceRatio : '0 (reference)';
      else line.estimates[series] = estimateOf(terms[0], effect);
      const all = one.totals?.get(terms[0]?.term) ?? one;
      const rest = (/** @type {'n' | 'events'} */ field) =>
        terms.reduce((/** @type {number} */ left, /** @type {any} */ term) => left - term[field], all[field]);
      if (kind === 'term' && terms[0].n != null) line.counts ??= `${terms[0].events}/${terms[0].n}`;
      if (kind === 'reference' && terms[0].n != null && all.events !== undefined)
        line.counts ??= `${rest('events')}/${rest('n')}`;
      lines.set(key, line);
    }
  }
  return drawEstimates(Array.from(lines.values()), drawing, {
    title: `${effect.title}: forest plot`,
    figure: `${effect.name} (${percentOf(results[0].spec.confLevel)} CI)`,
    axis: effect.axis,
    ratios: effect.fields !== null,
    names,
  });
}

/**
 * Univariable beside multivariable odds ratios.
 * @param {Result} result of `analyzeOutcome`
 * @param {Drawing} drawing
 * @returns {string}
 */
export function outcomePlot(result, drawing) {
  const { variables, spec, labels } = result;
  const factors = variables.flatMap((/** @type {any} */ { name, mode, overall, crude }) => {
    if (mode !== 'categorical' || crude.length === 0) return [];
    const coded = crude.map((/** @type {any} */ { level }) => level);
    const names = overall.levels.map((/** @type {any} */ { level }) => level);
    return [
      { column: name, levels: [...names.filter((/** @type {string} */ level) => !coded.includes(level)), ...coded] },
    ];
  });
  // Patients and events with a value, of each variable alone: they are more than the multivariable model has.
  const totals = new Map(
    variables.map((/** @type {any} */ { name, overall, byOutcome }) => {
      const events = byOutcome.find((/** @type {any} */ { group }) => group === String(spec.positive)) ?? byOutcome[1];
      return [name, { n: overall.n, events: events.n }];
    }),
  );
  const model = (/** @type {'crude' | 'adjusted'} */ which) => ({
    analysis: 'logistic',
    spec,
    labels,
    factors,
    totals,
    terms: variables.flatMap((/** @type {any} */ variable) => variable[which] ?? []),
  });
  const both = variables.some((/** @type {any} */ { adjusted }) => adjusted);
  return forestPlot(both ? [model('crude'), model('adjusted')] : model('crude'), {
    names: ['Univariable', 'Multivariable'],
    ...drawing,
  });
}

/**
 * @param {any} term
 * @param {import('../tables/effects.js').Effect} effect
 * @returns {import('./estimates.js').Estimate}
 */
function estimateOf(term, { fields }) {
  if (!fields) {
    const { estimate, ciLow, ciHigh, se, p } = term;
    return { estimate, low: ciLow, high: ciHigh, p, text: coefficientWithInterval(estimate, ciLow, ciHigh, se) };
  }
  const [estimate, low, high] = fields.map(field => term[field]);
  return { estimate, low, high, p: term.p, text: ratioWithInterval(estimate, low, high) };
}

/**
 * @param {Result} result of `subgroup`
 * @param {Drawing} drawing
 * @returns {string}
 */
export function subgroupPlot(result, drawing) {
  const labels = new Labels(result);
  const { spec, overall, subgroups, interaction } = result;
  const name = spec.model === 'cox' ? 'HR' : 'OR';
  // The area of a mark is the information behind it: 1/se² of the log ratio, from its interval.
  const information = (/** @type {any} */ { ciLow, ciHigh }) => (Math.log(ciHigh) - Math.log(ciLow)) ** -2;
  const greatest = Math.max(...subgroups.map(information).filter(Number.isFinite));
  const estimateFor = (/** @type {any} */ row) => ({
    estimate: row.estimate,
    low: row.ciLow,
    high: row.ciHigh,
    p: row.p,
    weight: information(row) / greatest,
    text: ratioWithInterval(row.estimate, row.ciLow, row.ciHigh),
  });
  const lines = [
    {
      label: 'All patients',
      indent: 0,
      counts: overall.n === undefined ? '' : `${overall.events}/${overall.n}`,
      diamond: true,
      estimates: [{ ...estimateFor(overall), weight: 1 }],
    },
    {
      label: `${labels.withUnit(spec.subgroup)} (interaction ${pSentence(interaction.p)})`,
      indent: 0,
      strong: true,
      estimates: [null],
    },
    ...subgroups.map((/** @type {any} */ row) => ({
      label: labels.level(spec.subgroup, row.level),
      indent: 1,
      counts: `${row.events}/${row.n}`,
      estimates: [estimateFor(row)],
    })),
  ];
  return drawEstimates(lines, drawing, {
    title: `Subgroups by ${labels.column(spec.subgroup)}`,
    figure: `${name} (${percentOf(spec.confLevel)} CI)`,
    axis: `${name === 'HR' ? 'Hazard' : 'Odds'} ratio of ${labels.column(spec.treatment)}`,
    ratios: true,
    names: [],
  });
}
