// The heads of the columns in the grid: name, label, how the values are spread, what is missing.

import { h } from '../dom.js';
import { data as kinds, grid as words } from '../words.js';
import { texter, titlesOf } from './cells.js';
import { drawBars, histogram, levelBars } from './distribution.js';

/**
 * @typedef {import('./grid.js').Values} Values
 * @typedef {import('../../table.js').ColumnInfo} ColumnInfo
 */

/** Makes heads, and fills in the pictures as the values arrive. */
export class Heads {
  #session;
  #edit;
  /** @type {Map<string, { picture: HTMLElement, range: HTMLElement }>} */
  #parts = new Map();

  /**
   * @param {import('./session.js').Session} session
   * @param {(column: ColumnInfo) => void} edit
   */
  constructor(session, edit) {
    this.#session = session;
    this.#edit = edit;
  }

  /** @param {ColumnInfo} column */
  titles = ({ name }) => titlesOf(this.#description(name));

  /** @param {ColumnInfo} column */
  head = column => {
    const { name, label, unit, type, missing } = column;
    const picture = h('span', { class: 'picture' });
    const range = h('span', { class: 'range' });
    this.#parts.set(name, { picture, range });
    return h(
      'div',
      { role: 'columnheader' },
      h(
        'button',
        { type: 'button', class: 'column-head', title: words.edit(label ?? name), onclick: () => this.#edit(column) },
        h('strong', {}, name),
        h('span', { class: 'label' }, label ? (unit ? `${label} (${unit})` : label) : (unit ?? kinds.kinds[type])),
        picture,
        range,
        h('span', { class: missing > 0 ? 'missing some' : 'missing' }, words.missingCells(missing)),
      ),
    );
  };

  /**
   * @param {ColumnInfo} column
   * @param {Values} values
   */
  arrived = (column, values) => {
    const part = this.#parts.get(column.name);
    if (!part || part.picture.firstChild) return;
    const textOf = texter(column, this.titles(column));
    if (values instanceof Float64Array) {
      const spread = histogram(values, value => textOf(value) ?? '');
      if (!spread) return;
      part.picture.replaceChildren(drawBars(spread.bars, `${spread.low} – ${spread.high}`));
      part.range.textContent = spread.low === spread.high ? spread.low : `${spread.low} – ${spread.high}`;
      return;
    }
    part.range.textContent = words.levels(column.distinct);
    this.#describe().then(variables => {
      const levels = variables.find(({ name }) => name === column.name)?.levels;
      if (levels) part.picture.replaceChildren(levelBars(levels, level => textOf(level) ?? level));
    });
  };

  /** What the engine counts; it says no more of a table where a number is infinite. */
  async #describe() {
    const { table } = this.#session;
    try {
      return (await table?.describe())?.variables ?? [];
    } catch {
      return [];
    }
  }

  /** @param {string} name */
  #description(name) {
    const { dictionary } = this.#session;
    return Object.hasOwn(dictionary, name) ? dictionary[name] : undefined;
  }
}
