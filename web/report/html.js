// Tables for pages and for what is pasted into a document. Made of text alone, without a DOM: Node writes them too.

import { html } from './markup.js';
import { aligned, digitsOf, spanners } from './table.js';

/** @typedef {import('./table.js').Table} Table */

const empty = html``;

/**
 * A `<table>` with a caption, headings that tell their scope, and footnotes. It carries classes, never styles.
 * @param {Table} table
 * @returns {string}
 */
export function tableToHtml({ title, columns, sections, notes, warnings }) {
  const digits = digitsOf(columns, sections);
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
          (cell, index) => html`<td>${aligned(cell, digits[index + 1])}</td>`,
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
