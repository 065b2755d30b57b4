// From the names that analyses work with to the words that a reader knows: labels, units and value names of the
// dictionary. Columns may be called `__proto__`: objects keyed by them are asked for their own keys only.

/** @typedef {import('./index.js').Result} Result */

/**
 * @template T
 * @param {Record<string, T> | null | undefined} map
 * @param {string} key
 * @returns {T | undefined}
 */
export const own = (map, key) => (map && Object.hasOwn(map, key) ? map[key] : undefined);

/** The words of one result. */
export class Labels {
  #labels;

  /** @param {Result} result */
  constructor(result) {
    this.#labels = result.labels;
  }

  /**
   * A column's label, or its name.
   * @param {string} column
   */
  column(column) {
    return own(this.#labels, column)?.label ?? column;
  }

  /**
   * Label with unit: `Weight (kg)`.
   * @param {string} column
   */
  withUnit(column) {
    const unit = own(this.#labels, column)?.unit;
    return unit ? `${this.column(column)} (${unit})` : this.column(column);
  }

  /**
   * The words for a value of a column, or the value.
   * @param {string} column
   * @param {string} level
   */
  level(column, level) {
    return own(own(this.#labels, column)?.levels, level) ?? level;
  }

  /**
   * Values of a column that the dictionary names, in its order; empty without one.
   * @param {string} column
   */
  levels(column) {
    return Object.keys(own(this.#labels, column)?.levels ?? {});
  }

  /**
   * The columns of an interaction such as `age:sex`, or the term itself. A column's own name may hold a colon, so a term
   * is taken apart only where each part is a variable that this result knows.
   * @param {string} term
   * @param {Set<string>} known
   * @returns {string[]}
   */
  parts(term, known) {
    const parts = term.split(':');
    const isKnown = (/** @type {string} */ part) => known.has(part) || own(this.#labels, part) !== undefined;
    return parts.every(isKnown) ? parts : [term];
  }
}

/** Short forms that are written in capitals or as symbols. */
const spelled = new Map(
  Object.entries({
    aic: 'AIC',
    auc: 'AUC',
    bic: 'BIC',
    ci: 'CI',
    df: 'df',
    hr: 'HR',
    irr: 'IRR',
    n: 'n',
    or: 'OR',
    p: 'p',
    rmst: 'RMST',
    sd: 'SD',
    se: 'SE',
    shr: 'SHR',
    smd: 'SMD',
    vif: 'VIF',
  }),
);

/**
 * A field's name as words: `meanPredicted` → `Mean predicted`, `ciLow` → `CI low`.
 * @param {string} name
 * @returns {string}
 */
export function spoken(name) {
  const parts = name.split(/(?=[A-Z])/).map(part => spelled.get(part.toLowerCase()) ?? part.toLowerCase());
  if (!spelled.has(parts[0].toLowerCase())) parts[0] = parts[0].charAt(0).toUpperCase() + parts[0].slice(1);
  return parts.join(' ');
}
