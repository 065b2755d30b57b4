// Kaplan–Meier and cumulative-incidence curves: steps with bands, censor marks, medians, and the numbers at risk below,
// each under its tick.

import { pSentence } from '../format.js';
import { Labels } from '../labels.js';
import { element } from '../markup.js';
import { axisBelow, axisLeft, fitting, halo, legendAbove, seriesOf, sheet, textAt, told, widthOf } from './canvas.js';
import { numbersBelow, numbersHeight } from './numbers.js';
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
 * @property {import('./canvas.js').Series} [series] default: that of its place
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
  const rows = curves.map((/** @type {Curve} */ curve, /** @type {number} */ index) => ({
    curve,
    name: curve.name || 'All',
    series: index,
  }));
  return stepPlot(result, curves, drawing, {
    title: 'Kaplan–Meier curves',
    yTitle: 'Survival probability',
    note: result.logRank ? [`Log-rank ${pSentence(result.logRank.p)}`] : [],
    atRisk: rows,
    events: rows,
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
  const { theme } = drawing;
  const groupName = (/** @type {any} */ curve) => (curve.group === null ? 'All' : labels.level(group, curve.group));
  const distinct = (/** @type {(curve: any) => string} */ of) =>
    /** @type {string[]} */ ([...new Set(result.curves.map(of))]);
  const groups = distinct(groupName);
  const causes = distinct(({ cause }) => cause);
  const curves = result.curves.map((/** @type {any} */ curve) => {
    const cause = labels.level(event, curve.cause);
    const name = curve.group === null ? cause : `${groupName(curve)}: ${cause}`;
    // Groups have colours, causes dashes; without groups the causes have both.
    const [colour, dash] = curve.group === null ? [causes, causes] : [groups, causes];
    return {
      ...curve,
      name,
      start: 0,
      value: curve.cumulativeIncidence,
      low: curve.ciLow,
      high: curve.ciHigh,
      words: `${name}: ${curve.events} of ${curve.n}`,
      series: {
        colour: seriesOf(theme, colour.indexOf(colour === groups ? groupName(curve) : curve.cause)).colour,
        dash: seriesOf(theme, dash.indexOf(curve.cause)).dash,
      },
    };
  });
  return stepPlot(result, curves, drawing, {
    title: 'Cumulative incidence',
    yTitle: 'Cumulative incidence',
    note: (result.gray ?? []).map(
      (/** @type {any} */ { cause, p }) => `${labels.level(event, cause)}: Gray’s test ${pSentence(p)}`,
    ),
    atRisk: groups.map((name, index) => ({
      curve: curves[result.curves.findIndex((/** @type {any} */ curve) => groupName(curve) === name)],
      name,
      series: group ? index : null,
    })),
    events: curves.map((/** @type {Curve} */ curve) => ({ curve, name: curve.name, series: null })),
  });
}

/**
 * @param {Result} result
 * @param {Curve[]} curves
 * @param {Drawing} drawing
 * @param {{ title: string, yTitle: string, note: string[], atRisk: import('./numbers.js').Row[], events: import('./numbers.js').Row[] }} words
 */
function stepPlot(result, curves, { width, height, theme, events }, words) {
  const { title, yTitle, note } = words;
  const labels = new Labels(result);
  const falling = curves[0].start === 1;
  const tables = [
    { title: 'Number at risk', field: /** @type {const} */ ('nRisk'), rows: words.atRisk },
    ...(events ? [{ title: 'Cumulative events', field: /** @type {const} */ ('nEvent'), rows: words.events }] : []),
  ].map(table => {
    const nameWidth = Math.max(...table.rows.map(({ name }) => widthOf(name)));
    return { ...table, nameWidth, stacked: nameWidth > 0.2 * width };
  });
  const left = Math.max(62, ...tables.map(({ nameWidth, stacked }) => (stacked ? 0 : nameWidth + 40)));
  const right = width - 22;
  const legend = legendAbove({
    names: curves.map(({ name }) => name).filter(name => name !== ''),
    title: result.spec.group ? labels.withUnit(result.spec.group) : '',
    left,
    right,
    top: 8,
    theme,
    series: curves.map(({ series }, index) => series ?? seriesOf(theme, index)),
  });
  // Rising curves leave no corner free: what is said of them stands above.
  const above = falling ? 0 : 16 * note.length + (note.length && 4);
  const below = tables.reduce((sum, table) => sum + numbersHeight(table), 48);
  const top = 16 + legend.height + above;
  const bottom = Math.max(height - below, top + Math.min(180, width / 2));
  const area = { left, right, top, bottom };

  const last = Math.max(...curves.map(({ time }) => extent(Array.from(time))[1]), 0);
  const first = Math.min(...curves.map(({ time }) => extent(Array.from(time))[0]), 0);
  const x = linear(
    [first, last > first ? last : first + 1],
    [left, right],
    Math.max(3, Math.floor((right - left) / 80)),
  );
  const highest = Math.max(
    ...curves.flatMap(({ high, value }) => [high, value].map(one => extent(Array.from(one))[1])),
  );
  const y = linear([0, falling ? 1 : Math.min(1, Math.max(0.1, 1.05 * highest))], [area.bottom, area.top], 5);

  const noteLeft = Math.max(12, Math.min(left, ...note.map(line => right - widthOf(line))));
  let tableTop = bottom + 58;
  const marks = [
    axisLeft({ scale: y, area, title: yTitle, theme, titleAt: left - 44 }),
    axisBelow({ scale: x, area, title: labels.withUnit(result.spec.time), theme }),
    ...legend.marks,
    ...curves.map((curve, index) => band(curve, x, y, (curve.series ?? seriesOf(theme, index)).colour)),
    ...medians(curves, x, y, area, theme),
    ...curves.flatMap((curve, index) => {
      const { colour, dash } = curve.series ?? seriesOf(theme, index);
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
    ...note.map((line, index) =>
      falling
        ? textAt(line, left + 10, bottom - 10 - 16 * (note.length - 1 - index), { class: 'note', ...halo(theme) })
        : textAt(fitting(line, right - 12), noteLeft, top - above + 6 + 16 * index, { class: 'note' }),
    ),
    ...tables.map(table => {
      const drawn = numbersBelow(table, { x, area, theme, top: tableTop });
      tableTop += numbersHeight(table);
      return drawn;
    }),
  ];
  return sheet(
    {
      width,
      height: bottom + below,
      title,
      description: [title, ...curves.map(one => one.words), ...note].join('. '),
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

/** @param {number} value pixels */
const px = value => Math.round(value * 100) / 100;
