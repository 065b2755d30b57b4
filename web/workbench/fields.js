// One field of a form for each field of a spec, made from its description.

import { h, newId, showText } from './dom.js';
import { fieldTitle, form as words, wordTitle } from './words.js';

/**
 * @typedef {import('../analyses.js').FieldSchema} FieldSchema
 * @typedef {import('../table.js').ColumnInfo} ColumnInfo
 *
 * @typedef {object} Data what the fields choose from
 * @property {ColumnInfo[]} columns
 * @property {(column: string) => Promise<string[]>} levels
 * @property {(column: string, level: string) => string} levelTitle
 * @property {string} [outcome] the column that an outcome is, before anybody chose
 *
 * @typedef {object} Field
 * @property {FieldSchema} schema
 * @property {HTMLElement} element
 * @property {() => void} focus
 * @property {() => unknown} read the value for the spec; `undefined` leaves it out
 * @property {(message: string) => void} setError `''` takes it back
 * @property {(fields: Field[]) => void} [follow] called when another field has changed
 */

/**
 * @param {FieldSchema} schema
 * @param {Data} data
 * @returns {Field | null} null where no column of the data fits and none is needed
 */
export function createField(schema, data) {
  const columns = fitting(schema, data.columns);
  switch (schema.type) {
    case 'column':
      return columns.length > 0 || isFirstChoice(schema) ? columnField(schema, columns, data) : null;
    case 'columns':
    case 'terms':
      return columns.length > 0 || isFirstChoice(schema) ? columnsField(schema, columns) : null;
    case 'level':
      return levelField(schema, data);
    case 'levels':
      return levelsField(schema, data);
    case 'word':
      return wordField(schema);
    case 'boolean':
      return booleanField(schema);
    case 'number':
    case 'integer':
      return numberField(schema);
    case 'string':
      return textField(schema);
    default:
      return null; // lists of numbers and the like are written in code
  }
}

/** What a form must not hide, whether or not the data have a column for it. @param {FieldSchema} schema */
const isFirstChoice = schema => schema.required || schema.name === 'outcome' || schema.type === 'terms';

/**
 * The columns that can stand in a field.
 * @param {FieldSchema} schema
 * @param {ColumnInfo[]} columns
 */
function fitting(schema, columns) {
  if (schema.wants === 'binary') return columns.filter(column => column.distinct === 2);
  if (schema.wants === 'numeric') return columns.filter(column => column.type !== 'categorical');
  // A text column is counted by its values anyway.
  if (schema.name === 'categorical') return columns.filter(column => column.type === 'numeric');
  return columns;
}

/** @param {ColumnInfo} column */
const columnTitle = ({ name, label }) => (label ? `${label} (${name})` : name);

/**
 * Label, control, hint and a place for an error, tied together for those who hear the page.
 * @param {FieldSchema} schema
 * @param {HTMLElement} control
 * @param {Pick<Field, 'read' | 'follow'> & { group?: boolean, first?: () => HTMLElement }} rest `first`: the control that
 *   takes the focus when something is wrong
 * @returns {Field}
 */
function framed(schema, control, { group = false, first = () => control, ...rest }) {
  const hint = h('p', { class: 'hint', id: newId() }, schema.doc ?? '');
  const error = h('p', { class: 'error', id: newId(), hidden: true });
  const describedBy = `${error.id} ${hint.id}`;
  control.id ||= newId();
  control.setAttribute('aria-describedby', describedBy);
  const title = fieldTitle(schema.name);
  const element = group
    ? h('fieldset', { 'aria-describedby': describedBy }, h('legend', {}, title), control, error, hint)
    : h('div', { class: 'field' }, h('label', { for: control.id }, title), control, error, hint);
  if (group) control.removeAttribute('aria-describedby');
  else control.setAttribute('name', schema.name);
  return {
    schema,
    element,
    ...rest,
    focus: () => first().focus(),
    setError(message) {
      showText(error, message);
      for (const marked of element.querySelectorAll('[aria-invalid]')) marked.removeAttribute('aria-invalid');
      if (message) first().setAttribute('aria-invalid', 'true');
    },
  };
}

/**
 * @param {FieldSchema} schema
 * @param {ColumnInfo[]} columns
 * @param {Data} data
 */
function columnField(schema, columns, data) {
  const chosen = schema.name !== 'outcome' ? '' : columns.length === 1 ? columns[0].name : (data.outcome ?? '');
  const nothing = columns.length === 0 ? words.noColumn : isFirstChoice(schema) ? words.chooseColumn : words.none;
  const select = h(
    'select',
    {},
    h('option', { value: '' }, nothing),
    ...columns.map(column =>
      h('option', { value: column.name, selected: column.name === chosen }, columnTitle(column)),
    ),
  );
  return framed(schema, select, { read: () => select.value || undefined });
}

