// Every string that the page shows, by where it stands: a translation is this file. What analyses say of themselves
// (titles of tables, warnings, errors) comes from them.

import { spoken } from '../report/labels.js';

const figures = new Intl.NumberFormat('en');
/** @param {number} count */
const number = count => figures.format(count);

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
  views: 'Views',
  results: 'Results',
  rows: 'Data',
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
  origin: 'Origin',
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
  chooseValue: 'Choose a value',
  none: 'None',
  all: 'Tick all',
  noneOfThem: 'Untick all',
  search: 'Find a column',
  interactions: 'Interactions ',
  interactionsExample: 'age:sex',
  secondValue: 'The second value',
  second: (/** @type {string} */ level) => `${level} (the second value)`,
  profile: (/** @type {number} */ number) => `Patient ${number}`,
  addProfile: 'Add a patient',
  removeProfile: (/** @type {number} */ number) => `Remove patient ${number}`,
  removeShort: 'Remove',
  noPredictors: 'Tick the predictors first: each gets a value here.',
  /** @type {Record<string, string>} */
  listExamples: { numbers: '180, 365', interval: '0.01, 0.99', strings: 'treated, control', vectors: '12 30\n5 41' },
  /** What to say of a field that was left empty, by its type. @type {Record<string, string>} */
  empty: {
    column: 'Choose a column.',
    columns: 'Tick at least one column.',
    terms: 'Tick at least one column.',
    level: 'Choose a value.',
    number: 'Type a number.',
    numbers: 'Type at least one number, such as 180, 365.',
    profiles: 'Tick the predictors first, then say for which patients.',
  },
};

/**
 * The analyses, in the order of the menu.
 * @type {{ groups: [string, Record<string, string>][], others: string }}
 */
