// Views of the page, one at a time.

import { byId } from './dom.js';

/**
 * Makes tabs of the buttons of a list; each names its view by `aria-controls`.
 * @param {HTMLElement} list
 * @param {(view: string) => void} shown told which view is now in sight
 * @returns {(view: string) => void} shows one
 */
export function tabs(list, shown) {
  const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role=tab]')]);
  const viewOf = (/** @type {HTMLElement} */ tab) => tab.getAttribute('aria-controls') ?? '';
  const show = (/** @type {string} */ view) => {
    for (const tab of all) {
      const chosen = viewOf(tab) === view;
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      byId(viewOf(tab)).hidden = !chosen;
    }
    shown(view);
  };
  for (const tab of all) tab.addEventListener('click', () => show(viewOf(tab)));
  list.addEventListener('keydown', event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = all.indexOf(/** @type {HTMLElement} */ (event.target));
    const next = all[(at + step + all.length) % all.length];
    next.focus();
    show(viewOf(next));
  });
  return show;
}
