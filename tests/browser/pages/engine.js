// What the tests of the engine do in a page. `globalThis.scenes` is where they find it.

import { BedsideError, createEngine } from '../../../web/index.js';
import { analyse, digest } from './figures.js';

const sample = new URL('../../../web/workbench/sample.csv', import.meta.url);

/** Every worker that the page has started, in order. @type {Worker[]} */
const workers = [];
globalThis.Worker = class extends Worker {
  /** @param {ConstructorParameters<typeof Worker>} args */
  constructor(...args) {
    super(...args);
    workers.push(this);
  }
};

/** @typedef {import('../../../web/transfer.js').RetryEvent} RetryEvent */

/** @type {RetryEvent[]} */
const retries = [];
/** @type {import('../../../web/engine.js').Engine} */
let engine;
/** @type {Promise<number>} */
let loading;

/** A fit of the sample. */
const birthWeight = { outcome: 'lwt', predictors: ['age', 'smoke'] };

/** @param {unknown} error */
const codeOf = error => (error instanceof BedsideError ? error.code : String(error));

/** A table on which a logistic regression with profile intervals takes long enough to be aborted. @param {number} rows */
function patients(rows) {
  let state = 1;
  const random = () => {
    state = (state * 48271) % 2147483647; // MINSTD, Park, Miller and Stockmeyer 1993
    return state / 2147483647;
  };
  /** @type {Record<string, Float64Array>} */
  const columns = { died: new Float64Array(rows).map(() => Math.round(random())) };
  for (let column = 0; column < 20; column++) columns[`x${column}`] = new Float64Array(rows).map(random);
  return columns;
}

const scenes = {
  /** Digests of the analyses, and how many workers were at work. */
  async figures() {
    const began = performance.now();
    const engine = await createEngine();
    const startMs = performance.now() - began;
    const digests = await analyse(engine, sample);
    await engine.close();
    return { digests, workers: workers.length, startMs };
  },

  /** Aborts a long run on its first progress; asks for something short after it. */
  async abort() {
    const engine = await createEngine();
    const columns = patients(100_000);
    const table = await engine.table(columns);
    const { died: _, ...others } = columns;
    const controller = new AbortController();
    let abortedAt = 0;
    const began = performance.now();
    const run = table.logistic(
      { outcome: 'died', predictors: Object.keys(others), ci: 'profile' },
      {
        signal: controller.signal,
        onProgress() {
          abortedAt ||= performance.now();
          controller.abort();
        },
      },
    );
    const code = await run.then(() => 'finished', codeOf);
    const rejectedAfterMs = performance.now() - abortedAt;
    const { n } = await table.describe({ columns: ['x0'] });
    const answeredAfterMs = performance.now() - abortedAt;
    await engine.close();
    return { code, n, rejectedAfterMs, answeredAfterMs, ranMs: abortedAt - began, workers: workers.length };
  },

  /** Ends the worker behind the engine's back, idle and busy, and asks for figures after it. */
  async kill() {
    const engine = await createEngine({ cache: false });
    const table = await engine.load(sample);
    const figures = async () => {
      const { cached: _, ...rest } = await table.linear(birthWeight);
      return digest(rest);
    };
    const before = await figures();
    workers[0].terminate();
    const idle = await figures();
    const asked = figures();
    workers[1].terminate();
    const busy = await asked;
    await engine.close();
    return { before, idle, busy, workers: workers.length };
  },

  /** Asks for more than the budget, as arrays and as a file, and for something small after each. */
  async budget() {
    const engine = await createEngine({ memoryBudget: '16MB' });
    const code = await engine.table({ x: new Float64Array(3_000_000).map((_, row) => row) }).then(() => '', codeOf);
    const small = await engine.table({ x: [1, 2, 3] });
    const lines = Array.from({ length: 900_000 }, (_, row) => `${row},${row + 0.5},${-row}\n`);
    const file = new Blob(['a,b,c\n', lines.join('')]); // a Blob of as many parts would keep Firefox busy for minutes
    const fileCode = await engine.load(file, { format: 'csv' }).then(() => '', codeOf);
    const { n } = await small.describe();
    const { memory } = await engine.stats();
    const cells = (await small.column('x')).length;
    await engine.close();
    return { code, fileCode, n, cells, heapMb: memory.heapMb, workers: workers.length };
  },

  /** An engine whose connection was used once, so that all of it is there. */
  async connect() {
    engine = await createEngine({ retry: { initialDelay: 20 } });
    await engine.load(sample);
    engine.on('retry', event => retries.push(event));
  },

  /** Begins a load and does not wait for it. @param {string} path */
  begin(path) {
    loading = engine.load(new URL(path, location.href)).then(table => table.rows);
    loading.catch(() => {}); // `ended` tells
  },

  /** What has been told of it so far. */
  retried: () => retries,

  /** Rows of what was loaded, and how often it was tried again. */
  ended: async () => ({ rows: await loading, retries }),

  /** A request to an engine that keeps results in IndexedDB; waits until the store holds what it was given. */
  async persist() {
    const engine = await createEngine({ cache: { persist: true } });
    const table = await engine.load(sample);
    const { cached, ...figures } = await table.linear(birthWeight);
    while ((await stored()).length === 0) await new Promise(resolve => setTimeout(resolve, 5));
    await engine.close();
    return { cached, digest: await digest(figures) };
  },

  /** Turns a bit in each stored result. */
  async corrupt() {
    const entries = await stored();
    for (const { bytes } of entries) new Uint8Array(bytes)[bytes.byteLength >> 1] ^= 1;
    await withStore(store => entries.map(entry => store.put(entry, entry.key))[0]);
    return entries.length;
  },

  /** Results in the store after `clearCache()`, and whether the next request is one of them. */
  async clear() {
    const engine = await createEngine({ cache: { persist: true } });
    await engine.clearCache();
    const left = (await stored()).length;
    const { cached } = await (await engine.load(sample)).linear(birthWeight);
    await engine.close();
    return { left, cached };
  },
};

/** @returns {Promise<import('../../../web/store.js').StoredResult[]>} */
const stored = () => withStore(store => store.getAll());

/**
 * @template Result
 * @param {(store: IDBObjectStore) => IDBRequest<Result>} work
 * @returns {Promise<Result>}
 */
const withStore = work =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open('bedside');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction('results', 'readwrite');
      const request = work(transaction.objectStore('results'));
      transaction.onabort = () => reject(transaction.error);
      transaction.oncomplete = () => {
        database.close();
        resolve(request.result);
      };
    };
  });

/** @typedef {typeof scenes} Scenes */
Object.assign(globalThis, { scenes });
