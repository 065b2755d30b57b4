// Tables for terminals and plain-text mail.

import { spanners, splitAtPoint } from './table.js';

/** @typedef {import('./table.js').Table} Table */

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide = /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}|[！-｠]/u;

/**
 * Columns that a text takes in a terminal: a letter with its accents is one, Chinese and emoji are two.
 * @param {string} text
 */
function width(text) {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/**
 * Without what a terminal would obey: control characters, escape sequences among them, and marks that turn the direction
 * of writing.
 * @param {string} text
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
const harmless = text => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ');

/**
 * @param {string} text
 * @param {number} columns
 */
const padEnd = (text, columns) => text + ' '.repeat(Math.max(0, columns - width(text)));

/**
 * @param {string} text
 * @param {number} columns
 */
function centred(text, columns) {
  const left = Math.max(0, Math.floor((columns - width(text)) / 2));
  return padEnd(' '.repeat(left) + text, columns);
}

/**
 * Lines of at most so many columns, broken between words.
 * @param {string} text
 * @param {number} columns
 */
function wrapped(text, columns) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/ +/)) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + 1 + width(word) <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const gap = '  ';

/**
 * A table as lines of equal columns, the figures' points below each other.
 * @param {Table} table
 * @returns {string}
 */
export function tableToText(table) {
  const rows = table.sections.flatMap(({ title, rows }) => [
    ...(title ? [{ heading: harmless(title), cells: [] }] : []),
    ...rows.map(({ label, indent, cells }) => ({
      heading: null,
      cells: [' '.repeat(2 * indent) + harmless(label), ...cells.map(harmless)],
    })),
  ]);
  const columns = table.columns.map(({ title, align }, index) => {
    const cells = rows.map(({ cells }) => cells[index] ?? '');
    const split = cells.map(cell => (align === 'decimal' ? splitAtPoint(cell) : /** @type {const} */ (['', cell])));
    const before = Math.max(0, ...split.map(([whole]) => width(whole)));
    const texts = split.map(([whole, rest]) =>
      whole === '' && align === 'decimal' ? rest : ' '.repeat(before - width(whole)) + whole + rest,
    );
    return { title: harmless(title), texts, width: Math.max(width(harmless(title)), ...texts.map(width)) };
  });

  const over = spanners(table.columns);
  const hasOver = over.some(({ title }) => title !== '');
  /** @type {string[]} */
  const overLine = [];
  /** @type {string[]} */
  const underLine = [];
  let at = 0;
  for (const { title, span } of over) {
    const those = columns.slice(at, at + span);
    const inner = () => those.reduce((sum, column) => sum + column.width, gap.length * (span - 1));
    those[span - 1].width += Math.max(0, width(harmless(title)) - inner()); // room for a long shared heading
    overLine.push(centred(harmless(title), inner()));
    underLine.push((title ? '─' : ' ').repeat(inner()));
    at += span;
  }

  const whole = columns.reduce((sum, column) => sum + column.width, gap.length * (columns.length - 1));
  const line = '─'.repeat(whole);
  const join = (/** @type {string[]} */ cells) => cells.join(gap).trimEnd();
  const notes = [...table.notes, ...table.warnings.map(warning => `Warning: ${warning}`)];
  return [
    ...wrapped(harmless(table.title), Math.max(60, whole)),
    line,
    ...(hasOver ? [join(overLine), join(underLine)] : []),
    join(columns.map(column => padEnd(column.title, column.width))),
    line,
    ...rows.map(({ heading }, index) =>
      heading === null ? join(columns.map(column => padEnd(column.texts[index], column.width))) : heading,
    ),
    line,
    ...notes.flatMap(note => wrapped(harmless(note), Math.max(60, whole))),
    '',
  ].join('\n');
}
