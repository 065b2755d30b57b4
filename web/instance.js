// The engine's present WebAssembly instance, and its replacement by a new one after a trap or when its heap has grown
// and stands mostly empty (WebAssembly memory never shrinks). Runs in a worker, or in the page's own thread.

import { decode, encode } from './codec.js';
import { Core } from './core.js';

/** @typedef {import('./core.js').CoreOptions} CoreOptions */
/**
 * `head` and `body` as of `Core`; `recycled`: heads in which new instances told of their beginning; `chunk`: the piece of
 * a file that the engine has taken, given back to be filled again.
 * @typedef {{ head: Uint8Array<ArrayBuffer>, body: ArrayBuffer | null, recycled: Uint8Array[], chunk?: Uint8Array }} Reply
 */
/** @typedef {{ message: Uint8Array } | { load: number, chunk: Uint8Array }} Task */

export class Instance {
  #options;
  #core;
  /** Head of the last answer: where an instance that can say nothing any more is asked for its figures. */
  #lastHead = new Uint8Array(0);
  /** @type {Uint8Array[]} */ #recycled = [];

  /**
   * @param {CoreOptions} options
   * @param {Core} core
   */
  constructor(options, core) {
    this.#options = options;
    this.#core = core;
  }

  /** @param {CoreOptions} options */
  static async create(options) {
    return new Instance(options, await Core.create(options));
  }

  /** Bytes of the budget that the device gave. */
  get budget() {
    return this.#core.budget;
  }

  /**
   * Runs one task. A trap replaces the instance and the task is tried once more.
   * @param {Task} task
   * @returns {Promise<Reply>}
   */
  async run(task) {
    const reply = await this.#answer(task);
    const recycled = this.#recycled.splice(0);
    return 'load' in task ? { ...reply, recycled, chunk: task.chunk } : { ...reply, recycled };
  }

  /** @param {Task} task */
  async #answer(task) {
    for (let tries = 1; ; tries++) {
      try {
        const { head, body, mostlyEmpty } =
          'message' in task ? this.#core.request(task.message) : this.#core.feed(task.load, task.chunk);
        this.#lastHead = head;
        // Where the device has no room for two instances, the present one stays.
        if (mostlyEmpty) await this.#recycle().catch(() => {});
        return { head, body };
      } catch (error) {
        await this.#recycle();
        if (tries === 2 || 'load' in task) return failure(error);
      }
    }
  }

  /**
   * Moves columns and results over by copying them out of the old memory; what does not arrive whole is left out. The
   * counts go on.
   */
  async #recycle() {
    const old = this.#core;
    const core = await Core.create(this.#options);
    const directory = old.directory();
    const before = figuresOf(old) ?? (this.#lastHead.length ? decode(this.#lastHead).stats : null);
    this.#core = core;
    const adopt = (/** @type {object} */ message) => core.request(encode(message)).head;
    for (const { at, bytes, ...column } of directory?.columns ?? []) {
      const raw = old.bytesAt(at, bytes).slice();
      adopt({ op: 'adoptColumn', ...column, cells: new (column.kind === 2 ? Int32Array : Float64Array)(raw.buffer) });
    }
    for (const table of directory?.tables ?? []) adopt({ op: 'adoptTable', ...table });
    adopt({ op: 'adoptTable' });
    for (const { at, bytes, ...result } of directory?.results ?? []) {
      adopt({ op: 'adoptResult', ...result, bytes: old.bytesAt(at, bytes) });
    }
    const recycledBytes = Math.max(0, old.heapBytes - core.heapBytes);
    this.#recycled.push(adopt({ op: 'adoptCounters', ...before, recycledBytes }));
  }
}

/** @param {Core} core */
function figuresOf(core) {
  try {
    const { head } = core.request(encode({ op: 'stats' }));
    return head.length ? decode(head).stats : null;
  } catch {
    return null;
  }
}

/**
 * The answer when a task has ended its instance twice.
 * @param {unknown} error
 */
function failure(error) {
  const message = `The engine stopped while it ran this (${error instanceof Error ? error.message : error}). It was started anew; tables and results were kept where they could be read.`;
  return { head: encode({ ok: false, error: { code: 'ENGINE_UNAVAILABLE', message }, events: [] }), body: null };
}
