// What is said of a column: label, unit, kind, what its values mean and in which order. A window of its own.

import { h, newId } from '../dom.js';
import { data as kinds, sentence, editor as words } from '../words.js';

/**
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./session.js').Description} Description
 * @typedef {import('../../table.js').ColumnInfo} ColumnInfo
 */

/** Levels that can be named and moved here. */
const MOST = 100;

/**
 * @param {Session} session
 * @param {ColumnInfo} column
 */
export async function editColumn(session, { name, type, label, unit }) {
  const { dictionary, table, steps } = session;
  const known = Object.hasOwn(dictionary, name) ? dictionary[name] : {};
  const given = new Map(
    (known.levels ?? []).map((/** @type {[unknown, string]} */ [value, title]) => [String(value), title]),
  );

  const labelInput = text(label ?? '');
  const unitInput = text(unit ?? '');
  const missingInput = text('', { placeholder: words.missingExample });
  const formatInput = text(known.dateFormat ?? '', { list: 'date-formats' });
  const calendar = h('input', { type: 'checkbox', checked: known.calendar === 'buddhist' });
  const kind = h(
    'select',
    { id: newId(), onchange: () => follow() },
    ...Object.entries(kinds.kinds).map(([value, title]) => h('option', { value, selected: value === type }, title)),
  );
  const dates = h(
    'div',
    { class: 'dates' },
    field(words.dateFormat, formatInput),
    h('datalist', { id: 'date-formats' }, ...words.dateFormats.map(value => h('option', { value }))),
    h('label', { class: 'inline' }, calendar, ` ${words.buddhist}`),
  );
  const levels = h('div', { class: 'values' });
  const error = h('p', { class: 'error', role: 'alert', hidden: true });

  /** @type {{ level: string, title: HTMLInputElement }[]} */
  let order = [];
  let moved = false;
  const drawLevels = () => {
    const rows = order.map(({ level, title }, index) => {
      const move = (/** @type {number} */ by) => {
        [order[index], order[index + by]] = [order[index + by], order[index]];
        moved = true;
        drawLevels();
        // The focus goes with the value, to its other arrow where this one has become void.
        const those = levels.querySelectorAll('li')[index + by].querySelectorAll('button');
        (those[by > 0 ? 1 : 0].disabled ? those[by > 0 ? 0 : 1] : those[by > 0 ? 1 : 0]).focus();
      };
      const arrow = (/** @type {number} */ by) =>
        h(
          'button',
          {
            type: 'button',
            disabled: index + by < 0 || index + by >= order.length,
            'aria-label': by < 0 ? words.up(level) : words.down(level),
            onclick: () => move(by),
          },
          by < 0 ? '↑' : '↓',
        );
      return h('li', {}, h('code', {}, level), title, arrow(-1), arrow(1));
    });
    levels.replaceChildren(
      h('p', { class: 'legend' }, words.levels),
      h('p', { class: 'hint' }, words.levelsHint),
      h('ol', { class: 'levels' }, ...rows),
    );
  };
  const follow = async () => {
    dates.hidden = kind.value !== 'date';
    levels.hidden = kind.value !== 'categorical';
    if (levels.hidden || order.length > 0 || !table) return;
    const all = await table.levels(name);
    order = all.slice(0, MOST).map(level => ({
      level,
      title: h('input', { type: 'text', value: given.get(level) ?? '', 'aria-label': words.levelTitle(level) }),
    }));
    drawLevels();
    if (all.length > MOST) levels.append(h('p', { class: 'hint' }, words.moreLevels(all.length - MOST)));
  };

  /** @returns {Description} */
  const read = () => {
    const named = order.some(({ title }) => title.value.trim() !== '') || moved;
    const tokens = missingInput.value.split(',').map(token => token.trim());
    const missing = [...(known.missing ?? []), ...tokens.filter(token => token !== '')];
    return {
      type: kind.value,
      label: labelInput.value.trim(),
      unit: unitInput.value.trim(),
      ...(missing.length > 0 && { missing }),
      ...(kind.value === 'date' && {
        ...(formatInput.value.trim() && { dateFormat: formatInput.value.trim() }),
        ...(calendar.checked && { calendar: 'buddhist' }),
      }),
      ...(kind.value === 'categorical' &&
        named && { levels: order.map(({ level, title }) => [level, title.value.trim() || level]) }),
    };
  };
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    error.hidden = true;
    const description = read();
    // The same column described again takes the place of what was said before, where that came last.
    const last = steps.at(-1);
    const again = last?.kind === 'describe' && last.column === name;
    try {
      await session.change([...(again ? steps.slice(0, -1) : steps), { kind: 'describe', column: name, description }]);
      dialog.close();
    } catch (failure) {
      error.textContent = sentence(failure);
      error.hidden = false;
    }
  };

  const title = h('h2', { id: newId() }, words.title(name));
  const dialog = h(
    'dialog',
    { class: 'editor', 'aria-labelledby': title.id, onclose: () => dialog.remove() },
    h(
      'form',
      { novalidate: true, onsubmit: save },
      title,
      field(words.label, labelInput, words.labelHint),
      field(words.unit, unitInput),
      field(words.kind, kind),
      dates,
      levels,
      field(words.missing, missingInput, known.missing ? words.missingNow(known.missing) : words.missingHint),
      h(
        'div',
        { class: 'actions' },
        error,
        h('button', { type: 'submit', class: 'primary' }, words.save),
        h('button', { type: 'button', onclick: () => dialog.close() }, words.cancel),
      ),
    ),
  );
  document.body.append(dialog);
  await follow();
  dialog.showModal();
  labelInput.focus();
}

/**
 * @param {string} value
 * @param {Record<string, unknown>} [attributes]
 */
const text = (value, attributes = {}) =>
  h('input', { id: newId(), type: 'text', value, autocomplete: 'off', ...attributes });

/**
 * @param {string} label
 * @param {HTMLElement} control
 * @param {string} [hint]
 */
export function field(label, control, hint) {
  const told = hint ? h('p', { class: 'hint', id: newId() }, hint) : null;
  if (told) control.setAttribute('aria-describedby', told.id);
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, told);
}
