// One field of a form for each field of a spec, made from its description.

import { columnField, columnsField } from './columns.js';
import { h } from './dom.js';
import { framed } from './frame.js';
import { levelField, levelsField } from './levels.js';
import { profilesField } from './profiles.js';
import { form as words, wordTitle } from './words.js';

/**
 * @typedef {import('./frame.js').Data} Data
 * @typedef {import('./frame.js').Field} Field
 * @typedef {import('./frame.js').FieldSchema} FieldSchema
 * @typedef {import('./frame.js').Place} Place
 */

/** By the type of a spec's field. @type {Record<string, (schema: FieldSchema, place: Place) => Field | null>} */
const makers = {
  column: columnField,
  columns: columnsField,
  terms: columnsField,
  level: levelField,
  levels: levelsField,
  word: wordField,
  words: wordsField,
  boolean: booleanField,
  number: numberField,
  integer: numberField,
  numbers: listField,
  interval: listField,
  strings: listField,
  vectors: vectorsField,
  string: textField,
  profiles: profilesField,
};

/**
 * @param {FieldSchema} schema
 * @param {Place} place
 * @returns {Field | null} null where the data have nothing to choose from and nothing is needed
 */
export const createField = (schema, place) => (makers[schema.type] ?? textField)(schema, place);

/**
 * Words for a spec are left out where they say what goes without saying.
 * @param {FieldSchema} schema
 * @param {unknown} value
 */
const unlessDefault = ({ required, default: usual }, value) => (value === usual && !required ? undefined : value);

/** @param {FieldSchema} schema @param {Place} place */
function wordField(schema, place) {
  const chosen = place.initial ?? schema.default ?? '';
  const options = [...(schema.default ? [] : ['']), ...(schema.words ?? [])];
  const select = h(
    'select',
    {},
    ...options.map(word => h('option', { value: word, selected: word === chosen }, wordTitle(word))),
  );
  return framed(schema, place, select, { read: () => unlessDefault(schema, select.value) || undefined });
}

/** @param {FieldSchema} schema @param {Place} place */
function wordsField(schema, place) {
  const chosen = [place.initial ?? []].flat();
  const boxes = (schema.words ?? []).map(word =>
    h('input', { type: 'checkbox', value: word, checked: chosen.includes(word) }),
  );
  const list = h('div', { class: 'checks' }, ...boxes.map(box => h('label', {}, box, wordTitle(box.value))));
  return framed(schema, place, list, {
    group: true,
    first: () => boxes[0],
    read: () => {
      const ticked = boxes.filter(box => box.checked).map(box => box.value);
      return ticked.length > 0 ? ticked : undefined;
    },
  });
}

/** @param {FieldSchema} schema @param {Place} place */
function booleanField(schema, place) {
  const box = h('input', { type: 'checkbox', checked: (place.initial ?? schema.default) === true });
  return framed(schema, place, box, { read: () => unlessDefault(schema, box.checked) });
}

/** @param {Record<string, unknown>} properties */
const lineOfText = properties => h('input', { type: 'text', spellcheck: 'false', autocomplete: 'off', ...properties });

/** What the engine is given for a text: a number, or the text, of which it says what is wrong. @param {string} text */
function numberOr(text) {
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

/** @param {FieldSchema} schema @param {Place} place */
function numberField(schema, place) {
  // `simulate: true` and the like stand for a number that is the engine's own.
  const given = typeof place.initial === 'number' ? place.initial : schema.default;
  const input = lineOfText({ inputmode: 'decimal', value: given ?? '' });
  return framed(schema, place, input, {
    read: () => {
      const text = input.value.trim().replace(',', '.');
      return text === '' ? undefined : unlessDefault(schema, numberOr(text));
    },
  });
}

/**
 * Numbers or texts by commas.
 * @param {FieldSchema} schema
 * @param {Place} place
 */
function listField(schema, place) {
  const { initial, data } = place;
  const isText = schema.type === 'strings';
  const input = lineOfText({
    value: Array.from(initial ?? []).join(', '),
    placeholder: words.listExamples[schema.type],
  });
  let typed = input.value !== '';
  input.addEventListener('input', () => (typed = true));
  /** @type {unknown} */
  let from;
  return framed(schema, place, input, {
    read: () => {
      const parts = input.value.split(isText ? ',' : /[,;\s]+/).map(part => part.trim());
      const all = parts.filter(part => part !== '');
      return all.length === 0 ? undefined : isText ? all : all.map(numberOr);
    },
    follow: async fields => {
      if (!schema.required) return;
      const time = fields.find(field => field.schema.name === 'time')?.read();
      if (typed || !time || time === from) return;
      from = time;
      const quartiles = (await data.quartiles?.(time).catch(() => [])) ?? [];
      if (!typed && from === time) input.value = quartiles.map(value => Number(value.toPrecision(3))).join(', ');
    },
  });
}

/**
 * A table of counts: a line for each row.
 * @param {FieldSchema} schema
 * @param {Place} place
 */
function vectorsField(schema, place) {
  const given = Array.from(place.initial ?? [], (/** @type {Iterable<number>} */ row) => Array.from(row).join(' '));
  const area = h('textarea', { rows: 3, spellcheck: 'false', placeholder: words.listExamples.vectors });
  area.value = given.join('\n');
  return framed(schema, place, area, {
    read: () => {
      const lines = area.value.split('\n').map(line => line.split(/[,;\s]+/).filter(part => part !== ''));
      const rows = lines.filter(line => line.length > 0).map(line => line.map(numberOr));
      return rows.length > 0 ? rows : undefined;
    },
  });
}

/** @param {FieldSchema} schema @param {Place} place */
function textField(schema, place) {
  const input = lineOfText({ value: place.initial ?? '' });
  return framed(schema, place, input, { read: () => input.value.trim() || undefined });
}
