// Clouds of points: residuals of a linear model, its Q–Q plot, scaled Schoenfeld residuals of a Cox model.

import { pSentence } from '../format.js';
import { Labels } from '../labels.js';
import { element } from '../markup.js';
import { axisBelow, axisLeft, seriesOf, sheet, textAt, told } from './canvas.js';
import { extent, linear, rounded } from './scale.js';
import { normalQuantile, smooth } from './smooth.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('./index.js').Drawing} Drawing
 * @typedef {import('../markup.js').Markup} Markup
 */

/**
 * Residuals against fitted values.
 * @param {Result} result of `linear`
 * @param {Drawing} drawing
 */
export function residualsPlot(result, drawing) {
  return cloud(result.fitted, result.residuals, drawing, {
    title: 'Residuals against fitted values',
    xTitle: 'Fitted value',
    yTitle: 'Residual',
    at: 0,
    curve: smooth(result.fitted, result.residuals),
    words: index => `Row ${(result.rows ? result.rows[index] : index) + 1}`,
  });
}

/**
 * Standardised residuals against the normal quantiles that they should have.
 * @param {Result} result of `linear`
 * @param {Drawing} drawing
 */
export function qqPlot(result, drawing) {
  const { residuals, leverage, model } = result;
  const standardised = Array.from(
    residuals,
    (/** @type {number} */ residual, index) => residual / (model.sigma * Math.sqrt(1 - leverage[index])),
  );
  const order = standardised.map((_, index) => index).filter(index => Number.isFinite(standardised[index]));
  order.sort((a, b) => standardised[a] - standardised[b]);
  const n = order.length;
  const offset = n <= 10 ? 3 / 8 : 0.5; // R's ppoints
  const theoretical = order.map((_, rank) => normalQuantile((rank + 1 - offset) / (n + 1 - 2 * offset)));
  const [low, high] = extent(theoretical);
  return cloud(
    theoretical,
    order.map(index => standardised[index]),
    drawing,
    {
      title: 'Q–Q plot of the standardised residuals',
      xTitle: 'Normal quantile',
      yTitle: 'Standardised residual',
      line: [
        [low, low],
        [high, high],
      ],
      words: rank => `Row ${(result.rows ? result.rows[order[rank]] : order[rank]) + 1}`,
    },
  );
}

/**
 * Scaled Schoenfeld residuals of one coefficient over time: a slope is a hazard ratio that changes.
 * @param {Result} result of `cox` with `residuals: ['scaledSchoenfeld']`
 * @param {Drawing} drawing
 */
export function schoenfeldPlot(result, drawing) {
  const labels = new Labels(result);
  const index = Math.max(
    0,
    drawing.term === undefined
      ? 0
      : result.terms.findIndex(
          (/** @type {any} */ { term, level }) => drawing.term === term || drawing.term === `${term}:${level}`,
        ),
  );
  const { term, level, estimate } = result.terms[index];
  const { scaledSchoenfeld, times } = result.residuals;
  const name = level === null ? labels.withUnit(term) : `${labels.column(term)}: ${labels.level(term, level)}`;
  const test = result.phTest.terms.find((/** @type {any} */ row) => row.term === term);
  return cloud(times, scaledSchoenfeld[index], drawing, {
    title: `Scaled Schoenfeld residuals: ${name}`,
    xTitle: labels.withUnit(result.spec.time),
    yTitle: `Coefficient of ${name}`,
    at: estimate,
    curve: smooth(times, scaledSchoenfeld[index]),
    note: test ? `Proportional hazards ${pSentence(test.p)}` : '',
  });
}

/**
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {Drawing} drawing
 * @param {{ title: string, xTitle: string, yTitle: string, at?: number, line?: [number, number][], curve?: [number, number][],
 *   note?: string, words?: (index: number) => string }} how
 */
function cloud(xs, ys, { width, height, theme }, { title, xTitle, yTitle, at, line, curve, note, words }) {
  const area = { left: 68, right: width - 20, top: note ? 30 : 18, bottom: height - 48 };
  const [lowX, highX] = extent(Array.from(xs));
  const [lowY, highY] = extent([
    ...Array.from(ys),
    ...(at === undefined ? [] : [at]),
    ...(line ?? []).map(([, value]) => value),
  ]);
  const margin = 0.03 * (highX - lowX || 1);
  const x = linear(
    [lowX - margin, highX + margin],
    [area.left, area.right],
    Math.max(3, (area.right - area.left) / 90),
  );
  const marginY = 0.02 * (highY - lowY || 1);
  const y = linear(rounded(lowY - marginY, highY + marginY), [area.bottom, area.top]);
  const blue = seriesOf(theme, 0).colour;
  /** @type {Set<number>} */
  const taken = new Set(); // points that would cover each other are one: a million rows draw as quickly
  /** @type {Markup[]} */
  const points = [];
  const crowded = xs.length > 3000;
  for (let i = 0; i < xs.length; i++) {
    const [px, py] = [x.at(xs[i]), y.at(ys[i])];
    if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
    if (crowded) {
      const cell = Math.round(px / 2) * 100_000 + Math.round(py / 2);
      if (taken.has(cell)) continue;
      taken.add(cell);
    }
    points.push(
      element('circle', { class: 'point', cx: px, cy: py, r: crowded ? 1.6 : 2.6, fill: blue, 'fill-opacity': 0.55 }, [
        told(`${words ? `${words(i)}: ` : ''}${xs[i].toPrecision(4)}, ${ys[i].toPrecision(4)}`),
      ]),
    );
  }
  const path = (/** @type {[number, number][]} */ places) =>
    places.map(([px, py], index) => `${index ? 'L' : 'M'}${x.at(px).toFixed(1)} ${y.at(py).toFixed(1)}`).join('');
  const level =
    at === undefined
      ? []
      : [
          element('line', {
            x1: area.left,
            x2: area.right,
            y1: y.at(at),
            y2: y.at(at),
            stroke: theme.ink,
            'stroke-dasharray': '4 3',
          }),
        ];
  return sheet(
    {
      width,
      height,
      title,
      description: [`${yTitle} against ${xTitle.toLowerCase()}, ${xs.length} points`, note].filter(Boolean).join('. '),
      theme,
    },
    [
      axisLeft({ scale: y, area, title: yTitle, theme, titleAt: 16 }),
      axisBelow({ scale: x, area, title: xTitle, theme }),
      ...level,
      ...points,
      ...(line ? [element('path', { class: 'line', d: path(line), stroke: theme.ink, fill: 'none' })] : []),
      ...(curve?.length
        ? [
            element('path', {
              class: 'smooth',
              d: path(curve),
              stroke: seriesOf(theme, 1).colour,
              'stroke-width': 2,
              fill: 'none',
            }),
          ]
        : []),
      ...(note ? [textAt(note, area.right, 18, { 'text-anchor': 'end' })] : []),
    ],
  );
}
