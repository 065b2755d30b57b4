// One engine for all elements of a page, and each file read once.

import { createEngine } from '../index.js';

/** @typedef {import('../index.js').Engine} Engine */
/** @typedef {import('../index.js').Table} Table */

/** @type {Promise<Engine> | null} */
let engine = null;
/** @type {Map<string, Promise<Table>>} */
const tables = new Map();

/**
 * Lets the elements of this page use an engine of the page's own, made with its options. To be called before the first
 * element is connected.
 * @param {Engine | Promise<Engine>} own
 */
export function useEngine(own) {
  engine = Promise.resolve(own);
  tables.clear();
}

/** @returns {Promise<Engine>} */
const theEngine = () => {
  engine ??= createEngine();
  engine.catch(() => {
    engine = null; // the next element tries again
  });
  return engine;
};

/**
 * The table of an address, read as these options say; the same for every element that asks for the same.
 * @param {string} src
 * @param {object} options of `engine.load`
 * @param {string} filter `''`: all rows
 * @returns {Promise<Table>}
 */
export function tableOf(src, options, filter) {
  const url = new URL(src, document.baseURI);
  const key = JSON.stringify([url.href, options, filter]);
  const known = tables.get(key);
  if (known) return known;
  const made = filter
    ? tableOf(src, options, '').then(table => table.filter(filter))
    : theEngine().then(one => one.load(url, options));
  tables.set(key, made);
  made.catch(() => tables.delete(key));
  return made;
}

/**
 * @param {string} analysis
 * @param {object} spec
 * @param {{ signal: AbortSignal }} options
 */
export const withoutData = async (analysis, spec, options) => (await theEngine()).analyze(analysis, spec, options);
