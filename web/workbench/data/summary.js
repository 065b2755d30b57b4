// What is open, in a few lines.

import { h } from '../dom.js';
import { data as words } from '../words.js';

/**
 * @param {import('./session.js').Opened} opened
 * @param {import('./session.js').Table} table
 */
export function summary({ title, origin }, { rows, columns, warnings }) {
  return [
    h('p', { class: 'opened' }, h('strong', {}, title), ` ${words.rows(rows)}, ${words.columnCount(columns.length)}`),
    warnings.length > 0 ? h('ul', { class: 'warnings' }, ...warnings.map(({ message }) => h('li', {}, message))) : '',
    h(
      'details',
      {},
      h('summary', {}, origin ? words.columnsAndOrigin : words.columns),
      origin ? h('p', { class: 'hint' }, origin) : '',
      h(
        'table',
        { class: 'columns' },
        h(
          'thead',
          {},
          h('tr', {}, ...[words.column, words.kind, words.missing].map(name => h('th', { scope: 'col' }, name))),
        ),
        h(
          'tbody',
          {},
          ...columns.map(({ name, label, unit, type, missing }) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, name, label ? h('small', {}, unit ? `${label} (${unit})` : label) : ''),
              h('td', {}, words.kinds[type]),
              h('td', {}, String(missing)),
            ),
          ),
        ),
      ),
    ),
  ];
}
