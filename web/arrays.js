// Columns and rows given as arrays, as the engine takes them.

import { BedsideError } from './errors.js';

const utf8 = new TextEncoder();

/**
 * @param {Record<string, ArrayLike<unknown>>} columns
 * @param {{ dictionary?: Record<string, object> }} options
 */
export function arraysMessage(columns, options) {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) {
    throw new BedsideError('INVALID_SPEC', 'table() takes an object of arrays: { age: [61, 58], sex: ["f", "m"] }.');
  }
  if (typeof options !== 'object' || options === null) {
    throw new BedsideError('INVALID_SPEC', 'The options of table() must be an object.');
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
 * @param {Record<string, string | ArrayLike<unknown>>} columns expressions, or arrays of one value for each row
 */
export function deriveMessage(columns) {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) {
    throw new BedsideError('INVALID_SPEC', "derive() takes an object of expressions or arrays: { bmi: 'kg / m^2' }.");
  }
  const written = (/** @type {string} */ name) => {
    const given = columns[name];
    if (typeof given === 'string') return { name, expression: given };
    if (typeof given === 'object' && given !== null) return { name, ...cellsOf(name, given) };
    throw new BedsideError(
      'INVALID_SPEC',
      `Column '${name}' must be an expression (a string) or an array of one value for each row, not ${given === null ? 'null' : typeof given}.`,
    );
  };
  return { op: 'derive', columns: Object.keys(columns).map(written) };
}

/** @param {ArrayLike<number>} rows */
export function takeMessage(rows) {
  if (rows instanceof Int32Array) return { op: 'take', rows };
  const typed = ArrayBuffer.isView(rows) && !(rows instanceof DataView);
  if (!typed && !Array.isArray(rows)) {
    throw new BedsideError('INVALID_SPEC', 'take() takes row numbers from 0: an Int32Array or an array of numbers.');
  }
  const wrong = Array.prototype.findIndex.call(rows, row => typeof row !== 'number');
  if (wrong >= 0) {
    throw new BedsideError(
      'INVALID_SPEC',
      `take() takes numbers, and element ${wrong} is of type ${typeof rows[wrong]}.`,
    );
  }
  return { op: 'take', rows: new Float64Array(rows) };
}

/**
 * @param {string} name
 * @param {unknown} cells
 */
function cellsOf(name, cells) {
  if (ArrayBuffer.isView(cells) && !(cells instanceof DataView)) {
    const big = cells instanceof BigInt64Array || cells instanceof BigUint64Array;
    return { numbers: big ? Float64Array.from(cells, Number) : new Float64Array(/** @type {any} */ (cells)) };
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
    const at = known ? wrong : cells.indexOf(first);
    const found = `a value of type ${typeof cells[at]}${known ? ` among values of type ${kind}` : ''}`;
    throw new BedsideError(
      'INVALID_SPEC',
      `Column '${name}' holds ${found} in row ${at + 1}. A column holds numbers, strings, booleans or Dates, one kind of them.`,
    );
  }
  if (kind === 'string') return packed(cells.map(cell => (missing(cell) ? null : cell)));
  const numbers = new Float64Array(cells.length); // Float64Array.from with a function takes ten times as long
  for (let i = 0; i < cells.length; i++) numbers[i] = missing(cells[i]) ? Number.NaN : Number(cells[i]);
  return kind === 'date' ? { times: numbers } : { numbers };
}

/**
 * Texts one behind the other: as strings of a message each would cost the engine 56 bytes while it reads them.
 * @param {(string | null)[]} texts
 */
function packed(texts) {
  const whole = texts.join(''); // null: nothing
  const bytes = utf8.encode(whole);
  if (bytes.length === whole.length)
    return { texts: bytes, lengths: Int32Array.from(texts, text => text?.length ?? -1) };
  // Not all ASCII. Each by itself: half a surrogate pair must not find its other half in the next text.
  const each = texts.map(text => (text === null ? null : utf8.encode(text)));
  const lengths = Int32Array.from(each, cell => cell?.length ?? -1);
  const out = new Uint8Array(lengths.reduce((sum, length) => sum + Math.max(length, 0), 0));
  let at = 0;
  for (const cell of each) {
    if (!cell) continue;
    out.set(cell, at);
    at += cell.length;
  }
  return { texts: out, lengths };
}
