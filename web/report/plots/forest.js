// Forest plots: an estimate and its interval on each line, with the figures beside it. Of a regression, of several
// models side by side, of subgroups.

import { coefficientWithInterval, pSentence, pValue, ratioWithInterval } from '../format.js';
import { Labels } from '../labels.js';
import { element } from '../markup.js';
import { effects, percentOf, referenceRatio } from '../tables/effects.js';
import { modelLines } from '../terms.js';
import { axisBelow, fitting, legendAbove, seriesOf, sheet, textAt, told, widthOf } from './canvas.js';
import { linear, logarithmic, rounded } from './scale.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('../markup.js').Markup} Markup
 * @typedef {import('./index.js').Drawing} Drawing
 *
 * @typedef {object} Estimate
 * @property {number} estimate
 * @property {number} low
 * @property {number} high
 * @property {number | null} [p]
 * @property {number} [weight] the mark's area, as a share of the greatest
 * @property {string} text
 *
 * @typedef {object} ForestLine
 * @property {string} label
 * @property {number} indent
 * @property {boolean} [strong]
 * @property {boolean} [diamond] a summary
 * @property {string} [counts]
 * @property {string} [words] in place of figures: a reference level
 * @property {(Estimate | null)[]} estimates one for each series
 */

const rowHeight = 22;

/**
 * @param {Result | Result[]} result a regression, or several models of the same kind
 * @param {Drawing} drawing
 * @returns {string}
 */
