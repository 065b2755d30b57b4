// For whom a model predicts: a row of values for each patient, with a control for every predictor.

import { columnTitle } from './columns.js';
import { h } from './dom.js';
import { framed } from './frame.js';
import { form as words } from './words.js';

/**
 * @typedef {import('./frame.js').Field} Field
 * @typedef {import('./frame.js').FieldSchema} FieldSchema
 * @typedef {import('./frame.js').Place} Place
 * @typedef {import('./frame.js').ColumnInfo} ColumnInfo
 */

/**
 * @param {FieldSchema} schema
 * @param {Place} place
 * @returns {Field}
 */
export function profilesField(schema, place) {
  const { data } = place;
  /** What was typed, by column: kept while predictors come and go. @type {Map<string, string>[]} */
  const profiles = [place.initial ?? {}]
    .flat()
    .map((/** @type {object} */ one) => new Map(Object.entries(one).map(([name, value]) => [name, String(value)])));
  /** @type {ColumnInfo[]} */
  let columns = [];
  const list = h('div', { class: 'profiles' });
  const add = h('button', { type: 'button' }, words.addProfile);
  add.addEventListener('click', () => {
    profiles.push(new Map(profiles.at(-1)));
    draw();
    /** @type {HTMLElement | null} */ (list.querySelector('fieldset:last-child :is(input, select)'))?.focus();
  });

  function draw() {
    list.replaceChildren(
      ...(columns.length === 0 ? [h('p', { class: 'hint' }, words.noPredictors)] : profiles.map(profileRow)),
    );
    add.hidden = columns.length === 0;
  }

  /**
   * @param {Map<string, string>} profile
   * @param {number} index
   */
  function profileRow(profile, index) {
    const remove = () => {
      profiles.splice(index, 1);
      draw();
      add.focus();
    };
    return h(
      'fieldset',
      { class: 'profile' },
      h('legend', {}, words.profile(index + 1)),
      ...columns.map(column => h('label', { class: 'inline' }, columnTitle(column), control(profile, column))),
      profiles.length > 1 &&
        h(
          'button',
          { type: 'button', class: 'link', 'aria-label': words.removeProfile(index + 1), onclick: remove },
          words.removeShort,
        ),
    );
  }

  /**
   * @param {Map<string, string>} profile
   * @param {ColumnInfo} column
   */
  function control(profile, { name, levels }) {
    const keep = (/** @type {Event} */ event) =>
      void profile.set(name, /** @type {HTMLInputElement} */ (event.target).value);
    const value = profile.get(name) ?? '';
    if (!levels) return h('input', { type: 'text', inputmode: 'decimal', autocomplete: 'off', value, oninput: keep });
    return h(
      'select',
      { onchange: keep },
      ...levels.map(level => h('option', { value: level, selected: level === value }, data.levelTitle(name, level))),
    );
  }

  /** Values to begin with: the first level, the median. */
  async function begin() {
    const asked = columns;
    for (const { name, levels } of asked) {
      if (profiles[0].has(name)) continue;
      const start = levels ? levels[0] : (await data.quartiles?.(name).catch(() => []))?.[1];
      for (const profile of profiles) if (!profile.has(name) && start !== undefined) profile.set(name, String(start));
    }
    if (columns === asked && !list.contains(document.activeElement)) draw();
  }

  return framed(schema, place, h('div', {}, list, add), {
    group: true,
    first: () =>
      [...list.querySelectorAll('input')].find(input => input.value.trim() === '') ??
      list.querySelector('input') ??
      add,
    read: () => {
      const made = profiles.map(profile =>
        Object.fromEntries(
          columns
            .filter(({ name }) => (profile.get(name) ?? '') !== '')
            .map(({ name, levels }) => [name, levels ? profile.get(name) : numberIn(profile.get(name) ?? '')]),
        ),
      );
      return columns.length > 0 ? made : undefined;
    },
    follow: fields => {
      const used = columnsOfModel(fields);
      const now = data.columns.filter(({ name }) => used.has(name));
      if (
        list.childElementCount > 0 &&
        now.map(({ name }) => name).join('\n') === columns.map(({ name }) => name).join('\n')
      )
        return;
      columns = now;
      draw();
      begin();
    },
  });
}

/** @param {string} text */
const numberIn = text => {
  const number = Number(text.trim().replace(',', '.'));
  return Number.isNaN(number) ? text : number; // the engine says what is wrong with a text
};

/**
 * Predictors and strata, also those of a formula.
 * @param {Field[]} fields
 */
function columnsOfModel(fields) {
  const read = (/** @type {string} */ wanted) => fields.find(({ schema: { name } }) => name === wanted)?.read();
  const right = String(read('formula') ?? '').split('~')[1];
  const terms = right ? right.split(/[^\p{L}\p{N}._]+/u) : [read('predictors') ?? [], read('strata') ?? []].flat();
  return new Set(terms.flatMap(term => [term, ...String(term).split(':')]));
}
