// How alike two arms are: the Love plot of standardised differences before and after, and the overlap of their scores.

import { Labels } from '../labels.js';
import { element } from '../markup.js';
import { axisBelow, axisLeft, fitting, legendAbove, seriesOf, sheet, textAt, told, widthOf } from './canvas.js';
import { linear } from './scale.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('./index.js').Drawing} Drawing
 */

/** Beyond this an imbalance is worth a word (Austin 2009). */
const threshold = 0.1;

/**
 * @param {Result} result with `balance`: of `match` or `ipw`
 * @param {Drawing} drawing
 * @returns {string}
 */
export function lovePlot(result, { width, theme }) {
  const labels = new Labels(result);
  // Of two levels the second says all.
  const levels = (/** @type {string} */ covariate) =>
    result.balance.filter((/** @type {any} */ row) => row.covariate === covariate);
  const shown = result.balance.filter(
    (/** @type {any} */ row) => levels(row.covariate).length !== 2 || levels(row.covariate)[1] === row,
  );
  const rows = shown.map((/** @type {any} */ row) => ({
    label:
      row.level === null
        ? labels.withUnit(row.covariate)
        : `${labels.column(row.covariate)}: ${labels.level(row.covariate, row.level)}`,
    before: Math.abs(row.smdBefore),
    after: Math.abs(row.smdAfter),
  }));
  rows.sort((/** @type {any} */ a, /** @type {any} */ b) => (b.before || 0) - (a.before || 0));
  const act = result.analysis === 'ipw' ? 'weighting' : 'matching';
  const names = [`Before ${act}`, `After ${act}`];
  const labelWidth = Math.min(
    width * 0.42,
    24 + Math.max(...rows.map((/** @type {any} */ { label }) => widthOf(label))),
  );
  const legend = legendAbove({ names, left: labelWidth, right: width - 16, top: 8, theme, swatch: 'point' });
  const top = 16 + legend.height;
  const area = { left: labelWidth, right: width - 20, top, bottom: top + 22 * rows.length + 8 };
  const finite = rows.flatMap((/** @type {any} */ { before, after }) => [before, after]).filter(Number.isFinite);
  const scale = linear(
    [0, Math.max(0.25, ...finite) * 1.04],
    [area.left, area.right],
    Math.max(3, (area.right - area.left) / 70),
  );
  const point = (
    /** @type {string} */ name,
    /** @type {any} */ row,
    /** @type {number} */ value,
    /** @type {number} */ y,
    /** @type {number} */ index,
  ) =>
    Number.isFinite(value)
      ? [
          element(
            'circle',
            {
              class: index ? 'after' : 'before',
              cx: scale.at(value),
              cy: y,
              r: 4.5,
              fill: index ? seriesOf(theme, 1).colour : theme.ground,
              stroke: seriesOf(theme, index).colour,
              'stroke-width': 1.6,
            },
            [told(`${row.label}, ${name.toLowerCase()}: ${value.toFixed(3)}`)],
          ),
        ]
      : [];
  const marks = [
    ...legend.marks,
    axisBelow({ scale, area, title: 'Absolute standardised mean difference', theme, grid: true }),
    element(
      'line',
      {
        class: 'threshold',
        x1: scale.at(threshold),
        x2: scale.at(threshold),
        y1: top,
        y2: area.bottom,
        stroke: theme.ink,
        'stroke-dasharray': '4 3',
      },
      [told(`A difference of ${threshold}`)],
    ),
    ...rows.flatMap((/** @type {any} */ row, /** @type {number} */ index) => {
      const y = top + 15 + 22 * index;
      return [
        textAt(fitting(row.label, labelWidth - 20), labelWidth - 10, y + 4, { 'text-anchor': 'end' }),
        ...(Number.isFinite(row.before) && Number.isFinite(row.after)
          ? [element('line', { x1: scale.at(row.before), x2: scale.at(row.after), y1: y, y2: y, stroke: theme.muted })]
          : []),
        ...point(names[0], row, row.before, y, 0),
        ...point(names[1], row, row.after, y, 1),
      ];
    }),
  ];
  const outside = rows.filter((/** @type {any} */ { after }) => after > threshold).length;
  return sheet(
    {
      width,
      height: area.bottom + 48,
      title: 'Balance of the covariates',
      description: `Absolute standardised mean differences. ${outside} of ${rows.length} exceed ${threshold} afterwards.`,
      theme,
    },
    marks,
  );
}

/**
 * Histograms of the scores, the treated above the line and the controls below it.
 * @param {Result} result of `propensity`
 * @param {Drawing} drawing
 * @returns {string}
 */
export function overlapPlot(result, { width, height, theme, bins = 30 }) {
  const { scores, treated } = result;
  const counts = [new Array(bins).fill(0), new Array(bins).fill(0)];
  const totals = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    const arm = treated[i] ? 0 : 1;
    counts[arm][Math.min(bins - 1, Math.floor(scores[i] * bins))]++;
    totals[arm]++;
  }
  const shares = counts.map((arm, index) => arm.map(count => count / Math.max(1, totals[index])));
  const names = [`Treated, n = ${totals[0]}`, `Control, n = ${totals[1]}`];
  const area = { left: 62, right: width - 20, top: 16, bottom: height - 48 };
  const legend = legendAbove({ names, left: area.left, right: area.right, top: 8, theme, swatch: 'box' });
  area.top += legend.height;
  const most = Math.max(...shares.flat());
  const x = linear([0, 1], [area.left, area.right], 5);
  const y = linear([-most * 1.05, most * 1.05], [area.bottom, area.top], 6);
  const bars = shares.flatMap((arm, index) =>
    arm.flatMap((share, bin) =>
      share === 0
        ? []
        : [
            element(
              'rect',
              {
                class: index ? 'control' : 'treated',
                x: x.at(bin / bins) + 0.5,
                y: index ? y.at(0) : y.at(share),
                width: Math.max(0.5, x.at(1 / bins) - x.at(0) - 1),
                height: Math.abs(y.at(share) - y.at(0)),
                fill: seriesOf(theme, index).colour,
              },
              [
                told(
                  `Score ${(bin / bins).toFixed(2)}–${((bin + 1) / bins).toFixed(2)}: ${counts[index][bin]} ${index ? 'controls' : 'treated'}`,
                ),
              ],
            ),
          ],
    ),
  );
  return sheet({ width, height, title: 'Overlap of the propensity scores', description: names.join('; '), theme }, [
    ...legend.marks,
    axisLeft({ scale: { ...y, text: tick => y.text(Math.abs(tick)) }, area, title: 'Share of the arm', theme }),
    ...bars,
    element('line', { x1: area.left, x2: area.right, y1: y.at(0), y2: y.at(0), stroke: theme.ink }),
    axisBelow({ scale: x, area, title: 'Propensity score', theme }),
  ]);
}
