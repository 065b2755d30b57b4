// `predictSurvival`: a time a line, a patient a column.

import { alike, general, none, percent, range } from '../format.js';
import { Labels } from '../labels.js';
import { figures, row, table, words } from '../table.js';
import { percentOf } from './effects.js';

/**
 * @param {import('../index.js').Result} result
 * @param {{ title: string, warnings: string[] }} frame
 * @returns {import('../table.js').Table[]}
 */
export function predictionTables(result, { title, warnings }) {
  const { spec, curves } = result;
  const labels = new Labels(result);
  const over = `Survival (${percentOf(spec.confLevel)} CI)`;
  const missing = result.nMissing ? `, ${result.nMissing} left out for a missing value` : '';
  return [
    table({
      title,
      columns: [
        words(labels.withUnit(spec.time)),
        ...curves.map((/** @type {any} */ { at }) => figures(profileOf(at, labels), over)),
      ],
      sections: [
        {
          title: '',
          rows: Array.from(curves[0].time, (/** @type {number} */ time, index) =>
            row(
              general(time),
              curves.map((/** @type {any} */ curve) => survivalAt(curve, index)),
            ),
          ),
        },
      ],
      notes: [
        `Predicted by a Cox model of ${result.n} patients, ${result.events} with the event${missing}; limits on the log scale.`,
      ],
      warnings,
    }),
  ];
}

/**
 * `85.1% (80.1%–90.4%)`
 * @param {{ survival: Float64Array, ciLow: Float64Array, ciHigh: Float64Array }} curve
 * @param {number} index
 */
function survivalAt({ survival, ciLow, ciHigh }, index) {
  if (Number.isNaN(survival[index])) return none;
  return `${percent(survival[index])} (${range(percent(ciLow[index]), percent(ciHigh[index]))})`;
}

/**
 * Whom a curve is for: `Age 60, Sex Female`.
 * @param {Record<string, number | string | boolean>} at
 * @param {Labels} labels
 */
function profileOf(at, labels) {
  const worded = (/** @type {string} */ column, /** @type {number | string | boolean} */ value) => {
    const level = labels.level(column, String(value));
    return level === String(value) && typeof value === 'number' ? alike([value])[0] : level;
  };
  return Object.entries(at)
    .map(([column, value]) => `${labels.column(column)} ${worded(column, value)}`)
    .join(', ');
}
