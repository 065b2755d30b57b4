/**
 * Markdown to the documents' HTML. Two kinds of code blocks are more than text, both JSON: `example`, which the page runs
 * and the reader changes, and `picture`, which the page draws.
 */
import { Marked } from 'marked';
import { html, Markup } from '../report/markup.js';
import { datasets } from './datasets.mjs';

/**
 * @typedef {object} Piece an example or a picture of a page
 * @property {string} [caption]
 * @property {string} [data] a name in `datasets`
 * @property {string} [analysis]
 * @property {any} [spec]
 * @property {any[]} [specs]
 * @property {any} [column]
 * @property {any} [plot]
 */

/** @param {string} text */
export const slug = text =>
  text
    .toLowerCase()
    .replace(/<[^>]*>|&\w+;|[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s+/g, '-');

/** What the page's script reads. @param {Piece} piece */
const carried = ({ data, caption, ...piece }) =>
  JSON.stringify(data ? { file: `data/${data}.csv`, load: datasets[data].load, ...piece } : piece);

/** A spec on as few lines as are legible. @param {any} spec */
export function specText(spec) {
  const flat = (/** @type {any} */ value) =>
    JSON.stringify(value).replace(/([,:{}])(?=(?:[^"]*"[^"]*")*[^"]*$)/g, '$1 ');
  const lines = Object.entries(spec).map(([name, value]) => `  ${JSON.stringify(name)}: ${flat(value).trim()}`);
  return `{\n${lines.join(',\n')}\n}`;
}

/** @param {Piece} piece @param {number} number */
function example(piece, number) {
  const { data, analysis, spec } = piece;
  const id = `spec-${number}`;
  const text = specText(spec);
  const on = data
    ? html` on <a href="data/${data}.csv">${data}.csv</a>: ${datasets[data].origin}`
    : html`, which needs no data`;
  return html`<section class="example" data-example="${carried(piece)}" aria-label="Example">
    <p><label for="${id}">The spec of <code>${analysis ?? ''}</code></label>${on}.</p>
    <textarea id="${id}" rows="${text.split('\n').length}" spellcheck="false" autocomplete="off">${text}</textarea>
    <p class="actions"><button type="button">Run</button> <span role="status"></span></p>
    <div class="out"></div>
  </section>`;
}

/** @param {Piece} piece */
const picture = piece =>
  html`<figure class="picture" data-example="${carried(piece)}"><div class="drawing"></div><figcaption>${piece.caption ?? ''}</figcaption></figure>`;

/**
 * @param {string} markdown
 * @returns {{ title: string, body: string, pieces: Piece[] }} `body`: HTML
 */
export function page(markdown) {
  let title = '';
  let headed = ''; // the last heading: it names the tables below it
  /** @type {Piece[]} */
  const pieces = [];
  /** @type {Set<string>} */
  const ids = new Set();
  const marked = new Marked({
    renderer: {
      heading(text, level) {
        if (level === 1) title = text;
        let id = slug(text);
        for (let again = 2; ids.has(id); again++) id = `${slug(text)}-${again}`;
        ids.add(id);
        headed = text.replace(/<[^>]*>/g, '');
        return `<h${level} id="${id}">${text}</h${level}>\n`;
      },
      code(text, kind) {
        if (kind !== 'example' && kind !== 'picture') return html`<pre tabindex="0"><code>${text}</code></pre>`.text;
        /** @type {Piece} */
        const piece = JSON.parse(text);
        pieces.push(piece);
        return (kind === 'example' ? example(piece, pieces.length) : picture(piece)).text;
      },
      table: (head, rows) =>
        `<div class="scroll" tabindex="0" role="group" aria-label="${headed}"><table><thead>${head}</thead><tbody>${rows}</tbody></table></div>`,
      tablecell: (text, { header, align }) => {
        const tag = header && text !== '' ? 'th' : 'td';
        return `<${tag}${align ? ` class="${align}"` : ''}>${text}</${tag}>`;
      },
      // Pages name each other as the Markdown files that they are.
      link: (href, _title, text) =>
        html`<a href="${href.replace(/^([\w-]+)\.md(?=#|$)/, '$1.html')}">${new Markup(text)}</a>`.text,
    },
  });
  const body = /** @type {string} */ (marked.parse(markdown));
  return { title, body, pieces };
}
