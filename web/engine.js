// The engine as its caller sees it: tables, analyses, figures of the three layers.

import { arraysMessage } from './arrays.js';
import { decode, decodeShared, encode } from './codec.js';
import { createConnection } from './connection.js';
import { BedsideError } from './errors.js';
import { createEvents } from './events.js';
import { Host } from './host.js';
import { readModule } from './loader.js';
import { loadInto } from './loading.js';
import { checkOptions } from './options.js';
import { openSource } from './sources.js';
import { Table } from './table.js';
import { version } from './version.js';

/**
 * @typedef {import('./host.js').Host} EngineHost
 * @typedef {import('./instance.js').Task} Task
 * @typedef {import('./instance.js').Reply} Reply
 * @typedef {(task: Task, options?: { signal?: AbortSignal, onProgress?: (done: number) => void }) => Promise<Reply>} Run
 * @typedef {{ signal?: AbortSignal, onProgress?: (progress: { loaded: number, total: number | null }) => void }} Watch
 * @typedef {import('./table.js').Handle} Handle
 * @typedef {{ signal?: AbortSignal, onProgress?: (progress: { done: number }) => void }} RunOptions
 * @typedef {{ value: any, body: ArrayBuffer | null }} Answer
 */

/** Steps of more bytes than this are not kept for making a table again. */
const LONG_STEP = 65536;

/** How often a table is brought back for one request. */
const MOST_RESTORES = 3;

/** Bytes from which on an encoded result is worth a note that it is here. */
const LARGE = 2 ** 16;

const eventTypes = ['cache', 'memory', 'retry', 'progress'];

/**
 * Starts an engine. Nothing is shared between engines; several may live on one page.
 * @param {import('./options.js').EngineOptions} [options]
 * @returns {Promise<Engine>}
 * @throws {BedsideError} INVALID_SPEC for wrong options, ENGINE_UNAVAILABLE when WebAssembly cannot start
 */
export async function createEngine(options) {
  const settings = checkOptions(options);
  const module = await readModule('bedside', settings.wasm);
  // idb-keyval is loaded only by those who ask for persistence.
  const store = settings.cache.persist ? (await import('./store.js')).openStore(settings.cache.ttl) : null;
  const engine = new Engine(settings, module, store);
  await engine[start]();
  return engine;
}

const start = Symbol('start');

