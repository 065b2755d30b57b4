// Kaplan–Meier and cumulative-incidence curves: steps with bands, censor marks, medians, and the numbers at risk below,
// each under its tick.

import { pSentence } from '../format.js';
import { Labels } from '../labels.js';
import { element } from '../markup.js';
import { axisBelow, axisLeft, fitting, legendAbove, seriesOf, sheet, textAt, told, widthOf } from './canvas.js';
import { extent, linear } from './scale.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('../markup.js').Markup} Markup
 * @typedef {import('./index.js').Drawing} Drawing
 *
 * @typedef {object} Curve
 * @property {string} name `''` for the only one
 * @property {number} start its value before the first time
 * @property {ArrayLike<number>} time
 * @property {ArrayLike<number>} value
 * @property {ArrayLike<number>} low
 * @property {ArrayLike<number>} high
 * @property {ArrayLike<number>} nRisk
 * @property {ArrayLike<number>} nEvent
 * @property {ArrayLike<number>} [nCensor]
 * @property {number} [median]
 * @property {string} words for its title
 */

/**
 * @param {Result} result of `kaplanMeier`
 * @param {Drawing} drawing
 * @returns {string}
 */
export function kaplanMeierPlot(result, drawing) {
  const labels = new Labels(result);
  const { group } = result.spec;
  const curves = result.curves.map((/** @type {any} */ curve) => ({
    ...curve,
    name: curve.group === null ? '' : labels.level(group, curve.group),
    start: 1,
    value: curve.survival,
    low: curve.ciLow,
    high: curve.ciHigh,
    words: `${curve.group === null ? 'All patients' : labels.level(group, curve.group)}: n = ${curve.n}, ${curve.events} events`,
  }));
  return stepPlot(result, curves, drawing, {
    title: 'Kaplan–Meier curves',
    yTitle: 'Survival probability',
    note: result.logRank ? `Log-rank ${pSentence(result.logRank.p)}` : '',
    tables: curves.map((/** @type {Curve} */ curve) => ({ curve, name: curve.name || 'All' })),
  });
}

/**
 * @param {Result} result of `cumulativeIncidence`
 * @param {Drawing} drawing
 * @returns {string}
 */
export function cumulativeIncidencePlot(result, drawing) {
  const labels = new Labels(result);
  const { group, event } = result.spec;
  const groupName = (/** @type {any} */ curve) => (curve.group === null ? '' : labels.level(group, curve.group));
  const curves = result.curves.map((/** @type {any} */ curve) => {
    const cause = labels.level(event, curve.cause);
    const name = curve.group === null ? cause : `${groupName(curve)}: ${cause}`;
    return {
      ...curve,
      name,
      start: 0,
      value: curve.cumulativeIncidence,
      low: curve.ciLow,
      high: curve.ciHigh,
      words: `${name}: ${curve.events} of ${curve.n}`,
    };
  });
  const gray = (result.gray ?? []).map(
    (/** @type {any} */ { cause, p }) => `${labels.level(event, cause)}: ${pSentence(p)}`,
  );
  const groups = new Map(
    result.curves.map((/** @type {any} */ curve, /** @type {number} */ index) => [groupName(curve), curves[index]]),
  );
  return stepPlot(result, curves, drawing, {
    title: 'Cumulative incidence',
    yTitle: 'Cumulative incidence',
    note: gray.length ? `Gray’s test, ${gray.join('; ')}` : '',
    tables: Array.from(groups, ([name, curve]) => ({ curve, name: name || 'All' })),
    plainTable: true,
  });
}

/**
 * @param {Result} result
 * @param {Curve[]} curves
 * @param {Drawing} drawing
 * @param {{ title: string, yTitle: string, note: string, tables: { curve: Curve, name: string }[], plainTable?: boolean }} words
 */
