// The first page: data in, a question, tables out.

import { withProgress } from './busy.js';
import { keeping } from './data/keep.js';
import { waysIn } from './data/open.js';
import { Session } from './data/session.js';
import { summary } from './data/summary.js';
import { dataView } from './data/view.js';
import { byId, fillTexts, showText } from './dom.js';
import { startEngines } from './engines.js';
import { showForm } from './form.js';
import { showLayers } from './layers.js';
import { runOf, showAnalysis, showFailure } from './results.js';
import { tabs } from './tabs.js';
import * as words from './words.js';

/**
 * @typedef {import('../table.js').Table} Table
 * @typedef {import('./data/session.js').Run} Run
 */

fillTexts(words);
const cards = byId('cards');
const announcement = byId('announce');
const dataError = byId('data-error');
const engines = startEngines();
const showFigures = showLayers(byId('layers'), engines, restart);
showFigures().catch(error => showText(dataError, words.sentence(error)));
const refreshLayers = () => showFigures().catch(() => {});

/** What is open, and what is done with it. */
export const session = new Session(engines.current);

const dataInSight = dataView(byId('rows'), session);
const showView = tabs(byId('views'), view => dataInSight(view === 'rows'));

/** @type {Run} */
const description = { analysis: 'describe', spec: {} };

/** @type {ReturnType<typeof showForm> | undefined} */
let form;
/** What the form was made of. */
let formed = '';
/** @type {readonly import('./form.js').AnalysisSchema[]} */
let analyses = [];
/** Analyses that are being shown again. @type {readonly Run[] | null} */
let coming = null;
/** What forms and cards choose from. @type {import('./frame.js').Data | undefined} */
let data;

/**
 * Opens data; what was open before stays when it fails.
 * @param {import('./data/session.js').Opened} opened
 * @param {{ steps?: readonly import('./data/session.js').Step[], runs?: readonly Run[] }} [work] done with them before
 */
async function open(opened, { steps, runs = [description] } = {}) {
  showText(dataError, '');
  try {
    const done = await withProgress(byId('data-busy'), words.data.reading(opened.title), (signal, tell) =>
      session.open(opened, { steps, signal, onProgress: ({ loaded, total }) => tell(total ? loaded / total : 0) }),
    );
    if (!done) return;
    cards.replaceChildren();
    formed = '';
    await show(runs);
    form?.focus();
  } catch (error) {
    if (!isAbort(error)) showText(dataError, words.sentence(error));
  } finally {
    byId('data-note').textContent = '';
    refreshLayers();
  }
}

/**
 * Goes on with an engine of other switches: the same data, the same analyses.
 * @param {import('./engines.js').Switches} switches
 */
function restart(switches) {
  return engines.change(switches, async () => {
    const { opened, steps, runs } = session;
    if (opened && (await session.open(opened, { steps }))) await show(runs);
  });
}

/**
 * Shows the current table: what it is, the form for it, the analyses.
 * @param {readonly Run[]} runs the uppermost first
 */
async function show(runs) {
  const { opened, table } = session;
  if (!opened || !table) return;
  byId('empty').hidden = true;
  byId('views').hidden = false;
  byId('drop').classList.add('slim');
  byId('data-summary').replaceChildren(...summary(opened, table));
  byId('analysis').hidden = false;
  session.runs = coming = runs;
  await showFormOf(table, opened.outcome);
  for (const run of [...runs].reverse()) {
    try {
      await analyse(table, run);
    } catch (error) {
      if (coming !== runs) return;
      const card = cardOf(run);
      if (!card) throw error;
      showFailure(card, words.steps.outdated(error));
    }
    if (coming !== runs) return; // another table is shown by now
  }
  coming = null;
  tellRuns();
}

/**
 * Makes the form anew where the columns are others.
 * @param {Table} table
 * @param {string} [outcome]
 */
