// Results as cards: the tables, what to be careful about, and ways to take them along.

import { tables, toCSV, toHTML, toText } from '../report/index.js';
import { h, newId } from './dom.js';
import { pictures, texts } from './pictures.js';
import { card as words } from './words.js';

/**
 * A card of a result. It takes the place of an earlier one of the same analysis.
 * @param {HTMLElement} place
 * @param {any} result
 * @param {number} tookMs from the click to the answer
 * @returns {HTMLElement} the card
 */
export function showResult(place, result, tookMs) {
  const shown = tables(result, { warnings: false });
  const title = h('h3', { id: newId(), tabindex: '-1' }, shown[0].title);
  const said = h('span', { class: 'said', role: 'status' });
  const say = (/** @type {string} */ text) => {
    said.textContent = text;
    setTimeout(() => (said.textContent = ''), 3000);
  };
  const card = h(
    'article',
    { class: 'card result', 'aria-labelledby': title.id, 'data-analysis': result.analysis },
    h(
      'header',
      {},
      title,
      h(
        'p',
        { class: 'meta' },
        h('span', { class: result.cached ? 'badge hit' : 'badge' }, result.cached ? words.cached : words.computed),
        words.took(tookMs),
      ),
    ),
    warningsOf(result),
    ...shown.flatMap((table, index) => tableElements(table, index > 0)),
    pictures(result, save),
    texts(result, async text => say(await copy(text))),
    h(
      'div',
      { class: 'actions small' },
      h(
        'button',
        { type: 'button', onclick: async () => say(await copy(toText(result), toHTML(result))) },
        words.copyDocument,
      ),
      h('button', { type: 'button', onclick: () => save(`${result.analysis}.csv`, csvOf(result)) }, words.saveCsv),
      h(
        'button',
        { type: 'button', 'aria-label': words.removeTitle(shown[0].title), onclick: () => remove(card, place) },
        words.remove,
      ),
      said,
    ),
  );
  const earlier = place.querySelector(`[data-analysis="${CSS.escape(result.analysis)}"]`);
  earlier?.remove();
  place.prepend(card);
  return card;
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
 * What the figures must not be read without. Open where there is room: on a phone it would push the table out of sight.
 * @param {any} result
 */
function warningsOf({ warnings }) {
  if (warnings.length === 0) return null;
  return h(
    'details',
    { class: 'warnings', open: matchMedia('(min-width: 36rem)').matches },
    h('summary', {}, words.warnings(warnings.length)),
    h('ul', {}, ...warnings.map((/** @type {any} */ warning) => h('li', {}, warning.message))),
  );
}

/**
 * @param {HTMLElement} card
 * @param {HTMLElement} place
 */
function remove(card, place) {
  card.remove();
  place.closest('section')?.focus();
}

/**
 * Puts a text, and markup for documents, on the clipboard. Where the page may not write to it, as in a frame, a selection
 * is copied.
 * @param {string} text
 * @param {string} [markup]
 * @returns {Promise<string>} what to tell
 */
async function copy(text, markup) {
  try {
    const parts = { 'text/plain': text, ...(markup && { 'text/html': markup }) };
    const blobs = Object.entries(parts).map(([type, part]) => [type, new Blob([part], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    return words.copied;
  } catch {
    const shown = h('div', { class: 'hidden' });
    if (markup)
      shown.innerHTML = markup; // of the one escaping template
    else shown.append(h('pre', {}, text));
    return copySelection(shown) ? words.copied : words.notCopied;
  }
}

/** @param {HTMLElement} shown */
function copySelection(shown) {
  document.body.append(shown);
  const selection = getSelection();
  selection?.selectAllChildren(shown);
  const done = document.execCommand('copy');
  selection?.removeAllRanges();
  shown.remove();
  return done;
}

/**
 * The figures for spreadsheets; the mark of order tells Excel that this is UTF-8.
 * @param {any} result
 */
const csvOf = result => new Blob(['\uFEFF', toCSV(result)], { type: 'text/csv;charset=utf-8' });

/**
 * @param {string} name
 * @param {Blob} blob
 */
function save(name, blob) {
  const url = URL.createObjectURL(blob);
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
