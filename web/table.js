// A table of patients in the engine.

import { deriveMessage, takeMessage } from './arrays.js';
import { methods } from './methods.js';

/**
 * @typedef {object} ColumnInfo
 * @property {string} name
 * @property {'numeric' | 'categorical' | 'date'} type
 * @property {number} missing cells without a value
 * @property {number} distinct different values
 * @property {string[] | null} levels of a categorical column with at most 1,000 of them
 * @property {string | null} label
 * @property {string | null} unit
 *
 * @typedef {object} Handle what the engine knows of a table
 * @property {number} id
 * @property {string} name
 * @property {boolean} freed
 * @property {string} fingerprints of its columns, to know it again
 * @property {Recipe} recipe
 * @property {boolean} repeatable the recipe can be followed more than once
 *
 * @typedef {(run: import('./engine.js').Run, watch: import('./engine.js').Watch) => Promise<any>} Recipe makes a table in
 *   an instance, and again in one that has lost it; gives its summary. `watch` is of who waits for it this time
 *
 * @typedef {object} Link to the engine
 * @property {(analysis: string, spec: object, options: import('./engine.js').RunOptions) => Promise<any>} analyze
 * @property {(message: object) => Promise<import('./engine.js').Answer>} ask
 * @property {(write: () => object, options?: import('./engine.js').RunOptions) => Promise<Table>} make a new table, by the
 *   message that `write` gives, now and whenever it must be made again
 * @property {() => Promise<void>} free
 */

/** @typedef {import('./analyses.js').Analyses} Analyses */

/** Gets a method for each analysis, below. */
class Methods {}

/** Patients in rows, variables in columns; never changed, only made into new ones. Has a method for each analysis. */
export class Table extends /** @type {new () => Analyses} */ (Methods) {
  #link;

  /**
   * @param {Handle} handle
   * @param {any} summary
   * @param {Link} link
   */
  constructor(handle, summary, link) {
    super();
    this.#link = link;
    /** Number of the table in its engine. */
    this.id = handle.id;
    /** Rows. @type {number} */
    this.rows = summary.rows;
    /** Columns, in file order. @type {ColumnInfo[]} */
    this.columns = summary.columns.map((/** @type {any} */ { fingerprint: _, ...column }) => column);
    /** What the reader of the figures should know. @type {{ code: string, message: string }[]} */
    this.warnings = summary.warnings;
  }

  /**
   * Runs an analysis by name; `table.cox(spec)` is `table.analyze('cox', spec)`.
   * @template {string} Name
   * @param {Name} analysis
   * @param {Name extends keyof Analyses ? Parameters<Analyses[Name]>[0] : object} [spec]
   * @param {import('./engine.js').RunOptions} [options]
   * @returns {Promise<Name extends keyof Analyses ? Awaited<ReturnType<Analyses[Name]>> : any>} the result, as documented
   *   for each analysis
   * @throws {import('./errors.js').BedsideError}
   */
  analyze(analysis, spec, options = {}) {
    return this.#link.analyze(analysis, spec ?? {}, options);
  }

  /**
   * The cells of a column.
   * @param {string} name
   * @returns {Promise<Float64Array | (string | null)[]>} numbers (NaN is missing; dates as days since 1970-01-01), or texts
   */
  async column(name) {
    const { value, body } = await this.#link.ask({ op: 'column', name });
    const bytes = /** @type {ArrayBuffer} */ (body);
    if (value.kind !== 'categorical') return new Float64Array(bytes);
    const codes = new Int32Array(bytes);
    const cells = new Array(codes.length); // of a million `Array.from` makes 300 ms, this loop 10
    for (let row = 0; row < codes.length; row++) cells[row] = codes[row] < 0 ? null : value.levels[codes[row]];
    return cells;
  }

  /**
   * Every level of a column, in level order; of a numeric one as if it were categorical.
   * @param {string} name
   * @returns {Promise<string[]>}
   */
  async levels(name) {
    return (await this.#link.ask({ op: 'levels', name })).value;
  }

  /**
   * A new table with labels, units, value names, level orders and missing codes put on.
   * @param {Record<string, object>} dictionary by column
   * @returns {Promise<Table>}
   */
  describeColumns(dictionary) {
    return this.#link.make(() => ({ op: 'describeColumns', dictionary }));
  }

  // Each of these gives a new table, which shares the columns that it does not change: analyses of those are still
  // found in the cache. It keeps labels and units, and can do without its parent.

  /**
   * The rows where an expression is true (missing is not true), such as `'age >= 18 & sex == "Female"'`.
   * @param {string} expression
   * @param {import('./engine.js').RunOptions} [options]
   * @returns {Promise<Table>}
   * @throws {import('./errors.js').BedsideError} INVALID_SPEC that points at the character, COLUMN_NOT_FOUND
   */
  filter(expression, options) {
    return this.#link.make(() => ({ op: 'filter', expression }), options);
  }

  /**
   * Columns added or replaced: `{ bmi: 'kg / m^2', old: 'age >= 65', site: ['Basel', …] }`. Every expression sees the
   * table as it is now; an array holds one value for each row.
   * @param {Record<string, string | ArrayLike<unknown>>} columns
   * @param {import('./engine.js').RunOptions} [options]
   * @returns {Promise<Table>}
   * @throws {import('./errors.js').BedsideError} INVALID_SPEC that points at the character, COLUMN_NOT_FOUND
   */
  derive(columns, options) {
    return this.#link.make(() => deriveMessage(columns), options);
  }

  /**
   * Rows by number from 0, in this order; repeats are allowed. `table.take(result.matched)` is the matched set.
   * @param {Int32Array | ArrayLike<number>} rows
   * @param {import('./engine.js').RunOptions} [options]
   * @returns {Promise<Table>}
   * @throws {import('./errors.js').BedsideError} INVALID_SPEC for a row that the table has not
   */
  take(rows, options) {
    return this.#link.make(() => takeMessage(rows), options);
  }

  /**
   * Survival data in counting-process form, a row per episode between `cuts`, as R's `survSplit`: new columns `tstart`,
   * `tstop`, `event` (0/1, in the last episode of its row) and `episode` (from 1), for effects that change with time.
   * A time equal to a cut ends the earlier episode. The columns given are left as they were: go on with the new ones.
   * @param {{ time: string, event: string, start?: string, eventValue?: string | number | boolean,
   *   cuts: ArrayLike<number> }} spec
   * @param {import('./engine.js').RunOptions} [options]
   * @returns {Promise<Table>}
   * @throws {import('./errors.js').BedsideError} INVALID_SPEC, COLUMN_NOT_FOUND, NOT_NUMERIC, NOT_BINARY
   */
  splitEpisodes(spec, options) {
    return this.#link.make(() => ({ op: 'splitEpisodes', spec }), options);
  }

  /** Gives its memory back. Runs already begun end well; later calls are FREED. */
  free() {
    return this.#link.free();
  }
}

for (const name of methods) {
  Object.defineProperty(Methods.prototype, name, {
    /** @this {Table} @param {object} [spec] @param {import('./engine.js').RunOptions} [options] */
    value(spec, options) {
      return this.analyze(name, spec, options);
    },
    configurable: true,
    writable: true,
  });
}
