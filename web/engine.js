// The engine as its caller sees it: tables, analyses, figures of the three layers.

import { arraysMessage } from './arrays.js';
import { decode, encode } from './codec.js';
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
 * @typedef {(task: Task) => Promise<Reply>} Run
 * @typedef {import('./table.js').Handle} Handle
 * @typedef {{ signal?: AbortSignal, onProgress?: (progress: { done: number }) => void }} RunOptions
 * @typedef {{ value: any, body: ArrayBuffer | null }} Answer
 */

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
    const { signal, onProgress, ...rest } = options;
    const bytes = openSource(source, rest, this.#connection);
    const id = this.#nextId++;
    const recipe = (/** @type {Run} */ run) =>
      loadInto(id, bytes, rest, run, {
        signal,
        onProgress: progress => {
          onProgress?.(progress);
          this.#events.emit('progress', { task: 'load', done: progress.total ? progress.loaded / progress.total : 0 });
        },
        receive: reply => this.#receive(reply),
      });
    return this.#makeTable(id, bytes.name, recipe, { repeatable: bytes.repeatable, signal });
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
    const recipe = async (/** @type {Run} */ run) => {
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
   * @returns {Promise<readonly object[]>}
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
    await Promise.all([this.#ask({ op: 'clearCache' }), this.#store?.clear()]);
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
   * @param {(run: Run) => Promise<any>} recipe makes the table in an instance, and again in one that has lost it
   * @param {{ repeatable: boolean, signal?: AbortSignal }} options
   */
  async #makeTable(id, name, recipe, { repeatable, signal }) {
    const summary = await recipe(task => this.#host.run(task, { signal }));
    /** @type {Handle} */
    const handle = {
      id,
      name: name || `table ${id}`,
      freed: false,
      fingerprints: fingerprintsOf(summary),
      recipe,
      repeatable,
    };
    const table = new Table(handle, summary, {
      analyze: (analysis, spec, options) => this.#analyze(handle, analysis, spec, options),
      ask: message => this.#ask({ ...message, table: id }, { handle }),
      describeColumns: dictionary => this.#describeColumns(handle, dictionary),
      free: () => this.#free(handle, table),
    });
    this.#unfreed.register(table, handle.name, table);
    return table;
  }

  /**
   * @param {Handle} parent
   * @param {object} dictionary
   */
  #describeColumns(parent, dictionary) {
    const id = this.#nextId++;
    const message = encode({ op: 'describeColumns', table: parent.id, as: id, dictionary });
    const recipe = async (/** @type {Run} */ run) => {
      let reply = await run({ message });
      if (isFreed(reply)) {
        await this.#restore(parent, run);
        reply = await run({ message });
        if (parent.freed) await run({ message: encode({ op: 'free', table: parent.id }) });
      }
      return this.#receive(reply).value;
    };
    return this.#makeTable(id, parent.name, recipe, { repeatable: parent.repeatable });
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
   */
  async #restore(handle, run) {
    const lost = (/** @type {string} */ why, /** @type {unknown} */ cause) =>
      new BedsideError('TABLE_LOST', `The table '${handle.name}' had to be read again, but ${why}. Load it anew.`, {
        cause,
      });
    if (!handle.repeatable) throw lost('its source can be read only once', undefined);
    let summary;
    try {
      summary = await handle.recipe(run);
    } catch (cause) {
      throw lost('its source gave no table', cause);
    }
    if (fingerprintsOf(summary) !== handle.fingerprints) {
      await run({ message: encode({ op: 'free', table: handle.id }) });
      throw lost('its source has changed', undefined);
    }
  }

  // ---- Requests ----------------------------------------------------------------------------------------------------

  /**
   * @param {Handle | null} handle
   * @param {string} analysis
   * @param {object} spec
   * @param {RunOptions} options
   */
  async #analyze(handle, analysis, spec, { signal, onProgress }) {
    const message = { op: 'analyze', table: handle?.id ?? null, analysis, spec, digest: this.#store !== null };
    const tell = (/** @type {number} */ done) => {
      onProgress?.({ done });
      this.#events.emit('progress', { task: analysis, done });
    };
    const { value, body } = await this.#ask(message, { handle, signal, onProgress: tell });
    const { key, costMs, digest, cached, data, labels } = value;
    const bytes = /** @type {ArrayBuffer} */ (body);
    if (this.#store && !cached)
      this.#store.put({ key, analysis, costMs, writtenMs: Date.now(), digest, bytes: bytes.slice(0) });
    return { ...decode(new Uint8Array(bytes)), cached, data, labels };
  }

  /**
   * Sends a message. One about a table that a replaced instance has lost is answered after the table was brought back.
   * @param {object} message
   * @param {{ handle?: Handle | null, signal?: AbortSignal, onProgress?: (done: number) => void }} [options]
   * @returns {Promise<Answer>}
   */
  async #ask(message, { handle, signal, onProgress } = {}) {
    if (handle?.freed)
      throw new BedsideError('FREED', `The table '${handle.name}' was freed. Load it again to go on with it.`);
    /** @type {Task} */
    const task = { message: encode(message) };
    const recover = async (/** @type {Reply} */ reply, /** @type {Run} */ run) => {
      if (!handle || !isFreed(reply)) return reply;
      await this.#restore(handle, run);
      return run(task);
    };
    return this.#receive(await this.#host.run(task, { signal, onProgress, recover }));
  }

  /**
   * @param {Reply} reply
   * @returns {Answer}
   */
  #receive({ head, body }) {
    if (head.length === 0) throw noMemory();
    const { ok, value, error, events, stats } = decode(head);
    if (stats) {
      this.#figures = stats;
      this.#asOf = Date.now();
    }
    for (const event of events) this.#tell(event);
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
    for (const { bytes, version: _, ...stored } of (await this.#store?.all()) ?? []) {
      const { value } = this.#receive(
        await run({ message: encode({ op: 'adoptResult', ...stored, bytes: new Uint8Array(bytes) }) }),
      );
      if (!value) await this.#store?.remove(stored.key);
    }
  }
}

/** @param {any} summary what the engine says of a table */
const fingerprintsOf = summary =>
  JSON.stringify(summary.columns.map((/** @type {any} */ c) => [c.name, c.fingerprint]));

/** @param {Reply} reply */
function isFreed({ head }) {
  if (head.length === 0) return false;
  const { ok, error } = decode(head);
  return !ok && error.code === 'FREED';
}

const noMemory = () =>
  new BedsideError(
    'MEMORY_BUDGET',
    'The memory budget is used up. Free tables that are no longer needed, or create the engine with a larger memoryBudget.',
    {
      neededBytes: 0,
      availableBytes: 0,
    },
  );