export function forestPlot(result, drawing) {
  const results = Array.isArray(result) ? result : [result];
  const effect = effects[results[0].analysis];
  const names = results.length > 1 ? results.map((_one, index) => drawing.names?.[index] ?? `Model ${index + 1}`) : [];
  /** @type {Map<string, ForestLine>} */
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
      const rest = (/** @type {'n' | 'events'} */ field) =>
        terms.reduce((/** @type {number} */ left, /** @type {any} */ term) => left - term[field], one[field]);
      if (kind === 'term' && terms[0].n != null) line.counts = `${terms[0].events}/${terms[0].n}`;
      if (kind === 'reference' && terms[0].n != null && one.events !== undefined)
        line.counts = `${rest('events')}/${rest('n')}`;
      lines.set(key, line);
    }
  }
  return drawForest(Array.from(lines.values()), drawing, {
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
  const model = (/** @type {'crude' | 'adjusted'} */ which) => ({
    analysis: 'logistic',
    spec,
    labels,
    factors,
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
 * @returns {Estimate}
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
  return drawForest(lines, drawing, {
    title: `Subgroups by ${labels.column(spec.subgroup)}`,
    figure: `${name} (${percentOf(spec.confLevel)} CI)`,
    axis: `${name === 'HR' ? 'Hazard' : 'Odds'} ratio of ${labels.column(spec.treatment)}`,
    ratios: true,
    names: [],
  });
}

/**
 * @param {ForestLine[]} lines
 * @param {Drawing} drawing
 * @param {{ title: string, figure: string, axis: string, ratios: boolean, names: string[] }} words
 * @returns {string}
 */
function drawForest(lines, { width, theme, limits }, { title, figure, axis, ratios, names }) {
  const several = names.length > 1;
  const counted = lines.some(({ counts }) => counts);
  const labelWidth = Math.min(
    width * 0.36,
    24 + Math.max(...lines.map(({ label, indent }) => widthOf(label) + 14 * indent)),
  );
  const countWidth =
    counted && width >= 520
      ? 18 + Math.max(widthOf('Events/n'), ...lines.map(({ counts = '' }) => widthOf(counts)))
      : 0;
  const texts = several ? [] : lines.map(({ estimates, words = '' }) => estimates[0]?.text ?? words);
  const figureWidth = several ? 0 : 20 + Math.max(widthOf(figure), ...texts.map(text => widthOf(text)));
  const pWidth = several || width < 480 ? 0 : 52;
  const legend = legendAbove({ names, left: 12, right: width - 12, top: 8, theme, swatch: 'point' });
  const top = 34 + legend.height;
  const lineHeight = several ? Math.max(rowHeight, 12 * names.length) : rowHeight;
  const area = {
    left: labelWidth + countWidth + 12,
    right: width - figureWidth - pWidth - 14,
    top,
    bottom: top + lines.length * lineHeight + 8,
  };
  if (area.right - area.left < 90) area.right = area.left + 90;
  const height = area.bottom + 48;

  const all = lines.flatMap(({ estimates }) => estimates).filter(estimate => estimate !== null);
  const domain = limits ?? sensibleLimits(all, ratios);
  const scale = ratios
    ? logarithmic(domain, [area.left, area.right])
    : linear(domain, [area.left, area.right], Math.max(3, (area.right - area.left) / 70));
  thin(scale);
  const nothing = scale.at(ratios ? 1 : 0);

  const figureX = area.right + 14;
  const marks = [
    ...legend.marks,
    element('g', { 'font-weight': 600 }, [
      ...(countWidth ? [textAt('Events/n', labelWidth + countWidth - 8, top - 10, { 'text-anchor': 'end' })] : []),
      ...(several ? [] : [textAt(figure, figureX, top - 10)]),
      ...(pWidth ? [textAt('p', width - 14, top - 10, { 'text-anchor': 'end' })] : []),
    ]),
    axisBelow({ scale, area, title: axis, theme, grid: true }),
    element('line', {
      class: 'no-effect',
      x1: nothing,
      x2: nothing,
      y1: top - 4,
      y2: area.bottom,
      stroke: theme.ink,
      'stroke-dasharray': '4 3',
    }),
  ];
  for (const [index, line] of lines.entries()) {
    const y = top + (index + 0.5) * lineHeight;
    const label = fitting(line.label, labelWidth - 14 * line.indent - (line.strong ? -countWidth : 6));
    marks.push(
      textAt(label, 12 + 14 * line.indent, y + 4, { 'font-weight': line.strong || line.diamond ? 600 : null }),
    );
    if (countWidth && line.counts)
      marks.push(textAt(line.counts, labelWidth + countWidth - 8, y + 4, { 'text-anchor': 'end' }));
    if (line.words) {
      marks.push(
        element('circle', { class: 'reference', cx: nothing, cy: y, r: 3, fill: theme.ground, stroke: theme.ink }, [
          told(`${line.label}: reference`),
        ]),
      );
      if (!several) marks.push(textAt(line.words, figureX, y + 4, { fill: theme.muted }));
    }
    for (const [series, estimate] of line.estimates.entries()) {
      if (!estimate) continue;
      const offset = several ? (series - (names.length - 1) / 2) * 10 : 0;
      marks.push(
        interval(
          line,
          estimate,
          scale,
          y + offset,
          several ? seriesOf(theme, series).colour : theme.ink,
          several && series === 0 ? theme.ground : null,
          names[series],
        ),
      );
      if (several) continue;
      marks.push(textAt(estimate.text, figureX, y + 4, { 'font-weight': line.diamond ? 600 : null }));
      if (pWidth && estimate.p != null)
        marks.push(textAt(pValue(estimate.p), width - 14, y + 4, { 'text-anchor': 'end' }));
    }
  }
  const described = lines
    .flatMap(line => line.estimates.map(estimate => (estimate ? `${line.label}: ${estimate.text}` : '')))
    .filter(Boolean);
  return sheet({ width, height, title, description: [axis, ...described].join('. '), theme }, marks);
}

/**
 * An estimate with its interval; an arrow where the axis ends before the interval does.
 * @param {ForestLine} line
 * @param {Estimate} estimate
 * @param {import('./scale.js').Scale} scale
 * @param {number} y
 * @param {string} colour
 * @param {string | null} fill
 * @param {string} [series]
 */
function interval({ label, diamond }, { estimate, low, high, text, weight }, scale, y, colour, fill, series) {
  const [least, most] = scale.domain;
  const words = told(`${label}${series ? `, ${series}` : ''}: ${text}`);
  if (!Number.isFinite(estimate) || Number.isNaN(low) || Number.isNaN(high))
    return element('g', { class: 'estimate' }, [words]);
  const at = (/** @type {number} */ value) => scale.at(Math.min(most, Math.max(least, value)));
  const from = at(low);
  const to = at(high);
  const inside = estimate >= least && estimate <= most;
  if (diamond) {
    const middle = at(estimate);
    return element(
      'path',
      { class: 'estimate', d: `M${from} ${y}L${middle} ${y - 7}L${to} ${y}L${middle} ${y + 7}Z`, fill: colour },
      [words],
    );
  }
  const size = weight === undefined ? 8 : Math.max(4, 12 * Math.sqrt(weight));
  return element('g', { class: 'estimate' }, [
    words,
    element('line', { x1: from, x2: to, y1: y, y2: y, stroke: colour, 'stroke-width': 1.4 }),
    ...(low < least ? [element('path', { class: 'arrow', d: `M${from - 1} ${y}l7 -4v8Z`, fill: colour })] : []),
    ...(high > most ? [element('path', { class: 'arrow', d: `M${to + 1} ${y}l-7 -4v8Z`, fill: colour })] : []),
    ...(inside
      ? [
          element('rect', {
            x: at(estimate) - size / 2,
            y: y - size / 2,
            width: size,
            height: size,
            fill: fill ?? colour,
            stroke: colour,
            'stroke-width': 1.4,
          }),
        ]
      : []),
  ]);
}

/**
 * What the axis shows: all estimates, and intervals as far as they tell something.
 * @param {Estimate[]} estimates
 * @param {boolean} ratios
 * @returns {[number, number]}
 */
function sensibleLimits(estimates, ratios) {
  const finite = estimates.filter(({ estimate, low, high }) =>
    [estimate, low, high].every(value => !Number.isNaN(value)),
  );
  if (!ratios) {
    const low = Math.min(0, ...finite.map(one => one.low).filter(Number.isFinite));
    const high = Math.max(0, ...finite.map(one => one.high).filter(Number.isFinite));
    return rounded(low, high);
  }
  const inside = (/** @type {number} */ value) => Math.min(100, Math.max(0.01, value));
  const estimateRange = finite.map(({ estimate }) => inside(estimate));
  const low = Math.max(
    Math.min(0.5, ...finite.map(one => inside(one.low))),
    Math.min(0.1, ...estimateRange.map(value => value / 2)),
  );
  const high = Math.min(
    Math.max(2, ...finite.map(one => inside(one.high))),
    Math.max(10, ...estimateRange.map(value => value * 2)),
  );
  return [low * 0.95, high * 1.05];
}

/**
 * Leaves out ticks whose numbers would touch.
 * @param {import('./scale.js').Scale} scale
 */
function thin(scale) {
  let free = Number.NEGATIVE_INFINITY;
  scale.ticks = scale.ticks.filter(tick => {
    const half = widthOf(scale.text(tick)) / 2 + 4;
    if (scale.at(tick) - half < free) return false;
    free = scale.at(tick) + half;
    return true;
  });
}
