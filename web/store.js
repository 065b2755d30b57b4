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

/** @param {StoredResult} stored whatever lay in the database */
const wellFormed = stored =>
  [stored?.key, stored?.analysis, stored?.digest].every(text => typeof text === 'string') &&
  typeof stored.costMs === 'number' &&
  stored.bytes instanceof ArrayBuffer;

/** @param {number} ttl ms */
export function openStore(ttl) {
  const database = createStore('bedside', 'results');
  const quietly = async (/** @type {() => Promise<unknown>} */ work) => {
    try {
      await work(); // a refused IndexedDB throws at once
    } catch {}
  };
  return {
    /**
     * The stored results that may still be used, most recently written first. Others are deleted on the way.
     * @returns {Promise<{ id: IDBValidKey, result: StoredResult }[]>}
     */
    async all() {
      /** @type {{ id: IDBValidKey, result: StoredResult }[]} */
      const alive = [];
      try {
        for (const [id, stored] of await entries(database)) {
          const result = /** @type {StoredResult} */ (stored);
          const age = Date.now() - result?.writtenMs;
          if (wellFormed(result) && result.version === version && age >= 0 && age < ttl) alive.push({ id, result });
          else await del(id, database);
        }
      } catch {
        return [];
      }
      return alive.sort((a, b) => b.result.writtenMs - a.result.writtenMs);
    },

    /** @param {Omit<StoredResult, 'version'>} result */
    put: result => quietly(() => set(result.key, { ...result, version }, database)),

    /** @param {IDBValidKey} id */
    remove: id => quietly(() => del(id, database)),

    clear: () => quietly(() => clear(database)),
  };
}
