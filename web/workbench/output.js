// Ways to take a result along: the clipboard and files.

import { methods, plot, tables, toCSV, toHTML, toR, toText } from '../report/index.js';
import { html } from '../report/markup.js';
import { h } from './dom.js';
import { plain } from './plain.js';
import { card as words } from './words.js';

/**
 * Puts a text, and markup for documents, on the clipboard. Where the page may not write to it, as in a frame, a selection
 * is copied.
 * @param {string} text
 * @param {HTMLElement} [shown] its content, as a document takes it
 * @returns {Promise<string>} what to tell
 */
export async function copy(text, shown = h('div', {}, h('pre', {}, text))) {
  try {
    const parts = { 'text/plain': text, 'text/html': shown.innerHTML };
    const blobs = Object.entries(parts).map(([type, part]) => [type, new Blob([part], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    return words.copied;
  } catch {
    return copySelection(shown) ? words.copied : words.notCopied;
  }
}

/** @param {HTMLElement} shown */
function copySelection(shown) {
  const frame = h('div', { class: 'hidden' }, shown);
  document.body.append(frame);
  const selection = getSelection();
  selection?.selectAllChildren(shown);
  const done = document.execCommand('copy');
  selection?.removeAllRanges();
  frame.remove();
  return done;
}

/**
 * A result's tables and their notes for a document. A word processor knows no style sheet of this page: rules and spaces
 * stand in the elements.
 * @param {any} result
 */
export function forDocument(result) {
  const shown = h('div', {});
  shown.innerHTML = toHTML(result); // markup of the one escaping template
  for (const table of shown.querySelectorAll('table')) {
    table.style.borderCollapse = 'collapse';
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (table.querySelectorAll('th, td'))) {
      part.style.padding = '2pt 6pt';
      part.style.textAlign = 'left';
      part.style.fontWeight = part.closest('thead, .section') ? 'bold' : 'normal';
    }
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (table.querySelectorAll('.level > th')))
      part.style.paddingLeft = '16pt';
    rule(table.tHead?.rows[0], 'borderTop', '1.5pt');
    rule(table.tHead?.rows[table.tHead.rows.length - 1], 'borderBottom', '0.75pt');
    rule([...(table.tBodies[table.tBodies.length - 1]?.rows ?? [])].at(-1), 'borderBottom', '1.5pt');
    if (table.caption) table.caption.style.textAlign = 'left';
  }
  return shown;
}

/**
 * @param {HTMLTableRowElement | undefined} row
 * @param {'borderTop' | 'borderBottom'} edge
 * @param {string} width
 */
function rule(row, edge, width) {
  for (const cell of row?.cells ?? []) cell.style[edge] = `${width} solid black`;
}

/**
 * @param {any} result
 * @returns {Promise<string>} what to tell
 */
export const copyResult = result => copy(toText(result), forDocument(result));

/**
 * The kinds of files that a result is saved as.
 * @type {Record<string, { type: string, write: (result: any, kind?: import('../report/index.js').PlotOptions['kind'])
 *   => string | Promise<Blob> }>}
 */
export const files = {
  // The mark of order tells Excel that this is UTF-8.
  csv: { type: 'text/csv;charset=utf-8', write: result => `\uFEFF${toCSV(result)}` },
  html: { type: 'text/html;charset=utf-8', write: pageOf },
  R: { type: 'text/plain;charset=utf-8', write: result => toR(result) },
  svg: { type: 'image/svg+xml', write: (result, kind) => plot(result, { kind }) },
  png: { type: 'image/png', write: (result, kind) => pngOf(plot(result, { kind })) },
};

/**
 * @param {any} result
 * @param {string} ending of `files`
 * @param {import('../report/index.js').PlotOptions['kind']} [kind] of plot
 */
export async function save(result, ending, kind) {
  const { type, write } = files[ending];
  const made = await write(result, kind);
  const blob = made instanceof Blob ? made : new Blob([made], { type });
  const url = URL.createObjectURL(blob);
  h('a', { href: url, download: `${result.analysis}.${ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * A page of its own that needs nothing else.
 * @param {any} result
 * @param {import('../report/index.js').PlotOptions['kind']} [kind]
 */
function pageOf(result, kind) {
  const [{ title }] = tables(result);
  const sheet =
    'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{font-variant-numeric:tabular-nums}svg{max-width:100%}';
  const head = html`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${sheet}</style>
<p>${plain(result)}</p>
`.text;
  const picture = kind ? plot(result, { kind }) : '';
  return `${head}${forDocument(result).innerHTML}\n${picture}\n${html`<p>${methods(result)}</p>`.text}`;
}

/**
 * A picture twice as dense as the screen shows it.
 * @param {string} svg
 * @returns {Promise<Blob>}
 */
async function pngOf(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = h('canvas', { width: 2 * image.naturalWidth, height: 2 * image.naturalHeight });
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error(words.noPicture))), 'image/png'),
  );
}
