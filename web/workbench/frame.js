// The frame of a field: label, control, hint and a place for an error, tied together for those who hear the page.

import { h, newId, showText } from './dom.js';
import { fieldHint, fieldTitle } from './words.js';

/**
 * @typedef {import('../analyses.js').FieldSchema} FieldSchema
 * @typedef {import('../table.js').ColumnInfo} ColumnInfo
 *
 * @typedef {object} Data what the fields choose from
 * @property {ColumnInfo[]} columns
 * @property {(column: string) => Promise<string[]>} levels
 * @property {(column: string, level: string) => string} levelTitle
 * @property {(column: string) => Promise<number[]>} [quartiles] of a numeric column, for values to begin with
 * @property {string} [outcome] the column that an outcome is, before anybody chose
 *
 * @typedef {object} Place where a field stands
 * @property {string} analysis
 * @property {FieldSchema[]} spec all fields of the analysis
 * @property {Data} data
 * @property {any} [initial] its value to begin with, as a spec has it; `undefined`: what it is when nobody chose
 *
 * @typedef {object} Field
 * @property {FieldSchema} schema
 * @property {HTMLElement} element
 * @property {() => void} focus
 * @property {() => any} read the value for the spec; `undefined` leaves it out
 * @property {(message: string) => void} setError `''` takes it back
 * @property {(fields: Field[]) => void} [follow] called when another field has changed
 */

/**
 * @param {FieldSchema} schema
 * @param {Place} place
 * @param {HTMLElement} control
 * @param {Pick<Field, 'read' | 'follow'> & { group?: boolean, first?: () => HTMLElement | undefined }} rest `first`: the
 *   control that takes the focus when something is wrong
 * @returns {Field}
 */
export function framed(schema, { analysis }, control, { group = false, first = () => control, ...rest }) {
  const hint = h('p', { class: 'hint', id: newId() }, fieldHint(schema, analysis));
  const error = h('p', { class: 'error', id: newId(), hidden: true });
  const describedBy = `${error.id} ${hint.id}`;
  control.id ||= newId();
  const title = fieldTitle(schema.name, analysis);
  const about = { 'data-field': schema.name };
  const element = group
    ? h('fieldset', { ...about, 'aria-describedby': describedBy }, h('legend', {}, title), control, error, hint)
    : h('div', { class: 'field', ...about }, h('label', { for: control.id }, title), control, error, hint);
  if (!group) {
    control.setAttribute('aria-describedby', describedBy);
    control.setAttribute('name', schema.name);
  }
  return {
    schema,
    element,
    ...rest,
    focus: () => first()?.focus(),
    setError(message) {
      showText(error, message);
      for (const marked of element.querySelectorAll('[aria-invalid]')) marked.removeAttribute('aria-invalid');
      if (message) first()?.setAttribute('aria-invalid', 'true');
    },
  };
}
