// What is open, in a few lines.

import { h } from '../dom.js';
import { data as words } from '../words.js';

/**
 * @param {import('./session.js').Opened} opened
 * @param {import('./session.js').Table} table
 */
export const summary = ({ title, origin }, { rows, columns, warnings }) => [
  h('p', { class: 'opened' }, h('strong', {}, title), ` ${words.rows(rows)}, ${words.columnCount(columns.length)}`),
  warnings.length > 0 ? h('ul', { class: 'warnings' }, ...warnings.map(({ message }) => h('li', {}, message))) : '',
  origin ? h('details', {}, h('summary', {}, words.origin), h('p', { class: 'hint' }, origin)) : '',
];
