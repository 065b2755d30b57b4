// `tableOne`: the first table of a paper, the patients by group.

import { countWithShare, date, fixed, meanWithSd, mediansOf, none, pValue } from '../format.js';
import { Labels } from '../labels.js';
import { figures, row, table, words } from '../table.js';
import { testNames } from '../tests.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('../table.js').Row} Row
 */

/**
 * @param {Result} result
 * @param {{ title: string, warnings: string[] }} frame
 * @returns {import('../table.js').Table[]}
 */
export function groupTables(result, { title, warnings }) {
  const { spec, groups, variables } = result;
  const labels = new Labels(result);
  const group = labels.column(spec.group);
  const tested = variables.some((/** @type {any} */ { test }) => test !== null);
  const adjusts = tested && spec.pAdjust !== 'none';
  return [
    table({
      title: `${title}: ${group}, n = ${result.n}`,
      columns: [
        words('Variable'),
        figures(`All, n = ${result.n}`),
        ...groups.map((/** @type {any} */ { level, n }) =>
          figures(`${labels.level(spec.group, level)}, n = ${n}`, group),
        ),
        ...(tested ? [figures('p')] : []),
        ...(adjusts ? [figures('p, adjusted')] : []),
        figures('SMD'),
      ],
      sections: [
        {
          title: '',
          rows: variables.flatMap((/** @type {any} */ each) => {
            const ps = [...(tested ? [pValue(each.p)] : []), ...(adjusts ? [pValue(each.pAdjusted)] : [])];
            return rowsOf(each, labels, spec.nonnormal.includes(each.name), [...ps, fixed(each.smd, 2)]);
          }),
        },
      ],
      notes: notes(result, labels),
      warnings,
    }),
  ];
}

/**
 * @param {any} variable
 * @param {Labels} labels
 * @param {boolean} skewed shown by quartiles
 * @param {string[]} last cells
 * @returns {Row[]}
 */
function rowsOf({ name, type, overall, byGroup }, labels, skewed, last) {
  const all = [overall, ...byGroup];
  const blank = all.map(() => '');
  const missing = overall.missing
    ? [
        row(
          'Missing',
          all.map(({ missing }) => String(missing)),
          1,
        ),
      ]
    : [];
  const label = labels.withUnit(name);
  if (!overall.levels) return [row(label, [...summaries(all, type, skewed), ...last]), ...missing];
  const levels = overall.levels.map((/** @type {any} */ { level }, /** @type {number} */ index) =>
    row(
      labels.level(name, level),
      all.map(({ levels }) => countOf(levels[index])),
      1,
    ),
  );
  return [row(label, [...blank, ...last]), ...levels, ...missing];
}

/** @param {any[]} groups @param {string} type @param {boolean} skewed */
function summaries(groups, type, skewed) {
  if (type !== 'date') return skewed ? mediansOf(groups) : groups.map(({ mean, sd }) => meanWithSd(mean, sd));
  return groups.map(({ n, mean, sd, median, q1, q3 }) => {
    if (n === 0) return none;
    return skewed ? `${date(median)} (${date(q1)}–${date(q3)})` : `${date(mean)} (${fixed(sd, 0)} days)`;
  });
}

/** Sums of weights have a decimal. @param {{ count: number, share: number }} level */
const countOf = ({ count, share }) =>
  Number.isInteger(count) ? countWithShare(count, share) : countWithShare(fixed(count, 1), share);

/**
 * @param {Result} result
 * @param {Labels} labels
 */
function notes({ spec, nMissing, groups, variables }, labels) {
  const has = (/** @type {(variable: any) => boolean} */ what) => variables.some(what);
  const skewed = (/** @type {any} */ { name }) => spec.nonnormal.includes(name);
  const shown = [
    ...(has(({ overall }) => overall.levels) ? ['n (%) of the known values'] : []),
    ...(has(one => !one.overall.levels && !skewed(one)) ? ['mean (SD)'] : []),
    ...(has(one => !one.overall.levels && skewed(one)) ? ['median (Q1–Q3)'] : []),
  ].join(', ');
  const tests = [...new Set(variables.map((/** @type {any} */ { test }) => test).filter(Boolean))];
  const named = tests.map(test => {
    const of = variables.filter((/** @type {any} */ variable) => variable.test === test);
    const whose =
      tests.length > 1 ? ` (${of.map((/** @type {any} */ { name }) => labels.column(name)).join(', ')})` : '';
    return `${testNames[/** @type {string} */ (test)].replace(/^the /, '')}${whose}`;
  });
  return [
    `Figures: ${shown}.${spec.weights ? ` Weighted by ${labels.column(spec.weights)}; n counts patients.` : ''}`,
    ...(named.length ? [`p: ${named.join('; ')}.`] : []),
    `SMD: standardised mean difference, over the root of the groups’ mean variance${groups.length > 2 ? '; the mean over all pairs of groups' : ''}.`,
    ...(nMissing ? [`${nMissing} patients whose group is unknown are left out.`] : []),
  ];
}
