// A result's plots and texts on its card: the picture as wide as the card, drawn again when the width or the scheme
// changes; the sentence for the Methods section; R code.

import { methods, plot, plotKinds, toR } from '../report/index.js';
import { hasR } from '../report/r/index.js';
import { h, newId } from './dom.js';
import { plotTitle, card as words } from './words.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Draws the picture of each place that is still there. @type {WeakMap<Element, () => void>} */
const drawers = new WeakMap();
dark.addEventListener('change', () => {
  for (const place of document.querySelectorAll('.plot > .picture')) drawers.get(place)?.();
});

/**
 * The plots that the result has; null when it has none.
 * @param {any} result
 * @param {string | undefined} wanted kind that was chosen before
 * @param {(ending: string, kind: import('../report/index.js').PlotOptions['kind']) => void} save
 * @returns {HTMLElement | null}
 */
export function pictures(result, wanted, save) {
  const kinds = plotKinds(result);
  if (kinds.length === 0) return null;
  let kind = kinds.find(one => one === wanted) ?? kinds[0];
  let drawn = '';
  const place = h('div', { class: 'picture' });
  const draw = () => {
    const width = Math.min(760, Math.floor(place.clientWidth));
    const theme = dark.matches ? 'dark' : 'light';
    const asked = `${kind} ${width} ${theme}`;
    if (width === 0 || asked === drawn) return;
    drawn = asked;
    const svg = new DOMParser().parseFromString(
      plot(result, { kind, width, height: width < 500 ? 380 : 460, theme }),
      'image/svg+xml',
    );
    place.replaceChildren(document.importNode(svg.documentElement, true));
  };
  new ResizeObserver(draw).observe(place);
  drawers.set(place, draw);

  const choice = h(
    'select',
    {
      id: newId(),
      onchange: () => {
        kind = /** @type {typeof kind} */ (choice.value);
        draw();
      },
    },
    ...kinds.map(one => h('option', { value: one, selected: one === kind }, plotTitle(one))),
  );
  const saver = (/** @type {string} */ ending) =>
    h(
      'button',
      { type: 'button', 'aria-label': words.savePlot(ending), onclick: () => save(ending, kind) },
      words.endings[ending],
    );
  return h(
    'figure',
    { class: 'plot' },
    place,
    h(
      'figcaption',
      { class: 'actions small' },
      kinds.length > 1 && h('label', { for: choice.id }, words.plot),
      kinds.length > 1 && choice,
      h('span', { class: 'said' }, words.savePicture),
      ...['svg', 'png'].map(saver),
    ),
  );
}

/**
 * What goes into the paper and into R.
 * @param {any} result
 * @param {(text: string) => void} copy
 */
export function texts(result, copy) {
  if (!hasR(result)) return null;
  const part = (
    /** @type {string} */ name,
    /** @type {string} */ title,
    /** @type {HTMLElement} */ shown,
    /** @type {string} */ text,
  ) =>
    h(
      'details',
      { class: name },
      h('summary', {}, title),
      shown,
      h('p', { class: 'actions small' }, h('button', { type: 'button', onclick: () => copy(text) }, words.copy)),
    );
  const sentence = methods(result);
  const script = toR(result);
  return h(
    'div',
    { class: 'texts' },
    part('methods', words.methods, h('p', {}, sentence), sentence),
    part('script', words.script, h('pre', { tabindex: '0' }, script), script),
  );
}
