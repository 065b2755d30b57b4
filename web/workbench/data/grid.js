// The rows of a table, a million as well as ten: only those in sight are in the page, and only the columns in sight are
// fetched from the engine.

import { h } from '../dom.js';
import { grid as words } from '../words.js';
import { texter } from './cells.js';

/**
 * @typedef {import('../../table.js').Table} Table
 * @typedef {import('../../table.js').ColumnInfo} ColumnInfo
 * @typedef {Awaited<ReturnType<Table['column']>>} Values
 * @typedef {(value: number | string | null) => string | null} Texter
 *
 * @typedef {object} Look
 * @property {(column: ColumnInfo) => Map<string, string>} titles words for the values of a column
 * @property {(column: ColumnInfo) => HTMLElement} head of a column
 * @property {(column: ColumnInfo, values: Values) => void} arrived the values of a column are here
 */

/** No browser lays out an element of more pixels (Firefox ends at 17.9 million). A longer table scrolls in scale. */
const HIGHEST = 8_000_000;
/** Cells that are kept when they are out of sight. */
const KEPT = 6_000_000;
/** Columns are asked for when the scrolling rests so many ms. */
const REST = 150;

export class Grid {
  #look;
  /** @type {Table | null} */
  #table = null;
  /** @type {Map<string, Values | null>} by column, null while it is on its way; the last seen one last */
  #values = new Map();
  /** @type {Texter[]} */
  #texters = [];
  /** @type {HTMLElement[]} */
  #heads = [];
  /** Pixels from the first row to the upper edge, where the table is not scaled. */
  #at = 0;
  #scrolled = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #resting;
  /** First column in sight, and the one behind the last. */
  #from = 0;
  #to = 0;
  #drawn = '';
  /** @type {{ row: HTMLElement, number: Text, cells: { element: HTMLElement, text: Text }[] }[]} */
  #rows = [];
  #sizes = { row: 28, column: 160, number: 64, head: 0 };

  /**
   * @param {HTMLElement} place
   * @param {Look} look
   */
  constructor(place, look) {
    this.#look = look;
    this.head = h('div', { role: 'row', class: 'grid-row', 'aria-rowindex': 1 });
    this.body = h('div', { role: 'rowgroup', class: 'grid-body' });
    const headGroup = h('div', { role: 'rowgroup', class: 'grid-head' }, this.head);
    this.layer = h('div', { role: 'table', class: 'grid-layer', 'aria-label': words.title }, headGroup, this.body);
    this.spacer = h('div', { class: 'grid-spacer' }, this.layer);
    this.frame = h(
      'div',
      {
        class: 'grid',
        role: 'region',
        tabindex: 0,
        'aria-label': words.title,
        onscroll: () => this.#follow(),
        onscrollend: () => this.#settle(), // not before: it would disturb the browser's own smooth scrolling
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          // The browser's own keys go by the scaled height: its ends must be those of the table.
          if (event.target !== this.frame || (event.key !== 'Home' && event.key !== 'End')) return;
          event.preventDefault();
          this.goTo(event.key === 'Home' ? 0 : Number.POSITIVE_INFINITY);
        },
      },
      this.spacer,
    );
    place.replaceChildren(this.frame);
    new ResizeObserver(() => this.#measure()).observe(this.frame);
  }

