// Fields that name values of columns: the event, the reference levels.

import { columnTitle } from './columns.js';
import { h } from './dom.js';
import { framed } from './frame.js';
import { form as words } from './words.js';

/**
 * @typedef {import('./frame.js').Field} Field
 * @typedef {import('./frame.js').FieldSchema} FieldSchema
 * @typedef {import('./frame.js').Place} Place
 */

/** How many call a time that ended without the event. */
const censored = /^(0|no|alive|none|cens.*)$/i;

/**
 * A value of the column that is named by the nearest field before it.
 * @param {FieldSchema} schema
 * @param {Place} place
 */
export function levelField(schema, place) {
  const { spec, data } = place;
  const before = spec.slice(
    0,
    spec.findIndex(({ name }) => name === schema.name),
  );
  const owner = before.filter(({ type }) => type === 'column').at(-1)?.name;
  const first = (/** @type {string} */ title) => h('option', { value: '' }, title);
  const untouched = schema.required ? words.chooseValue : words.secondValue;
  const select = h('select', { disabled: true }, first(untouched));
  /** @type {unknown} */
  let shown;
  return framed(schema, place, select, {
    read: () => select.value || undefined,
    follow: async fields => {
      const column = fields.find(field => field.schema.name === owner)?.read();
      if (column === shown) return;
      shown = column;
      const levels = typeof column === 'string' ? await data.levels(column).catch(() => []) : [];
      if (column !== shown) return; // the choice has changed while the engine looked
      select.disabled = levels.length === 0;
      const titles = levels.map(level => data.levelTitle(String(column), level));
      const usual = !schema.required && levels.length === 2 ? words.second(titles[1]) : untouched;
      const isCensored = (/** @type {string} */ level) => censored.test(level);
      const likely = schema.required && levels.find(level => isCensored(level) === (schema.name === 'censorValue'));
      const chosen = levels.includes(String(place.initial)) ? String(place.initial) : likely;
      select.replaceChildren(
        first(usual),
        ...levels.map((level, index) => h('option', { value: level, selected: level === chosen }, titles[index])),
      );
    },
  });
}

/**
 * The reference level of each categorical column that the analysis uses.
 * @param {FieldSchema} schema
 * @param {Place} place
 * @returns {Field | null}
 */
export function levelsField(schema, place) {
  const { data, initial = {} } = place;
  const factors = data.columns.filter(column => column.levels && column.levels.length > 1);
  if (factors.length === 0) return null;
  const selects = factors.map(({ name, levels }) =>
    h(
      'select',
      {},
      ...(levels ?? []).map((level, index) =>
        h(
          'option',
          { value: index === 0 ? '' : level, selected: Object.hasOwn(initial, name) && initial[name] === level },
          data.levelTitle(name, level),
        ),
      ),
    ),
  );
  const rows = factors.map((column, index) => h('label', { class: 'inline' }, columnTitle(column), selects[index]));
  /** @type {Field} */
  const field = framed(schema, place, h('div', { class: 'levels' }, ...rows), {
    group: true,
    first: () => selects.find((_, index) => !rows[index].hidden),
    read: () => {
      const chosen = factors
        .map(({ name }, index) => [name, rows[index].hidden ? '' : selects[index].value])
        .filter(([, level]) => level !== '');
      return chosen.length > 0 ? Object.fromEntries(chosen) : undefined;
    },
    follow: fields => {
      const used = new Set(
        fields
          .filter(({ schema: { type } }) => ['column', 'columns', 'terms'].includes(type))
          .flatMap(other => [other.read() ?? []].flat())
          .flatMap(term => [term, ...String(term).split(':')]),
      );
      // Where nothing is chosen an analysis may take all columns.
      const all = fields.some(
        ({ schema: { name, type }, read }) => name === 'columns' && type === 'columns' && !read(),
      );
      rows.forEach((row, index) => {
        row.hidden = !all && !used.has(factors[index].name);
      });
      field.element.hidden = rows.every(row => row.hidden);
    },
  });
  return field;
}
