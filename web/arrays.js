// Columns given as arrays, as the engine takes them.

import { BedsideError } from './errors.js';

/**
 * @param {Record<string, ArrayLike<unknown>>} columns
 * @param {{ dictionary?: Record<string, object> }} options
 */
export function arraysMessage(columns, options) {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) {
    throw new BedsideError('INVALID_SPEC', 'table() takes an object of arrays: { age: [61, 58], sex: ["f", "m"] }.');
  }
  for (const name of Object.keys(options)) {
    if (name !== 'dictionary')
      throw new BedsideError('INVALID_SPEC', `table() has no option '${name}'; it has dictionary.`);
  }
  return {
    op: 'arrays',
    columns: Object.keys(columns).map(name => ({ name, ...cellsOf(name, columns[name]) })),
    dictionary: options.dictionary ?? null,
  };
}

/**
 * @param {string} name
 * @param {unknown} cells
 */
function cellsOf(name, cells) {
  if (ArrayBuffer.isView(cells) && !(cells instanceof DataView)) {
    return { numbers: Float64Array.from(/** @type {any} */ (cells), Number) };
  }
  if (!Array.isArray(cells)) {
    throw new BedsideError('INVALID_SPEC', `Column '${name}' must be an array or a typed array, not ${typeof cells}.`);
  }
  const missing = (/** @type {unknown} */ cell) => cell === null || cell === undefined || Number.isNaN(cell);
  const first = cells.find(cell => !missing(cell));
  const kind = first instanceof Date ? 'date' : typeof first;
  const wrong = cells.findIndex(cell => !missing(cell) && (cell instanceof Date ? 'date' : typeof cell) !== kind);
  const known = ['number', 'boolean', 'string', 'date', 'undefined'].includes(kind);
  if (wrong >= 0 || !known) {
    const at = wrong >= 0 ? wrong : cells.indexOf(first);
    throw new BedsideError(
      'INVALID_SPEC',
      `Column '${name}' holds ${known ? `a ${typeof cells[at]} among values of type ${kind}` : `a ${kind}`} in row ${at + 1}. A column holds numbers, strings, booleans or Dates, one kind of them.`,
    );
  }
  if (kind === 'string') return { texts: cells.map(cell => (missing(cell) ? null : cell)) };
  const numbers = Float64Array.from(cells, cell => (missing(cell) ? Number.NaN : Number(cell)));
  return kind === 'date' ? { times: numbers } : { numbers };
}
