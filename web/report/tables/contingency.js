// `contingency`: the cross table with its shares, and what it says. `mantelHaenszel`: the same over strata.

import { countWithShare, fixed, pValue, range, ratio, ratioWithInterval } from '../format.js';
import { Labels } from '../labels.js';
import { figures, row, table, words } from '../table.js';
import { percentOf } from './effects.js';

/**
 * @param {import('../index.js').Result} result
 * @param {{ title: string, warnings: string[] }} frame
 * @returns {import('../table.js').Table[]}
 */
export function contingencyTables(result, { title, warnings }) {
  const { spec, n, nMissing } = result;
  const { rows, columns, counts, expected } = result.table;
  const labels = new Labels(result);
  const name = (/** @type {string | null} */ column, /** @type {string} */ otherwise) =>
    column === null ? otherwise : labels.column(column);
  const level = (/** @type {string | null} */ column, /** @type {string} */ level) =>
    column === null ? level : labels.level(column, level);
  const sum = (/** @type {ArrayLike<number>} */ values) =>
    Array.from(values).reduce((total, value) => total + value, 0);
  const whole = counts.map(sum);
  const least = Math.min(...expected.flatMap((/** @type {ArrayLike<number>} */ line) => Array.from(line)));
  return [
    table({
      title: `${title}: ${name(spec.row, 'Rows')} × ${name(spec.column, 'Columns')}, n = ${n}`,
      columns: [
        words(name(spec.row, 'Rows')),
        ...columns.map((/** @type {string} */ each) => figures(level(spec.column, each), name(spec.column, 'Columns'))),
        figures('All'),
      ],
      sections: [
        {
          title: '',
          rows: rows.map((/** @type {string} */ each, /** @type {number} */ i) =>
            row(level(spec.row, each), [
              ...Array.from(counts[i], count => countWithShare(count, count / whole[i])),
              String(whole[i]),
            ]),
          ),
        },
      ],
      notes: [
        `Percentages are of the row. The smallest expected count is ${fixed(least, 1)}.`,
        ...(nMissing ? [`${nMissing} patients with a missing value are left out.`] : []),
      ],
      warnings: [],
    }),
    table({
      title: `${title}: tests and measures`,
      columns: [
        words('Measure'),
        figures(`Estimate (${percentOf(spec.confLevel)} CI)`),
        figures('Statistic'),
        figures('p'),
      ],
      sections: [{ title: '', rows: measures(result) }],
      notes: result.oddsRatio ? ['The second column is the event; the second row is compared with the first.'] : [],
      warnings,
    }),
  ];
}

/** @param {{ statistic: number, df: number }} of */
const statistic = of => `${fixed(of.statistic, 2)} (df ${of.df})`;

/** @param {any} of */
const interval = ({ estimate, ciLow, ciHigh }) => ratioWithInterval(estimate, ciLow, ciHigh);

/** @param {import('../index.js').Result} result */
function measures({ chiSquared, fisher, mcNemar, oddsRatio, riskRatio, riskDifference, cramersV, spec, table }) {
  const square = table.rows.length === 2 && table.columns.length === 2;
  const exact = fisher?.oddsRatio ?? null;
  return [
    row(`χ² test${square && spec.correct ? ' (Yates)' : ''}`, ['', statistic(chiSquared), pValue(chiSquared.p)]),
    ...(fisher
      ? [
          row(`Fisher’s exact test${spec.simulate ? ', simulated' : ''}`, [
            exact === null ? '' : `OR ${interval({ ...fisher, estimate: exact })}`,
            '',
            pValue(fisher.p),
          ]),
        ]
      : []),
    ...(mcNemar ? [row('McNemar’s test (for pairs)', ['', statistic(mcNemar), pValue(mcNemar.p)])] : []),
    ...(oddsRatio ? [row('Odds ratio', [interval(oddsRatio)])] : []),
    ...(riskRatio ? [row('Risk ratio', [interval(riskRatio)])] : []),
    ...(riskDifference
      ? [
          row('Risk difference', [
            `${fixed(riskDifference.estimate, 3)} (${range(fixed(riskDifference.ciLow, 3), fixed(riskDifference.ciHigh, 3))})`,
          ]),
        ]
      : []),
    row('Cramér’s V', [fixed(cramersV, 3)]),
  ];
}

/**
 * @param {import('../index.js').Result} result
 * @param {{ title: string, warnings: string[] }} frame
 * @returns {import('../table.js').Table[]}
 */
export function strataTables(result, { title, warnings }) {
  const { spec, df, p, uncorrected, oddsRatio, riskRatio, breslowDay, tarone, strata, n, nMissing } = result;
  const labels = new Labels(result);
  const of = `${labels.column(spec.row)} × ${labels.column(spec.column)} over ${labels.column(spec.strata)}`;
  const homogeneous = (/** @type {string} */ name, /** @type {any} */ test) =>
    row(`${name}: same odds ratio in all strata`, ['', statistic(test), pValue(test.p)]);
  return [
    table({
      title: `${title}: ${of}, n = ${n}`,
      columns: [
        words('Measure'),
        figures(`Estimate (${percentOf(spec.confLevel)} CI)`),
        figures('Statistic'),
        figures('p'),
      ],
      sections: [
        {
          title: '',
          rows: [
            row('Common odds ratio', [interval(oddsRatio)]),
            row('Common risk ratio', [interval(riskRatio)]),
            row('Mantel–Haenszel test', ['', statistic({ statistic: result.statistic, df }), pValue(p)]),
            row('without continuity correction', ['', statistic({ ...uncorrected, df }), pValue(uncorrected.p)], 1),
            homogeneous('Breslow–Day test', breslowDay),
            homogeneous('Tarone’s test', tarone),
          ],
        },
      ],
      notes: nMissing ? [`${nMissing} patients with a missing value are left out.`] : [],
      warnings,
    }),
    table({
      title: `${title}: strata`,
      columns: [words(labels.withUnit(spec.strata)), figures('n'), figures('Odds ratio'), figures('Risk ratio')],
      sections: [
        {
          title: '',
          rows: strata.map((/** @type {any} */ each) =>
            row(labels.level(spec.strata, each.level), [String(each.n), ratio(each.oddsRatio), ratio(each.riskRatio)]),
          ),
        },
      ],
    }),
  ];
}