function stepPlot(result, curves, { width, height, theme, events }, { title, yTitle, note, tables, plainTable }) {
  const labels = new Labels(result);
  const names = curves.map(({ name }) => name).filter(name => name !== '');
  const tableLeft = Math.min(width * 0.3, 14 + Math.max(...tables.map(({ name }) => widthOf(name))));
  const left = Math.max(62, tableLeft + 30);
  const right = width - 22;
  const legend = legendAbove({ names, left, right, top: 8, theme });
  const blocks = events ? 2 : 1;
  const tableHeight = blocks * (24 + 17 * tables.length);
  const area = { left, right, top: 16 + legend.height, bottom: height - 48 - tableHeight };

  const last = Math.max(...curves.map(({ time }) => extent(Array.from(time))[1]), 0);
  const first = Math.min(...curves.map(({ time }) => extent(Array.from(time))[0]), 0);
  const x = linear(
    [first, last > first ? last : first + 1],
    [left, right],
    Math.max(3, Math.floor((right - left) / 80)),
  );
  const top =
    curves[0].start === 1
      ? 1
      : Math.min(
          1,
          Math.max(
            0.1,
            1.05 *
              Math.max(
                ...curves.map(({ high, value }) => Math.max(extent(Array.from(high))[1], extent(Array.from(value))[1])),
              ),
          ),
        );
  const y = linear([0, top], [area.bottom, area.top], 5);

  const marks = [
    axisLeft({ scale: y, area, title: yTitle, theme, titleAt: left - 44 }),
    axisBelow({ scale: x, area, title: labels.withUnit(result.spec.time), theme }),
    ...legend.marks,
    ...curves.map((curve, index) => band(curve, x, y, seriesOf(theme, index).colour)),
    ...curves.flatMap((curve, index) => {
      const { colour, dash } = seriesOf(theme, index);
      const line = element(
        'path',
        {
          class: 'curve',
          d: stepPath(curve, x, y),
          fill: 'none',
          stroke: colour,
          'stroke-width': 1.8,
          'stroke-dasharray': dash,
        },
        [told(curve.words)],
      );
      return [line, ...censorMarks(curve, x, y, colour)];
    }),
    ...medians(curves, x, y, area, theme),
    ...(note
      ? [
          textAt(
            note,
            curves[0].start === 1 ? left + 10 : left + 10,
            curves[0].start === 1 ? area.bottom - 10 : area.top + 14,
            { class: 'note' },
          ),
        ]
      : []),
    ...riskTable(tables, x, area, theme, 'Number at risk', 'nRisk', area.bottom + 58, plainTable),
    ...(events
      ? riskTable(
          tables,
          x,
          area,
          theme,
          'Cumulative events',
          'nEvent',
          area.bottom + 58 + 24 + 17 * tables.length,
          plainTable,
        )
      : []),
  ];
  return sheet(
    {
      width,
      height,
      title,
      description: [title, ...curves.map(({ words }) => words), note].filter(Boolean).join('. '),
      theme,
    },
    marks,
  );
}

/**
 * The curve as a path of steps; those within a quarter of a pixel are one, so that a million rows draw as quickly.
 * @param {Curve} curve
 * @param {import('./scale.js').Scale} x
 * @param {import('./scale.js').Scale} y
 */
function stepPath({ time, value, start }, x, y) {
  let path = `M${px(x.at(Math.min(0, x.domain[0])))} ${px(y.at(start))}`;
  let at = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < time.length; i++) {
    const here = x.at(time[i]);
    const next = i + 1 < time.length ? x.at(time[i + 1]) : Number.POSITIVE_INFINITY;
    if (next - here < 0.25 && next - at < 0.25) continue;
    path += `H${px(here)}V${px(y.at(value[i]))}`;
    at = here;
  }
  return path;
}

/**
 * @param {Curve} curve
 * @param {import('./scale.js').Scale} x
 * @param {import('./scale.js').Scale} y
 * @param {string} colour
 */
function band({ time, low, high, name }, x, y, colour) {
  /** @type {string[]} */
  const pieces = [];
  /** @type {[number, number, number, number][]} */
  let steps = [];
  const close = () => {
    if (steps.length) {
      const upper = steps
        .map(([from, to, , above], index) => `${index ? 'L' : 'M'}${px(from)} ${px(above)}H${px(to)}`)
        .join('');
      const lower = steps
        .reverse()
        .map(([from, to, below]) => `L${px(to)} ${px(below)}H${px(from)}`)
        .join('');
      pieces.push(`${upper}${lower}Z`);
    }
    steps = [];
  };
  let from = Number.NaN;
  for (let i = 0; i < time.length; i++) {
    const here = Number.isNaN(from) ? x.at(time[i]) : from;
    const to = i + 1 < time.length ? x.at(time[i + 1]) : x.at(time[i]);
    if (Number.isNaN(low[i]) || Number.isNaN(high[i])) {
      close();
      from = Number.NaN;
    } else if (to - here < 0.25 && i + 1 < time.length) {
      from = here;
    } else {
      steps.push([here, to, y.at(low[i]), y.at(high[i])]);
      from = Number.NaN;
    }
  }
  close();
  return element('path', { class: 'band', d: pieces.join(''), fill: colour, 'fill-opacity': 0.15 }, [
    told(`Confidence band${name ? ` of ${name}` : ''}`),
  ]);
}

