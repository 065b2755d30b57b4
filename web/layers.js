import { createConnection } from './connection.js';
import { BedsideError } from './errors.js';
import { createEvents } from './events.js';
import { answered, loadLayers } from './policy.js';
import { bytesOf } from './size.js';

/**
 * The three layers by themselves, without statistics: a cache for bytes, its memory budget, requests that are retried.
 *
 * @typedef {object} LayersOptions
 * @property {CacheOptions | boolean} [cache] `false` switches layer 1 off
 * @property {number | string} [memoryBudget] bytes, or `'256MB'`, `'1GB'`: what the cache may weigh at most; 280 MB
 * @property {number} [cleanupAt] share of the budget at which layer 2 cleans up: 0.8
 * @property {import('./retry.js').RetryOptions | boolean} [retry] `false` switches layer 3 off
 * @property {() => number} [now] the clock, in milliseconds since 1970
 * @property {() => number} [random] chance, uniform in [0, 1)
 *
 * @typedef {import('./connection.js').DownloadOptions} DownloadOptions
 * @typedef {import('./connection.js').DownloadStart} DownloadStart
 *
 * @typedef {object} CacheOptions
 * @property {number} [ttl] life of an entry in milliseconds, from its writing: 1,800,000
 * @property {number} [maxEntries] 50
 * @property {number} [maxBytes] a quarter of the budget
 *
 * @typedef {object} CacheStats
 * @property {number} cachedItems
 * @property {number} maxSize entries held at most
 * @property {number} bytes weight of what is held
 * @property {number} hits
 * @property {number} misses
 * @property {number} totalRequests
 * @property {number} hitRate 0–1
 * @property {number} evictions entries that went for want of room
 * @property {number} expirations entries whose time was over
 * @property {number} ttlSeconds
 * @property {number} savedMs what hits have spared, by the `costMs` of their entries
 *
 * @typedef {object} BudgetStatus
 * @property {number} currentMb held now; 1 MB = 2²⁰ bytes
 * @property {number} peakMb held at most so far
 * @property {number} heapMb
 * @property {number} maxMb the budget
 * @property {number} thresholdMb where the clean-up begins
 * @property {number} usagePct 0–100
 * @property {'OK' | 'WARNING' | 'CRITICAL'} status
 * @property {number} cleanups
 * @property {number} freedMb by clean-ups
 * @property {number} alertsSent
 */

/**
 * @param {LayersOptions} [options]
 */
export async function createLayers(options = {}) {
  const now = options.now ?? (() => performance.timeOrigin + performance.now());
  const events = createEvents(
    ['cache', 'memory', 'retry'],
    type =>
      new BedsideError(
        'INVALID_SPEC',
        `There are no events of type '${type}'; there are 'cache', 'memory' and 'retry'.`,
      ),
  );
  const budgetBytes = bytesOf(options.memoryBudget ?? '280MB');
  const storeOptions = checkStore(options, budgetBytes);
  const connection = createConnection({
    retry: options.retry,
    now,
    random: options.random,
    onRetry: event => events.emit('retry', event),
  });
  const layers = await loadLayers();
  const store = answered(
    layers.storeOpen(
      storeOptions,
      (
        /** @type {string} */ type,
        /** @type {string} */ kind,
        /** @type {string} */ analysis,
        /** @type {string} */ word,
        /** @type {number} */ freedBytes,
      ) => {
        events.emit(type, type === 'cache' ? { kind, analysis, reason: word } : { kind, status: word, freedBytes });
      },
    ) || null,
  );
  let closed = false;
  const open = () => {
    if (closed) throw new BedsideError('CLOSED', 'These layers were closed; create others.');
    return store;
  };

  return {
    /** Layer 1. */
    cache: {
      /**
       * @param {string} key
       * @returns {Uint8Array | undefined} a copy of what was set under the key, while it lives
       */
      get(key) {
        const hit = layers.storeGet(open(), key, now());
        if (storeOptions.cacheEnabled) {
          events.emit(
            'cache',
            hit ? { kind: 'hit', analysis: key, savedMs: hit.savedMs } : { kind: 'miss', analysis: key },
          );
        }
        return hit?.bytes;
      },
      /**
       * @param {string} key
       * @param {Uint8Array | ArrayBuffer} bytes are copied
       * @param {{ costMs?: number }} [options] what it took to compute them, for `savedMs`
       * @returns {boolean} whether they were kept; `false` when larger than the limits or the memory left
       */
      set(key, bytes, { costMs = 0 } = {}) {
        return layers.storeSet(open(), key, bytes, costMs, now()) ?? false;
      },
      /** Forgets everything. */
      clear() {
        answered(layers.storeClear(open()));
      },
      /** @returns {CacheStats} */
      stats() {
        return answered(layers.storeStats(open(), now()));
      },
    },
    /** Layer 2. */
    budget: {
      /** @returns {BudgetStatus} */
      status() {
        return answered(layers.storeStatus(open()));
      },
    },
    /** Layer 3: `fetch`, `download`, `stats`. */
    retry: connection,
    /**
     * Subscribes to `'cache'` (`{ kind: 'hit' | 'miss' | 'removed', analysis, reason?, savedMs? }`, where `analysis` is the
     * key), `'memory'` (`{ kind: 'cleanup' | 'alert', status, freedBytes }`) or `'retry'`
     * (`{ url, attempt, delayMs, reason, paused }`).
     *
     * @returns unsubscribes
     */
    on: events.on,
    /** Frees the memory and ends requests under way with `CLOSED`. */
    close() {
      if (closed) return;
      connection.close();
      layers.storeClose(store);
      closed = true;
    },
  };
}

/**
 * @param {LayersOptions} options
 * @param {number} budgetBytes
 */
function checkStore({ cache = {}, cleanupAt = 0.8 }, budgetBytes) {
  const defaults = { ttl: 1_800_000, maxEntries: 50, maxBytes: budgetBytes / 4 };
  const given = typeof cache === 'object' && cache !== null ? cache : {};
  const limits = {
    ...defaults,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new BedsideError(
        'INVALID_SPEC',
        `cache has no option '${name}'; it has ${Object.keys(defaults).join(', ')}.`,
      );
    }
    if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
      throw new BedsideError('INVALID_SPEC', `cache.${name} must be a number of at least 0, not ${String(value)}.`);
    }
  }
  if (!(cleanupAt > 0 && cleanupAt <= 1)) {
    throw new BedsideError('INVALID_SPEC', `cleanupAt must be a share above 0 and up to 1, not ${String(cleanupAt)}.`);
  }
  return { ...limits, cacheEnabled: cache !== false, budgetBytes, cleanupAt };
}
