// The numbers at risk and the cumulative events below curves, each under its tick.

import { element } from '../markup.js';
import { fitting, seriesOf, textAt } from './canvas.js';

/**
 * @typedef {{ curve: import('./steps.js').Curve, name: string, series: number | null }} Row `series`: whose colour its name has
 */

/**
 * @typedef {object} Numbers
 * @property {string} title
 * @property {'nRisk' | 'nEvent'} field
 * @property {Row[]} rows
 * @property {boolean} stacked long names stand above their numbers
 */

/** @param {Numbers} table */
export const numbersHeight = ({ rows, stacked }) => 24 + (stacked ? 31 : 17) * rows.length;

/**
 * @param {Numbers} table
 * @param {{ x: import('./scale.js').Scale, area: import('./canvas.js').Area, theme: import('./canvas.js').Theme, top: number }} place
 */
export function numbersBelow({ title, field, rows, stacked }, { x, area, theme, top }) {
  return element('g', { class: field === 'nRisk' ? 'at-risk' : 'events' }, [
    textAt(title, area.left, top, { 'font-weight': 600 }),
    ...rows.flatMap(({ curve, name, series }, index) => {
      const y = top + 18 + (stacked ? 31 : 17) * index;
      const fill = series === null ? theme.ink : seriesOf(theme, series).colour;
      return [
        stacked
          ? textAt(fitting(name, area.right - area.left), area.left, y, { fill })
          : textAt(fitting(name, area.left - 34), area.left - 26, y, { 'text-anchor': 'end', fill }),
        ...x.ticks.map(tick =>
          textAt(
            count(field === 'nRisk' ? atRisk(curve, tick) : eventsBy(curve, tick)),
            x.at(tick),
            y + (stacked ? 14 : 0),
            {
              'text-anchor': 'middle',
            },
          ),
        ),
      ];
    }),
  ]);
}

/**
 * Those at risk just before a time.
 * @param {import('./steps.js').Curve} curve
 * @param {number} time
 */
function atRisk(curve, time) {
  const at = firstAtLeast(curve.time, time);
  return at < curve.time.length ? curve.nRisk[at] : 0;
}

/**
 * Events up to and with a time.
 * @param {import('./steps.js').Curve} curve
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
