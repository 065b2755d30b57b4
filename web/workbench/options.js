// The options of a card: what can be changed of an analysis without choosing other columns.

import { h } from './dom.js';
import { fieldOf } from './errors.js';
import { createField } from './fields.js';
import { isOfOtherModel, specOf } from './form.js';
import { card as words } from './words.js';

/** @typedef {import('./frame.js').FieldSchema} FieldSchema */

const types = new Set(['word', 'words', 'boolean', 'number', 'integer', 'numbers', 'interval', 'levels']);

/**
 * @param {import('./results.js').Ask} ask
 * @param {(spec: Record<string, unknown>) => void} recompute
 * @returns {{ element: HTMLElement, showError: (failure: unknown) => boolean } | null} null where there is nothing to
 *   change; `showError` puts an error beside the field that it is about, if there is one
 */
export function cardOptions({ schema, spec, data }, recompute) {
  const all = /** @type {FieldSchema[]} */ ([.../** @type {any} */ (schema).spec]);
  const changeable = all.filter(
    field => types.has(field.type) && field.name !== 'model' && !isOfOtherModel(field, spec.model ?? 'logistic'),
  );
  const fields = changeable.flatMap(
    field => createField(field, { analysis: schema.name, spec: all, data, initial: spec[field.name] }) ?? [],
  );
  if (fields.length === 0) return null;
  const names = new Set(fields.map(field => field.schema.name));
  const kept = Object.fromEntries(Object.entries(spec).filter(([name]) => !names.has(name)));
  // What stands in the card's form only as a choice made before.
  const chosen = all
    .filter(field => !names.has(field.name))
    .map(field => ({ schema: field, element: h('div', {}), read: () => spec[field.name], focus() {}, setError() {} }));
  for (const field of fields) if (field.schema.type === 'levels') field.follow?.([...chosen, ...fields]);

  const showError = (/** @type {unknown} */ failure) => {
    const culprit = fieldOf(failure, fields);
    culprit?.setError(words.errorOf(failure));
    culprit?.focus();
    return culprit !== undefined;
  };
  const change = () => {
    for (const field of fields) field.setError('');
    recompute({ ...kept, ...specOf(fields) });
  };
  const element = h(
    'details',
    { class: 'options' },
    h('summary', {}, words.options),
    h('div', { class: 'grid', onchange: change }, ...fields.map(field => field.element)),
  );
  return { element, showError };
}
