// The first page: data in, a question, tables out.

import { createEngine } from '../index.js';
import { withProgress } from './busy.js';
import { byId, fillTexts, h, showText } from './dom.js';
import { showForm } from './form.js';
import { showLayers } from './layers.js';
import { showAnalysis } from './results.js';
import { sample } from './sample.js';
import * as words from './words.js';

/**
 * @typedef {import('../table.js').Table} Table
 *
 * @typedef {object} Opened
 * @property {string} title
 * @property {string} [origin]
 * @property {string} [outcome]
 * @property {Record<string, any>} [dictionary]
 */

fillTexts(words);
const cards = byId('cards');
const announcement = byId('announce');
const dataError = byId('data-error');
const started = createEngine();
const layers = started.then(engine => showLayers(byId('layers'), engine));
layers.then(refresh => refresh()).catch(error => showText(dataError, words.sentence(error)));

/** @type {Table | null} */
let table = null;
let opening = 0;

/**
 * Opens data; what was open before stays when it fails.
 * @param {string | URL | File} source
 * @param {Opened} opened
 */
async function open(source, opened) {
  const mine = ++opening;
  showText(dataError, '');
  try {
    const engine = await started;
    const made = await withProgress(byId('data-busy'), words.data.reading(opened.title), (signal, tell) =>
      engine.load(source, {
        signal,
        dictionary: opened.dictionary,
        onProgress: ({ loaded, total }) => tell(total ? loaded / total : 0),
      }),
    );
    if (mine !== opening) return void made.free(); // another file was opened meanwhile
    table?.free();
    table = made;
    await showTable(engine, made, opened);
  } catch (error) {
    if (mine !== opening || isAbort(error)) return;
    showText(dataError, words.sentence(error));
  } finally {
    (await layers)().catch(() => {});
  }
}

/**
 * @param {import('../engine.js').Engine} engine
 * @param {Table} made
 * @param {Opened} opened
 */
async function showTable(engine, made, opened) {
  cards.replaceChildren();
  byId('empty').hidden = true;
  byId('drop').classList.add('slim');
  byId('data-summary').replaceChildren(...summary(made, opened));
  byId('analysis').hidden = false;
  const analyses = await engine.analyses();
  /** @type {import('./frame.js').Data} */
  const data = {
    columns: made.columns,
    outcome: opened.outcome,
    levels: column => made.levels(column),
    quartiles: async column => {
      const { q1, median, q3 } = (await made.describe({ columns: [column] })).variables[0];
      return [q1, median, q3].map(Number);
    },
    levelTitle: (column, level) => namedLevel(opened.dictionary, column, level),
  };
  const ask = (/** @type {string} */ analysis, /** @type {object} */ spec) =>
    run(
      made,
      {
        analysis,
        spec,
        schema: /** @type {any} */ (analyses.find(({ name }) => name === analysis)),
        data,
        ...means(made, analysis),
      },
      form.busy,
    );
  const form = showForm(byId('form'), { analyses, chosen: 'analyzeOutcome', data, run: ask });
  form.focus();
  await ask('describe', {});
}

/**
 * Runs an analysis and shows what it gave.
 * @param {Table} on
 * @param {import('./results.js').Ask} ask
 * @param {HTMLElement} busy
 */
async function run(on, ask, busy) {
  const card = await showAnalysis(cards, ask, busy);
  if (card && on === table && ask.analysis !== 'describe') bringIntoView(card);
}

/**
 * How a card computes, and how it tells that it has.
 * @param {Table} on
 * @param {string} analysis
 * @returns {Pick<import('./results.js').Ask, 'compute' | 'tell'>}
 */
const means = (on, analysis) => ({
  tell: text => (announcement.textContent = text),
  async compute(spec, busy) {
    const before = performance.now();
    try {
      const result = await withProgress(busy, words.busy.computing, (signal, tell) =>
        on.analyze(analysis, spec, { signal, onProgress: ({ done }) => tell(done) }),
      );
      return on === table ? { result, tookMs: performance.now() - before } : null;
    } catch (error) {
      if (!isAbort(error)) throw error;
      announcement.textContent = words.busy.cancelled;
      return null;
    } finally {
      layers.then(refresh => refresh()).catch(() => {});
    }
  },
});

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
 * @param {Table} made
 * @param {Opened} opened
 */
function summary(made, { title, origin }) {
  return [
    h(
      'p',
      { class: 'opened' },
      h('strong', {}, title),
      ` ${words.data.rows(made.rows)}, ${words.data.columnCount(made.columns.length)}`,
    ),
    made.warnings.length > 0
      ? h('ul', { class: 'warnings' }, ...made.warnings.map(({ message }) => h('li', {}, message)))
      : '',
    h(
      'details',
      {},
      h('summary', {}, origin ? words.data.columnsAndOrigin : words.data.columns),
      origin ? h('p', { class: 'hint' }, origin) : '',
      h(
        'table',
        { class: 'columns' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...[words.data.column, words.data.kind, words.data.missing].map(name => h('th', { scope: 'col' }, name)),
          ),
        ),
        h(
          'tbody',
          {},
          ...made.columns.map(({ name, label, unit, type, missing }) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, name, label ? h('small', {}, unit ? `${label} (${unit})` : label) : ''),
              h('td', {}, words.data.kinds[type]),
              h('td', {}, String(missing)),
            ),
          ),
        ),
      ),
    ),
  ];
}

/**
 * @param {Record<string, any> | undefined} dictionary
 * @param {string} column
 * @param {string} level
 */
function namedLevel(dictionary, column, level) {
  const levels = dictionary && Object.hasOwn(dictionary, column) ? dictionary[column].levels : undefined;
  return levels?.find((/** @type {[unknown, string]} */ [value]) => String(value) === level)?.[1] ?? level;
}

// ---- Ways in -----------------------------------------------------------------------------------------------------------

const input = /** @type {HTMLInputElement} */ (byId('file'));

/** @param {FileList | null | undefined} files */
function openFirst(files) {
  const file = files?.[0];
  if (!file) return;
  open(file, { title: file.name });
}

byId('choose').addEventListener('click', () => input.click());
byId('open-sample').addEventListener('click', () => open(sample.url, sample));
input.addEventListener('change', () => {
  openFirst(input.files);
  input.value = ''; // the same file, mended, can be chosen again
});

// A file that misses the box would replace the page: the whole of it takes files.
const drop = byId('drop');
addEventListener('dragover', event => {
  event.preventDefault();
  drop.classList.add('over');
});
addEventListener('dragleave', event => {
  if (event.relatedTarget === null) drop.classList.remove('over');
});
addEventListener('drop', event => {
  event.preventDefault();
  drop.classList.remove('over');
  openFirst(event.dataTransfer?.files);
});

// Where the page was built with a service worker, it works without a network after this visit. In a frame that may keep
// nothing it goes on as it is.
const { offline } = document.documentElement.dataset;
if (offline) navigator.serviceWorker?.register(new URL(offline, document.baseURI)).catch(() => {});
