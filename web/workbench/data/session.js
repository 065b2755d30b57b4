// What is open: the table as it was read, the steps that the current one is made by, and the way back.

import { steps as words } from '../words.js';

/**
 * @typedef {import('../../table.js').Table} Table
 * @typedef {Record<string, any>} Description of a column, as in a dictionary
 * @typedef {Record<string, Description>} Dictionary
 *
 * @typedef {object} Opened
 * @property {string} title
 * @property {File | Blob | URL} source
 * @property {string} [origin]
 * @property {string} [outcome]
 * @property {Dictionary} [dictionary]
 *
 * @typedef {{ kind: 'filter', expression: string }
 *   | { kind: 'derive', column: string, expression: string }
 *   | { kind: 'describe', column: string, description: Description }} Step
 *
 * @typedef {{ analysis: string, spec: object }} Run an analysis that is shown
 */

/** Says `opened`, `changed` (the table is another one) and `runs` (other analyses are shown). */
export class Session extends EventTarget {
  #engine;
  #opening = 0;
  /** @type {Table | null} as it was read */
  #base = null;
  /** @type {Step[][]} */
  #past = [];
  /** @type {Step[][]} */
  #future = [];
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /** @type {Opened | null} */
  opened = null;
  /** @type {Table | null} */
  table = null;
  /** @type {readonly Step[]} */
  steps = [];
  /** Rows after each step. @type {readonly number[]} */
  rows = [];
  /** @type {readonly Run[]} */
  #runs = [];

  /** @param {() => Promise<import('../../engine.js').Engine>} engine the one in use */
  constructor(engine) {
    super();
    this.#engine = engine;
  }

  /** The analyses that are shown, the uppermost first. */
  get runs() {
    return this.#runs;
  }

  set runs(runs) {
    this.#runs = runs;
    this.#say('runs');
  }

  /** What is known of the columns now, by column. @returns {Dictionary} */
  get dictionary() {
    const known = new Map(Object.entries(this.opened?.dictionary ?? {}));
    for (const step of this.steps) {
      if (step.kind === 'describe') known.set(step.column, { ...known.get(step.column), ...step.description });
      else if (step.kind === 'derive') known.delete(step.column);
    }
    return Object.fromEntries(known);
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /**
   * Opens data. What was open before stays when that fails.
   * @param {Opened} opened
   * @param {{ steps?: readonly Step[], signal?: AbortSignal,
   *   onProgress?: (progress: { loaded: number, total: number | null }) => void }} [options]
   * @returns {Promise<boolean>} false when other data were opened meanwhile
   */
  async open(opened, { steps = [], signal, onProgress } = {}) {
    const mine = ++this.#opening;
    try {
      const engine = await this.#engine();
      const dictionary = readingOf(opened.dictionary);
      const base = await engine.load(opened.source, { dictionary, signal, onProgress });
      return await this.#inTurn(async () => {
        const built = mine === this.#opening && (await build(base, opened.dictionary, steps).catch(freeing(base)));
        if (!built || mine !== this.#opening) {
          if (built && built.table !== base) built.table.free();
          base.free();
          return false;
        }
        const earlier = [this.table, this.#base];
        this.#base = base;
        this.#past = [];
        this.#future = [];
        Object.assign(this, { opened, steps, ...built });
        for (const table of new Set(earlier)) table?.free();
        this.#say('opened');
        return true;
      });
    } catch (error) {
      if (mine !== this.#opening) return false;
      throw error;
    }
  }

  /**
   * Makes the table that these steps give. On an error all stays as it is.
   * @param {readonly Step[]} steps
   */
  change(steps) {
    return this.#inTurn(async () => {
      const { steps: before } = this;
      await this.#become(steps);
      this.#past.push([...before]);
      this.#future = [];
      this.#say('changed');
    });
  }

  undo() {
    return this.#back(this.#past, this.#future);
  }

  redo() {
    return this.#back(this.#future, this.#past);
  }

  /**
   * What a further step would give.
   * @template T
   * @param {Step} step
   * @param {(table: Table) => T | Promise<T>} look at the table, which is gone afterwards
   * @returns {Promise<T>}
   */
  preview(step, look) {
    return this.#inTurn(async () => {
      const table = await applied(/** @type {Table} */ (this.table), step);
      try {
        return await look(table);
      } finally {
        table.free();
      }
    });
  }

  /**
   * @param {Step[][]} from
   * @param {Step[][]} to
   */
  #back(from, to) {
    return this.#inTurn(async () => {
      const steps = from.at(-1);
      if (!steps) return;
      const { steps: before } = this;
      await this.#become(steps);
      from.pop();
      to.push([...before]);
      this.#say('changed');
    });
  }

  /** @param {readonly Step[]} steps */
  async #become(steps) {
    const base = /** @type {Table} */ (this.#base);
    const before = /** @type {Table} */ (this.table);
    const further = this.steps.every((step, index) => step === steps[index]) ? steps.slice(this.steps.length) : [];
    let built;
    if (further.length === 1 && further[0].kind !== 'describe') {
      const table = await applied(before, further[0]);
      built = { table, rows: [...this.rows, table.rows] };
    } else {
      built = await build(base, this.opened?.dictionary, steps);
    }
    Object.assign(this, { steps, ...built });
    if (before !== base) before.free();
  }

  /**
   * One thing after the other.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** @param {string} type */
  #say(type) {
    this.dispatchEvent(new Event(type));
  }
}

/**
 * Of a dictionary, what decides how cells are read. The rest is put on later: then it can be taken back.
 * @param {Dictionary} [dictionary]
 */
const readingOf = (dictionary = {}) =>
  Object.fromEntries(Object.entries(dictionary).map(([name, { label, unit, levels, ...reading }]) => [name, reading]));

/**
 * @param {Table} base
 * @param {Dictionary} dictionary
 * @param {readonly Step[]} steps
 * @returns {Promise<{ table: Table, rows: number[] }>}
 */
async function build(base, dictionary = {}, steps) {
  // Words that a later edit replaces are not put on: what was deleted there would stay.
  const last = new Map(steps.flatMap(step => (step.kind === 'describe' ? [[step.column, step]] : [])));
  const first = Object.entries(dictionary).filter(([name]) => !last.has(name));
  let table = base;
  const follow = async (/** @type {Promise<Table>} */ made) => {
    const next = await made;
    if (table !== base) table.free();
    table = next;
  };
  const rows = [];
  try {
    if (first.length > 0) await follow(base.describeColumns(Object.fromEntries(first)));
    for (const step of steps) {
      const superseded = step.kind === 'describe' && step !== last.get(step.column);
      const { label, unit, levels, ...reading } = superseded ? step.description : {};
      await follow(applied(table, superseded ? { ...step, description: reading } : step));
      rows.push(table.rows);
    }
  } catch (error) {
    if (table !== base) table.free();
    throw words.failed(rows.length + 1, error);
  }
  return { table, rows };
}

/**
 * @param {Table} table
 * @param {Step} step
 * @returns {Promise<Table>}
 */
function applied(table, step) {
  if (step.kind === 'filter') return table.filter(step.expression);
  if (step.kind === 'derive') return table.derive({ [step.column]: step.expression });
  return table.describeColumns({ [step.column]: step.description });
}

/** @param {Table} table */
const freeing = table => (/** @type {unknown} */ error) => {
  table.free();
  throw error;
};