  /**
   * Shows a table from its first row, or from where one was that is like it.
   * @param {Table} table
   */
  show(table) {
    if (table.rows !== this.#table?.rows) this.#at = 0;
    this.#table = table;
    this.#values.clear();
    this.#texters = table.columns.map(column => texter(column, this.#look.titles(column)));
    this.#heads = table.columns.map(column => this.#look.head(column));
    this.layer.setAttribute('aria-rowcount', String(table.rows + 1));
    this.layer.setAttribute('aria-colcount', String(table.columns.length + 1));
    this.#to = 0;
    this.#measure();
  }

  /** Lets go of the table and its cells. */
  close() {
    this.#table = null;
    this.#values.clear();
    this.#rows = [];
    this.#heads = [];
    this.body.replaceChildren();
    this.head.replaceChildren();
  }

  /** @param {number} row from 0 */
  goTo(row) {
    this.#at = Math.max(0, Math.min(row * this.#sizes.row, this.#most));
    this.#settle();
    this.#draw();
  }

  get #seen() {
    return Math.max(0, this.frame.clientHeight - this.#sizes.head);
  }

  get #most() {
    return Math.max(0, (this.#table?.rows ?? 0) * this.#sizes.row - this.#seen);
  }

  get #mostScrolled() {
    return Math.max(0, this.spacer.offsetHeight - this.frame.clientHeight);
  }

  #measure() {
    const table = this.#table;
    if (!table || !this.frame.isConnected || this.frame.clientWidth === 0) return;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const digits = String(table.rows).length;
    Object.assign(this.#sizes, {
      row: Math.round(1.75 * rem),
      column: (this.frame.clientWidth < 30 * rem ? 7.5 : 10) * rem,
      number: Math.max(3, 0.6 * digits + 0.9) * rem,
    });
    for (const name of /** @type {const} */ (['row', 'column', 'number'])) {
      this.frame.style.setProperty(`--${name}`, `${this.#sizes[name]}px`);
    }
    this.#columnsInSight(true);
    this.#sizes.head = this.head.offsetHeight;
    const { row, column, number, head } = this.#sizes;
    this.spacer.style.height = `${Math.min(head + table.rows * row, HIGHEST)}px`;
    this.spacer.style.width = `${number + table.columns.length * column}px`;
    this.layer.style.height = `${this.frame.clientHeight}px`;
    this.#makeRows();
    this.#at = Math.min(this.#at, this.#most);
    this.#settle();
    this.#draw();
  }

  /** By so much as the browser scrolled; where it leapt, to the same share of the table. */
  #follow() {
    const { scrollTop } = this.frame;
    const moved = scrollTop - this.#scrolled;
    this.#scrolled = scrollTop;
    const most = this.#most;
    const end = this.#mostScrolled;
    if (end >= most) this.#at = scrollTop;
    else if (Math.abs(moved) > this.#seen) this.#at = (scrollTop / end) * most;
    else {
      this.#at = Math.max(0, Math.min(most, this.#at + moved));
      if (scrollTop <= 0 || scrollTop >= end - 1) this.#settle();
    }
    this.#columnsInSight();
    this.#draw();
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      if (!('onscrollend' in this.frame)) this.#settle();
      this.#fetch();
    }, REST);
  }

  /** Puts the scroll bar where the rows are. */
  #settle() {
    const most = this.#most;
    const end = this.#mostScrolled;
    const right = end >= most ? this.#at : (this.#at / most) * end;
    if (Math.abs(this.frame.scrollTop - right) >= 1) this.frame.scrollTop = right;
    this.#scrolled = this.frame.scrollTop;
  }

  /** @param {boolean} [anew] */
  #columnsInSight(anew = false) {
    const columns = this.#table?.columns ?? [];
    const { column, number } = this.#sizes;
    const from = Math.max(0, Math.min(columns.length - 1, Math.floor(this.frame.scrollLeft / column)));
    const seen = Math.ceil((this.frame.clientWidth - number) / column) + 1;
    const to = Math.min(columns.length, from + Math.max(1, seen));
    if (!anew && from === this.#from && to === this.#to) return;
    const first = this.#to === 0;
    this.#from = from;
    this.#to = to;
    const corner = h('div', { role: 'columnheader', class: 'grid-number', 'aria-colindex': 1 }, words.row);
    const heads = this.#heads.slice(from, to);
    const focused = heads.find(head => head.contains(document.activeElement));
    this.head.replaceChildren(
      corner,
      ...heads.map((head, index) => {
        head.setAttribute('aria-colindex', String(from + index + 2));
        head.style.marginLeft = index === 0 ? `${from * column}px` : '';
        return head;
      }),
    );
    if (focused) /** @type {HTMLElement | null} */ (focused.querySelector('button'))?.focus({ preventScroll: true });
    this.#makeRows();
    if (first) this.#fetch();
  }

  #makeRows() {
    const { row: height, column } = this.#sizes;
    const count = Math.min(this.#table?.rows ?? 0, Math.ceil(this.#seen / height) + 1);
    this.#rows = Array.from({ length: count }, () => {
      const number = document.createTextNode('');
      const cells = Array.from({ length: this.#to - this.#from }, (_, index) => {
        const text = document.createTextNode('');
        const numeric = this.#table?.columns[this.#from + index].type === 'numeric';
        const element = h(
          'div',
          { role: 'cell', class: numeric ? 'number' : '', 'aria-colindex': this.#from + index + 2 },
          text,
        );
        if (index === 0) element.style.marginLeft = `${this.#from * column}px`;
        return { element, text };
      });
      const row = h(
        'div',
        { role: 'row', class: 'grid-row' },
        h('div', { role: 'rowheader', class: 'grid-number', 'aria-colindex': 1 }, number),
        ...cells.map(({ element }) => element),
      );
      return { row, number, cells };
    });
    this.body.replaceChildren(...this.#rows.map(({ row }) => row));
    this.#drawn = '';
  }

  #draw() {
    const table = this.#table;
    if (!table) return;
    const { row: height } = this.#sizes;
    const at = Math.round(this.#at);
    const first = Math.floor(at / height);
    this.body.style.transform = `translateY(${first * height - at}px)`;
    const state = String(first);
    if (state === this.#drawn) return;
    this.#drawn = state;
    const columns = table.columns.slice(this.#from, this.#to);
    const values = columns.map(({ name }) => this.#values.get(name));
    this.#rows.forEach(({ row, number, cells }, index) => {
      const at = first + index;
      row.hidden = at >= table.rows;
      if (row.hidden) return;
      row.setAttribute('aria-rowindex', String(at + 2));
      number.data = words.rowNumber(at + 1);
      cells.forEach(({ element, text }, column) => {
        const those = values[column];
        const shown = those ? this.#texters[this.#from + column](those[at]) : '';
        if (text.data === shown) return;
        text.data = shown ?? '—';
        if (shown === null) element.title = words.missing;
        else if (element.title) element.removeAttribute('title');
      });
    });
  }

  /** Asks for the columns in sight that are not here, and forgets what is out of sight when it is much. */
  #fetch() {
    const table = this.#table;
    if (!table) return;
    for (const column of table.columns.slice(this.#from, this.#to)) {
      const { name } = column;
      const here = this.#values.get(name);
      this.#values.delete(name);
      this.#values.set(name, here ?? null); // seen last
      if (here !== undefined) continue;
      table.column(name).then(
        values => {
          if (table !== this.#table || !this.#values.has(name)) return;
          this.#values.set(name, values);
          this.#drawn = '';
          this.#draw();
          this.#look.arrived(column, values);
        },
        () => this.#values.delete(name), // asked for again when it is next in sight
      );
    }
    for (const name of this.#values.keys()) {
      if (this.#values.size * table.rows <= KEPT || this.#values.size <= this.#to - this.#from) break;
      this.#values.delete(name);
    }
  }
}