/**
 * A tick on the curve for each censored patient; those closer than two pixels share one.
 * @param {Curve} curve
 * @param {import('./scale.js').Scale} x
 * @param {import('./scale.js').Scale} y
 * @param {string} colour
 */
function censorMarks({ time, value, nCensor }, x, y, colour) {
  /** @type {Markup[]} */
  const marks = [];
  if (!nCensor) return marks;
  let count = 0;
  let at = Number.NaN;
  for (let i = 0; i < time.length; i++) {
    if (!(nCensor[i] > 0)) continue;
    count += nCensor[i];
    const here = x.at(time[i]);
    if (here - at < 2 && i + 1 < time.length) continue;
    const up = y.at(value[i]);
    marks.push(
      element(
        'path',
        { class: 'censored', d: `M${px(here)} ${px(up - 4)}V${px(up + 4)}`, stroke: colour, 'stroke-width': 1.2 },
        [told(`${count} censored up to ${time[i]}`)],
      ),
    );
    at = here;
    count = 0;
  }
  return marks;
}

/**
 * From one half on the axis to each curve that reaches it, and down to its median.
 * @param {Curve[]} curves
 * @param {import('./scale.js').Scale} x
 * @param {import('./scale.js').Scale} y
 * @param {import('./canvas.js').Area} area
 * @param {import('./canvas.js').Theme} theme
 */
function medians(curves, x, y, area, theme) {
  const reached = curves.flatMap(({ median, name }) =>
    median !== undefined && median !== null && !Number.isNaN(median) ? [{ median, name }] : [],
  );
  if (reached.length === 0) return [];
  const half = y.at(0.5);
  const far = x.at(Math.max(...reached.map(({ median }) => median)));
  const line = { stroke: theme.muted, 'stroke-dasharray': '4 3' };
  return [
    element('path', { class: 'median', d: `M${px(area.left)} ${px(half)}H${px(far)}`, ...line, fill: 'none' }),
    ...reached.map(({ median, name }) =>
      element(
        'path',
        { class: 'median', d: `M${px(x.at(median))} ${px(half)}V${px(area.bottom)}`, ...line, fill: 'none' },
        [told(`Median${name ? ` of ${name}` : ''}: ${median}`)],
      ),
    ),
  ];
}

/**
 * @param {{ curve: Curve, name: string }[]} tables
 * @param {import('./scale.js').Scale} x
 * @param {import('./canvas.js').Area} area
 * @param {import('./canvas.js').Theme} theme
 * @param {string} title
 * @param {'nRisk' | 'nEvent'} field
 * @param {number} top
 * @param {boolean} [plain] rows are not the curves' colours
 */
function riskTable(tables, x, area, theme, title, field, top, plain = false) {
  return [
    element('g', { class: field === 'nRisk' ? 'at-risk' : 'events' }, [
      textAt(title, area.left, top, { 'font-weight': 600 }),
      ...tables.flatMap(({ curve, name }, index) => {
        const y = top + 18 + 17 * index;
        return [
          textAt(fitting(name, area.left - 34), area.left - 26, y, {
            'text-anchor': 'end',
            fill: plain ? theme.ink : seriesOf(theme, index).colour,
          }),
          ...x.ticks.map(tick =>
            textAt(count(field === 'nRisk' ? atRisk(curve, tick) : eventsBy(curve, tick)), x.at(tick), y, {
              'text-anchor': 'middle',
            }),
          ),
        ];
      }),
    ]),
  ];
}

/**
 * Those at risk just before a time.
 * @param {Curve} curve
 * @param {number} time
 */
function atRisk(curve, time) {
  const at = firstAtLeast(curve.time, time);
  return at < curve.time.length ? curve.nRisk[at] : 0;
}

/**
 * Events up to and with a time.
 * @param {Curve} curve
 * @param {number} time
 */
function eventsBy(curve, time) {
  let events = 0;
  for (let i = 0; i < curve.time.length && curve.time[i] <= time; i++) events += curve.nEvent[i];
  return events;
}

/**
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 */
function firstAtLeast(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {number} value weighted numbers need a decimal */
const count = value => (Number.isInteger(value) ? String(value) : value.toFixed(1));

/** @param {number} value pixels */
const px = value => Math.round(value * 100) / 100;
