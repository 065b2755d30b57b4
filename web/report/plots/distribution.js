// Values of one variable, by group where there is one: histograms and boxes. Drawn from columns (`table.column`), as a
// result does not hold the patients.

import { element } from '../markup.js';
import { axisBelow, axisLeft, fitting, seriesOf, sheet, textAt, told } from './canvas.js';
import { extent, linear, niceStep, rounded } from './scale.js';

/**
 * @typedef {import('./index.js').Drawing} Drawing
 *
 * @typedef {object} Values
 * @property {ArrayLike<number>} values NaN for missing
 * @property {ArrayLike<string | number | null>} [group] of each value
 * @property {string} [label] of the axis
 * @property {string[]} [levels] the order of the groups; default: that of their names
 */

/**
 * @param {Values} data
 * @returns {{ name: string, values: Float64Array }[]} sorted values of each group, in order
 */
function groupsOf({ values, group, levels = [] }) {
  /** @type {Map<string, number[]>} */
  const groups = new Map();
  for (let i = 0; i < values.length; i++) {
    const of = group ? group[i] : '';
    if (!Number.isFinite(values[i]) || of === null || of === undefined) continue;
    const name = String(of);
    const those = groups.get(name);
    if (those) those.push(values[i]);
    else groups.set(name, [values[i]]);
  }
  const order = new Intl.Collator('en', { numeric: true });
  return Array.from(groups, ([name, those]) => ({ name, values: Float64Array.from(those).sort() })).sort(
    (a, b) => levels.indexOf(a.name) - levels.indexOf(b.name) || order.compare(a.name, b.name),
  );
}

/**
 * One histogram below the other on the same scale; the width of the bins is Freedman & Diaconis's (1981).
 * @param {Values} data
 * @param {Drawing} drawing
 * @returns {string}
 */
export function histogramPlot(data, { width, height, theme, bins }) {
  const groups = groupsOf(data);
  const all = Float64Array.from(groups.flatMap(({ values }) => Array.from(values))).sort();
  const [low, high] = extent(all);
  const spread = quantile(all, 0.75) - quantile(all, 0.25);
  const wanted = bins ?? Math.ceil((high - low) / (2 * spread * Math.max(1, all.length) ** (-1 / 3)));
  const count = Math.min(60, Math.max(1, Number.isFinite(wanted) ? wanted : 10));
  // Bins begin at round numbers; whole values are not parted.
  const nice = niceStep((high - low) / count);
  const step = high > low ? (all.every(Number.isInteger) ? Math.max(1, nice) : nice) : 1;
  /** @type {[number, number]} */
  const scaleX = high > low ? [Math.floor(low / step) * step, Math.ceil(high / step) * step] : [low - 0.5, low + 0.5];
  const binCount = Math.max(1, Math.round((scaleX[1] - scaleX[0]) / step));
  const counts = groups.map(({ values }) => {
    const bin = new Array(binCount).fill(0);
    for (const value of values) bin[Math.min(binCount - 1, Math.floor((value - scaleX[0]) / step))]++;
    return bin;
  });
  const gap = groups.length > 1 ? 26 : 10;
  const outer = { left: 62, right: width - 20, top: 12, bottom: height - 48 };
  const each = (outer.bottom - outer.top) / Math.max(1, groups.length);
  const x = linear(scaleX, [outer.left, outer.right], Math.max(3, (outer.right - outer.left) / 80));
  const most = Math.max(1, ...counts.flat());
  const marks = groups.flatMap(({ name, values }, index) => {
    const area = { ...outer, top: outer.top + index * each + gap, bottom: outer.top + (index + 1) * each };
    const y = linear([0, most * 1.05], [area.bottom, area.top], Math.max(2, (area.bottom - area.top) / 45));
    return [
      axisLeft({ scale: y, area, title: 'Patients', theme, titleAt: 16 }),
      ...(name
        ? [
            textAt(fitting(`${name}, n = ${values.length}`, area.right - area.left), area.left + 4, area.top - 6, {
              'font-weight': 600,
            }),
          ]
        : []),
      ...counts[index].flatMap((height, bin) =>
        height === 0
          ? []
          : [
              element(
                'rect',
                {
                  class: 'bar',
                  x: x.at(scaleX[0] + bin * step) + 0.5,
                  y: y.at(height),
                  width: Math.max(0.5, x.at(scaleX[0] + step) - x.at(scaleX[0]) - 1),
                  height: area.bottom - y.at(height),
                  fill: seriesOf(theme, index).colour,
                },
                [
                  told(
                    `${(scaleX[0] + bin * step).toPrecision(4)} to ${(scaleX[0] + (bin + 1) * step).toPrecision(4)}: ${height}`,
                  ),
                ],
              ),
            ],
      ),
      element('line', { x1: area.left, x2: area.right, y1: area.bottom, y2: area.bottom, stroke: theme.ink }),
    ];
  });
  return sheet(
    {
      width,
      height,
      title: `Histogram of ${data.label ?? 'the values'}`,
      description: `${all.length} values from ${low} to ${high}`,
      theme,
    },
    [...marks, axisBelow({ scale: x, area: outer, title: data.label ?? '', theme })],
  );
}