export const menu = {
  groups: [
    ['Describe patients', { describe: 'Describe the patients' }],
    [
      'Compare groups',
      {
        tableOne: 'Compare groups (Table 1)',
        contingency: 'Compare proportions (χ², Fisher, odds ratio)',
        mantelHaenszel: 'Compare proportions within strata (Mantel–Haenszel)',
        subgroup: 'Does a treatment’s effect differ between subgroups?',
      },
    ],
    [
      'Risk factors of a yes/no outcome',
      {
        analyzeOutcome: 'What goes with an outcome? (one click)',
        logistic: 'Adjusted odds ratios (logistic regression)',
      },
    ],
    [
      'Measured or counted outcome',
      {
        linear: 'A measurement (linear regression)',
        poisson: 'Counts or rates (Poisson regression)',
        negativeBinomial: 'Counts that vary much (negative binomial)',
      },
    ],
    [
      'Time to event',
      {
        kaplanMeier: 'Survival curves (Kaplan–Meier)',
        logRank: 'Compare survival (log-rank test)',
        nelsonAalen: 'Cumulative hazards (Nelson–Aalen)',
        cox: 'Adjusted hazard ratios (Cox regression)',
        predictSurvival: 'Predict survival of patients (Cox model)',
        cumulativeIncidence: 'Several kinds of event (cumulative incidence)',
        fineGray: 'Several kinds of event, adjusted (Fine–Gray)',
      },
    ],
    [
      'Make groups comparable',
      {
        propensity: 'Who was likely treated? (propensity scores)',
        match: 'Match like with like (propensity matching)',
        ipw: 'Weight by the chance of treatment (IPW)',
      },
    ],
    ['How robust is it?', { eValue: 'Could a hidden confounder explain it? (E-value)' }],
  ],
  others: 'Other analyses',
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

/**
 * Fields of a spec: by name, or by analysis and name where that says more. One that is not here is called by its name.
 * @type {Record<string, string>}
 */
const fields = {
  adjust: 'Adjust for',
  at: 'For whom',
  caliper: 'Caliper',
  categorical: 'Count as categories',
  cause: 'Event of interest',
  censorValue: 'Value for “no event seen”',
  ci: 'Intervals',
  ciHigh: 'Its upper confidence limit',
  ciLow: 'Its lower confidence limit',
  ciType: 'Scale of the intervals',
  cluster: 'Clusters',
  columns: 'Variables',
  'contingency.columns': 'Names of its columns',
  confLevel: 'Confidence level',
  correct: 'Yates’ correction',
  counts: 'A table typed in',
  covariates: 'What the treatment may have depended on',
  distance: 'Distance',
  estimand: 'Effect in whom',
  event: 'What happened',
  eventValue: 'Value that is the event',
  'match.exact': 'Must agree exactly',
  'tableOne.exact': 'By Fisher’s exact test',
  formula: 'Formula',
  group: 'Groups',
  landmark: 'Landmark time',
  measure: 'Measure',
  model: 'Outcome',
  nonnormal: 'Compare by ranks',
  offset: 'Offset',
  order: 'Who chooses first',
  outcome: 'Outcome',
  pAdjust: 'Adjust p-values for their number',
  positive: 'Event',
  'ipw.positive': 'Who counts as treated',
  'match.positive': 'Who counts as treated',
  'propensity.positive': 'Who counts as treated',
  predictors: 'Predictors',
  rare: 'The outcome is rare',
  ratio: 'Controls for each',
  reference: 'Reference levels',
  replace: 'Use controls again',
  rho: 'Weight of early events (ρ)',
  robust: 'Robust standard errors',
  row: 'Rows: exposure or treatment',
  column: 'Columns: outcome',
  'contingency.rows': 'Names of its rows',
  screenP: 'Enter the model with p below',
  simulate: 'Random tables',
  stabilized: 'Stabilised weights',
  start: 'Time of entry',
  strata: 'Strata',
  subgroup: 'Subgroups',
  tau: 'End of the restricted mean',
  ties: 'Tied events',
  time: 'Time',
  times: 'At times',
  treatment: 'Treatment',
  truncate: 'Cut weights at these shares',
  weights: 'Weights',
};

/** What a clinician is told of a field, where its own description speaks to programmers. @type {Record<string, string>} */
const hints = {
  at: 'A value for every predictor.',
  ciHigh: '',
  ciLow: '',
  'contingency.columns': 'By commas.',
  'contingency.rows': 'By commas.',
  counts: 'A line for each row, in place of the columns above.',
  covariates: 'Tick what was known when treatment was chosen.',
  event: 'The column that says how the time ended.',
  formula: 'The model in R’s notation, such as y ~ age * sex, in place of the fields above.',
  model: 'Yes or no: odds ratios. Time to event: hazard ratios.',
  positive: 'The value that counts as the event.',
  'ipw.positive': '',
  'match.positive': '',
  'propensity.positive': '',
  predictors: 'Tick what may explain the outcome.',
  adjust: 'Tick what the comparison is to be adjusted for.',
  reference: 'The level with which the others are compared.',
  times: 'By commas, in the unit of the time column.',
  truncate: 'Two shares by a comma: weights beyond these quantiles are set to them.',
  order: 'Plays no part when controls are used again, or with the optimal method.',
};

/** Words of fields that are chosen from a list. @type {Record<string, string>} */
const choices = {
  '': 'as usual',
  ATE: 'everyone (ATE)',
  ATO: 'where groups overlap (ATO)',
  ATT: 'the treated (ATT)',
  BH: 'Benjamini & Hochberg',
  HR: 'hazard ratio',
  OR: 'odds ratio',
  RR: 'risk ratio',
  auto: 'as the data need',
  bonferroni: 'Bonferroni',
  breslow: 'Breslow',
  closest: 'the closest pair',
  cox: 'time to event',
  data: 'the first row',
  efron: 'Efron',
  firth: 'Firth',
  holm: 'Holm',
  largest: 'the largest score',
  logistic: 'yes or no',
  logit: 'logit of the score',
  mahalanobis: 'Mahalanobis',
  ml: 'maximum likelihood',
  nearest: 'nearest neighbour',
  none: 'none',
  probability: 'score',
  profile: 'profile likelihood',
  scaledSchoenfeld: 'scaled Schoenfeld (has a plot)',
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

/**
 * @param {string} name
 * @param {string} [analysis]
 */
export const fieldTitle = (name, analysis) => fields[`${analysis}.${name}`] ?? fields[name] ?? spoken(name);

/**
 * @param {{ name: string, doc?: string }} schema
 * @param {string} analysis
 */
export const fieldHint = ({ name, doc = '' }, analysis) => hints[`${analysis}.${name}`] ?? hints[name] ?? doc;

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

// ---- Data -----------------------------------------------------------------------------------------------------------

/** Ways in beside a file and the sample. */
export const ways = {
  more: 'A web address or a spreadsheet',
  address: 'Web address of a CSV or TSV file',
  noAddress: 'This is no web address: it begins with https:// and names a file.',
  openAddress: 'Open the address',
  rows: 'Rows copied from a spreadsheet',
  rowsHint: 'Copy the cells with the line of names and paste them here, or anywhere on this page.',
  openRows: 'Open the rows',
  pasted: 'Pasted rows',
  /** Why a request is tried again. @type {Record<string, string>} */
  reasons: {
    network: 'The connection failed.',
    stall: 'The server fell silent.',
    status: 'The server is busy.',
    truncated: 'The connection broke off.',
    offline: 'This device is offline.',
  },
  retry: (/** @type {{ reason: string, attempt: number, delayMs: number, paused: boolean }} */ event) =>
    `${ways.reasons[event.reason] ?? 'The file did not arrive whole.'} ${
      event.paused
        ? 'Waiting until it is online.'
        : `Trying again in ${duration(event.delayMs)} (attempt ${event.attempt + 1}).`
    }`,
};

/** Steps: filters, new columns, what is said of columns. */
export const steps = {
  failed: (/** @type {number} */ number, /** @type {unknown} */ error) =>
    new Error(`Step ${number}: ${sentence(error)}`, { cause: error }),
  outdated: (/** @type {unknown} */ error) =>
    `These figures are of the rows before the last change. ${sentence(error)}`,
  undo: 'Undo',
  redo: 'Redo',
  cancel: 'Cancel',
  remove: 'Take this step back',
  removeStep: (/** @type {number} */ number, /** @type {string} */ text) => `Take back step ${number}: ${text}`,
  done: { filter: 'Keep rows where', derive: 'New column', describe: 'Described' },
  left: (/** @type {number} */ rows) => `${counted(rows, 'row')} left`,
  filter: {
    open: 'Filter rows',
    label: 'Keep the rows where',
    hint: 'Compare with ==, !=, <, >=; join with & (and), | (or). Texts stand in quotes.',
    save: 'Filter',
  },
  derive: {
    open: 'New column',
    label: 'Its value',
    hint: 'Computed for every row. A name that exists is replaced.',
    save: 'Add the column',
  },
  name: 'Name of the column',
  unnamed: 'new',
  examples: 'Such as ',
  insert: 'Insert …',
  columns: 'Columns',
  functions: 'Functions',
  functionList: [
    ...['ifelse(, , )', 'isMissing()', 'cut(, [])', 'ntile(, 4)', '%in% []', 'log()', 'sqrt()', 'round()', 'abs()'],
    ...['mean()', 'median()', 'sd()', 'min()', 'max()', 'quantile(, 0.75)', 'pmin(, )', 'pmax(, )', 'number()'],
    ...['text()', "date('2024-01-31')", 'days(, )', 'years(, )', 'year()', 'month()'],
  ],
  keeps: (/** @type {number} */ rows, /** @type {number} */ of) => `Keeps ${number(rows)} of ${counted(of, 'row')}.`,
  first: (/** @type {string} */ values, /** @type {boolean} */ more) => `First values: ${values}${more ? ' …' : ''}`,
  count: (/** @type {string} */ level, /** @type {number} */ count) => `${level}: ${number(count)}`,
  missingIn: (/** @type {number} */ missing, /** @type {number} */ distinct) =>
    `${counted(distinct, 'different value')}, ${missing === 0 ? 'none' : number(missing)} missing`,
};

/** The rows. */
export const grid = {
  title: 'Rows of the data',
  row: 'Row',
  rowNumber: number,
  goTo: 'Go to row',
  missing: 'missing',
  missingCells: (/** @type {number} */ count) => (count === 0 ? 'none missing' : `${number(count)} missing`),
  levels: (/** @type {number} */ count) => counted(count, 'value'),
  share: (/** @type {string} */ title, /** @type {number} */ count) => `${title}: ${number(count)}`,
  edit: (/** @type {string} */ column) => `Describe ${column}: label, unit, kind, values`,
  size: (/** @type {number} */ rows, /** @type {number} */ columns) =>
    `${counted(rows, 'row')}, ${counted(columns, 'column')}`,
};

/** What is said of a column. */
export const editor = {
  title: (/** @type {string} */ column) => `Column ${column}`,
  label: 'Label',
  labelHint: 'What tables and plots call it.',
  unit: 'Unit',
  kind: 'Kind',
  dateFormat: 'Dates are written as',
  dateFormats: ['YYYY-MM-DD', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD.MM.YYYY'],
  buddhist: 'Years of the Buddhist Era',
  levels: 'Values',
  levelsHint: 'What each means, in the order of the tables. The first is what others are compared with.',
  levelTitle: (/** @type {string} */ level) => `Meaning of ${level}`,
  moreLevels: (/** @type {number} */ count) => `${counted(count, 'further value')} behind them.`,
  up: (/** @type {string} */ level) => `Move ${level} up`,
  down: (/** @type {string} */ level) => `Move ${level} down`,
  missing: 'Codes for a missing value',
  missingHint: 'By commas. Empty cells and NA are missing anyway.',
  missingExample: '9, 99',
  missingNow: (/** @type {string[]} */ codes) => `Besides ${codes.join(', ')}, by commas.`,
  save: 'Save',
  cancel: 'Cancel',
};
