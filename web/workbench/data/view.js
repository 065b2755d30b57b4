// The view of the data: its rows, with what is known of the columns above them.

import { h, newId, showText } from '../dom.js';
import { sentence, steps as stepWords, grid as words } from '../words.js';
import { editColumn } from './editor.js';
import { Grid } from './grid.js';
import { Heads } from './heads.js';
import { stepForm, stepList } from './steps.js';

/** From so many rows on one goes to a row by its number. */
const MANY = 100;

/**
 * @param {HTMLElement} place
 * @param {import('./session.js').Session} session
 * @returns {(inSight: boolean) => void} told when the view comes and goes: out of sight it holds no cells
 */
export function dataView(place, session) {
  const heads = new Heads(session, column => editColumn(session, column).catch(failed));
  const frame = h('div', {});
  const grid = new Grid(frame, heads);
  const count = h('strong', {});
  const row = h('input', {
    id: newId(),
    type: 'text',
    inputmode: 'numeric',
    autocomplete: 'off',
    onchange: () => grid.goTo(Number(row.value.replace(/\D/g, '')) - 1),
  });
  const goTo = h('label', { class: 'go-to', for: row.id }, words.goTo, row);
  const error = h('p', { class: 'error', role: 'alert', hidden: true });
  const failed = (/** @type {unknown} */ failure) => showText(error, sentence(failure));
  const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
    h('button', { type: 'button', onclick }, text);

  const undo = button(stepWords.undo, () => session.undo().catch(failed));
  const redo = button(stepWords.redo, () => session.redo().catch(failed));
  const formPlace = h('div', {});
  const openForm = (/** @type {'filter' | 'derive'} */ kind) => {
    const opener = kind === 'filter' ? filter : derive;
    const form = stepForm(session, kind, () => {
      formPlace.replaceChildren();
      opener.focus();
    });
    formPlace.replaceChildren(form.element);
    form.focus();
  };
  const filter = button(stepWords.filter.open, () => openForm('filter'));
  const derive = button(stepWords.derive.open, () => openForm('derive'));
  const list = h('div', {});
  place.replaceChildren(
    h('div', { class: 'data-bar' }, h('h2', {}, count), goTo),
    h('div', { class: 'actions small' }, filter, derive, undo, redo),
    error,
    formPlace,
    list,
    frame,
  );
  addEventListener('keydown', event => {
    const target = /** @type {Element | null} */ (event.target);
    if (!(event.ctrlKey || event.metaKey) || target?.closest?.('input, textarea, select, dialog')) return;
    const key = event.key.toLowerCase();
    const back = key === 'z' && !event.shiftKey;
    if (!back && key !== 'y' && key !== 'z') return;
    if (!(back ? session.canUndo : session.canRedo)) return;
    event.preventDefault();
    (back ? undo : redo).click();
  });

  let seen = false;
  const show = () => {
    const { table } = session;
    if (!table) return;
    count.textContent = words.size(table.rows, table.columns.length);
    showText(error, '');
    undo.disabled = !session.canUndo;
    redo.disabled = !session.canRedo;
    list.replaceChildren(...(session.steps.length > 0 ? [stepList(session, failed)] : []));
    goTo.hidden = table.rows < MANY;
    if (seen) grid.show(table);
  };
  session.addEventListener('opened', () => {
    formPlace.replaceChildren();
    show();
  });
  session.addEventListener('changed', show);
  return inSight => {
    seen = inSight;
    if (inSight) show();
    else grid.close();
  };
}