/**
 * A box for each column; for terms also a line for interactions.
 * @param {FieldSchema} schema
 * @param {ColumnInfo[]} columns
 */
function columnsField(schema, columns) {
  const boxes = columns.map(column => h('input', { type: 'checkbox', value: column.name }));
  const labels = columns.map((column, index) => h('label', {}, boxes[index], columnTitle(column)));
  const list = h('div', { class: 'checks', role: 'group', 'aria-label': fieldTitle(schema.name) }, ...labels);
  const interactions = h('input', {
    type: 'text',
    placeholder: words.interactionsExample,
    spellcheck: 'false',
    autocomplete: 'off',
  });
  const isTerms = schema.type === 'terms';
  const body = h('div', {}, list, isTerms && h('label', { class: 'inline' }, words.interactions, interactions));
  return framed(schema, body, {
    group: true,
    first: () => boxes.find(box => !box.disabled) ?? interactions,
    read: () => {
      const names = boxes.filter(box => box.checked && !box.disabled).map(box => box.value);
      const typed = isTerms ? interactions.value.split(',').map(term => term.trim()) : [];
      const all = [...names, ...typed.filter(term => term !== '')];
      return all.length > 0 || isTerms ? all : undefined;
    },
    follow: fields => {
      // An outcome is no predictor of itself.
      const outcome = fields.find(field => field.schema.name === 'outcome')?.read();
      boxes.forEach((box, index) => {
        box.disabled = box.value === outcome && schema.name !== 'categorical';
        labels[index].hidden = box.disabled;
      });
    },
  });
}

/**
 * A value of the outcome.
 * @param {FieldSchema} schema
 * @param {Data} data
 */
function levelField(schema, data) {
  const first = (/** @type {string} */ title) => h('option', { value: '' }, title);
  const select = h('select', { disabled: true }, first(words.secondValue));
  /** @type {unknown} */
  let shown;
  return framed(schema, select, {
    read: () => select.value || undefined,
    follow: async fields => {
      const column = fields.find(field => field.schema.name === 'outcome')?.read();
      if (column === shown) return;
      shown = column;
      const levels = typeof column === 'string' ? await data.levels(column).catch(() => []) : [];
      if (column !== shown) return; // the choice has changed while the engine looked
      select.disabled = levels.length === 0;
      const titles = levels.map(level => data.levelTitle(String(column), level));
      select.replaceChildren(
        first(titles.length > 1 ? words.second(titles[1]) : words.secondValue),
        ...levels.map((level, index) => h('option', { value: level }, titles[index])),
      );
    },
  });
}

/**
 * The reference level of each categorical column.
 * @param {FieldSchema} schema
 * @param {Data} data
 */
function levelsField(schema, data) {
  const factors = data.columns.filter(column => column.levels && column.levels.length > 1);
  if (factors.length === 0) return null;
  const selects = factors.map(({ name, levels }) =>
    h(
      'select',
      {},
      ...(levels ?? []).map((level, index) =>
        h('option', { value: index === 0 ? '' : level }, data.levelTitle(name, level)),
      ),
    ),
  );
  const rows = factors.map((column, index) => h('label', { class: 'inline' }, columnTitle(column), selects[index]));
  return framed(schema, h('div', { class: 'levels' }, ...rows), {
    group: true,
    first: () => selects[0],
    read: () => {
      const chosen = factors.map(({ name }, index) => [name, selects[index].value]).filter(([, level]) => level !== '');
      return chosen.length > 0 ? Object.fromEntries(chosen) : undefined;
    },
  });
}

/** @param {FieldSchema} schema */
function wordField(schema) {
  const select = h(
    'select',
    {},
    ...(schema.words ?? []).map(word =>
      h('option', { value: word, selected: word === schema.default }, wordTitle(word)),
    ),
  );
  return framed(schema, select, { read: () => (select.value === schema.default ? undefined : select.value) });
}

/** @param {FieldSchema} schema */
function booleanField(schema) {
  const box = h('input', { type: 'checkbox', checked: schema.default === true });
  return framed(schema, box, { read: () => (box.checked === schema.default ? undefined : box.checked) });
}

/** @param {FieldSchema} schema */
function numberField(schema) {
  const input = h('input', {
    type: 'text',
    inputmode: 'decimal',
    autocomplete: 'off',
    value: schema.default ?? '',
  });
  return framed(schema, input, {
    read: () => {
      const text = input.value.trim().replace(',', '.');
      if (text === '' || text === String(schema.default)) return undefined;
      const number = Number(text);
      return Number.isNaN(number) ? text : number; // the engine says what is wrong with a text
    },
  });
}

/** @param {FieldSchema} schema */
function textField(schema) {
  const input = h('input', { type: 'text', spellcheck: 'false', autocomplete: 'off' });
  return framed(schema, input, { read: () => input.value.trim() || undefined });
}
