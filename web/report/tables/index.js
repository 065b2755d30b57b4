// Which tables a result is shown as.

import { BedsideError } from '../../errors.js';
import { schemaOf } from '../schema.js';
import { balanceTables } from './balance.js';
import { contingencyTables, strataTables } from './contingency.js';
import { describeTables } from './describe.js';
import { genericTables } from './generic.js';
import { groupTables } from './groups.js';
import { incidenceTables } from './incidence.js';
import { outcomeTables } from './outcome.js';
import { predictionTables } from './prediction.js';
import { isRegression, regressionTables } from './regression.js';
import { subgroupTables } from './subgroup.js';
import { kaplanMeierTables, logRankTables, nelsonAalenTables } from './survival.js';

/**
 * @typedef {import('../index.js').Result} Result
 * @typedef {import('../table.js').Table} Table
 */

/** Analyses with a table of their own; regressions share one, all others are derived from the schema. */
const builders = new Map([
  ['describe', describeTables],
  ['tableOne', groupTables],
  ['contingency', contingencyTables],
  ['mantelHaenszel', strataTables],
  ['subgroup', subgroupTables],
  ['analyzeOutcome', outcomeTables],
  ['kaplanMeier', kaplanMeierTables],
  ['nelsonAalen', nelsonAalenTables],
  ['logRank', logRankTables],
  ['match', balanceTables],
  ['ipw', balanceTables],
  ['cumulativeIncidence', incidenceTables],
  ['predictSurvival', predictionTables],
]);

/**
 * The tables that a result is shown as: values that can be changed, joined and then written in any format.
 * @param {Result} result of any analysis
 * @param {import('../index.js').ReportOptions} [options]
 * @returns {Table[]}
 * @throws {BedsideError} INVALID_SPEC for what is no result of this version's analyses
 */
export function tables(result, { title, warnings = true } = {}) {
  const schema = schemaOf(result?.analysis);
  if (!schema) {
    throw new BedsideError(
      'INVALID_SPEC',
      `A report takes the result of an analysis${result?.analysis ? `; '${result.analysis}' is none of this version` : ''}.`,
    );
  }
  const frame = {
    schema,
    title: title ?? schema.title,
    warnings: warnings ? result.warnings.map((/** @type {{ message: string }} */ { message }) => message) : [],
  };
  if (isRegression(result.analysis)) return regressionTables(result, frame);
  return (builders.get(result.analysis) ?? genericTables)(result, frame);
}
