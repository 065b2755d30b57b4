// From a stream of bytes to a table in the engine.

import { encode } from './codec.js';
import { BedsideError } from './errors.js';
import { gunzip } from './gzip.js';

/**
 * @typedef {object} LoadOptions
 * @property {'csv' | 'tsv'} [format] guessed from name and content
 * @property {Record<string, 'numeric' | 'categorical' | 'date'>} [types] of columns that would be read otherwise
 * @property {string[]} [missing] texts that mean a missing value, beside the usual ones
 * @property {string | Record<string, string>} [dateFormat] such as `'DD/MM/YYYY'`, for all date columns or by column
 * @property {'gregorian' | 'buddhist'} [calendar]
 * @property {Record<string, object>} [dictionary] label, unit, type, levels and missing codes by column
 * @property {AbortSignal} [signal]
 * @property {(progress: { loaded: number, total: number | null }) => void} [onProgress] bytes
 *
 * @typedef {import('./engine.js').Run} Run
 */

/** Chunks that may be on their way to the engine at once. */
const UNACKNOWLEDGED = 4;

/** How often a file is begun anew because the engine's instance, with what it had read, was replaced for others' sake. */
const MOST_RESTARTS = 20;

/**
 * Streams a source into a table numbered `id`. An instance that is replaced on the way has the source read once more.
 * @param {number} id
 * @param {import('./sources.js').ByteSource} source
 * @param {object} options of the load, for the engine
 * @param {Run} run
 * @param {{ signal?: AbortSignal, onProgress: (progress: { loaded: number, total: number | null }) => void,
 *   receive: (reply: import('./instance.js').Reply) => { value: any } }} means
 * @returns {Promise<any>} the table's summary
 */
export async function loadInto(id, source, options, run, means) {
  let endedByThis = 0;
  for (let restarts = 0; ; restarts++) {
    try {
      return await attempt(id, source, options, run, means);
    } catch (error) {
      const code = error instanceof BedsideError ? error.code : '';
      if (code === 'ENGINE_UNAVAILABLE') endedByThis++;
      const replaced = code === 'FREED' || (code === 'ENGINE_UNAVAILABLE' && endedByThis < 2);
      if (!replaced || !source.repeatable || restarts === MOST_RESTARTS) throw error;
    }
  }
}

/** @type {typeof loadInto} */
async function attempt(id, source, options, run, { signal, onProgress, receive }) {
  const send = async (/** @type {object} */ message) =>
    receive(await run({ message: encode(message) }, { signal })).value;
  const begin = () => send({ op: 'loadBegin', load: id, options, name: source.name });
  /** @type {Set<Promise<unknown>>} */
  const underWay = new Set();
  /** Pieces that the engine has taken. @type {Uint8Array[]} */
  const emptied = [];
  /** @type {{ error: unknown } | undefined} */
  let failed;
  const feed = async (/** @type {Uint8Array} */ chunk) => {
    if (failed) throw failed.error;
    const sent = run({ load: id, chunk }, { signal }).then(reply => {
      if (reply.chunk && emptied.length < UNACKNOWLEDGED) emptied.push(reply.chunk);
      return receive(reply);
    });
    const tracked = sent.catch(error => (failed ??= { error })).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    if (underWay.size >= UNACKNOWLEDGED) await Promise.race(underWay);
  };

  try {
    await begin();
    const inflate = new Inflater(feed);
    await source.read({
      signal,
      onChunk: chunk => inflate.take(chunk),
      emptied: () => emptied.pop(),
      onProgress,
      onRestart: async () => {
        await inflate.restart();
        await Promise.all(underWay);
        failed = undefined;
        await begin();
      },
    });
    await inflate.end();
    await Promise.all(underWay);
    if (failed) throw failed.error;
    return await send({ op: 'loadEnd', load: id, table: id });
  } catch (error) {
    await Promise.all(underWay);
    if (signal?.aborted && !(error instanceof BedsideError)) {
      throw new BedsideError('ABORTED', 'The load was aborted by the caller.', { cause: signal.reason });
    }
    throw error;
  }
}

/** Passes bytes on, unpacked when their first two say that they are gzip. */
class Inflater {
  #feed;
  /** @type {Uint8Array} */ #head = new Uint8Array(0);
  #plain = false;
  /** @type {ReturnType<typeof channel> | null} */ #packed = null;
  /** @type {Promise<void> | null} */ #unpacking = null;

  /** @param {(chunk: Uint8Array) => Promise<void>} feed */
  constructor(feed) {
    this.#feed = feed;
  }

  /** @param {Uint8Array} chunk */
  async take(chunk) {
    if (this.#plain) return this.#feed(chunk);
    if (this.#packed) return this.#packed.push(chunk);
    if (this.#head.length + chunk.length < 2) {
      this.#head = joined(this.#head, chunk);
      return;
    }
    const whole = this.#head.length ? joined(this.#head, chunk) : chunk;
    this.#head = new Uint8Array(0);
    if (whole[0] !== 0x1f || whole[1] !== 0x8b) {
      this.#plain = true;
      return this.#feed(whole);
    }
    this.#packed = channel();
    this.#unpacking = this.#unpack(this.#packed);
    this.#unpacking.catch(() => {}); // told by `push` and `end`
    return this.#packed.push(whole);
  }

  /** @param {ReturnType<typeof channel>} packed */
  async #unpack(packed) {
    try {
      for await (const piece of gunzip(packed.chunks())) await this.#feed(piece);
    } catch (error) {
      packed.fail(error);
      throw error;
    }
  }

  async end() {
    if (this.#head.length) await this.#feed(this.#head);
    this.#packed?.close();
    await this.#unpacking;
  }

  async restart() {
    this.#packed?.close();
    await this.#unpacking?.catch(() => {});
    this.#head = new Uint8Array(0);
    this.#plain = false;
    this.#packed = null;
    this.#unpacking = null;
  }
}

/** What is pushed on one side is iterated over on the other, one chunk at a time. */
function channel() {
  /** @type {{ chunk: Uint8Array | null, taken: () => void }[]} */
  const waiting = [];
  let wake = () => {};
  /** @type {unknown} */
  let failed;
  /** @param {Uint8Array | null} chunk */
  const put = chunk =>
    new Promise((resolve, reject) => {
      if (failed) return reject(failed);
      waiting.push({ chunk, taken: () => (failed ? reject(failed) : resolve(undefined)) });
      wake();
    });
  return {
    push: put,
    close: () => void put(null).catch(() => {}),
    /** @param {unknown} error */
    fail(error) {
      failed = error;
      for (const { taken } of waiting.splice(0)) taken();
    },
    async *chunks() {
      for (;;) {
        if (!waiting.length) await new Promise(resolve => (wake = () => resolve(undefined)));
        const next = waiting.shift();
        if (!next) continue;
        next.taken();
        if (next.chunk === null) return;
        yield next.chunk;
      }
    },
  };
}

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
function joined(a, b) {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
