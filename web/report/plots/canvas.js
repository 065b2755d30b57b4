// What every plot is made of: the sheet, text, axes, a legend. Presentation attributes alone, so that it stands under a
// strict policy; fonts are the page's.

import { element } from '../markup.js';

/**
 * @typedef {import('../markup.js').Markup} Markup
 * @typedef {import('./scale.js').Scale} Scale
 *
 * @typedef {object} Theme
 * @property {string} ground
 * @property {string} ink text and axes
 * @property {string} muted
 * @property {string} grid
 * @property {string[]} series colours that colour-blind readers tell apart (Okabe & Ito 2008)
 *
 * @typedef {{ left: number, right: number, top: number, bottom: number }} Area pixels of the drawing area's edges
 */

/** @type {Record<'light' | 'dark', Theme>} */
export const themes = {
  light: {
    ground: '#ffffff',
    ink: '#1a1a1a',
    muted: '#5a5a5a',
    grid: '#e3e3e3',
    series: ['#0072b2', '#d55e00', '#009e73', '#b5598c', '#7a6a00', '#3a3a3a', '#3690c0', '#8c510a'],
  },
  dark: {
    ground: '#14191c',
    ink: '#ececec',
    muted: '#a8b0b4',
    grid: '#30383c',
    series: ['#56b4e9', '#e69f00', '#2fc79a', '#e39bc4', '#f0e442', '#d0d0d0', '#9ecae1', '#d8b365'],
  },
};

/** Lines are told apart without colour too: on a black-and-white print. */
const dashes = [null, '7 3', '2 3', '9 3 2 3', '4 2', '1 4', '12 4', '6 2 1 2 1 2'];

/**
 * @param {Theme} theme
 * @param {number} index
 */
export const seriesOf = (theme, index) => ({
  colour: theme.series[index % theme.series.length],
  dash: dashes[index % dashes.length],
});

export const fontSize = 12;

/** What is set narrower or wider than most signs, after the widest of the usual fonts (DejaVu Sans, Verdana). */
const widths =
  /(?<narrow>[ iljI.,:;'’|!])|(?<slim>[tfr()[\]\-/])|(?<wide>[mwMW%@−–—≥≤<>=+…])|(?<full>[\u3000-\uffef])/u;

/**
 * How wide a text will be, at most about: the font is the page's.
 * @param {string} text
 * @param {number} [size]
 */
export function widthOf(text, size = fontSize) {
  let width = 0;
  for (const sign of text) {
    const { narrow, slim, wide, full } = widths.exec(sign)?.groups ?? {};
    width += narrow ? 0.33 : slim ? 0.41 : wide ? 0.86 : full ? 1 : 0.63;
  }
  return width * size;
}

/**
 * A text no wider than so many pixels, cut with an ellipsis.
 * @param {string} text
 * @param {number} width
 * @param {number} [size]
 */
export function fitting(text, width, size = fontSize) {
  if (widthOf(text, size) <= width) return text;
  const signs = Array.from(text);
  while (signs.length > 1 && widthOf(`${signs.join('')}…`, size) > width) signs.pop();
  return `${signs.join('').trimEnd()}…`;
}

/**
 * @param {string} content
 * @param {number} x
 * @param {number} y of the baseline
 * @param {Record<string, string | number | null | undefined>} [attributes]
 */
export const textAt = (content, x, y, attributes = {}) => element('text', { x, y, ...attributes }, [content]);

/**
 * A text over lines or curves: the ground shows around its signs.
 * @param {Theme} theme
 */
export const halo = theme => ({ stroke: theme.ground, 'stroke-width': 4, 'paint-order': 'stroke' });

/**
 * Words that a pointer or a screen reader finds on a mark.
 * @param {string} words
 */
export const told = words => element('title', {}, [words]);

/**
 * The whole picture.
 * @param {{ width: number, height: number, title: string, description: string, theme: Theme }} sheet
 * @param {Markup[]} children
 * @returns {string}
 */
export function sheet({ width, height, title, description, theme }, children) {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': title,
      'font-size': fontSize,
      fill: theme.ink,
    },
    [
      element('title', {}, [title]),
      element('desc', {}, [description]),
      element('rect', { width, height, fill: theme.ground }),
      ...children,
    ],
  ).text;
}

/**
 * An axis below the area: ticks, their numbers, the title.
 * @param {{ scale: Scale, area: Area, title: string, theme: Theme, grid?: boolean }} axis
 * @returns {Markup}
 */
