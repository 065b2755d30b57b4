// Results as cards: what they say, the tables, the pictures, what to be careful about, and ways to take them along.

import { plotKinds, tables, toHTML } from '../report/index.js';
import { h, newId, showText } from './dom.js';
import { cardOptions } from './options.js';
import { copy, copyResult, save } from './output.js';
import { pictures, texts } from './pictures.js';
import { plain } from './plain.js';
import { card as words } from './words.js';

/**
 * @typedef {object} Ask what a card shows the answer to
 * @property {string} analysis
 * @property {Record<string, any>} spec
 * @property {import('../analyses.js').AnalysisSchema} schema
 * @property {import('./frame.js').Data} data
 * @property {(spec: object, busy: HTMLElement) => Promise<{ result: any, tookMs: number } | null>} compute null when it
 *   was cancelled, or when other data were opened meanwhile; rejects with what is wrong
 * @property {(text: string) => void} tell those who hear the page
 *
 * @typedef {object} Card
 * @property {Ask} ask as it is now, with the options that were changed on the card
 * @property {(ask: Ask, answer: { result: any, tookMs: number }) => void} update
 * @property {(message: string) => void} fail
 */

/** @type {WeakMap<Element, Card>} */
const cards = new WeakMap();

/**
 * What a card shows: the analysis and its spec as they are now.
 * @param {Element} element
 * @returns {{ analysis: string, spec: Record<string, any> } | undefined}
 */
export function runOf(element) {
  const ask = cards.get(element)?.ask;
  return ask && { analysis: ask.analysis, spec: ask.spec };
}

/**
 * Says on a card that it could not be computed anew.
 * @param {Element} element
 * @param {string} message
 */
export const showFailure = (element, message) => cards.get(element)?.fail(message);

/** @param {Ask} ask */
const keyOf = ({ analysis, spec }) => JSON.stringify([analysis, Object.entries(spec).sort()]);

/**
 * Computes an analysis and shows it on a card above the others. The same analysis of the same columns and options keeps
 * the card that it has.
 * @param {HTMLElement} place
 * @param {Ask} ask
 * @param {HTMLElement} busy where progress is shown
 * @returns {Promise<HTMLElement | null>} the card; null when there is no answer any more
 */
export async function showAnalysis(place, ask, busy) {
  const answer = await ask.compute(ask.spec, busy);
  if (!answer) return null;
  const same = (/** @type {Element} */ one) => {
    const card = cards.get(one);
    return card !== undefined && keyOf(card.ask) === keyOf(ask);
  };
  const earlier = /** @type {HTMLElement | undefined} */ ([...place.children].find(same));
  const element = earlier ?? createCard(place, ask.analysis);
  cards.get(element)?.update(ask, answer);
  if (element !== place.firstElementChild) place.prepend(element);
  return element;
}

/**
 * @param {HTMLElement} place
 * @param {string} analysis
 */
