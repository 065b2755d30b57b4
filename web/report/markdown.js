// Tables in GitHub's Markdown.

/** @typedef {import('./table.js').Table} Table */

/**
 * Text as Markdown shows it unchanged: no markup, no link, no HTML, no new line or cell.
 * @param {string} text
 */
const escaped = text =>
  text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+!|~>$@:-]/g, (sign, at, whole) => (needsEscape(sign, at, whole) ? `\\${sign}` : sign));

/**
 * Signs that mean something only in some places stay readable in the others: `(1.08–3.78)` is no link without a `]`.
 * @param {string} sign
 * @param {number} at
 * @param {string} whole
 */
function needsEscape(sign, at, whole) {
  if (sign === '(' || sign === ')') return false; // a link's brackets are escaped
  if (sign === '+' || sign === '-' || sign === '#' || sign === '>') return at === 0; // a list, a heading, a quotation
  if (sign === ':' || sign === '@') return /[/\w@]/.test(whole[at + 1] ?? ''); // what is made a link by itself
  return true;
}

/**
 * A title in bold, the table, its notes below. Markdown knows neither shared headings nor indents: the former are put
 * before their columns' titles, the latter written as spaces that do not collapse.
 * @param {Table} table
 * @returns {string}
 */
export function tableToMarkdown({ title, columns, sections, notes, warnings }) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const titles = columns.map(column => escaped(column.over ? `${column.over}: ${column.title}` : column.title));
  const rules = columns.map(column => (column.align === 'decimal' ? '---:' : ':---'));
  const rows = sections.flatMap(section => [
    ...(section.title ? [line([`**${escaped(section.title)}**`, ...columns.slice(1).map(() => '')])] : []),
    ...section.rows.map(({ label, indent, cells }) =>
      line(['&emsp;'.repeat(indent) + escaped(label), ...cells.map(escaped)]),
    ),
  ]);
  const below = [...notes.map(escaped), ...warnings.map(warning => `**Warning:** ${escaped(warning)}`)];
  return [
    `**${escaped(title)}**`,
    '',
    line(titles),
    line(rules),
    ...rows,
    ...below.flatMap(note => ['', note]),
    '',
  ].join('\n');
}
