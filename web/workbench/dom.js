// Elements without a framework. Text is only ever set as text.

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element: `h('button', { type: 'button', onclick: run }, 'Run')`. Properties that begin with `on` are listeners,
 * `true` and `false` set or leave out an attribute.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

const svgNamespace = 'http://www.w3.org/2000/svg';

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...SVGElement} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * The element of this page with an id.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export const byId = id => /** @type {T} */ (document.getElementById(id));

/**
 * Gives the page's own elements their words: `data-text="data.choose"` names an entry of a section of the catalogue,
 * `data-label` one for those who hear the page.
 * @param {Record<string, any>} words by section
 */
export function fillTexts(words) {
  const wordOf = (/** @type {string} */ path) => path.split('.').reduce((at, key) => at[key], words);
  for (const element of document.querySelectorAll('[data-text], [data-label]')) {
    const { text, label } = /** @type {HTMLElement} */ (element).dataset;
    if (text) element.textContent = String(wordOf(text));
    if (label) element.setAttribute('aria-label', String(wordOf(label)));
  }
}

let ids = 0;

/** An id that no other element has. */
export const newId = () => `x${++ids}`;

/**
 * @param {HTMLElement} element
 * @param {string} text `''` hides it
 */
export function showText(element, text) {
  element.textContent = text;
  element.hidden = text === '';
}
