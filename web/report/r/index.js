// The same analysis as an R script.

import { BedsideError } from '../../errors.js';
import { schemaOf } from '../schema.js';
import { cumulativeIncidence, kaplanMeier, logRank, nelsonAalen } from './curves.js';
import { ipw, match, propensity } from './matching.js';
import { counts, cox, fineGray, linear, logistic, predictSurvival } from './models.js';
import { mantelHaenszel } from './strata.js';
import { subgroup } from './subgroup.js';
import { analyzeOutcome, contingency, describe, eValue, tableOne } from './tables.js';

/** @type {Record<string, (result: any, frame: { title: string, file: string }) => string[]>} */
const scripts = {
  analyzeOutcome,
  contingency,
  cox,
  cumulativeIncidence,
  describe,
  eValue,
  fineGray,
  ipw,
  kaplanMeier,
  linear,
  logRank,
  logistic,
  mantelHaenszel,
  match,
  negativeBinomial: counts,
  nelsonAalen,
  poisson: counts,
  predictSurvival,
  propensity,
  subgroup,
  tableOne,
};

/** Whether there is R code for a result. @param {import('../index.js').Result} result */
export const hasR = result => Object.hasOwn(scripts, result?.analysis);

/**
 * An R script that reads the same CSV file from the working folder and prints the same figures.
 * @param {import('../index.js').Result} result
 * @param {{ file?: string }} [options] `file`: its name; default: that of the file that was loaded, else 'data.csv'
 * @returns {string}
 * @throws {BedsideError} INVALID_SPEC for an analysis without R code
 */
export function toR(result, { file } = {}) {
  if (!hasR(result)) throw new BedsideError('INVALID_SPEC', `There is no R code for ${result?.analysis ?? 'this'}.`);
  const title = schemaOf(result.analysis)?.title ?? result.analysis;
  return `${scripts[result.analysis](result, { title, file: file ?? result.data?.name ?? 'data.csv' }).join('\n')}\n`;
}
