// Results kept in IndexedDB, so that they survive a reload. Where storage is refused (private windows, some iframes)
// there is nothing to keep and nothing fails.

import { clear, createStore, del, entries, set } from './vendor/idb-keyval.js';
import { version } from './version.js';

/**
 * @typedef {object} StoredResult
 * @property {string} key the engine's key of the result
 * @property {string} analysis
 * @property {number} costMs
 * @property {number} writtenMs
 * @property {string} digest XXH3-128 of the bytes, checked by the engine when they come back
 * @property {ArrayBuffer} bytes
 * @property {string} version
 */

/** @param {number} ttl ms */
export function openStore(ttl) {
  const database = createStore('bedside', 'results');
  const quietly = (/** @type {Promise<unknown>} */ work) =>
    work.then(
      () => {},
      () => {},
    );
  return {
    /**
     * The stored results that may still be used, most recently written first. Others are deleted on the way.
     * @returns {Promise<StoredResult[]>}
     */
    async all() {
      /** @type {StoredResult[]} */
      const alive = [];
      try {
        for (const [key, stored] of await entries(database)) {
          const result = /** @type {StoredResult} */ (stored);
          const age = Date.now() - result?.writtenMs;
          if (result?.version === version && age >= 0 && age < ttl && result.bytes instanceof ArrayBuffer)
            alive.push(result);
          else await del(key, database);
        }
      } catch {
        return [];
      }
      return alive.sort((a, b) => b.writtenMs - a.writtenMs);
    },

    /** @param {Omit<StoredResult, 'version'>} result */
    put: result => quietly(set(result.key, { ...result, version }, database)),

    /** @param {string} key */
    remove: key => quietly(del(key, database)),

    clear: () => quietly(clear(database)),
  };
}
