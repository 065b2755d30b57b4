// Survival curves, cumulative hazards and the log-rank test: a line for each group.

import { decimalsOf, fixed, general, none, pSentence, pValue, range } from '../format.js';
import { Labels } from '../labels.js';
import { figures, row, table, words } from '../table.js';
import { percentOf } from './effects.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('../table.js').Table} Table
 * @typedef {{ title: string, warnings: string[] }} Frame
 */

/** A time that a curve does not come to. */
const notReached = 'NR';

/**
 * Groups with their median and restricted mean, then the survival at the times asked for.
 * @param {Result} result of `kaplanMeier`
 * @param {Frame} frame
 * @returns {Table[]}
 */
export function kaplanMeierTables(result, { title, warnings }) {
  const { spec, curves, logRank } = result;
  const labels = new Labels(result);
  const ci = `${percentOf(spec.confLevel)} CI`;
  const reached = curves.every((/** @type {any} */ curve) =>
    [curve.median, curve.medianLow, curve.medianHigh].every(Number.isFinite),
  );
  const summary = table({
    title: `${title}: ${labels.withUnit(spec.time)}`,
    columns: [
      words(groupTitle(spec, labels)),
      figures('n'),
      figures('Events'),
      figures(`Median (${ci})`),
      figures(`Mean up to ${general(result.tau)} (SE)`),
    ],
    sections: [
      {
        title: '',
        rows: curves.map((/** @type {any} */ curve) =>
          row(groupName(curve.group, spec, labels), [
            String(curve.n),
            String(curve.events),
            `${time(curve.median)} (${range(time(curve.medianLow), time(curve.medianHigh))})`,
            meanWithSe(curve.rmst, curve.rmstSe),
          ]),
        ),
      },
    ],
    notes: [
      usedLine(result),
      ...(result.nExcluded
        ? [`${result.nExcluded} patients whose time is before ${general(spec.landmark)} are left out.`]
        : []),
      ...(logRank ? [testLine('Log-rank test', logRank)] : []),
      ...(reached ? [] : [`${notReached}: not reached.`]),
    ],
    warnings,
  });
  return spec.times.length === 0 ? [summary] : [summary, atTimes(result, labels, ci)];
}

/**
 * @param {Result} result
 * @param {Labels} labels
 * @param {string} ci
 */
function atTimes({ spec, curves }, labels, ci) {
  return table({
    title: `Survival at given times: ${labels.withUnit(spec.time)}`,
    columns: [words('Time'), figures('At risk'), figures(`Survival (${ci})`)],
    sections: curves.map((/** @type {any} */ curve) => ({
      title: curve.group === null ? '' : `${groupTitle(spec, labels)}: ${groupName(curve.group, spec, labels)}`,
      rows: curve.atTimes.map((/** @type {any} */ { time, nRisk, survival, ciLow, ciHigh }) =>
        row(general(time), [
          general(nRisk),
          Number.isNaN(ciLow)
            ? `${share(survival)}%`
            : `${share(survival)}% (${range(`${share(ciLow)}%`, `${share(ciHigh)}%`)})`,
        ]),
      ),
    })),
  });
}

/**
 * Where each cumulative hazard ends.
 * @param {Result} result of `nelsonAalen`
 * @param {Frame} frame
 * @returns {Table[]}
 */
export function nelsonAalenTables(result, { title, warnings }) {
  const { spec, curves } = result;
  const labels = new Labels(result);
  return [
    table({
      title: `${title}: ${labels.withUnit(spec.time)}`,
      columns: [
        words(groupTitle(spec, labels)),
        figures('n'),
        figures('Events'),
        figures('Last time'),
        figures(`Cumulative hazard (${percentOf(spec.confLevel)} CI)`),
      ],
      sections: [
        {
          title: '',
          rows: curves.map((/** @type {any} */ curve) => {
            const last = curve.time.length - 1;
            return row(groupName(curve.group, spec, labels), [
              String(curve.n),
              String(curve.events),
              general(curve.time[last]),
              `${fixed(curve.cumulativeHazard[last], 2)} (${range(fixed(curve.ciLow[last], 2), fixed(curve.ciHigh[last], 2))})`,
            ]);
          }),
        },
      ],
      notes: [usedLine(result)],
      warnings,
    }),
  ];
}

/**
 * Observed and expected events of each group, then the pairs.
 * @param {Result} result of `logRank`
 * @param {Frame} frame
 * @returns {Table[]}
 */
export function logRankTables(result, { title, warnings }) {
  const { spec, groups, pairwise } = result;
  const labels = new Labels(result);
  const name = (/** @type {string} */ level) => labels.level(spec.group, level);
  const strata = spec.strata.map((/** @type {string} */ column) => labels.column(column)).join(', ');
  const weighted = spec.rho === 0 ? '' : ` Times weigh by survival to the power of ${general(spec.rho)}.`;
  const overall = table({
    title: `${title}: ${labels.withUnit(spec.time)}`,
    columns: [words(labels.column(spec.group)), figures('n'), figures('Observed'), figures('Expected'), figures('O/E')],
    sections: [
      {
        title: '',
        rows: groups.map((/** @type {any} */ { level, n, observed, expected }) =>
          row(name(level), [
            String(n),
            general(observed),
            fixed(expected, 1),
            expected > 0 ? fixed(observed / expected, 2) : none,
          ]),
        ),
      },
    ],
    notes: [
      usedLine(result),
      `${testLine(strata ? `Test stratified by ${strata}` : 'Test of all groups', result)}${weighted}`,
    ],
    warnings,
  });
  if (pairwise.length === 0) return [overall];
  const pairs = table({
    title: 'Pairs of groups',
    columns: [words('Groups'), figures('χ²'), figures('p'), figures('p, adjusted')],
    sections: [
      {
        title: '',
        rows: pairwise.map((/** @type {any} */ { a, b, statistic, p, pHolm }) =>
          row(`${name(a)} and ${name(b)}`, [fixed(statistic, 2), pValue(p), pValue(pHolm)]),
        ),
      },
    ],
    notes: ['Each pair on its own patients; adjusted for the number of pairs (Holm).'],
  });
  return [overall, pairs];
}

/**
 * @param {any} spec
 * @param {Labels} labels
 */
const groupTitle = (spec, labels) => (spec.group === null ? 'Group' : labels.column(spec.group));

/**
 * @param {string | null} group
 * @param {any} spec
 * @param {Labels} labels
 */
const groupName = (group, spec, labels) => (group === null ? 'All' : labels.level(spec.group, group));

/** @param {number} value */
const time = value => (Number.isFinite(value) ? general(value) : notReached);

/** @param {number} value from 0 to 1 */
const share = value => fixed(100 * value, 1);

/**
 * @param {number} mean
 * @param {number} se
 */
function meanWithSe(mean, se) {
  const decimals = decimalsOf(se, 2);
  return `${fixed(mean, decimals)} (${fixed(se, decimals)})`;
}

/** @param {Result} result */
function usedLine({ n, nMissing }) {
  return `${n} patients used${nMissing ? `, ${nMissing} left out for a missing value` : ''}.`;
}

/**
 * @param {string} test
 * @param {{ statistic: number, df: number, p: number }} figures
 */
const testLine = (test, { statistic, df, p }) => `${test}: χ² ${fixed(statistic, 2)}, df ${df}, ${pSentence(p)}.`;
