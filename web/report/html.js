// Tables for pages and for what is pasted into a document. Made of text alone, without a DOM: Node writes them too.

import { html } from './markup.js';
import { spanners, splitAtPoint } from './table.js';

/** @typedef {import('./table.js').Table} Table */

const empty = html``;

/**
 * A cell whose first number is padded by figure spaces (U+2007, as wide as a digit), so that points stand below each
 * other in any proportional font, also once the table is pasted into a document.
 * @param {string} cell
 * @param {number} digits before the point in the widest cell of the column
 */
function aligned(cell, digits) {
  const [whole] = splitAtPoint(cell);
  return whole === '' ? cell : '\u2007'.repeat(digits - whole.length) + cell;
}

/**
 * A `<table>` with a caption, headings that tell their scope, and footnotes. It carries classes, never styles.
 * @param {Table} table
 * @returns {string}
 */
export function tableToHtml({ title, columns, sections, notes, warnings }) {
  const digits = columns.map((column, index) =>
    column.align === 'decimal'
      ? Math.max(0, ...sections.flatMap(({ rows }) => rows.map(row => splitAtPoint(row.cells[index - 1])[0].length)))
      : 0,
  );
  const over = spanners(columns);
  const overRow = over.some(span => span.title !== '')
    ? html`<tr>${over.map(span =>
        span.title === ''
          ? html`<td colspan="${span.span}"></td>`
          : html`<th scope="colgroup" colspan="${span.span}">${span.title}</th>`,
      )}</tr>\n`
    : empty;
  const head = html`<tr>${columns.map(column => html`<th scope="col">${column.title}</th>`)}</tr>`;
  const body = sections.map(section => {
    const heading = section.title
      ? html`<tr class="section"><th scope="rowgroup" colspan="${columns.length}">${section.title}</th></tr>\n`
      : empty;
    const rows = section.rows.map(
      row =>
        html`<tr${row.indent ? html` class="level"` : empty}><th scope="row">${row.label}</th>${row.cells.map(
          (cell, index) =>
            html`<td>${columns[index + 1].align === 'decimal' ? aligned(cell, digits[index + 1]) : cell}</td>`,
        )}</tr>\n`,
    );
    return html`<tbody>\n${heading}${rows}</tbody>\n`;
  });
  const foot = [
    ...notes.map(note => html`<tr><td colspan="${columns.length}">${note}</td></tr>\n`),
    ...warnings.map(
      warning =>
        html`<tr class="warning"><td colspan="${columns.length}"><strong>Warning:</strong> ${warning}</td></tr>\n`,
    ),
  ];
  return html`<table class="bedside-table">
<caption>${title}</caption>
<thead>
${overRow}${head}
</thead>
${body}${foot.length ? html`<tfoot>\n${foot}</tfoot>\n` : empty}</table>
`.text;
}
