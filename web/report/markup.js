// Markup as text, without a DOM, for pages and files. Text from data is hostile: names, levels and labels are escaped.

/** Markup that was made by `html` and needs no escaping any more. */
export class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/** @type {Record<string, string>} */
const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** @param {unknown} text */
const escaped = text => String(text).replace(/[&<>"']/g, sign => entities[sign]);

/**
 * The one way in which this project makes markup: every value is escaped, but what this template made itself. Values may
 * stand between tags and inside quoted attributes.
 * @param {TemplateStringsArray} strings
 * @param {...(string | number | Markup | Markup[])} values
 * @returns {Markup}
 */
export function html(strings, ...values) {
  const written = values.map(value => {
    if (Array.isArray(value)) return value.map(part => part.text).join('');
    return value instanceof Markup ? value.text : escaped(String(value));
  });
  return new Markup(String.raw({ raw: strings }, ...written));
}

/**
 * An element with its attributes, `null` and `undefined` ones left out, and its children.
 * @param {string} name
 * @param {Record<string, string | number | null | undefined>} [attributes] numbers are written with two decimals
 * @param {(Markup | string)[]} [children] strings are text
 * @returns {Markup}
 */
export function element(name, attributes = {}, children = []) {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${escaped(typeof value === 'number' ? String(Math.round(value * 100) / 100) : value)}"`,
    );
  const inside = children.map(child => (child instanceof Markup ? child.text : escaped(child))).join('');
  return new Markup(`<${name}${written.join('')}${inside === '' ? '/>' : `>${inside}</${name}>`}`);
}
