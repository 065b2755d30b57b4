// What a cell shows.

/** @typedef {import('../../table.js').ColumnInfo} ColumnInfo */

const DAY = 86_400_000;

/** @param {number} days since 1970-01-01 */
export const dateOf = days => new Date(days * DAY).toISOString().slice(0, 10).replace(/^\+00/, '');

/**
 * A number as it is read: whole ones in full, others with seven digits.
 * @param {number} value
 */
export function numberOf(value) {
  if (Number.isInteger(value)) return String(value);
  return Number.isFinite(value) ? String(Number(value.toPrecision(7))) : value > 0 ? '∞' : '−∞';
}

/**
 * The words for the values of a column, from its description.
 * @param {Record<string, any>} [description]
 * @returns {Map<string, string>}
 */
export function titlesOf(description) {
  const { levels } = description ?? {};
  const pairs = Array.isArray(levels) ? levels : Object.entries(levels ?? {});
  return new Map(pairs.map(([value, title]) => [String(value), title]));
}

/**
 * The text of a cell, null when it is missing.
 * @param {ColumnInfo} column
 * @param {Map<string, string>} titles
 * @returns {(value: number | string | null) => string | null}
 */
export function texter({ type }, titles) {
  return value => {
    if (value === null || Number.isNaN(value)) return null;
    const title = titles.size > 0 ? titles.get(String(value)) : undefined;
    if (title !== undefined) return title;
    if (typeof value === 'string') return value;
    return type === 'date' && Math.abs(value) < 1e8 ? dateOf(value) : numberOf(value);
  };
}
