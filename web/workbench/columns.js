// Fields that name columns: which columns fit, which one is meant most likely, and the controls.

import { h } from './dom.js';
import { framed } from './frame.js';
import { form as words } from './words.js';

/**
 * @typedef {import('./frame.js').Field} Field
 * @typedef {import('./frame.js').FieldSchema} FieldSchema
 * @typedef {import('./frame.js').Place} Place
 * @typedef {import('./frame.js').ColumnInfo} ColumnInfo
 */

/** More different values than this make no groups. */
const MOST_GROUPS = 30;
/** From so many columns on, a list can be searched. */
const LONG_LIST = 16;

const grouping = new Set(['group', 'strata', 'subgroup', 'row', 'column', 'event']);
/** Lists whose columns play no other part in the analysis. */
const apart = new Set(['predictors', 'covariates', 'adjust', 'columns', 'strata']);
/** What is shown even where no column fits: it must be seen that something is wanted. @param {FieldSchema} schema */
const isWanted = schema =>
  schema.required || schema.type === 'terms' || ['outcome', 'time', 'event'].includes(schema.name);

/** What columns of a kind are called by many. @type {Record<string, RegExp>} */
const usual = {
  time: /time|days|weeks|months?|years|surv|follow/i,
  event: /status|event|death|died|dead|relapse|cause|fustat/i,
  treatment: /treat|^arm$|^trt|^rx|therap|drug|expos/i,
  group: /treat|^arm$|^trt|^rx|group|sex|gender/i,
};

/**
 * The columns that can stand in a field.
 * @param {FieldSchema} schema
 * @param {string} analysis
 * @param {ColumnInfo[]} columns
 */
export function fitting(schema, analysis, columns) {
  const few = (/** @type {ColumnInfo} */ { distinct, type }) =>
    distinct > 1 && distinct <= MOST_GROUPS && type !== 'date';
  if (grouping.has(schema.name)) {
    // A regression's event has two values, but where one of more can be named as the event.
    const most = schema.wants === 'binary' && schema.name !== 'event' ? 2 : MOST_GROUPS;
    return columns.filter(column => few(column) && column.distinct <= most);
  }
  if (schema.wants === 'binary') return columns.filter(column => column.distinct === 2);
  if (schema.name === 'time') return columns.filter(column => column.type === 'numeric' && column.distinct > 2);
  if (schema.wants === 'numeric' || schema.name === 'nonnormal')
    return columns.filter(({ type }) => type !== 'categorical');
  if (analysis === 'ipw' && schema.name === 'outcome')
    return columns.filter(({ type, distinct }) => type === 'numeric' || distinct === 2);
  // A text column is counted by its values anyway.
  if (schema.name === 'categorical') return columns.filter(column => column.type === 'numeric' && few(column));
  if (schema.name === 'exact') return columns.filter(few);
  return columns;
}

/** @param {ColumnInfo} column */
export const columnTitle = ({ name, label }) => (label ? `${label} (${name})` : name);

/**
 * @param {FieldSchema} schema
 * @param {Place} place
 * @returns {Field | null} null where no column of the data fits and none is needed
 */
export function columnField(schema, place) {
  const { analysis, data } = place;
  const columns = fitting(schema, analysis, data.columns);
  if (columns.length === 0 && !isWanted(schema)) return null;
  const isThere = (/** @type {unknown} */ name) => columns.some(column => column.name === name);
  const chosen = [place.initial, isWanted(schema) && guess(schema, place, columns)].find(isThere) ?? '';
  const nothing = columns.length === 0 ? words.noColumn : isWanted(schema) ? words.chooseColumn : words.none;
  const select = h(
    'select',
    {},
    h('option', { value: '' }, nothing),
    ...columns.map(column =>
      h('option', { value: column.name, selected: column.name === chosen }, columnTitle(column)),
    ),
  );
  return framed(schema, place, select, { read: () => select.value || undefined });
}

/**
 * @param {FieldSchema} schema
 * @param {Place} place
 * @param {ColumnInfo[]} columns
 */
function guess({ name }, { data, analysis }, columns) {
  if (columns.length === 1) return columns[0].name;
  if (name === 'outcome' && analysis !== 'ipw') return data.outcome;
  return usual[name] && columns.find(column => usual[name].test(column.name))?.name;
}

/**
 * A box for each column; for terms also a line for interactions.
 * @param {FieldSchema} schema
 * @param {Place} place
 * @returns {Field | null}
 */
export function columnsField(schema, place) {
  const columns = fitting(schema, place.analysis, place.data.columns);
  if (columns.length === 0 && !isWanted(schema)) return null;
  const isTerms = schema.type === 'terms';
  const given = [place.initial ?? []].flat().map(String);
  const names = new Set(columns.map(({ name }) => name));
  const boxes = columns.map(({ name }) => h('input', { type: 'checkbox', value: name, checked: given.includes(name) }));
  const labels = columns.map((column, index) => h('label', {}, boxes[index], columnTitle(column)));
  const interactions = h('input', {
    type: 'text',
    placeholder: words.interactionsExample,
    spellcheck: 'false',
    autocomplete: 'off',
    value: given.filter(term => isTerms && !names.has(term)).join(', '),
  });
  const free = () => boxes.filter(box => !box.disabled);
  const all = h('button', { type: 'button', class: 'link' }, words.all);
  all.addEventListener('click', () => {
    const checked = !free().every(box => box.checked);
    for (const box of free()) box.checked = checked;
    all.dispatchEvent(new Event('change', { bubbles: true }));
  });
  const search = h('input', {
    type: 'search',
    'aria-label': words.search,
    placeholder: words.search,
    oninput: () => {
      const wanted = search.value.toLowerCase();
      columns.forEach((column, index) => {
        labels[index].hidden = boxes[index].disabled || !columnTitle(column).toLowerCase().includes(wanted);
      });
    },
  });
  const body = h(
    'div',
    {},
    columns.length >= LONG_LIST && search,
    h('div', { class: 'checks' }, ...labels),
    h(
      'div',
      { class: 'below' },
      isTerms && h('label', { class: 'inline' }, words.interactions, interactions),
      columns.length > 2 && all,
    ),
  );
  return framed(schema, place, body, {
    group: true,
    first: () => free()[0] ?? interactions,
    read: () => {
      const ticked = free().filter(box => box.checked);
      const typed = isTerms ? interactions.value.split(',').map(term => term.trim()) : [];
      const terms = [...ticked.map(box => box.value), ...typed.filter(term => term !== '')];
      return terms.length > 0 || (isTerms && isWanted(schema)) ? terms : undefined;
    },
    follow: fields => {
      // An outcome is no predictor of itself, a treatment no cause of its own.
      if (!apart.has(schema.name)) return;
      const taken = fields
        .filter(field => field.schema.type === 'column' && !field.element.hidden)
        .map(field => field.read());
      boxes.forEach((box, index) => {
        box.disabled = taken.includes(box.value);
        labels[index].hidden = box.disabled;
      });
      all.textContent = free().every(box => box.checked) ? words.noneOfThem : words.all;
    },
  });
}