/**
 * Median and quartiles as a box, whiskers to the farthest values within 1.5 box lengths (Tukey 1977), others as points.
 * @param {Values} data
 * @param {Drawing} drawing
 * @returns {string}
 */
export function boxPlot(data, { width, height, theme }) {
  const groups = groupsOf(data);
  const area = { left: 68, right: width - 20, top: 18, bottom: height - 48 };
  const [low, high] = extent(groups.flatMap(({ values }) => [values[0], values[values.length - 1]]));
  const y = linear(rounded(low, high), [area.bottom, area.top]);
  const each = (area.right - area.left) / Math.max(1, groups.length);
  const half = Math.min(40, each * 0.3);
  const marks = groups.flatMap(({ name, values }, index) => {
    const { colour } = seriesOf(theme, index);
    const x = area.left + (index + 0.5) * each;
    const [q1, median, q3] = [0.25, 0.5, 0.75].map(p => quantile(values, p));
    const reach = 1.5 * (q3 - q1);
    const within = values.filter(value => value >= q1 - reach && value <= q3 + reach);
    const [least, most] = [within[0], within[within.length - 1]];
    const outliers = values.filter(value => value < least || value > most);
    const shown = new Set(Array.from(outliers, value => Math.round(y.at(value))));
    const words = `${name ? `${name}: ` : ''}median ${median.toPrecision(4)}, quartiles ${q1.toPrecision(4)} and ${q3.toPrecision(4)}, n = ${values.length}`;
    return [
      element('g', { class: 'box', stroke: colour, fill: 'none', 'stroke-width': 1.5 }, [
        told(words),
        element('path', {
          d: `M${x} ${y.at(least)}V${y.at(q1)}M${x} ${y.at(q3)}V${y.at(most)}M${x - half / 2} ${y.at(least)}h${half}M${x - half / 2} ${y.at(most)}h${half}`,
        }),
        element('rect', {
          x: x - half,
          y: y.at(q3),
          width: 2 * half,
          height: Math.max(0.5, y.at(q1) - y.at(q3)),
          fill: colour,
          'fill-opacity': 0.15,
        }),
        element('line', { x1: x - half, x2: x + half, y1: y.at(median), y2: y.at(median), 'stroke-width': 2.5 }),
      ]),
      ...Array.from(shown, at => element('circle', { class: 'outlier', cx: x, cy: at, r: 2.2, fill: colour })),
      textAt(fitting(name || 'All', each - 6), x, area.bottom + 18, { 'text-anchor': 'middle' }),
      textAt(`n = ${values.length}`, x, area.bottom + 34, { 'text-anchor': 'middle', fill: theme.muted }),
    ];
  });
  return sheet(
    {
      width,
      height,
      title: `${data.label ?? 'Values'} by group`,
      description: groups.map(({ name, values }) => `${name || 'All'}: n = ${values.length}`).join('; '),
      theme,
    },
    [
      axisLeft({ scale: y, area, title: data.label ?? '', theme, titleAt: 16 }),
      element('line', { x1: area.left, x2: area.right, y1: area.bottom, y2: area.bottom, stroke: theme.ink }),
      ...marks,
    ],
  );
}

/**
 * Type 7 (Hyndman & Fan 1996).
 * @param {Float64Array} sorted
 * @param {number} p
 */
function quantile(sorted, p) {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  return sorted[below] + (at - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}
