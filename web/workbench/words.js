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

const noRequests = 'no requests yet';

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
        contingency: 'Compare proportions (χ², Fisher)',
        mantelHaenszel: '… within strata (Mantel–Haenszel)',
        subgroup: 'Effects in subgroups',
      },
    ],
    [
      'Risk factors of a yes/no outcome',
      {
        analyzeOutcome: 'What goes with an outcome?',
        logistic: 'Odds ratios (logistic regression)',
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
        cox: 'Hazard ratios (Cox regression)',
        predictSurvival: 'Predict survival (Cox model)',
        cumulativeIncidence: 'Competing events (cumulative incidence)',
        fineGray: 'Competing events (Fine–Gray)',
      },
    ],
    [
      'Make groups comparable',
      {
        propensity: 'Propensity scores',
        match: 'Match like with like',
        ipw: 'Weight by the chance of treatment',
      },
    ],
    ['How robust is it?', { eValue: 'A hidden confounder? (E-value)' }],
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
  save: 'Save as',
  savePicture: 'Save the picture as',
  saveAs: (/** @type {string} */ ending) => `Save as ${card.endings[ending]}`,
  savePlot: (/** @type {string} */ ending) => `Save the picture as ${card.endings[ending]}`,
  /** @type {Record<string, string>} */
  endings: { csv: 'CSV', html: 'HTML', R: 'R script', svg: 'SVG', png: 'PNG' },
  noPicture: 'This browser could not make the picture.',
  plot: 'Plot ',
  options: 'Change options',
  fold: 'Fold',
  unfold: 'Unfold',
  foldTitle: (/** @type {string} */ title) => `Fold: ${title}`,
  errorOf: sentence,
  /** What mends what a warning is about, by its code. @type {Record<string, string>} */
  remedies: {
    SEPARATION: 'Compute it by Firth’s method',
    ROBUST_ADVISED: 'Take robust standard errors',
    FISHER_SKIPPED: 'Estimate it from 10,000 random tables',
  },
  methods: 'For the Methods section',
  script: 'R code',
  remove: 'Remove',
  removeTitle: (/** @type {string} */ title) => `Remove: ${title}`,
};

/**
 * `a`, `a and b`, `a, b and c`.
 * @param {string[]} words
 */
