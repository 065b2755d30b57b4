// `match` and `ipw`: how alike the arms are before and after, and what weighting says of the outcome.

import { alike, fixed, general, pValue, range, ratio } from '../format.js';
import { Labels } from '../labels.js';
import { figures, row, table, words } from '../table.js';
import { percentOf } from './effects.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('../table.js').Table} Table
 */

/** What differences of means are divided by. @param {Result} result */
const standardiser = ({ analysis, spec }) =>
  analysis === 'match' || spec.estimand === 'ATT'
    ? 'the standard deviation of the treated'
    : 'the root of the mean of both variances';

/**
 * @param {Result} result
 * @param {{ title: string, warnings: string[] }} frame
 * @returns {Table[]}
 */
export function balanceTables(result, { title, warnings }) {
  const labels = new Labels(result);
  const missing = result.nMissing ? `, ${result.nMissing} left out for a missing value` : '';
  const arms = `${result.nTreated} treated and ${result.nControl} controls used${missing}`;
  const notes = [
    result.analysis === 'match'
      ? `${arms}; ${result.nMatchedTreated} treated matched with ${result.nMatchedControl} controls.`
      : `${arms}; effective sample size ${general(result.effectiveSampleSize)}.`,
    `Means, shares for levels. SMD: standardised mean difference, over ${standardiser(result)} before.`,
  ];
  const balance = table({
    title: `${title}: ${labels.column(result.spec.treatment)}`,
    columns: [words('Covariate'), ...['Before', 'After'].flatMap(columns)],
    sections: [{ title: '', rows: balanceRows(result.balance, labels) }],
    notes,
    warnings,
  });
  return result.effects ? [effectsTable(result, labels), balance] : [balance];
}

/** @param {string} when */
const columns = when => ['Treated', 'Control', 'SMD'].map(name => figures(name, when));

/** @param {any[]} balance @param {Labels} labels */
function balanceRows(balance, labels) {
  return balance.flatMap((one, index) => {
    const cells = [
      general(one.meanTreatedBefore),
      general(one.meanControlBefore),
      fixed(one.smdBefore, 3),
      general(one.meanTreatedAfter),
      general(one.meanControlAfter),
      fixed(one.smdAfter, 3),
    ];
    if (one.level === null) return [row(labels.withUnit(one.covariate), cells)];
    const line = row(labels.level(one.covariate, one.level), cells, 1);
    const begins = index === 0 || balance[index - 1].covariate !== one.covariate;
    return begins ? [row(labels.column(one.covariate), []), line] : [line];
  });
}

/** @param {Result} result @param {Labels} labels */
function effectsTable({ spec, effects, means: arms }, labels) {
  const names = new Map([
    ['difference', 'Difference'],
    ['ratio', 'Ratio'],
  ]);
  return table({
    title: `Effect on ${labels.withUnit(spec.outcome)} (${spec.estimand})`,
    columns: [words('Measure'), figures('Estimate'), figures(`${percentOf(spec.confLevel)} CI`), figures('p')],
    sections: [
      {
        title: '',
        rows: effects.map((/** @type {any} */ { measure, estimate, ciLow, ciHigh, p }) => {
          const [one, low, high] =
            measure === 'ratio' ? [estimate, ciLow, ciHigh].map(ratio) : alike([estimate, ciLow, ciHigh]);
          return row(/** @type {string} */ (names.get(measure)), [one, range(low, high), pValue(p)]);
        }),
      },
    ],
    notes: [
      `Weighted means: treated ${general(arms.treated)}, control ${general(arms.control)}. Robust standard errors, the scores taken as known.`,
    ],
  });
}
