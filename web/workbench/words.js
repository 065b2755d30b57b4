// What the page says of the analyses' fields, in a clinician's words. A field that is not here is called by its name.

import { spoken } from '../report/labels.js';

/** @type {Record<string, string>} */
const fieldTitles = {
  categorical: 'Count as categories',
  ci: 'Intervals',
  cluster: 'Clusters',
  columns: 'Variables',
  confLevel: 'Confidence level',
  formula: 'Formula',
  offset: 'Offset',
  outcome: 'Outcome',
  pAdjust: 'Adjust p-values for their number',
  positive: 'Event',
  predictors: 'Predictors',
  reference: 'Reference levels',
  robust: 'Robust standard errors',
  screenP: 'Enter the model with p below',
  weights: 'Weights',
};

/** @type {Record<string, string>} */
const wordTitles = {
  BH: 'Benjamini & Hochberg',
  auto: 'as the data need',
  bonferroni: 'Bonferroni',
  firth: 'Firth',
  holm: 'Holm',
  ml: 'maximum likelihood',
  none: 'none',
  profile: 'profile likelihood',
  sidak: 'Šidák',
  wald: 'Wald',
};

/** @type {Record<string, string>} */
const plotTitles = {
  box: 'Boxes',
  cif: 'Cumulative incidence',
  forest: 'Forest plot',
  histogram: 'Histogram',
  km: 'Survival curves',
  love: 'Love plot',
  overlap: 'Overlap of the scores',
  qq: 'Q–Q plot',
  residuals: 'Residuals',
  schoenfeld: 'Schoenfeld residuals',
};

/** @param {string} kind */
export const plotTitle = kind => plotTitles[kind] ?? kind;

/** @param {string} name */
export const fieldTitle = name => fieldTitles[name] ?? spoken(name);

/** @param {string} word */
export const wordTitle = word => wordTitles[word] ?? word;

/**
 * A count with its noun: `1 row`, `189 rows`.
 * @param {number} count
 * @param {string} noun
 */
export const counted = (count, noun) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** @param {number} time ms */
export const duration = time =>
  time === 0
    ? '0 ms'
    : time < 1
      ? `${time.toFixed(2)} ms`
      : time < 1000
        ? `${time.toFixed(0)} ms`
        : `${(time / 1000).toFixed(1)} s`;

/** @param {number} bytes */
export const size = bytes => (bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`);

/**
 * An error's message as a sentence.
 * @param {unknown} error
 */
export function sentence(error) {
  const message = error instanceof Error ? error.message : String(error);
  const capital = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

// ---- Data ---------------------------------------------------------------------------------------------------------------

export const pastedTitle = 'Pasted rows';

/** Why a request is tried again. @type {Record<string, string>} */
const retryReasons = {
  network: 'The connection failed.',
  stall: 'The server fell silent.',
  status: 'The server is busy.',
  truncated: 'The connection broke off.',
  offline: 'This device is offline.',
};

/** @param {{ reason: string, attempt: number, delayMs: number, paused: boolean }} event */
export const retryNote = ({ reason, attempt, delayMs, paused }) =>
  `${retryReasons[reason] ?? 'The file did not arrive whole.'} ${
    paused ? 'Waiting until it is online.' : `Trying again in ${duration(delayMs)} (attempt ${attempt + 1}).`
  }`;

/**
 * @param {number} number of the step
 * @param {unknown} error
 */
export const stepFailed = (number, error) => new Error(`Step ${number}: ${sentence(error)}`, { cause: error });

/** @param {string} title of what is opened */
export const reading = title => `Reading ${title}`;

/** @param {unknown} error */
export const outdated = error => `These figures are of the rows before the last change. ${sentence(error)}`;
