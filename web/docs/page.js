// What moves in the documents: examples that the engine runs in the page, and pictures that it draws.

import { createEngine } from '../index.js';
import { methods, plot, plotKinds, toHTML, toR } from '../report/index.js';

/**
 * @typedef {object} Example
 * @property {string} [file] address of its data; none for analyses of typed-in figures
 * @property {object} [load] options of `engine.load`
 * @property {string} [analysis]
 * @property {any} [spec]
 * @property {any[]} [specs] several models in one picture
 * @property {{ values: string, group?: string }} [column] values to draw instead of a result
 * @property {import('../report/index.js').PlotOptions} [plot]
 */

const dark = matchMedia('(prefers-color-scheme: dark)');

/** @type {Promise<import('../index.js').Engine> | undefined} */
let started;
const engine = () => {
  started ??= createEngine({ memoryBudget: '128MB' });
  return started;
};

/** @type {Map<string, Promise<import('../index.js').Table>>} */
const tables = new Map();

/** Examples on the same data share one table. @param {Example} example */
function tableOf({ file = '', load = {} }) {
  const key = JSON.stringify([file, load]);
  const table = tables.get(key) ?? engine().then(one => one.load(new URL(file, document.baseURI), load));
  tables.set(key, table);
  table.catch(() => tables.delete(key));
  return table;
}

/** @param {Example} example @param {any} spec */
async function resultOf(example, spec) {
  const on = example.file ? await tableOf(example) : await engine();
  return on.analyze(/** @type {string} */ (example.analysis), spec);
}

/** What a picture is drawn from. @param {Example} example */
async function drawnOf(example) {
  const { column, specs, spec } = example;
  if (specs) return Promise.all(specs.map(one => resultOf(example, one)));
  if (!column) return resultOf(example, spec);
  const table = await tableOf(example);
  const { label, unit } = /** @type {any} */ (table.columns.find(({ name }) => name === column.values));
  const described = /** @type {any} */ (example.load)?.dictionary?.[column.group ?? '']?.levels ?? [];
  const words = new Map(described.map((/** @type {[any, string]} */ [value, name]) => [String(value), name]));
  const groups = /** @type {ArrayLike<string | number | null>} */ (
    column.group ? await table.column(column.group) : []
  );
  const group = column.group ? Array.from(groups, one => words.get(String(one)) ?? one) : undefined;
  return {
    values: /** @type {Float64Array} */ (await table.column(column.values)),
    group,
    levels: [...words.values()],
    label: `${label ?? column.values}${unit ? ` (${unit})` : ''}`,
  };
}

/** Draws in all places again: for paper always on white. @type {Set<(paper?: boolean) => void>} */
const drawings = new Set();
dark.addEventListener('change', () => drawings.forEach(draw => void draw()));
addEventListener('beforeprint', () => drawings.forEach(draw => void draw(true)));
addEventListener('afterprint', () => drawings.forEach(draw => void draw()));

/**
 * A picture as wide as its place, drawn again when the width or the scheme changes.
 * @param {HTMLElement} place
 * @param {any} result
 * @param {import('../report/index.js').PlotOptions} [options]
 */
function picture(place, result, options) {
  let drawn = '';
  const draw = (paper = false) => {
    if (!place.isConnected) return drawings.delete(draw);
    const width = Math.min(720, Math.floor(place.clientWidth));
    const theme = dark.matches && !paper ? 'dark' : 'light';
    if (width === 0 || drawn === `${width} ${theme}`) return;
    drawn = `${width} ${theme}`;
    const svg = plot(result, { width, height: width < 500 ? 380 : 460, theme, ...options });
    const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    place.replaceChildren(document.importNode(root, true));
  };
  drawings.add(draw);
  new ResizeObserver(() => draw()).observe(place);
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 */
function made(tag, className, text = '') {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/** @param {string} title @param {string} text */
function more(title, text) {
  const details = document.createElement('details');
  const shown = made('pre', '', text);
  shown.tabIndex = 0;
  details.append(made('summary', '', title), shown);
  return details;
}

/** @param {unknown} error */
function failure(error) {
  const { code, message } = /** @type {Error & { code?: string }} */ (error);
  const shown = made('p', 'failure', `${code ? `${code}: ` : ''}${message}`);
  shown.setAttribute('role', 'alert');
  return shown;
}

/** @param {HTMLElement} place */
const exampleIn = place => /** @type {Example} */ (JSON.parse(place.dataset.example ?? '{}'));

/** Runs the spec that stands in the example's box. @param {HTMLElement} place */
async function run(place) {
  const example = exampleIn(place);
  const out = /** @type {HTMLElement} */ (place.querySelector('.out'));
  const status = /** @type {HTMLElement} */ (place.querySelector('[role=status]'));
  const text = /** @type {HTMLTextAreaElement} */ (place.querySelector('textarea')).value;
  status.textContent = 'Running …';
  try {
    const spec = JSON.parse(text);
    await (example.file ? tableOf(example) : engine());
    const begun = performance.now();
    const result = await resultOf(example, spec);
    status.textContent = `${result.cached ? 'From the cache' : 'Computed'} in ${Math.max(1, Math.round(performance.now() - begun))} ms`;
    const table = made('div', 'scroll');
    table.tabIndex = 0;
    table.setAttribute('role', 'group');
    table.setAttribute('aria-label', 'Result');
    table.innerHTML = toHTML(result); // markup of the one escaping template
    const figure = made('div', 'drawing');
    const file = example.file?.split('/').pop();
    out.replaceChildren(
      table,
      figure,
      more('For the Methods section', methods(result)),
      more('In R', toR(result, { file })),
    );
    if (plotKinds(result).length) picture(figure, result, example.plot);
  } catch (error) {
    status.textContent = '';
    out.replaceChildren(failure(error));
  }
  place.dataset.state = 'done';
}

/** Each when it comes near to what is read. */
const near = new IntersectionObserver(
  entries => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      const place = /** @type {HTMLElement} */ (target);
      if (place.classList.contains('example')) {
        run(place);
        continue;
      }
      const example = exampleIn(place);
      const drawing = /** @type {HTMLElement} */ (place.querySelector('.drawing'));
      drawnOf(example)
        .then(
          result => picture(drawing, result, example.plot),
          error => drawing.replaceChildren(failure(error)),
        )
        .finally(() => {
          place.dataset.state = 'done';
        });
    }
  },
  { rootMargin: '600px' },
);

for (const place of document.querySelectorAll('[data-example]')) {
  near.observe(place);
  const example = /** @type {HTMLElement} */ (place);
  place.querySelector('button')?.addEventListener('click', () => run(example));
  place.querySelector('textarea')?.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run(example);
  });
}
