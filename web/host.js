// Where the engine runs, in a worker or in this thread, and the queue before it. One task is under way at a time, so
// that a worker which dies, or must be ended because it does not hear an abort, leaves the others untouched.

import { BedsideError } from './errors.js';

/** How long a worker may go on with an aborted run before it is replaced, ms. */
const PATIENCE = 250;

/**
 * @typedef {import('./instance.js').Reply} Reply
 * @typedef {import('./instance.js').Task} Task
 * @typedef {object} TaskOptions
 * @property {AbortSignal} [signal]
 * @property {(done: number) => void} [onProgress]
 * @property {(reply: Reply, run: (task: Task) => Promise<Reply>) => Promise<Reply>} [recover] looks at the reply and may
 *   bring back what a replaced instance lost, before any other task runs
 * @typedef {TaskOptions & { task: Task, resolve: (reply: Reply) => void, reject: (error: unknown) => void, over: boolean }} Job
 */

/** What starts an instance: see `Core.create`. @typedef {Omit<import('./core.js').CoreOptions, 'onProgress'>} Start */

export class Host {
  #start;
  #useWorker;
  /** @type {Job[]} */
  #queue = [];
  /** @type {Job | undefined} */
  #current;
  #pumping = false;
  #closed = false;
  /** @type {{ run(task: Task): Promise<Reply>, end(): void, budget: number } | undefined} */
  #runner;
  #onReplaced;

  /**
   * @param {Start} start
   * @param {{ worker: boolean, onReplaced: (run: (task: Task) => Promise<Reply>) => Promise<void> }} options
   */
  constructor(start, { worker, onReplaced }) {
    this.#start = start;
    this.#useWorker = worker;
    this.#onReplaced = onReplaced;
  }

  /** Starts the first instance. */
  async start() {
    this.#runner = await this.#newRunner();
  }

  /** A task is under way or waits. */
  get busy() {
    return this.#current !== undefined || this.#queue.length > 0;
  }

  /** Bytes of the budget that the device gave. */
  get budget() {
    return this.#runner?.budget ?? this.#start.memory.budget;
  }

  /**
   * Queues a task.
   * @param {Task} task
   * @param {TaskOptions} [options]
   * @returns {Promise<Reply>}
   */
  run(task, options = {}) {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closed());
      const { signal } = options;
      if (signal?.aborted) return reject(aborted(signal));
      /** @type {Job} */
      const job = {
        ...options,
        task,
        over: false,
        resolve: reply => settle(() => resolve(reply)),
        reject: error => settle(() => reject(error)),
      };
      const settle = (/** @type {() => void} */ how) => {
        if (job.over) return;
        job.over = true;
        signal?.removeEventListener('abort', onAbort);
        how();
      };
      const onAbort = () => {
        job.reject(aborted(/** @type {AbortSignal} */ (signal)));
        if (this.#current === job && this.#useWorker) {
          setTimeout(() => {
            if (this.#current === job) this.#runner?.end();
          }, PATIENCE);
        }
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(job);
      this.#pump();
    });
  }

  async #pump() {
    if (this.#pumping) return;
    this.#pumping = true;
    await undefined; // calls made together are queued together
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      if (job.over) continue;
      this.#current = job;
      const run = inTurn(task => this.#perform(task, /** @type {Job} */ (job)));
      try {
        const reply = await run(job.task);
        job.resolve(job.recover ? await job.recover(reply, run) : reply);
      } catch (error) {
        job.reject(error);
      }
      this.#current = undefined;
    }
    this.#pumping = false;
  }

  /**
   * Runs a task now. When the worker ends on the way it is replaced; the task is tried once more, unless its caller has
   * gone or it is a piece of a file, whose beginning is lost.
   * @param {Task} task
   * @param {Job} job
   * @returns {Promise<Reply>}
   */
  async #perform(task, job) {
    for (let tries = 1; ; tries++) {
      try {
        if (this.#closed) throw closed();
        const runner = await this.#ready();
        return await runner.run(task);
      } catch (error) {
        if (!(error instanceof Ended)) throw error;
        this.#runner = undefined;
        if (this.#closed) throw closed();
        if (job.over || 'load' in task || tries === 2) {
          throw new BedsideError(
            'ENGINE_UNAVAILABLE',
            `The engine's worker ended while it ran this: ${error.message}.`,
            {
              cause: error,
            },
          );
        }
      }
    }
  }

  /** The runner; a new one, with what belongs to every instance, when the last one ended. */
  async #ready() {
    if (this.#runner) return this.#runner;
    const runner = await this.#newRunner();
    if (this.#closed) {
      runner.end();
      throw closed();
    }
    this.#runner = runner;
    await this.#onReplaced(inTurn(task => runner.run(task)));
    return runner;
  }

  #newRunner() {
    const onProgress = (/** @type {number} */ done) => {
      if (this.#current && !this.#current.over) this.#current.onProgress?.(done);
    };
    return this.#useWorker ? startWorker(this.#start, onProgress) : startHere(this.#start, onProgress);
  }

  /** Ends the worker and rejects what waits with CLOSED. */
  close() {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.reject(closed());
    this.#current?.reject(closed());
    this.#runner?.end();
  }
}