function createCard(place, analysis) {
  const title = h('h3', { id: newId(), tabindex: '-1' });
  const meta = h('p', { class: 'meta' });
  const error = h('p', { class: 'error', role: 'alert', hidden: true });
  const busy = h('div', {});
  const options = h('div', { class: 'options-place' });
  const shown = h('div', { class: 'shown' });
  const said = h('span', { class: 'said', role: 'status' });
  const body = h('div', { class: 'body', id: newId() }, options, busy, error, shown, said);
  const fold = h(
    'button',
    { type: 'button', class: 'link', 'aria-expanded': 'true', 'aria-controls': body.id },
    words.fold,
  );
  fold.addEventListener('click', () => {
    body.hidden = !body.hidden;
    fold.setAttribute('aria-expanded', String(!body.hidden));
    fold.textContent = body.hidden ? words.unfold : words.fold;
  });
  const remove = h('button', { type: 'button', class: 'link' }, words.remove);
  const element = h(
    'article',
    { class: 'card result', 'aria-labelledby': title.id, 'data-analysis': analysis },
    h('header', {}, title, h('div', { class: 'actions' }, meta, fold, remove)),
    body,
  );
  remove.addEventListener('click', () => {
    element.remove();
    place.closest('section')?.focus();
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let saying;
  const say = (/** @type {string} */ text) => {
    clearTimeout(saying);
    said.textContent = text;
    saying = setTimeout(() => (said.textContent = ''), 3000);
  };

  let latest = 0;
  /** @type {any} */
  let given;
  /** @param {Record<string, any>} spec */
  async function recompute(spec) {
    const mine = ++latest;
    showText(error, '');
    element.setAttribute('aria-busy', 'true');
    try {
      const ask = { ...card.ask, spec };
      const answer = await ask.compute(spec, busy);
      if (answer && mine === latest) show(ask, answer);
    } catch (failure) {
      if (mine === latest) throw failure;
    } finally {
      if (mine === latest) element.removeAttribute('aria-busy');
    }
  }

  /**
   * @param {Ask} ask
   * @param {{ result: any, tookMs: number }} answer
   */
  function show(ask, { result, tookMs }) {
    card.ask = ask;
    const made = tables(result, { warnings: false });
    title.textContent = made[0].title;
    ask.tell(words.ready(made[0].title));
    remove.setAttribute('aria-label', words.removeTitle(made[0].title));
    fold.setAttribute('aria-label', words.foldTitle(made[0].title));
    meta.replaceChildren(
      h('span', { class: result.cached ? 'badge hit' : 'badge' }, result.cached ? words.cached : words.computed),
      words.took(tookMs),
    );
    const open = new Set(Array.from(shown.querySelectorAll('details[open]'), one => one.className));
    const kind = /** @type {HTMLSelectElement | null} */ (shown.querySelector('.plot select'))?.value;
    const picture = pictures(result, kind, (ending, chosen) => save(result, ending, chosen));
    shown.replaceChildren(
      ...[
        warningsOf(result, patch => apply({ ...ask.spec, ...patch })),
        sentenceOf(result),
        ...made.flatMap((table, index) => tableElements(table, index > 0)),
        picture,
        texts(result, async text => say(await copy(text))),
        outputs(result, say),
      ].filter(part => part !== null && part !== false),
    );
    for (const details of shown.querySelectorAll('details')) if (open.has(details.className)) details.open = true;
  }

  /** Computes with other options, and shows what is wrong with them. @param {Record<string, any>} spec */
  async function change(spec) {
    try {
      await recompute(spec);
    } catch (failure) {
      if (!made?.showError(failure)) showText(error, words.errorOf(failure));
    }
  }

  /** Takes a remedy, which the options then show. @param {Record<string, any>} spec */
  async function apply(spec) {
    await change(spec);
    offer(card.ask);
    title.focus();
  }

  /** @type {ReturnType<typeof cardOptions>} */
  let made = null;
  /** @param {Ask} ask */
  function offer(ask) {
    const open = made?.element.hasAttribute('open') ?? false;
    made = cardOptions(ask, change);
    if (open) made?.element.setAttribute('open', '');
    options.replaceChildren(...(made ? [made.element] : []));
  }

  /** @type {Card} */
  const card = {
    ask: /** @type {any} */ (null),
    fail: message => showText(error, message),
    update(ask, answer) {
      latest++;
      showText(error, '');
      const before = given;
      given = JSON.stringify([ask.spec, ask.data.columns]);
      if (given !== before) offer(ask);
      show(ask, answer);
    },
  };
  cards.set(element, card);
  return element;
}

/** @param {any} result */
function sentenceOf(result) {
  const text = plain(result);
  return text !== '' && h('p', { class: 'plain' }, text);
}

/**
 * @param {any} result
 * @param {(text: string) => void} say
 */
function outputs(result, say) {
  const saver = (/** @type {string} */ ending) =>
    h(
      'button',
      { type: 'button', 'aria-label': words.saveAs(ending), onclick: () => save(result, ending, plotKinds(result)[0]) },
      words.endings[ending],
    );
  return h(
    'div',
    { class: 'actions small' },
    h('button', { type: 'button', onclick: async () => say(await copyResult(result)) }, words.copyDocument),
    h('span', { class: 'said' }, words.save),
    ...['csv', 'html', 'R'].map(saver),
  );
}

/**
 * @param {import('../report/index.js').Table} table
 * @param {boolean} titled the card's own title is that of the first table
 */
function tableElements(table, titled) {
  const frame = h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': words.table(table.title) });
  // Markup of the one escaping template. Notes stand outside, where they wrap on a phone while the table scrolls.
  frame.innerHTML = toHTML({ ...table, notes: [], warnings: [] });
  return [
    titled && h('h4', {}, table.title),
    frame,
    table.notes.length > 0 && h('ul', { class: 'notes' }, ...table.notes.map(note => h('li', {}, note))),
  ];
}

/**
 * The option that mends what a warning is about, what it is, and what it should be.
 * @type {Record<string, [string, unknown, unknown]>}
 */
const remedies = {
  SEPARATION: ['method', 'ml', 'firth'],
  ROBUST_ADVISED: ['robust', 'none', 'HC0'],
  FISHER_SKIPPED: ['simulate', 0, 10_000],
};

/**
 * What the figures must not be read without, and what helps. Open where there is room: on a phone it would push the table
 * out of sight.
 * @param {any} result
 * @param {(patch: Record<string, unknown>) => void} apply
 */
function warningsOf({ warnings, spec }, apply) {
  if (warnings.length === 0) return null;
  const remedyOf = (/** @type {string} */ code) => {
    const [field, from, to] = remedies[code] ?? [];
    if (!field || spec[field] !== from) return null;
    return h('button', { type: 'button', class: 'link', onclick: () => apply({ [field]: to }) }, words.remedies[code]);
  };
  return h(
    'details',
    { class: 'warnings', open: matchMedia('(min-width: 36rem)').matches },
    h('summary', {}, words.warnings(warnings.length)),
    h('ul', {}, ...warnings.map((/** @type {any} */ { code, message }) => h('li', {}, message, ' ', remedyOf(code)))),
  );
}
