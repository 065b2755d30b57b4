// Estimates with their intervals, one on each line, beside or above the figures: what every forest plot is made of.

import { pValue } from '../format.js';
import { element } from '../markup.js';
import { axisBelow, fitting, halo, legendAbove, seriesOf, sheet, textAt, told, widthOf } from './canvas.js';
import { linear, logarithmic, rounded } from './scale.js';

/**
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
 * @typedef {object} Line
 * @property {string} label
 * @property {number} indent
 * @property {boolean} [strong]
 * @property {boolean} [diamond] a summary
 * @property {string} [counts]
 * @property {string} [words] in place of figures: a reference level
 * @property {(Estimate | null)[]} estimates one for each series
 */

const rowHeight = 22;
/** Between the marks of several models. */
const markHeight = 10;
/** An axis that is narrower shows nothing: then the figures stand above the intervals. */
const leastAxis = 150;

/**
 * @param {Line[]} lines
 * @param {Drawing} drawing
 * @param {{ title: string, figure: string, axis: string, ratios: boolean, names: string[] }} words
 * @returns {string}
 */
export function drawEstimates(lines, { width, theme, limits }, { title, figure, axis, ratios, names }) {
  const several = names.length > 1;
  const counted = lines.some(({ counts }) => counts);
  const most = (/** @type {string[]} */ texts) => Math.max(...texts.map(text => widthOf(text)));
  const texts = several ? [] : lines.map(({ estimates, words = '' }) => estimates[0]?.text ?? words);
  const figureWidth = several ? 0 : 14 + most([`${figure} `, ...texts]);
  const countWidth = counted ? 18 + most(['Events/n ', ...lines.map(({ counts = '' }) => counts)]) : 0;
  const labels = Math.max(
    ...lines.map(({ label, indent, strong }) =>
      strong ? 1.08 * widthOf(label) - countWidth : widthOf(label) + 14 * indent,
    ),
  );
  const pWidth = several ? 0 : 60;
  const labelWidth = Math.min(width * 0.4, 24 + labels);
  const stacked = width < 480 || width - labelWidth - countWidth - figureWidth - pWidth - 26 < leastAxis;

  const legend = legendAbove({ names, left: 12, right: width - 12, top: 8, theme, swatch: 'square' });
  const top = (several && (stacked || !counted) ? 12 : 34) + legend.height;
  const marksHeight = several ? markHeight * names.length : 0;
  /** Lines have their middle, and their marks theirs. @type {{ y: number, mark: number }[]} */
  const places = [];
  let end = top;
  for (const { estimates } of lines) {
    const marked = estimates.some(Boolean);
    const height = stacked
      ? rowHeight + (marked ? Math.max(14, marksHeight) : 0)
      : Math.max(rowHeight, marksHeight + 4);
    places.push(
      stacked
        ? { y: end + 11, mark: marked ? end + 8 + height / 2 : end + 11 }
        : { y: end + height / 2, mark: end + height / 2 },
    );
    end += height;
  }
  const area = {
    left: stacked ? 24 : labelWidth + countWidth + 12,
    right: stacked ? width - 24 : width - figureWidth - pWidth - 14,
    top,
    bottom: end + 8,
  };

  const all = lines.flatMap(({ estimates }) => estimates).filter(estimate => estimate !== null);
  const domain = limits ?? sensibleLimits(all, ratios);
  const scale = ratios
    ? logarithmic(domain, [area.left, area.right])
    : linear(domain, [area.left, area.right], Math.max(3, (area.right - area.left) / 70));
  const zero = ratios ? 1 : 0;
  const nothing = zero >= domain[0] && zero <= domain[1] ? scale.at(zero) : null;

  const figures = stacked
    ? { x: width - 14, anchor: { 'text-anchor': 'end', ...halo(theme) } }
    : { x: area.right + 14, anchor: {} };
  const counts = !stacked && counted;
  const countAt = { x: labelWidth + countWidth - 8, anchor: { 'text-anchor': 'end' } };
  const ps = !stacked && !several;
  const marks = [
    ...legend.marks,
    element('g', { 'font-weight': 600 }, [
      ...(counts ? [textAt('Events/n', countAt.x, top - 10, countAt.anchor)] : []),
      ...(several ? [] : [textAt(figure, figures.x, top - 10, figures.anchor)]),
      ...(ps ? [textAt('p', width - 14, top - 10, { 'text-anchor': 'end' })] : []),
    ]),
    axisBelow({ scale, area, title: axis, theme, grid: true }),
    ...(nothing === null
      ? []
      : [
          element('line', {
            class: 'no-effect',
            x1: nothing,
            x2: nothing,
            y1: top - 4,
            y2: area.bottom,
            stroke: theme.ink,
            'stroke-dasharray': '4 3',
          }),
        ]),
  ];
  for (const [index, line] of lines.entries()) {
    const { y, mark } = places[index];
    const beside = several ? '' : (line.estimates[0]?.text ?? line.words ?? '');
    const from = 12 + 14 * line.indent;
    const until = stacked ? width - 24 - widthOf(beside) : labelWidth + (line.strong ? countWidth : 0);
    const label = fitting(line.label, until - from);
    if (stacked && !line.words) marks.push(element('rect', { x: 0, y: y - 9, width, height: 16, fill: theme.ground })); // no lines behind words
    if (line.words && nothing !== null && (!stacked || (nothing > from + widthOf(label) && nothing < until))) {
      const place = { cx: nothing, cy: mark, r: 3, fill: theme.ground, stroke: theme.ink };
      marks.push(element('circle', { class: 'reference', ...place }, [told(`${line.label}: reference`)]));
    }
    const bold = line.strong || line.diamond ? 600 : null;
    marks.push(textAt(label, from, y + 4, { 'font-weight': bold, ...(stacked ? halo(theme) : {}) }));
    if (counts && line.counts) marks.push(textAt(line.counts, countAt.x, y + 4, countAt.anchor));
    if (beside) {
      const fill = line.estimates[0] ? null : theme.muted;
      marks.push(textAt(beside, figures.x, y + 4, { fill, 'font-weight': bold, ...figures.anchor }));
    }
    const p = line.estimates[0]?.p;
    if (ps && p != null) marks.push(textAt(pValue(p), width - 14, y + 4, { 'text-anchor': 'end' }));
    for (const [series, estimate] of line.estimates.entries()) {
      if (!estimate) continue;
      const offset = several ? (series - (names.length - 1) / 2) * markHeight : 0;
      const colour = several ? seriesOf(theme, series).colour : theme.ink;
      const fill = several && series === 0 ? theme.ground : null;
      marks.push(interval(line, estimate, scale, mark + offset, colour, fill, names[series]));
    }
  }
  const described = lines
    .flatMap(line => line.estimates.map(estimate => (estimate ? `${line.label}: ${estimate.text}` : '')))
    .filter(Boolean);
  const description = [axis, ...described].join('. ');
  return sheet({ width, height: area.bottom + 48, title, description, theme }, marks);
}

/**
 * An estimate with its interval; an arrow where the axis ends before the interval does.
 * @param {Line} line
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
  const [from, to, middle] = [low, high, estimate].map(value => Math.round(at(value) * 100) / 100);
  const inside = estimate >= least && estimate <= most;
  if (diamond) {
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
            x: middle - size / 2,
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
