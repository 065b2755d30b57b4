// The form of an analysis, made from `engine.analyses()`.

import { h, newId } from './dom.js';
import { fieldOf } from './errors.js';
import { createField } from './fields.js';
import { menuOf } from './menu.js';
import { sentence, form as words } from './words.js';

/**
 * @typedef {import('../analyses.js').AnalysisSchema} AnalysisSchema
 * @typedef {import('./frame.js').Field} Field
 * @typedef {import('./frame.js').Data} Data
 */

/** What a field stands in place of. @type {Record<string, string[]>} */
const inPlaceOf = { formula: ['outcome', 'predictors', 'time', 'event', 'start'], counts: ['row', 'column'] };

/** What is asked besides what must be: the rest says how it is computed, and stands behind 'More options'. */
const asked = new Set([
  ...[
    'outcome',
    'predictors',
    'positive',
    'columns',
    'time',
    'event',
    'eventValue',
    'group',
    'adjust',
    'row',
    'column',
  ],
  ...['ciLow', 'ciHigh'],
]);

/** Fields of one of the models of an analysis: their description begins so. */
const ofModel = /^(Logistic|Cox): /;

/**
 * Whether a field belongs to another model than the one chosen.
 * @param {import('./frame.js').FieldSchema} schema
 * @param {unknown} model
 */
export const isOfOtherModel = ({ doc = '' }, model) => (ofModel.exec(doc)?.[1].toLowerCase() ?? model) !== model;

/**
 * @typedef {object} FormOptions
 * @property {readonly AnalysisSchema[]} analyses
 * @property {string} chosen the analysis that it opens with
 * @property {Data} data
 * @property {(analysis: string, spec: object) => Promise<void>} run rejects with what is wrong
 *
 * @param {HTMLElement} place
 * @param {FormOptions} options
 */
export function showForm(place, { analyses, chosen, data, run }) {
  const select = h(
    'select',
    { id: newId(), name: 'analysis' },
    ...menuOf(analyses).map(({ title, entries }) =>
      h(
        'optgroup',
        { label: title },
        ...entries.map(entry => h('option', { value: entry.name, selected: entry.name === chosen }, entry.title)),
      ),
    ),
  );
  const body = h('div', {});
  const error = h('p', { class: 'error', role: 'alert', hidden: true });
  const button = h('button', { type: 'submit', class: 'primary' }, words.run);
  const busy = h('div', { class: 'progress' });
  /** What was chosen for any analysis: the next one begins with it. @type {Record<string, any>} */
  const kept = {};
  /** @type {Field[]} */
  let fields = [];

  const follow = () => {
    const model = fields.find(({ schema }) => schema.name === 'model')?.read();
    for (const { schema, element } of fields) element.hidden = isOfOtherModel(schema, model);
    for (const field of fields) field.follow?.(fields);
  };
  const keep = () => {
    for (const { schema, read } of fields) if (keeps(schema)) kept[schema.name] = read();
  };
  const build = () => {
    keep();
    const { name, spec } = analyses.find(one => one.name === select.value) ?? analyses[0];
    const made = spec.map(schema =>
      createField(schema, {
        analysis: name,
        spec: /** @type {any} */ (spec),
        data,
        initial: keeps(schema) ? kept[schema.name] : undefined,
      }),
    );
    fields = made.filter(field => field !== null);
    const isAsked = (/** @type {Field} */ { schema }) =>
      schema.required || (asked.has(schema.name) && schema.type !== 'strings');
    const more = fields.filter(field => !isAsked(field)).map(({ element }) => element);
    body.replaceChildren(
      ...fields.filter(isAsked).map(({ element }) => element),
      ...(more.length > 0 ? [h('details', { class: 'more' }, h('summary', {}, words.more), ...more)] : []),
    );
    showError(null);
    follow();
  };

  /** @param {unknown} failure null takes the errors back */
  function showError(failure) {
    for (const field of fields) field.setError('');
    error.hidden = true;
    if (failure === null) return;
    const culprit = fieldOf(failure, fields);
    if (!culprit) {
      error.textContent = sentence(failure);
      error.hidden = false;
      return;
    }
    const { schema, element, read } = culprit;
    const isEmpty = [read() ?? []].flat().length === 0;
    culprit.setError((isEmpty && words.empty[schema.type]) || sentence(failure));
    element.closest('details')?.setAttribute('open', '');
    culprit.focus();
  }

  const form = h(
    'form',
    {
      novalidate: true,
      onchange: follow,
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        if (button.getAttribute('aria-disabled') === 'true') return;
        showError(null);
        button.setAttribute('aria-disabled', 'true'); // not `disabled`, which would lose the focus
        try {
          await run(select.value, specOf(fields));
        } catch (failure) {
          showError(failure);
        } finally {
          button.removeAttribute('aria-disabled');
        }
      },
    },
    h('div', { class: 'field' }, h('label', { for: select.id }, words.question), select),
    body,
    h('div', { class: 'actions' }, error, button, busy),
  );
  select.addEventListener('change', build);
  build();
  place.replaceChildren(form);
  return { busy, focus: () => select.focus() };
}

/** Whether a choice means the same in the next analysis. @param {import('./frame.js').FieldSchema} schema */
const keeps = ({ type, name }) =>
  (['column', 'terms'].includes(type) && name !== 'column' && name !== 'row') || name === 'confLevel';

/**
 * What is sent to the engine.
 * @param {Field[]} fields
 * @returns {Record<string, unknown>}
 */
export function specOf(fields) {
  const entries = fields
    .filter(({ element }) => !element.hidden)
    .map(({ schema, read }) => /** @type {const} */ ([schema.name, read()]))
    .filter(([, value]) => value !== undefined);
  const replaced = entries.flatMap(([name]) => inPlaceOf[name] ?? []);
  return Object.fromEntries(entries.filter(([name]) => !replaced.includes(name)));
}