export function axisBelow({ scale, area, title, theme, grid = false }) {
  const { bottom, left, right } = area;
  return element('g', { class: 'axis x', 'text-anchor': 'middle' }, [
    ...(grid
      ? scale.ticks.map(tick =>
          element('line', { x1: scale.at(tick), x2: scale.at(tick), y1: area.top, y2: bottom, stroke: theme.grid }),
        )
      : []),
    element('line', { x1: left, x2: right, y1: bottom, y2: bottom, stroke: theme.ink }),
    ...scale.ticks.flatMap(tick => [
      element('line', { x1: scale.at(tick), x2: scale.at(tick), y1: bottom, y2: bottom + 5, stroke: theme.ink }),
      textAt(scale.text(tick), scale.at(tick), bottom + 18),
    ]),
    // A title that is wider than the axis begins before it.
    widthOf(title) > right - left
      ? textAt(fitting(title, right - 6), right, bottom + 36, { 'text-anchor': 'end' })
      : textAt(title, (left + right) / 2, bottom + 36),
  ]);
}

/**
 * An axis on the left of the area.
 * @param {{ scale: Scale, area: Area, title: string, theme: Theme, grid?: boolean, titleAt?: number }} axis
 * @returns {Markup}
 */
export function axisLeft({ scale, area, title, theme, grid = true, titleAt }) {
  const { left, right, top, bottom } = area;
  const x = titleAt ?? left - 44;
  return element('g', { class: 'axis y', 'text-anchor': 'end' }, [
    ...(grid
      ? scale.ticks.map(tick =>
          element('line', { x1: left, x2: right, y1: scale.at(tick), y2: scale.at(tick), stroke: theme.grid }),
        )
      : []),
    element('line', { x1: left, x2: left, y1: top, y2: bottom, stroke: theme.ink }),
    ...scale.ticks.flatMap(tick => [
      element('line', { x1: left - 5, x2: left, y1: scale.at(tick), y2: scale.at(tick), stroke: theme.ink }),
      textAt(scale.text(tick), left - 9, scale.at(tick) + 4),
    ]),
    textAt(fitting(title, bottom - top + 60), x, (top + bottom) / 2, {
      'text-anchor': 'middle',
      transform: `rotate(-90 ${Math.round(x)} ${Math.round((top + bottom) / 2)})`,
    }),
  ]);
}

/** @typedef {{ colour: string, dash: string | null }} Series */

/**
 * Names of the series in rows above the area, what they are groups of before them, and how much room they took.
 * @param {{ names: string[], title?: string, left: number, right: number, top: number, theme: Theme,
 *   swatch?: 'line' | 'box' | 'point' | 'square', series?: Series[] }} legend
 * @returns {{ marks: Markup[], height: number }}
 */
export function legendAbove({ names, title = '', left, right, top, theme, swatch = 'line', series }) {
  if (names.length === 0) return { marks: [], height: 0 };
  const marks = [];
  let x = left;
  let y = top + 12;
  if (title) {
    const shown = fitting(title, right - left);
    marks.push(textAt(shown, x, y, { fill: theme.muted }));
    x += widthOf(shown) + 14;
  }
  for (const [index, name] of names.entries()) {
    const shown = fitting(name, right - left - 40);
    const width = 34 + widthOf(shown) + 14;
    if (x > left && x + width - 14 > right) {
      x = left;
      y += 18;
    }
    marks.push(
      element('g', { class: 'legend' }, [
        swatchAt(swatch, x, y - 4, series?.[index] ?? seriesOf(theme, index), index === 0 ? theme.ground : null),
        textAt(shown, x + 34, y),
      ]),
    );
    x += width;
  }
  return { marks, height: y - top + 10 };
}

/**
 * @param {'line' | 'box' | 'point' | 'square'} swatch
 * @param {number} x
 * @param {number} y its middle
 * @param {Series} series
 * @param {string | null} inside
 */
function swatchAt(swatch, x, y, { colour, dash }, inside) {
  if (swatch === 'line')
    return element('line', {
      x1: x,
      x2: x + 26,
      y1: y,
      y2: y,
      stroke: colour,
      'stroke-width': 2,
      'stroke-dasharray': dash,
    });
  if (swatch === 'box') return element('rect', { x: x + 6, y: y - 6, width: 14, height: 12, fill: colour });
  const mark = { fill: inside ?? colour, stroke: colour, 'stroke-width': 1.6 };
  return swatch === 'point'
    ? element('circle', { cx: x + 13, cy: y, r: 4.5, ...mark })
    : element('rect', { x: x + 9, y: y - 4, width: 8, height: 8, ...mark });
}
