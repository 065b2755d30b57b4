// Tables for spreadsheets, as RFC 4180 says.

/** @typedef {import('./table.js').Table} Table */

const number = /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i;

/**
 * A cell that no spreadsheet takes for a formula (CWE-1236): what begins like one and is no number gets an apostrophe
 * before it. A typographic minus before a number becomes the one that spreadsheets calculate with.
 * @param {string} text
 */
function cell(text) {
  const plain = text.replace(/^−(?=\d+(\.\d+)?$)/, '-');
  const guarded = /^[=+\-@\t\r\n]/.test(plain) && !number.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(guarded) || guarded !== guarded.trim() ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/**
 * A heading line and one line for each row, with the figures as they are printed. Title and notes are left out: a file of
 * data has none. Shared headings stand before their columns' titles; a level has its variable's label before its own.
 * @param {Table} table
 * @returns {string}
 */
export function tableToCsv({ columns, sections }) {
  const sectioned = sections.some(section => section.title !== '');
  const titles = columns.map(column => (column.over ? `${column.over}: ${column.title}` : column.title));
  const lines = [sectioned ? ['Section', ...titles] : titles];
  for (const section of sections) {
    let above = '';
    for (const { label, indent, cells } of section.rows) {
      if (indent === 0) above = label;
      const named = indent === 0 ? label : `${above}: ${label}`;
      lines.push(sectioned ? [section.title, named, ...cells] : [named, ...cells]);
    }
  }
  return lines.map(line => `${line.map(cell).join(',')}\r\n`).join('');
}
