// The study in a page, undisturbed and disturbed. `globalThis.study` is where the tests find it.

import { BedsideError, createEngine } from '../../../web/index.js';
import { journey } from './journey.js';

const csv = new URL('../../conformance/data/melanoma.csv', import.meta.url);

/** Every worker that the page has started, in order. @type {Worker[]} */
const workers = [];
globalThis.Worker = class extends Worker {
  /** @param {ConstructorParameters<typeof Worker>} args */
  constructor(...args) {
    super(...args);
    workers.push(this);
  }
};

/** @typedef {import('../../../web/index.js').Engine} Engine */

/** @type {Engine} */
let engine;
/** @type {ReturnType<typeof journey>} */
let under;
/** What its connection waits for, and the steps that it has begun. @type {string[]} */
const told = [];
let goOn = () => {};

const study = {
  /** From beginning to end. @param {Parameters<typeof createEngine>[0]} [options] */
  async whole(options) {
    const own = await createEngine(options);
    const answer = await journey(own, csv);
    await own.close();
    return answer;
  },

  /** Results that lie in the store once as many are there. @param {number} count */
  async stored(count) {
    for (;;) {
      const keys = await new Promise((resolve, reject) => {
        const opening = indexedDB.open('bedside');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const counting = opening.result.transaction('results').objectStore('results').count();
          counting.onsuccess = () => {
            opening.result.close(); // once the transaction is over
            resolve(counting.result);
          };
          counting.onerror = () => reject(counting.error);
        };
      });
      if (keys >= count) return keys;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  },

  /** With the worker ended at the beginning of each step, while it is busy, and at two when it is idle. */
  async killed() {
    const own = await createEngine({ cache: false });
    const answer = await journey(own, csv, async (step, work) => {
      if (step === 'export') return;
      workers.at(-1)?.terminate();
      if (step !== 'cox' && step !== 'take') return;
      await work;
      workers.at(-1)?.terminate();
    });
    await own.close();
    return { ...answer, workers: workers.length };
  },

  /** An engine whose connection is there already; the study waits for its file. */
  async connect() {
    engine = await createEngine({ retry: { initialDelay: 20 } });
    await engine.load(csv);
    engine.on('retry', ({ reason }) => told.push(reason));
  },
  /** Waits before its first result. */
  begin() {
    under = journey(engine, csv, step => {
      told.push(step);
      if (step === 'tableOne') return new Promise(resolve => (goOn = () => resolve(undefined)));
    });
    under.catch(() => {}); // `end` tells
  },
  told: () => told,
  end: async () => {
    goOn();
    const answer = await under;
    await engine.close();
    return answer;
  },

  /** The study, then more than the budget holds, as a file; then the study again. */
  async narrow() {
    const own = await createEngine({ memoryBudget: '64MB', cache: false });
    const before = await journey(own, csv);
    const text = await (await fetch(csv)).text();
    const [head, ...lines] = text.trim().split('\n');
    const many = `${lines.join('\n')}\n`.repeat(100);
    const large = new File([`${head}\n`, ...Array.from({ length: 80 }, () => many)], 'registry.csv');
    const refusal = await own.load(large).then(
      ({ rows }) => `${rows} rows`,
      error => {
        const { code, message, neededBytes, availableBytes } = /** @type {BedsideError} */ (error);
        return { code, message, neededBytes, availableBytes, typed: error instanceof BedsideError };
      },
    );
    const after = await journey(own, csv);
    const { memory } = await own.stats();
    await own.close();
    return { before, after, refusal, heapMb: memory.heapMb };
  },
};

/** @typedef {typeof study} Study */
Object.assign(globalThis, { study });