/** Medical statistics on this device. Made by `createEngine`. */
export class Engine {
  #host;
  #connection;
  #events = createEvents(
    eventTypes,
    type => new BedsideError('INVALID_SPEC', `There is no event '${type}'; there are ${eventTypes.join(', ')}.`),
  );
  #logger;
  #store;
  #nextId = 1;
  /** Encoded results that some result still refers to, by key: a hit of one needs no second copy. */
  #bodies = /** @type {Map<string, WeakRef<ArrayBuffer>>} */ (new Map());
  /** @type {any} */ #figures = null;
  #asOf = 0;
  #closed = false;
  #unfreed = new FinalizationRegistry((/** @type {string} */ name) =>
    this.#logger.warn?.(`A table (${name}) was dropped without free(): its memory stays taken.`),
  );

  /**
   * @param {ReturnType<typeof checkOptions>} settings
   * @param {WebAssembly.Module} module
   * @param {ReturnType<typeof import('./store.js').openStore> | null} store
   */
  constructor(settings, module, store) {
    this.#logger = settings.logger;
    this.#store = store;
    const { enabled, ttl, maxEntries, maxBytes } = settings.cache;
    this.#host = new Host(
      { module, cache: { enabled, ttl, maxEntries, maxBytes }, memory: settings.memory },
      { worker: settings.worker, onReplaced: run => this.#welcome(run) },
    );
    this.#connection = createConnection({
      retry: settings.retry,
      onRetry: event => {
        this.#logger.info?.(`Retry ${event.attempt} of ${event.url} in ${event.delayMs} ms (${event.reason})`);
        this.#events.emit('retry', event);
      },
    });
  }

  async [start]() {
    try {
      await this.#host.start();
      const { value } = await this.#ask({ op: 'stats' });
      if (value !== version) {
        throw new BedsideError(
          'ENGINE_UNAVAILABLE',
          `bedside.wasm is of version ${value}, its JavaScript of ${version}: serve the files of one version together.`,
        );
      }
      if (this.#store) await this.#takeStored(task => this.#host.run(task));
    } catch (cause) {
      this.#host.close();
      if (cause instanceof BedsideError) throw cause;
      const message = `The engine could not start: ${cause instanceof Error ? cause.message : cause}`;
      throw new BedsideError('ENGINE_UNAVAILABLE', message, { cause });
    }
  }

  /**
   * Reads a file of patients.
   * @param {import('./sources.js').LoadSource} source URL, File, Blob, Response, buffer, or CSV text with a `format`
   * @param {import('./loading.js').LoadOptions} [options]
   * @returns {Promise<Table>}
   * @throws {BedsideError} INVALID_SPEC, PARSE_ERROR, COLUMN_NOT_FOUND, FETCH_FAILED, MEMORY_BUDGET, ABORTED
   */
  async load(source, options = {}) {
    const { signal, onProgress, ...rest } = objectOf(options, 'load');
    const bytes = openSource(source, rest, this.#connection);
    const id = this.#nextId++;
    /** @type {import('./table.js').Recipe} */
    const recipe = (run, watch) =>
      loadInto(id, bytes, rest, run, {
        signal: watch.signal,
        onProgress: progress => {
          watch.onProgress?.(progress);
          this.#events.emit('progress', { task: 'load', done: progress.total ? progress.loaded / progress.total : 0 });
        },
        receive: reply => this.#receive(reply),
      });
    const { name, repeatable } = bytes;
    const table = await this.#makeTable(id, name, recipe, { repeatable, watch: { signal, onProgress } });
    bytes.release?.();
    return table;
  }

  /**
   * Makes a table of arrays: `{ age: [61, null], sex: ['f', 'm'] }`. Numbers, typed arrays and booleans (0/1) give
   * numeric columns, strings categorical ones, `Date`s dates; `null`, `undefined` and `NaN` are missing.
   * @param {Record<string, ArrayLike<unknown>>} columns
   * @param {{ dictionary?: Record<string, object> }} [options]
   * @returns {Promise<Table>}
   * @throws {BedsideError} INVALID_SPEC for unequal lengths or mixed types
   */
  async table(columns, options = {}) {
    const id = this.#nextId++;
    const write = () => encode({ ...arraysMessage(columns, options), table: id });
    /** @type {Uint8Array | undefined} */
    let first = write(); // now: what the caller does to the arrays later changes nothing
    /** @type {import('./table.js').Recipe} */
    const recipe = async run => {
      const message = first ?? write();
      first = undefined;
      return this.#receive(await run({ message })).value;
    };
    return this.#makeTable(id, '', recipe, { repeatable: true });
  }

  /**
   * Runs an analysis that needs no data, such as `power` or `eValue`.
   * @param {string} analysis
   * @param {object} [spec]
   * @param {RunOptions} [options]
   * @returns {Promise<any>}
   */
  analyze(analysis, spec = {}, options = {}) {
    return this.#analyze(null, analysis, spec, options);
  }

  /**
   * What this engine can compute: name, title, fields with type, default, range and documentation.
   * @returns {Promise<readonly import('./analyses.js').AnalysisSchema[]>}
   */
  async analyses() {
    return (await import('./analyses.js')).analyses;
  }

  /**
   * Figures of the three layers. On a busy engine the last ones, at once; `asOf` says of when (ms since 1970).
   * @returns {Promise<{ cache: any, memory: any, connection: import('./connection.js').ConnectionStats, asOf: number }>}
   */
  async stats() {
    if (!this.#host.busy && !this.#closed) await this.#ask({ op: 'stats' });
    return { ...this.#figures, connection: this.#connection.stats(), asOf: this.#asOf };
  }

  /**
   * `fetch` through layer 3.
   * @param {RequestInfo | URL} url
   * @param {RequestInit} [init]
   * @returns {Promise<Response>}
   */
  fetch(url, init) {
    return this.#connection.fetch(url, init);
  }

  /** Forgets every result, stored ones too. */
  async clearCache() {
    await this.#ask({ op: 'clearCache' });
    await this.#store?.clear(); // after what runs asked for before this have stored
  }

  /**
   * Layer 2's clean-up, now.
   * @returns {Promise<number>} bytes freed
   */
  async cleanUp() {
    return (await this.#ask({ op: 'cleanUp', all: true })).value;
  }

  /**
   * Listens to `cache`, `memory`, `retry` or `progress`.
   * @param {'cache' | 'memory' | 'retry' | 'progress'} type
   * @param {(event: any) => void} listener
   * @returns {() => void} ends it
   */
  on(type, listener) {
    return this.#events.on(type, listener);
  }

  /** Ends the engine; what waits is rejected with CLOSED. */
  async close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#host.close();
    this.#connection.close();
  }

  // ---- Tables ------------------------------------------------------------------------------------------------------

  /**
   * @param {number} id
   * @param {string} name
   * @param {import('./table.js').Recipe} recipe
   * @param {{ repeatable: boolean, watch?: Watch }} options
   * @returns {Promise<Table>}
   */
  async #makeTable(id, name, recipe, { repeatable, watch = {} }) {
    let summary;
    try {
      summary = await recipe((task, options) => this.#host.run(task, options), watch);
    } catch (error) {
      // What there is of it, goes. Not waited for: an abort is answered at once.
      this.#host.run({ message: encode({ op: 'free', table: id }) }).catch(() => {});
      throw error;
    }
    /** @type {Handle} */
    const handle = {
      id,
      name: name || `table ${id}`,
      freed: false,
      fingerprints: fingerprintsOf(summary),
      recipe,
      repeatable,
    };
    /** @type {Table} */
    const table = new Table(handle, summary, {
      analyze: (analysis, spec, options) => this.#analyze(handle, analysis, spec, options),
      ask: message => this.#ask({ ...message, table: id }, { handle }),
      make: (write, options) => this.#makeFrom(handle, write, options),
      free: () => this.#free(handle, table),
    });
    this.#unfreed.register(table, handle.name, table);
    return table;
  }

  /**
   * A table made of another one. It is its parent's number and a step, for as long as it may have to be made again.
   * @param {Handle} parent
   * @param {() => any} write the step, as a message
   * @param {RunOptions} [options]
   * @returns {Promise<Table>}
   */
  async #makeFrom(parent, write, options = {}) {
    refuseFreed(parent);
    const id = this.#nextId++;
    const step = () => ({ ...write(), table: parent.id, as: id });
    const first = step();
    const { signal, onProgress } = objectOf(options, first.op);
    const progress = this.#progressOf(first.op, onProgress);
    // What the caller does to an object or an array later changes nothing now; long arrays are not kept a second time,
    // but read again if it must be.
    /** @type {Uint8Array | undefined} */
    let message = encode(first);
    let again = false;
    /** @type {import('./table.js').Recipe} */
    const recipe = async (run, watch) => {
      /** @type {Task} */
      const task = { message: message ?? encode(step()) };
      const means = { signal: watch.signal, ...(!again && { onProgress: progress.tell }) };
      again = true;
      if (task.message.length > LONG_STEP) message = undefined;
      const perform = (/** @type {Task} */ each) => run(each, means);
      const reply = await this.#recovered(parent, task, await perform(task), perform, watch.signal);
      const { value } = this.#receive(reply);
      progress.check();
      return value;
    };
    return this.#makeTable(id, parent.name, recipe, { repeatable: parent.repeatable, watch: { signal } });
  }

  /**
   * @param {Handle} handle
   * @param {Table} table
   */
  async #free(handle, table) {
    if (handle.freed) return;
    handle.freed = true;
    this.#unfreed.unregister(table);
    if (!this.#closed) await this.#ask({ op: 'free', table: handle.id });
  }

  /**
   * Makes a table anew in an instance that has lost it. It is the same only if every column has the same content.
   * @param {Handle} handle
   * @param {Run} run
   * @param {AbortSignal} [signal] of who needs it
   */
  async #restore(handle, run, signal) {
    const lost = (/** @type {string} */ why, /** @type {unknown} */ cause) =>
      new BedsideError('TABLE_LOST', `The table '${handle.name}' had to be read again, but ${why}. Load it anew.`, {
        cause,
      });
    if (!handle.repeatable) throw lost('its source can be read only once', undefined);
    let summary;
    const discard = () => run({ message: encode({ op: 'free', table: handle.id }) });
    try {
      summary = await handle.recipe(run, { signal });
    } catch (cause) {
      await discard().catch(() => {});
      if (cause instanceof BedsideError && cause.code === 'MEMORY_BUDGET') throw cause;
      throw lost('its source gave no table', cause);
    }
    if (fingerprintsOf(summary) !== handle.fingerprints) {
      await discard();
      throw lost('its source has changed', undefined);
    }
  }

  /**
   * The reply to a task about a table; where an instance had lost that, after it was brought back. The new instance may
   * be lost on the way too.
   * @param {Handle} handle
   * @param {Task} task
   * @param {Reply} reply
   * @param {Run} run
   * @param {AbortSignal} [signal]
   */
  async #recovered(handle, task, reply, run, signal) {
    for (let tries = 0; isFreed(reply) && tries < MOST_RESTORES; tries++) {
      await this.#restore(handle, run, signal);
      reply = await run(task);
      // Freed meanwhile: the engine was told so before there was a table again.
      if (handle.freed) await run({ message: encode({ op: 'free', table: handle.id }) });
    }
    return reply;
  }

  // ---- Requests ----------------------------------------------------------------------------------------------------

  /**
   * @param {Handle | null} handle
   * @param {string} analysis
   * @param {object} spec
   * @param {RunOptions} options
   */
  async #analyze(handle, analysis, spec, options) {
    const { signal, onProgress } = objectOf(options, 'analyze');
    const here = this.#bodiesHere(); // held until the answer has come
    const held = [...here.keys()];
    const message = { op: 'analyze', table: handle?.id ?? null, analysis, spec, digest: this.#store !== null, held };
    const progress = this.#progressOf(analysis, onProgress);
    const { value, body } = await this.#ask(message, { handle, signal, onProgress: progress.tell });
    progress.check();
    const { key, costMs, digest, cached, data, labels } = value;
    const bytes = /** @type {ArrayBuffer} */ (body ?? here.get(key));
    if (body && body.byteLength >= LARGE) this.#bodies.set(key, new WeakRef(body));
    if (this.#store && !cached)
      this.#store.put({ key, analysis, costMs, writtenMs: Date.now(), digest, bytes: bytes.slice(0) });
    return Object.assign(decodeShared(new Uint8Array(bytes)), { cached, data, labels });
  }

  /** Of the results referred to, those that are still in memory. */
  #bodiesHere() {
    /** @type {Map<string, ArrayBuffer>} */
    const here = new Map();
    for (const [key, reference] of this.#bodies) {
      const body = reference.deref();
      if (body) here.set(key, body);
      else this.#bodies.delete(key);
    }
    return here;
  }

  /**
   * Who is told how far a task is.
   * @param {string} task
   * @param {RunOptions['onProgress']} onProgress of its caller; what it throws is thrown by `check`
   */
  #progressOf(task, onProgress) {
    /** @type {{ error: unknown } | undefined} */
    let thrown;
    return {
      tell: (/** @type {number} */ done) => {
        try {
          onProgress?.({ done });
        } catch (error) {
          thrown ??= { error }; // not from here: in-process there are frames of WebAssembly below
        }
        this.#events.emit('progress', { task, done });
      },
      check() {
        if (thrown) throw thrown.error;
      },
    };
  }

  /**
   * Sends a message. One about a table that a replaced instance has lost is answered after the table was brought back.
   * @param {object} message
   * @param {{ handle?: Handle | null, signal?: AbortSignal, onProgress?: (done: number) => void }} [options]
   * @returns {Promise<Answer>}
   */
  async #ask(message, { handle, signal, onProgress } = {}) {
    if (handle) refuseFreed(handle);
    /** @type {Task} */
    const task = { message: encode(message) };
    const recover = async (/** @type {Reply} */ reply, /** @type {Run} */ run) =>
      handle ? this.#recovered(handle, task, reply, run, signal) : reply;
    return this.#receive(await this.#host.run(task, { signal, onProgress, recover }));
  }

  /**
   * @param {Reply} reply
   * @returns {Answer}
   */
  #receive({ head, body, recycled }) {
    const { ok, value, error, events, stats } = head.length ? decode(head) : /** @type {any} */ (outOfMemory);
    if (stats) {
      this.#figures = stats;
      this.#asOf = Date.now();
    }
    for (const event of events) this.#tell(event);
    for (const each of recycled) {
      for (const event of each.length ? decode(each).events : []) this.#tell(event);
    }
    if (ok) return { value, body };
    const { code, message, ...details } = error;
    throw new BedsideError(code, message, details);
  }

  /** @param {any} event */
  #tell({ type, ...event }) {
    if (type === 'cache') {
      const { kind, analysis, savedMs } = event;
      if (kind === 'hit') this.#logger.info?.(`Cache HIT ${analysis} (${savedMs.toFixed(1)} ms saved)`);
      else if (kind === 'miss') this.#logger.debug?.(`Cache MISS ${analysis}`);
      else this.#logger.debug?.(`Cache removed ${analysis} (${event.reason})`);
      const { reason } = event;
      this.#events.emit('cache', { kind, analysis, ...(reason && { reason }), ...(kind === 'hit' && { savedMs }) });
    } else {
      this.#logger.info?.(`Memory ${event.kind} (${event.status})`);
      this.#events.emit('memory', event);
    }
  }

  /**
   * What a new instance gets before anything else: the counts so far, and the results that are stored.
   * @param {Run} run
   */
  async #welcome(run) {
    if (this.#figures)
      this.#receive(await run({ message: encode({ op: 'adoptCounters', ...this.#figures, recycledBytes: 0 }) }));
    if (this.#store) await this.#takeStored(run);
  }

  /** @param {Run} run */
  async #takeStored(run) {
    for (const { id, result } of (await this.#store?.all()) ?? []) {
      const { key, analysis, costMs, writtenMs, digest, bytes } = result;
      const message = { op: 'adoptResult', key, analysis, costMs, writtenMs, digest, bytes: new Uint8Array(bytes) };
      const { value } = this.#receive(await run({ message: encode(message) }));
      if (!value) await this.#store?.remove(id);
    }
  }
}

/** @param {any} summary what the engine says of a table */
const fingerprintsOf = summary =>
  JSON.stringify(summary.columns.map((/** @type {any} */ c) => [c.name, c.fingerprint]));

/**
 * @template {object} T
 * @param {T} options
 * @param {string} owner
 * @returns {T}
 */
function objectOf(options, owner) {
  if (typeof options === 'object' && options !== null) return options;
  throw new BedsideError('INVALID_SPEC', `The options of ${owner}() must be an object.`);
}

/** @param {Handle} handle */
function refuseFreed({ freed, name }) {
  if (freed) throw new BedsideError('FREED', `The table '${name}' was freed. Load it again to go on with it.`);
}

/** @param {Reply} reply */
function isFreed({ head }) {
  if (head.length === 0) return false;
  const { ok, error } = decode(head);
  return !ok && error.code === 'FREED';
}

/** What an empty head says: there was no room even for an answer. */
const outOfMemory = {
  ok: false,
  error: {
    code: 'MEMORY_BUDGET',
    message:
      'The memory budget is used up. Free tables that are no longer needed, or create the engine with a larger memoryBudget.',
    neededBytes: 0,
    availableBytes: 0,
  },
  events: [],
};
