// What is open, in a few lines.

import { h } from '../dom.js';
import { counted } from '../words.js';

const kinds = { numeric: 'number', categorical: 'category', date: 'date' };

/**
 * @param {import('./session.js').Opened} opened
 * @param {import('./session.js').Table} table
 */
export function summary({ title, origin }, { rows, columns, warnings }) {
  return [
    h(
      'p',
      { class: 'opened' },
      h('strong', {}, title),
      ` ${counted(rows, 'row')}, ${counted(columns.length, 'column')}`,
    ),
    warnings.length > 0 ? h('ul', { class: 'warnings' }, ...warnings.map(({ message }) => h('li', {}, message))) : '',
    h(
      'details',
      {},
      h('summary', {}, origin ? 'Columns and origin' : 'Columns'),
      origin ? h('p', { class: 'hint' }, origin) : '',
      h(
        'table',
        { class: 'columns' },
        h('thead', {}, h('tr', {}, ...['Column', 'Kind', 'Missing'].map(name => h('th', { scope: 'col' }, name)))),
        h(
          'tbody',
          {},
          ...columns.map(({ name, label, unit, type, missing }) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, name, label ? h('small', {}, unit ? `${label} (${unit})` : label) : ''),
              h('td', {}, kinds[type]),
              h('td', {}, String(missing)),
            ),
          ),
        ),
      ),
    ),
  ];
}
