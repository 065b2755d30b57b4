// Cumulative incidence of competing causes: groups side by side for each cause, then the curves at the times asked for.

import { fixed, general, none, percent, pSentence, range } from '../format.js';
import { Labels } from '../labels.js';
import { figures, row, table, words } from '../table.js';
import { percentOf } from './effects.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('../table.js').Table} Table
 */

/**
 * @param {Result} result of `cumulativeIncidence`
 * @param {{ title: string, warnings: string[] }} frame
 * @returns {Table[]}
 */
export function incidenceTables(result, { title, warnings }) {
  const { spec, curves, gray } = result;
  const labels = new Labels(result);
  const missing = result.nMissing ? `, ${result.nMissing} left out for a missing value` : '';
  const incidence = `Cumulative incidence (${percentOf(spec.confLevel)} CI)`;
  const summary = table({
    title: `${title}: ${labels.withUnit(spec.time)}`,
    columns: [
      words(groupTitle(spec, labels)),
      figures('n'),
      figures('Events'),
      figures('Last time'),
      figures(incidence),
    ],
    sections: causesOf(curves).map(cause => ({
      title: labels.level(spec.event, cause),
      rows: curves.filter(isOf(cause)).map((/** @type {any} */ curve) => {
        const last = curve.time.length - 1;
        const { time, cumulativeIncidence, ciLow, ciHigh } = curve;
        return row(groupName(curve, spec, labels), [
          String(curve.n),
          String(curve.events),
          general(time[last]),
          withLimits(cumulativeIncidence[last], ciLow[last], ciHigh[last]),
        ]);
      }),
    })),
    notes: [
      `${result.n} patients used${missing}. Incidences at the last time of each group.`,
      ...(gray ?? []).map(
        (/** @type {any} */ { cause, statistic, df, p }) =>
          `Gray’s test, ${labels.level(spec.event, cause)}: χ²(${df}) = ${fixed(statistic, 2)}, ${pSentence(p)}.`,
      ),
    ],
    warnings,
  });
  if (spec.times.length === 0) return [summary];
  const grouped = spec.group !== null;
  return [
    summary,
    table({
      title: `${title} at given times: ${labels.withUnit(spec.time)}`,
      columns: [words('Time'), ...curvesOfFirst(curves).map(curve => figures(groupName(curve, spec, labels)))],
      sections: causesOf(curves).map(cause => ({
        title: labels.level(spec.event, cause),
        rows: Array.from(spec.times, (/** @type {number} */ time, /** @type {number} */ index) =>
          row(
            general(time),
            curves.filter(isOf(cause)).map((/** @type {any} */ { atTimes }) => {
              const { cumulativeIncidence, ciLow, ciHigh } = atTimes[index];
              return Number.isNaN(cumulativeIncidence) ? none : withLimits(cumulativeIncidence, ciLow, ciHigh);
            }),
          ),
        ),
      })),
      notes: [`${incidence}${grouped ? ` by ${labels.column(spec.group)}` : ''}; ${none}: past the last time.`],
    }),
  ];
}

/** @param {any[]} curves @returns {string[]} */
const causesOf = curves => Array.from(new Set(curves.map(({ cause }) => cause)));

/** @param {string} cause */
const isOf = cause => (/** @type {any} */ curve) => curve.cause === cause;

/** One curve for each group. @param {any[]} curves */
const curvesOfFirst = curves => curves.filter(isOf(curves[0].cause));

/** @param {any} spec @param {Labels} labels */
const groupTitle = (spec, labels) => (spec.group === null ? 'Group' : labels.column(spec.group));

/** @param {any} curve @param {any} spec @param {Labels} labels */
const groupName = ({ group }, spec, labels) => (group === null ? 'All' : labels.level(spec.group, group));

/** A share with its limits, in percent. @param {number} share @param {number} low @param {number} high */
const withLimits = (share, low, high) => `${percent(share)} (${range(percent(low), percent(high))})`;
