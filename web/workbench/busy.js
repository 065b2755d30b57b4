// Long work: how far it is, and a way out of it.

import { h } from './dom.js';
import { busy as words } from './words.js';

/** Work that is quicker than this shows nothing: a flash says less than the result. */
const PATIENCE = 200;

/**
 * Runs work that can be cancelled, with a bar and a button in a place of the page.
 * @template T
 * @param {HTMLElement} place
 * @param {string} what such as `Reading patients.csv`
 * @param {(signal: AbortSignal, tell: (done: number) => void) => Promise<T>} work `tell` takes a share from 0 to 1
 * @returns {Promise<T>} rejects with `ABORTED` when it was cancelled
 */
export async function withProgress(place, what, work) {
  const controller = new AbortController();
  const bar = h('progress', { max: 1, 'aria-label': what });
  const cancel = h('button', { type: 'button', onclick: () => controller.abort() }, words.cancel);
  const box = h('div', { class: 'busy' }, h('span', {}, `${what} …`), bar, cancel);
  const shown = setTimeout(() => place.replaceChildren(box), PATIENCE);
  try {
    return await work(controller.signal, done => {
      if (done > 0) bar.value = done;
    });
  } finally {
    clearTimeout(shown);
    box.remove();
  }
}