export const listed = words =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** What results say in plain words. Association is not cause, and no clear difference is not no difference. */
export const plain = {
  interval: (/** @type {string} */ level) => `${level}% CI`,
  perUnit: (/** @type {string} */ name) => `${name}, per unit more`,
  ratherThan: (/** @type {string} */ name, /** @type {string} */ level, /** @type {string} */ reference) =>
    reference ? `${name} (${level} rather than ${reference})` : `${name} ${level}`,
  /** @type {Record<string, string>} */
  measures: { odds: 'odds', rate: 'rate', hazard: 'hazard', incidence: 'incidence' },
  /** @type {Record<string, string>} */
  ratioNames: { OR: 'odds ratio', HR: 'hazard ratio' },
  ratio: (
    /** @type {boolean} */ more,
    /** @type {string} */ measure,
    /** @type {string} */ compared,
    /** @type {string} */ estimate,
    /** @type {string} */ limits,
    /** @type {string} */ ci,
    /** @type {string} */ p,
  ) => `${more ? 'higher' : 'lower'} ${measure} with ${compared}: ratio ${estimate} (${ci} ${limits}; ${p})`,
  difference: (
    /** @type {boolean} */ more,
    /** @type {string} */ compared,
    /** @type {string} */ size,
    /** @type {string} */ ci,
    /** @type {string} */ p,
  ) =>
    `${more ? 'higher' : 'lower'} values with ${compared}: difference ${size.replace(' (', ` (${ci} `).replace(')', `; ${p})`)}`,
  associated: (/** @type {string} */ outcome, /** @type {string[]} */ told, /** @type {number} */ more) =>
    `Associated with ${outcome}: ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
  others: (/** @type {number} */ count) =>
    `${count === 1 ? 'The other comparison leaves' : `The other ${count} comparisons leave`} open whether there is any association.`,
  noneClear: (/** @type {number} */ count, /** @type {string} */ outcome) =>
    count === 1
      ? `No clear association with ${outcome}: the interval is compatible with none.`
      : `None of ${count} comparisons shows a clear association with ${outcome}: each interval is compatible with none.`,
  notProof: 'That is no proof of absence: the intervals show what remains possible.',
  adjusted: 'Each is adjusted for the others in the model; none by itself shows a cause.',
  notCause: 'An association by itself shows no cause.',
  described: (/** @type {number} */ rows, /** @type {number} */ variables) =>
    `${counted(rows, 'patient')}, ${counted(variables, 'variable')}.`,
  complete: 'No value is missing.',
  gaps: (/** @type {number} */ count, /** @type {string} */ name, /** @type {string} */ share) =>
    `Values are missing in ${counted(count, 'variable')}, most in ${name} (${share}).`,
  differ: (
    /** @type {number} */ count,
    /** @type {number} */ of,
    /** @type {string} */ group,
    /** @type {string} */ names,
  ) =>
    count === 0
      ? `None of ${counted(of, 'variable')} differs clearly between the groups of ${group} (all p ≥ 0.05).`
      : `${count} of ${counted(of, 'variable')} ${count === 1 ? 'differs' : 'differ'} between the groups of ${group} (p < 0.05): ${names}.`,
  byChance: (/** @type {number} */ tests, /** @type {string} */ expected) =>
    tests > 1 ? `In ${tests} tests, ${expected} such differences are expected by chance alone.` : '',
  imbalanced: (
    /** @type {number} */ count,
    /** @type {number} */ of,
    /** @type {string} */ group,
    /** @type {string} */ names,
  ) =>
    count === 0
      ? `The groups of ${group} are alike in all of ${counted(of, 'variable')} (standardised differences up to 0.1).`
      : `The groups of ${group} differ in ${count} of ${counted(of, 'variable')} (standardised difference above 0.1): ${names}.`,
  share: (
    /** @type {number} */ count,
    /** @type {number} */ total,
    /** @type {string} */ share,
    /** @type {string} */ who,
  ) => `${count} of ${total} (${share}) with ${who}`,
  proportions: (
    /** @type {string} */ what,
    /** @type {string} */ one,
    /** @type {string} */ other,
    /** @type {string} */ size,
    /** @type {string} */ ci,
    /** @type {string} */ p,
  ) => `${what}: ${one}, against ${other}${size ? `; risk ratio ${size.replace(' (', ` (${ci} `)}` : ''}, ${p} (χ²).`,
  crossed: (
    /** @type {string} */ row,
    /** @type {string} */ column,
    /** @type {boolean} */ clear,
    /** @type {string} */ p,
    /** @type {string} */ v,
  ) =>
    `${row && column ? `${row} and ${column}` : 'Rows and columns'} ${clear ? 'are associated' : 'show no clear association'} (χ², ${p}; Cramér’s V ${v}, from 0 for none to 1).`,
  common: (
    /** @type {string} */ row,
    /** @type {string} */ column,
    /** @type {string} */ strata,
    /** @type {string} */ size,
    /** @type {string} */ ci,
    /** @type {string} */ p,
  ) =>
    `Within the strata of ${strata}, ${row} goes with ${column} by a common odds ratio of ${size.replace(' (', ` (${ci} `)}, ${p}.`,
  homogeneous: (/** @type {boolean} */ alike, /** @type {string} */ p) =>
    alike
      ? `There is no clear sign that the strata differ (Tarone, ${p}).`
      : `The strata differ (Tarone, ${p}): a common ratio hides that.`,
  effect: (
    /** @type {string} */ treatment,
    /** @type {string} */ measure,
    /** @type {string} */ size,
    /** @type {string} */ ci,
    /** @type {string} */ p,
  ) => `In all patients, ${treatment} has the ${measure} ${size.replace(' (', ` (${ci} `)}, ${p}.`,
  interaction: (/** @type {boolean} */ differs, /** @type {string} */ subgroup, /** @type {string} */ p) =>
    differs
      ? `It differs between the levels of ${subgroup} (interaction ${p}).`
      : `There is no clear sign that it differs between the levels of ${subgroup} (interaction ${p}).`,
  planned: 'A subgroup’s own figure says little unless it was planned for.',
  screened: (/** @type {number} */ of, /** @type {number} */ count, /** @type {string} */ p) =>
    `${count} of ${counted(of, 'variable')} entered the multivariable model (p < ${p} alone).`,
  noneScreened: (/** @type {number} */ of, /** @type {string} */ outcome, /** @type {string} */ p) =>
    `None of ${counted(of, 'variable')} goes with ${outcome} at p < ${p}: there is no multivariable model.`,
  median: (
    /** @type {string} */ who,
    /** @type {string} */ median,
    /** @type {string} */ limits,
    /** @type {string} */ ci,
  ) => `${who ? `${who}: half` : 'Half'} had the event by ${median} (${ci} ${limits}).`,
  medianNotReached: (/** @type {string} */ who) =>
    `${who ? `${who}: fewer` : 'Fewer'} than half had the event during follow-up; the median is not reached.`,
  curvesDiffer: (/** @type {boolean} */ clear, /** @type {string} */ p) =>
    clear
      ? `The groups differ by more than chance explains easily (log-rank, ${p}).`
      : `The log-rank test shows no clear difference between the groups (${p}); that is no proof of none.`,
  hazard: (
    /** @type {string} */ who,
    /** @type {number} */ events,
    /** @type {number} */ of,
    /** @type {string} */ hazard,
  ) =>
    `${who ? `${who}: ` : ''}${counted(events, 'event')} in ${counted(of, 'patient')}; the cumulative hazard reaches ${hazard}.`,
  observed: (/** @type {string} */ who, /** @type {string} */ observed, /** @type {string} */ expected) =>
    `${who} had ${observed} events where ${expected} would be expected if all groups were alike.`,
  incidence: (
    /** @type {string} */ who,
    /** @type {string} */ cause,
    /** @type {string} */ share,
    /** @type {string} */ time,
  ) => `${who ? `${who}: by` : 'By'} ${time}, ${share} had event ${cause}.`,
  gray: (/** @type {string} */ cause, /** @type {boolean} */ clear, /** @type {string} */ p) =>
    clear
      ? `The groups differ in event ${cause} (Gray, ${p}).`
      : `There is no clear difference in event ${cause} (Gray, ${p}).`,
  predicted: (
    /** @type {string} */ who,
    /** @type {string} */ time,
    /** @type {string} */ share,
    /** @type {string} */ limits,
    /** @type {string} */ ci,
  ) => `${who}: ${share} (${ci} ${limits}) are predicted to be without the event at ${time}.`,
  forSuch: 'A prediction holds for patients like those of these data.',
  discriminates: (/** @type {string} */ c) =>
    `The scores tell treated from untreated with a c statistic of ${c} (0.5: not at all, 1: always).`,
  overlapping: (/** @type {number} */ inside, /** @type {number} */ of) =>
    `${inside} of ${counted(of, 'patient')} lie where both groups have scores; the others have no counterpart.`,
  matched: (/** @type {number} */ matched, /** @type {number} */ treated, /** @type {number} */ controls) =>
    `${matched} of ${treated} treated patients found a match, among ${counted(controls, 'control')}.`,
  balance: (
    /** @type {number} */ before,
    /** @type {number} */ after,
    /** @type {number} */ of,
    /** @type {string} */ worstBefore,
    /** @type {string} */ worstAfter,
  ) =>
    `Standardised differences above 0.1: ${before} of ${of} before, ${after} after (the largest ${worstBefore}, then ${worstAfter}).`,
  measuredOnly: 'Only what was measured is balanced.',
  effectiveSize: (/** @type {string} */ effective, /** @type {number} */ of) =>
    `The ${of} weighted patients carry the information of about ${effective}.`,
  weighted: (
    /** @type {string} */ measure,
    /** @type {string} */ outcome,
    /** @type {string} */ size,
    /** @type {string} */ ci,
    /** @type {string} */ p,
  ) => `Weighted ${measure} of ${outcome} between the groups: ${size.replace(' (', ` (${ci} `)}, ${p}.`,
  confounder: (/** @type {string} */ e) =>
    `To explain the estimate away, an unmeasured confounder would have to go with both exposure and outcome by risk ratios of at least ${e} each, beyond what was adjusted for.`,
  confounderOfLimit: (/** @type {string} */ e, /** @type {boolean} */ none) =>
    none ? 'The interval includes no effect already.' : `For the interval to include no effect, ${e} would do.`,
};

/** The three layers. */
export const layers = {
  title: 'The three layers of the engine',
  /** @type {Record<string, string>} */
  names: { cache: 'Cache', memory: 'Memory', connection: 'Connection' },
  noRequests,
  off: 'off',
  waiting: 'trying again …',
  /** @type {Record<string, (figures: any) => string>} */
  value: {
    cache: ({ totalRequests, hitRate }) => (totalRequests === 0 ? noRequests : `${percent(hitRate)} hits`),
    memory: ({ currentMb, maxMb }) => `${currentMb.toFixed(1)} of ${maxMb.toFixed(0)} MB`,
    connection: ({ requests, successRate }) => (requests === 0 ? noRequests : `${percent(successRate)} succeeded`),
  },
  /** @type {Record<string, (figures: any) => string>} */
  note: {
    cache: ({ hits, totalRequests, cachedItems, maxSize, savedMs }) =>
      `${hits} of ${counted(totalRequests, 'request')}, ${cachedItems} of ${maxSize} results kept, ${duration(savedMs)} saved`,
    memory: ({ status, peakMb, thresholdMb, cleanups }) =>
      `${status}, peak ${peakMb.toFixed(1)} MB, cleans up at ${thresholdMb.toFixed(0)} MB${cleanups > 0 ? `, ${counted(cleanups, 'clean-up')}` : ''}`,
    connection: ({ requests, successfulRetries, exhausted, bytes }) =>
      `${counted(requests, 'request')}, ${successfulRetries} saved by a retry, ${exhausted} lost, ${size(bytes)} read`,
  },
  /** @type {Record<string, string>} */
  meters: {
    cache: 'Share of requests answered from the cache',
    memory: 'Share of the memory budget in use',
    connection: 'Share of requests that succeeded',
  },
  /** @type {Record<string, string>} */
  switches: { cache: 'Keep results', memory: 'Clean up in time', connection: 'Try again after failures' },
  targetHeads: ['Figure', 'Now', 'Target', 'Met'],
  /** @type {Record<string, [string, string]>} */
  targets: {
    hitRate: ['Answered from the cache', '> 50%'],
    items: ['Results kept', '> 10'],
    usage: ['Memory in use', '< 80%'],
    success: ['Requests that succeeded', '> 95%'],
  },
  /** @type {Record<string, (value: number) => string>} */
  figure: { hitRate: percent, items: String, usage: percent, success: percent },
  met: '✓ yes',
  notMet: 'not yet',
  budget: 'Memory budget',
  megabytes: (/** @type {number} */ mb) => `${mb} MB`,
  cleanUp: 'Clean up now',
  clear: 'Clear the cache',
  cleanedUp: (/** @type {number} */ bytes) => `${size(bytes)} given back.`,
  cleared: 'The cache is empty.',
  restarting: 'The engine starts anew …',
  restarted: 'The engine has started anew, with the data that were open.',
  notRestarted: (/** @type {unknown} */ error) => `All stays as it was: ${sentence(error)}`,
  errorOf: sentence,
  lastEvents: 'What happened last',
  noEvents: 'Nothing yet.',
  cacheEvent: (/** @type {any} */ { kind, analysis, reason, savedMs }) => {
    const title = analysisTitle(analysis);
    if (kind === 'hit') return `${title}: found in the cache, ${duration(savedMs)} saved`;
    if (kind === 'miss') return `${title}: computed`;
    const why = {
      expired: 'it was old',
      lru: 'others were newer',
      budget: 'memory was cleaned up',
      cleared: 'you cleared the cache',
    };
    return `${title}: no longer kept, as ${why[/** @type {keyof typeof why} */ (reason)] ?? reason}`;
  },
  memoryEvent: (/** @type {any} */ { kind, freedBytes = 0, status }) =>
    ({
      cleanup: `Memory was cleaned up: ${size(freedBytes)} given back`,
      alert: `Memory runs short (${status})`,
      recycle: 'The engine’s memory was made anew',
      refused: 'An analysis needed more memory than there is',
    })[/** @type {'alert'} */ (kind)] ?? '',
  retryEvent: (/** @type {any} */ { paused, attempt, delayMs }) =>
    paused ? 'The device is offline: waiting' : `Attempt ${attempt} failed: trying again in ${duration(delayMs)}`,
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
  model: 'Kind of outcome',
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
  column: '',
  outcome: '',
  'ipw.outcome': 'A measurement, or yes or no: its difference between the groups.',
  'linear.outcome': 'A measurement.',
  'negativeBinomial.outcome': 'Counts: whole numbers from 0.',
  'poisson.outcome': 'Counts: whole numbers from 0.',
  row: '',
  time: 'To the event, or to the end of observation.',
  treatment: 'A column with two values.',
  confLevel: 'Such as 0.9, 0.95 or 0.99.',
  residuals: '',
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

/** @param {string} name */
const analysisTitle = name => menu.groups.map(([, entries]) => entries[name]).find(Boolean) ?? name;

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

/** Keeping the work. */
export const keep = {
  title: 'Keep on this device',
  hint: 'The file and your work are there again after a reload, in this browser only.',
  keeping: 'Keeping …',
  kept: 'Kept.',
  restored: 'Brought back.',
  forget: 'Forget everything',
  forgotten: 'Nothing is kept any more; what is open stays until you leave.',
  refused: 'This browser does not let the page keep anything: it works, and forgets when you leave.',
};