async function showFormOf(table, outcome) {
  const columns = JSON.stringify(table.columns.map(({ missing, distinct, ...column }) => column));
  if (columns === formed) return;
  analyses = await (await engines.current()).analyses();
  const chosen = formed && document.querySelector('#form select');
  formed = columns;
  data = {
    columns: table.columns,
    outcome,
    levels: column => /** @type {Table} */ (session.table).levels(column),
    quartiles: async column => {
      const figures = await /** @type {Table} */ (session.table).describe({ columns: [column] });
      const { q1, median, q3 } = figures.variables[0];
      return [q1, median, q3].map(Number);
    },
    levelTitle: (column, level) => namedLevel(column, level),
  };
  form = showForm(byId('form'), {
    analyses,
    chosen: chosen ? /** @type {HTMLSelectElement} */ (chosen).value : 'analyzeOutcome',
    data,
    run: async (analysis, spec) => {
      const card = await analyse(/** @type {Table} */ (session.table), { analysis, spec });
      if (card) showView('results');
      if (card && analysis !== 'describe') bringIntoView(card);
    },
  });
}

/**
 * Runs an analysis and shows what it gave.
 * @param {Table} on
 * @param {Run} run
 */
const analyse = (on, { analysis, spec }) =>
  showAnalysis(
    cards,
    {
      analysis,
      spec,
      schema: /** @type {import('./form.js').AnalysisSchema} */ (analyses.find(({ name }) => name === analysis)),
      data: /** @type {import('./frame.js').Data} */ (data),
      compute: (given, busy) => compute(on, analysis, given, busy),
      tell(text) {
        announcement.textContent = text;
        tellRuns(); // with the options as they are now
      },
    },
    form?.busy ?? cards,
  );

/**
 * @param {Table} on
 * @param {string} analysis
 * @param {object} spec
 * @param {HTMLElement} busy
 */
async function compute(on, analysis, spec, busy) {
  const before = performance.now();
  try {
    const result = await withProgress(busy, words.busy.computing, (signal, tell) =>
      on.analyze(analysis, spec, { signal, onProgress: ({ done }) => tell(done) }),
    );
    return on === session.table ? { result, tookMs: performance.now() - before } : null;
  } catch (error) {
    if (!isAbort(error)) throw error;
    announcement.textContent = words.busy.cancelled;
    return null;
  } finally {
    refreshLayers();
  }
}

/** @param {Run} run */
const cardOf = run => [...cards.children].find(card => JSON.stringify(runOf(card)) === JSON.stringify(run));

/** Tells the session which analyses are shown, unless more of them are coming. */
const tellRuns = () => {
  if (!coming) session.runs = [...cards.children].flatMap(card => runOf(card) ?? []);
};

new MutationObserver(tellRuns).observe(cards, { childList: true });
session.addEventListener('changed', () =>
  show([...session.runs]).catch(error => showText(dataError, words.sentence(error))),
);

/**
 * A card that was asked for is seen: it may stand above what is on the screen, or below the form on a phone.
 * @param {HTMLElement} card
 */
function bringIntoView(card) {
  const { top } = card.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) card.scrollIntoView();
}

/** @param {unknown} error */
const isAbort = error => error instanceof Error && 'code' in error && error.code === 'ABORTED';

/**
 * @param {string} column
 * @param {string} level
 */
function namedLevel(column, level) {
  const { dictionary } = session;
  const levels = Object.hasOwn(dictionary, column) ? dictionary[column].levels : undefined;
  return levels?.find((/** @type {[unknown, string]} */ [value]) => String(value) === level)?.[1] ?? level;
}

waysIn(open, engines);
keeping(byId('keep'), session, engines.current, open);

// Where the page was built with a service worker, it works without a network after this visit. In a frame that may keep
// nothing it goes on as it is.
const { offline } = document.documentElement.dataset;
if (offline) navigator.serviceWorker?.register(new URL(offline, document.baseURI)).catch(() => {});
