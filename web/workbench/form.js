// The form of an analysis, made from `engine.analyses()`.

import { h, newId } from './dom.js';
import { createField } from './fields.js';
import { sentence, form as words } from './words.js';

/**
 * @typedef {import('../analyses.js').AnalysisSchema} AnalysisSchema
 * @typedef {import('./fields.js').Field} Field
 * @typedef {import('./fields.js').Data} Data
 */

/** What a formula stands in place of. */
const inPlaceOfFormula = new Set(['outcome', 'predictors']);

const whatTypes = new Set(['column', 'columns', 'terms', 'level']);

/**
 * Whether a field says what is analysed. From the first one on that says how, fields stand behind 'More options'.
 * @param {import('../analyses.js').FieldSchema} field
 */
const saysWhat = field => whatTypes.has(field.type) && field.name !== 'categorical';

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
  const offered = analyses.filter(analysis => analysis.needsTable);
  const select = h(
    'select',
    { id: newId() },
    ...offered.map(({ name, title }) => h('option', { value: name, selected: name === chosen }, title)),
  );
  const body = h('div', {});
  const error = h('p', { class: 'error', role: 'alert', hidden: true });
  const button = h('button', { type: 'submit', class: 'primary' }, words.run);
  const busy = h('div', { class: 'progress' });
  /** @type {Field[]} */
  let fields = [];

  const follow = () => {
    for (const field of fields) field.follow?.(fields);
  };
  const build = () => {
    const schema = offered.find(({ name }) => name === select.value) ?? offered[0];
    const made = schema.spec.map(field => createField(field, data));
    const end = schema.spec.findIndex(field => !saysWhat(field));
    const isField = (/** @type {Field | null} */ field) => field !== null;
    const what = made.slice(0, end < 0 ? undefined : end).filter(isField);
    const how = end < 0 ? [] : made.slice(end).filter(isField);
    fields = /** @type {Field[]} */ ([...what, ...how]);
    body.replaceChildren(
      ...what.map(field => /** @type {Field} */ (field).element),
      ...(how.length
        ? [
            h(
              'details',
              { class: 'more' },
              h('summary', {}, words.more),
              ...how.map(field => /** @type {Field} */ (field).element),
            ),
          ]
        : []),
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
    culprit.setError(sentence(failure));
    culprit.element.closest('details')?.setAttribute('open', '');
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

/** @param {Field[]} fields */
function specOf(fields) {
  const entries = fields.map(field => /** @type {const} */ ([field.schema.name, field.read()]));
  const hasFormula = entries.some(([name, value]) => name === 'formula' && value !== undefined);
  return Object.fromEntries(
    entries.filter(([name, value]) => value !== undefined && !(hasFormula && inPlaceOfFormula.has(name))),
  );
}

/**
 * The field that an error is about: the one that its message quotes, else the first whose value it quotes.
 * @param {unknown} failure
 * @param {Field[]} fields
 * @returns {Field | undefined}
 */
function fieldOf(failure, fields) {
  const message = failure instanceof Error ? failure.message : '';
  const quoted = [...message.matchAll(/'([^']+)'/g)].map(match => match[1]);
  if (message.startsWith('formula')) quoted.unshift('formula');
  for (const word of quoted) {
    const named = fields.find(field => field.schema.name === word);
    if (named) return named;
  }
  for (const word of quoted) {
    const holding = fields.find(field => holds(field.read(), word));
    if (holding) return holding;
  }
  return undefined;
}

/**
 * @param {unknown} value
 * @param {string} word
 */
function holds(value, word) {
  if (Array.isArray(value)) return value.some(part => part === word || String(part).split(':').includes(word));
  if (typeof value === 'object' && value !== null) return Object.hasOwn(value, word);
  return value === word;
}
