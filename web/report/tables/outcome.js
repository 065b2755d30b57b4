// `analyzeOutcome`: the patients by outcome, then univariable and multivariable odds ratios side by side.

import { countWithShare, mediansOf, none, pValue } from '../format.js';
import { Labels, own } from '../labels.js';
import { figures, row, table, words } from '../table.js';
import { percentOf, ratioOf, referenceRatio } from './effects.js';
import { logisticFit, methodOf } from './regression.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('../table.js').Row} Row
 */

/**
 * @param {Result} result
 * @param {{ title: string, warnings: string[] }} frame
 * @returns {import('../table.js').Table[]}
 */
export function outcomeTables(result, { title, warnings }) {
  const { spec, variables, multivariable } = result;
  const labels = new Labels(result);
  const outcome = labels.column(spec.outcome);
  const groups = (variables[0]?.byOutcome ?? []).map((/** @type {any} */ { group, n, missing }) =>
    figures(`${labels.level(spec.outcome, group)}, n = ${n + missing}`, outcome),
  );
  const interval = `OR (${percentOf(spec.confLevel)} CI)`;
  const adjustsP = spec.pAdjust !== 'none';
  return [
    table({
      title: `${title}: ${outcome}, n = ${result.n}`,
      columns: [
        words('Variable'),
        ...groups,
        figures('p', outcome),
        ...(adjustsP ? [figures('p, adjusted', outcome)] : []),
        figures(interval, 'Univariable'),
        figures('p', 'Univariable'),
        figures(interval, 'Multivariable'),
        figures('p', 'Multivariable'),
      ],
      sections: [
        {
          title: '',
          rows: variables.flatMap((/** @type {any} */ variable) => rowsOf(variable, { labels, spec, adjustsP })),
        },
      ],
      notes: notes(result, multivariable),
      warnings,
    }),
  ];
}

/**
 * @typedef {{ labels: Labels, spec: any, adjustsP: boolean }} Setting
 *
 * @param {any} variable
 * @param {Setting} setting
 * @returns {Row[]}
 */
function rowsOf(variable, setting) {
  const { labels, adjustsP } = setting;
  const { name, byOutcome, overall } = variable;
  const label = labels.withUnit(name);
  const ps = [pValue(variable.p), ...(adjustsP ? [pValue(variable.pAdjusted)] : [])];
  const missing =
    overall.missing > 0
      ? [
          row(
            'Missing',
            byOutcome.map((/** @type {any} */ group) => String(group.missing)),
            1,
          ),
        ]
      : [];
  if (variable.mode === 'linear') {
    const medians = mediansOf(byOutcome);
    const crude = estimateCells(variable.crude[0]);
    const adjusted = variable.adjusted ? estimateCells(variable.adjusted[0]) : [];
    return [row(label, [...medians, ...ps, ...crude, ...adjusted]), ...missing];
  }
  const heading = row(label, [...byOutcome.map(() => ''), ...ps]);
  return [heading, ...levelRows(variable, setting), ...missing];
}

/**
 * @param {any} variable
 * @param {Setting} setting
 */
function levelRows({ name, overall, byOutcome, crude, adjusted }, { labels, spec, adjustsP }) {
  const blank = adjustsP ? ['', ''] : [''];
  const crudeCells = cellsByLevel(crude, name, overall.levels, spec);
  const adjustedCells = cellsByLevel(adjusted ?? [], name, overall.levels, spec);
  return overall.levels.map((/** @type {any} */ { level }, /** @type {number} */ index) => {
    const counts = byOutcome.map((/** @type {any} */ group) =>
      countWithShare(group.levels[index].count, group.levels[index].share),
    );
    return row(labels.level(name, level), [...counts, ...blank, ...crudeCells(level), ...adjustedCells(level)], 1);
  });
}

/**
 * The two cells of each level in one of the models: its odds ratio and p, or that it is the reference.
 * @param {any[]} terms none: the variable is not in the model
 * @param {string} name
 * @param {any[]} levels
 * @param {any} spec
 * @returns {(level: string) => string[]}
 */
function cellsByLevel(terms, name, levels, spec) {
  if (terms.length === 0) return () => ['', ''];
  const byLevel = new Map(terms.map(term => [term.level, term]));
  // Levels without patients are dropped from the model, so the reference is the first that is left, if the spec's own is not.
  const chosen = String(own(spec.reference, name) ?? '');
  const candidates = levels.filter(({ level, count }) => count > 0 && !byLevel.has(level)).map(({ level }) => level);
  const reference = candidates.includes(chosen) ? chosen : candidates[0];
  return level => (level === reference ? [referenceRatio, ''] : estimateCells(byLevel.get(level)));
}

/** @param {any} term */
const estimateCells = term => (term ? [ratioOf(term), pValue(term.p)] : [none, none]);

/**
 * @param {Result} result
 * @param {any} multivariable
 */
function notes({ spec, nMissing, variables }, multivariable) {
  const modes = new Set(variables.map((/** @type {any} */ variable) => variable.mode));
  const tests = [
    ...(modes.has('categorical') ? ['χ² test (with Yates’ correction for 2 × 2) for counts'] : []),
    ...(modes.has('linear') ? ['Mann–Whitney test for numbers'] : []),
  ];
  const lines = [`p: ${tests.join(', ')}. Groups: median (Q1–Q3) of numbers, n (%) of the known values of others.`];
  if (nMissing) lines.push(`${nMissing} patients whose outcome is unknown are left out.`);
  if (multivariable) {
    const { n, events, method, model, highVif } = multivariable;
    const lost = multivariable.nMissing ? `, ${multivariable.nMissing} left out for a missing value` : '';
    lines.push(
      `Multivariable: variables with p < ${spec.screenP}; ${n} patients, ${events} with the event${lost}. ${methodOf(method)}; ${logisticFit(model, spec.confLevel)}`,
    );
    if (highVif.length) lines.push(`Variance inflation is high for ${highVif.join(', ')}: they nearly repeat others.`);
  } else {
    lines.push(`No multivariable model: no variable has p < ${spec.screenP}, or it could not be fitted.`);
  }
  return lines;
}
