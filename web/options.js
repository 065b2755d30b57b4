// The options of `createEngine`, checked before anything starts.

import { BedsideError } from './errors.js';
import { checkRetry } from './retry.js';
import { bytesOf, heapLimits } from './size.js';

/**
 * @typedef {object} EngineOptions
 * @property {number | string} [memoryBudget] hard maximum of the engine's heap: bytes, or `'256MB'`, `'1GB'`. `'280MB'`
 * @property {number | false} [cleanupAt] share of the budget above which layer 2 cleans up: 0.8; `false` switches layer 2
 *   off (the maximum stays)
 * @property {CacheOptions | false} [cache] layer 1; `false` switches it off
 * @property {import('./retry.js').RetryOptions | false} [retry] layer 3; `false` switches it off
 * @property {boolean} [worker] run in a worker: true in browsers, false in Node
 * @property {Logger} [logger] console-like; silent by default
 * @property {import('./loader.js').ModuleSource} [wasm] bedside.wasm, when it does not lie beside the package
 *
 * @typedef {object} CacheOptions
 * @property {number} [ttl] life of a result, from its computation: 1,800,000 ms
 * @property {number} [maxEntries] results kept: 50
 * @property {number} [maxBytes] bytes kept, inside the budget: a quarter of it
 * @property {boolean} [persist] keep results in IndexedDB too, so that they survive a reload: false
 *
 * @typedef {Partial<Pick<Console, 'debug' | 'info' | 'warn' | 'error'>>} Logger
 */

const known = ['memoryBudget', 'cleanupAt', 'cache', 'retry', 'worker', 'logger', 'wasm'];
const cacheDefaults = { ttl: 1_800_000, maxEntries: 50, maxBytes: undefined, persist: false };

/** @param {string} message */
const invalid = message => new BedsideError('INVALID_SPEC', message);

/**
 * @param {string} owner
 * @param {object} given
 * @param {string[]} names
 */
function refuseUnknown(owner, given, names) {
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) throw invalid(`${owner} has no option '${name}'; it has ${names.join(', ')}.`);
  }
}

/** @param {EngineOptions} options */
export function checkOptions(options = {}) {
  if (typeof options !== 'object' || options === null) throw invalid('createEngine takes an object of options.');
  refuseUnknown('createEngine', options, known);
  const inBrowser = typeof Worker === 'function' && !globalThis.process?.versions?.node;
  const { worker = inBrowser, logger = {}, wasm, cleanupAt = 0.8 } = options;
  if (typeof worker !== 'boolean') throw invalid('worker must be true or false.');
  if (typeof logger !== 'object' || logger === null) throw invalid('logger must be an object such as console.');
  if (!['undefined', 'boolean', 'object'].includes(typeof options.retry) || options.retry === null) {
    throw invalid('retry must be an object of options, or false.');
  }
  if (cleanupAt !== false && !(typeof cleanupAt === 'number' && cleanupAt > 0 && cleanupAt <= 1)) {
    throw invalid('cleanupAt must be a share of the budget above 0 and at most 1, or false.');
  }
  return {
    worker,
    logger,
    wasm,
    cache: checkCache(options.cache, inBrowser),
    memory: {
      enabled: cleanupAt !== false,
      budget: bytesOf(options.memoryBudget ?? '280MB', heapLimits),
      cleanupAt: cleanupAt || 1,
    },
    retry: options.retry,
    checkedRetry: checkRetry(options.retry),
  };
}

/**
 * @param {CacheOptions | false | undefined} options
 * @param {boolean} inBrowser
 */
function checkCache(options, inBrowser) {
  if (options === false) return { ...cacheDefaults, enabled: false };
  if (options !== undefined && (typeof options !== 'object' || options === null)) {
    throw invalid('cache must be an object of options, or false.');
  }
  refuseUnknown('cache', options ?? {}, Object.keys(cacheDefaults));
  const given = { ...cacheDefaults, ...options };
  for (const name of /** @type {const} */ (['ttl', 'maxEntries', 'maxBytes'])) {
    const value = given[name];
    const whole = name === 'ttl' || Number.isInteger(value);
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && Number.isFinite(value) && whole)) {
      throw invalid(`cache.${name} must be a ${name === 'ttl' ? '' : 'whole '}number of at least 0, not ${value}.`);
    }
  }
  if (typeof given.persist !== 'boolean') throw invalid('cache.persist must be true or false.');
  if (given.persist && !inBrowser) throw invalid('cache.persist needs a browser: Node has no IndexedDB.');
  return { ...given, enabled: true };
}
