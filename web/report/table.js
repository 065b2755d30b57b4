// The one table value from which every format is made. It holds words, no markup: what is bold, padded, escaped or
// quoted is each format's own business.

/**
 * @typedef {object} Column
 * @property {string} title
 * @property {string} [over] a heading shared with the neighbours that name the same one
 * @property {'left' | 'decimal'} align `decimal`: the first number's point of each cell stands below the others'
 *
 * @typedef {object} Row
 * @property {string} label the first column's cell
 * @property {number} indent 0, or 1 for what belongs to the row above, such as a level of its variable
 * @property {string[]} cells one for each further column; `''` where there is nothing to say
 *
 * @typedef {object} Section rows that belong together
 * @property {string} title `''` for none
 * @property {Row[]} rows
 *
 * @typedef {object} Table
 * @property {string} title
 * @property {Column[]} columns the first is that of the rows' labels
 * @property {Section[]} sections
 * @property {string[]} notes footnotes: tests used, rows left out, fit of the model
 * @property {string[]} warnings of the analysis, which a reader of its figures must not miss
 */

/**
 * A column of figures.
 * @param {string} title
 * @param {string} [over]
 * @returns {Column}
 */
export const figures = (title, over) => ({ title, align: 'decimal', ...(over && { over }) });

/**
 * A column of words.
 * @param {string} title
 * @returns {Column}
 */
export const words = title => ({ title, align: 'left' });

/**
 * @param {string} label
 * @param {(string | null | undefined)[]} cells
 * @param {number} [indent]
 * @returns {Row}
 */
export const row = (label, cells, indent = 0) => ({ label, indent, cells: cells.map(cell => cell ?? '') });

/**
 * A table whose rows all have a cell for each column.
 * @param {{ title: string, columns: Column[], sections: Section[], notes?: string[], warnings?: string[] }} parts
 * @returns {Table}
 */
export function table({ title, columns, sections, notes = [], warnings = [] }) {
  const padded = sections.map(section => ({
    title: section.title,
    rows: section.rows.map(({ label, indent, cells }) => ({
      label,
      indent,
      cells: columns.slice(1).map((_, index) => cells[index] ?? ''),
    })),
  }));
  return { title, columns, sections: padded.filter(section => section.rows.length > 0), notes, warnings };
}

/**
 * The headings above the columns' titles: each with the number of columns that it spans; `''` where there is none.
 * @param {Column[]} columns
 * @returns {{ title: string, span: number }[]}
 */
export function spanners(columns) {
  /** @type {{ title: string, span: number }[]} */
  const spans = [];
  for (const { over = '' } of columns) {
    const last = spans.at(-1);
    if (last && last.title === over && over !== '') last.span++;
    else spans.push({ title: over, span: 1 });
  }
  return spans;
}

/**
 * A cell in two parts, so that the first number's units stand above each other: what comes up to them, and the rest.
 * A cell without a number has all of it in the second part.
 * @param {string} cell
 * @returns {[string, string]}
 */
export function splitAtPoint(cell) {
  const whole = /^[<>−-]?\d+/.exec(cell)?.[0] ?? '';
  return [whole, cell.slice(whole.length)];
}

/**
 * Digits before the point in the widest cell of each column; 0 for words.
 * @param {Column[]} columns
 * @param {Section[]} sections
 */
export const digitsOf = (columns, sections) =>
  columns.map(({ align }, index) =>
    align === 'decimal'
      ? Math.max(0, ...sections.flatMap(({ rows }) => rows.map(row => splitAtPoint(row.cells[index - 1])[0].length)))
      : 0,
  );

/**
 * A cell whose first number is padded by figure spaces (U+2007, as wide as a digit), so that points stand below each
 * other in any proportional font, also once the table is pasted into a document.
 * @param {string} cell
 * @param {number} digits of its column
 */
export function aligned(cell, digits) {
  const { length } = splitAtPoint(cell)[0];
  return length === 0 ? cell : '\u2007'.repeat(Math.max(0, digits - length)) + cell;
}