/**
 * One task at a time, for a table that is read again sends several pieces at once.
 * @param {(task: Task) => Promise<Reply>} perform
 * @returns {(task: Task) => Promise<Reply>}
 */
function inTurn(perform) {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return task => {
    const turn = last.then(() => perform(task));
    last = turn.catch(() => {});
    return turn;
  };
}

/** The worker under a task ended. */
class Ended extends Error {}

const closed = () => new BedsideError('CLOSED', 'The engine is closed. Create a new one with createEngine().');

/** @param {AbortSignal} signal */
const aborted = signal => new BedsideError('ABORTED', 'Aborted by the caller.', { cause: signal.reason });

/**
 * @param {Start} start
 * @param {(done: number) => void} onProgress
 */
async function startHere(start, onProgress) {
  const { Instance } = await import('./instance.js');
  const instance = await Instance.create({ ...start, onProgress });
  return { run: (/** @type {Task} */ task) => instance.run(task), end() {}, budget: instance.budget };
}

/**
 * @param {Start} start
 * @param {(done: number) => void} onProgress
 */
async function startWorker(start, onProgress) {
  const worker = newWorker();
  const life = `bedside-worker-${crypto.randomUUID?.() ?? Math.random()}`;
  /** @type {{ resolve: (value: any) => void, reject: (error: Error) => void } | undefined} */
  let waiting;
  let ended = false;
  const end = (/** @type {string} */ why) => {
    ended = true;
    worker.terminate();
    waiting?.reject(new Ended(why));
    waiting = undefined;
  };
  const ask = (/** @type {object} */ message) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new Ended('it was ended'));
      waiting = { resolve, reject };
      worker.ref?.(); // an idle worker must not keep a Node process alive, a busy one must
      // Chunks of files are handed over, cut out first where the buffer holds more (the caller's bytes, parts of what
      // Node's zlib and fetch give); everything else is copied, so that it can be sent again.
      const { task } = /** @type {any} */ (message);
      const chunk =
        task?.chunk && (task.chunk.length === task.chunk.buffer.byteLength ? task.chunk : task.chunk.slice());
      worker.postMessage(chunk ? { task: { ...task, chunk } } : message, chunk ? [chunk.buffer] : []);
    });
  listen(
    worker,
    message => {
      if ('progress' in message) return onProgress(message.progress);
      if ('failed' in message) return end(message.failed);
      if (!waiting) return; // it was ended while this was on its way
      const { resolve } = waiting;
      waiting = undefined;
      worker.unref?.();
      resolve(message.started ?? message.reply);
    },
    end,
  );
  const { budget, alive } = await ask({ start, life });
  // No event tells of a worker that the browser ended (memory, a crash). A lock that it held is free then.
  if (alive) navigator.locks.request(life, () => end('the browser ended it')).catch(() => {});
  return {
    /** @returns {Promise<Reply>} */
    run: (/** @type {Task} */ task) => ask({ task }),
    end: () => end('it was ended'),
    budget,
  };
}

/** @returns {any} */
function newWorker() {
  // Bundlers give this file an address of its own. A second mention of the worker they would copy as it stands, or write
  // into a data: URL.
  const wasm = new URL('./bedside.wasm', import.meta.url);
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  if (threads) return new threads.Worker(new URL('worker.js', wasm));
  const { origin } = globalThis.location ?? {};
  if ([undefined, 'null', wasm.origin].includes(origin) || wasm.origin === 'null') {
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  }
  // A worker may not come from another origin, but a module that it imports may.
  const script = new URL('worker.js', wasm).href;
  const shim = URL.createObjectURL(new Blob([`import ${JSON.stringify(script)};`], { type: 'text/javascript' }));
  return new Worker(shim, { type: 'module' });
}

/** An error without words: the worker's script was not loaded. */
const refused =
  "its worker could not be loaded. A Content Security Policy must allow it: worker-src 'self', or where the package comes from another origin, worker-src blob: and that origin";

/**
 * @param {any} worker
 * @param {(message: any) => void} onMessage
 * @param {(why: string) => void} onEnd
 */
function listen(worker, onMessage, onEnd) {
  if (worker.on) {
    worker.on('message', onMessage);
    worker.on('error', (/** @type {Error} */ error) => onEnd(error.message));
    worker.on('exit', () => onEnd('it exited'));
    return;
  }
  worker.onmessage = (/** @type {MessageEvent} */ { data }) => onMessage(data);
  worker.onmessageerror = () => onEnd('a message could not be read');
  worker.onerror = (/** @type {ErrorEvent} */ event) => onEnd(event.message || refused);
}
