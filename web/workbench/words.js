// Every string that the page shows, by where it stands: a translation is this file. What analyses say of themselves
// (titles of tables, warnings, errors) comes from them.

import { spoken } from '../report/labels.js';

/** @param {number} count */
const number = count => count.toLocaleString('en');

/**
 * A count with its noun: `1 row`, `189 rows`.
 * @param {number} count
 * @param {string} noun
 */
export const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

/** The frame of the page. */
export const page = {
  skip: 'To the results',
  lead: 'Medical statistics on this device. Your data do not leave this tab.',
  results: 'Results',
  emptyOpen: 'Open data.',
  emptyOpenMore: ' A row for each patient, a column for each variable, names in the first line.',
  emptyAsk: 'Ask.',
  emptyAskMore: ' Which variables go with an outcome? The form offers the columns that fit.',
  emptyRead: 'Read.',
  emptyReadMore: ' Tables as journals print them, to copy into a document.',
  emptySample: 'No data at hand? The sample holds 189 births and the risk factors of a low birth weight.',
};

/** Data: the ways in, what is open. */
export const data = {
  title: 'Data',
  dropHint: 'Drop a CSV or TSV file here, or',
  choose: 'Choose a file',
  openSample: 'Open the sample',
  file: 'File of patients',
  reading: (/** @type {string} */ title) => `Reading ${title}`,
  columns: 'Columns',
  columnsAndOrigin: 'Columns and origin',
  column: 'Column',
  kind: 'Kind',
  missing: 'Missing',
  kinds: { numeric: 'number', categorical: 'category', date: 'date' },
  rows: (/** @type {number} */ count) => counted(count, 'row'),
  columnCount: (/** @type {number} */ count) => counted(count, 'column'),
};

/** Work that takes a while. */
export const busy = {
  computing: 'Computing',
  cancel: 'Cancel',
  cancelled: 'Cancelled.',
};

/** The form of an analysis. */
export const form = {
  title: 'Analysis',
  question: 'What do you want to know?',
  more: 'More options',
  run: 'Run',
  noColumn: 'No column fits',
  chooseColumn: 'Choose a column',
  none: 'None',
  interactions: 'Interactions ',
  interactionsExample: 'age:sex',
  secondValue: 'The second value',
  second: (/** @type {string} */ level) => `${level} (the second value)`,
};

/** Cards of results. */
export const card = {
  ready: (/** @type {string} */ title) => `${title}: the table is ready.`,
  cached: 'from the cache',
  computed: 'computed',
  took: (/** @type {number} */ ms) => ` in ${duration(ms)}`,
  table: (/** @type {string} */ title) => `Table: ${title}`,
  warnings: (/** @type {number} */ count) => `${counted(count, 'warning')}: read before the figures`,
  copy: 'Copy',
  copyDocument: 'Copy for a document',
  copied: 'Copied.',
  notCopied: 'This browser did not allow it: select the text and copy it.',
  saveCsv: 'Save as CSV',
  savePlot: 'Save the plot (SVG)',
  plot: 'Plot ',
  methods: 'For the Methods section',
  script: 'R code',
  remove: 'Remove',
  removeTitle: (/** @type {string} */ title) => `Remove: ${title}`,
};

/** The three layers. */
export const layers = {
  title: 'The three layers of the engine',
  cache: 'Cache',
  memory: 'Memory',
  connection: 'Connection',
  noRequests: 'no requests yet',
  hits: (/** @type {number} */ share) => `${percent(share)} hits`,
  cacheMeter: 'Share of requests answered from the cache',
  cacheNote: (/** @type {any} */ { hits, totalRequests, cachedItems, maxSize, savedMs }) =>
    `${hits} of ${counted(totalRequests, 'request')}, ${cachedItems} of ${maxSize} results kept, ${duration(savedMs)} saved`,
  used: (/** @type {any} */ { currentMb, maxMb }) => `${currentMb.toFixed(1)} of ${maxMb.toFixed(0)} MB`,
  memoryMeter: 'Share of the memory budget in use',
  memoryNote: (/** @type {any} */ { status, peakMb, thresholdMb, cleanups }) =>
    `${status}, peak ${peakMb.toFixed(1)} MB, cleans up at ${thresholdMb.toFixed(0)} MB${cleanups > 0 ? `, ${counted(cleanups, 'clean-up')}` : ''}`,
  succeeded: (/** @type {number} */ share) => `${percent(share)} succeeded`,
  connectionMeter: 'Share of requests that succeeded',
  connectionNote: (/** @type {any} */ { requests, successfulRetries, exhausted, bytes }) =>
    `${counted(requests, 'request')}, ${successfulRetries} saved by a retry, ${exhausted} lost, ${size(bytes)} read`,
  paused: 'The device is offline: waiting',
  retrying: (/** @type {any} */ { attempt, delayMs }) =>
    `Attempt ${attempt} failed: trying again in ${duration(delayMs)}`,
};

/** Fields of a spec; one that is not here is called by its name. @type {Record<string, string>} */
const fields = {
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

/** Words of fields that are chosen from a list. @type {Record<string, string>} */
const choices = {
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
const plots = {
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
export const plotTitle = kind => plots[kind] ?? kind;

/** @param {string} name */
export const fieldTitle = name => fields[name] ?? spoken(name);

/** @param {string} word */
export const wordTitle = word => choices[word] ?? word;

/** @param {number} share from 0 to 1 */
export const percent = share => `${Math.round(100 * share)}%`;

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
