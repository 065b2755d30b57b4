// The engine's present WebAssembly instance, and its replacement by a new one after a trap or when its heap has grown
// and stands mostly empty (WebAssembly memory never shrinks). Runs in a worker, or in the page's own thread.

import { decode, encode } from './codec.js';
import { Core } from './core.js';

/** @typedef {import('./core.js').CoreOptions} CoreOptions */
/** @typedef {{ head: Uint8Array<ArrayBuffer>, body: ArrayBuffer | null, generation: number }} Reply */
/** @typedef {{ message: Uint8Array } | { load: number, chunk: Uint8Array }} Task */

export class Instance {
  #options;
  #core;
  /** Counts replacements: a file half read in an instance of another generation must be begun again. */
  generation = 0;

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
    for (let tries = 1; ; tries++) {
      try {
        const { head, body, mostlyEmpty } =
          'message' in task ? this.#core.request(task.message) : this.#core.feed(task.load, task.chunk);
        const { generation } = this;
        if (mostlyEmpty) await this.#recycle();
        return { head, body, generation };
      } catch (error) {
        await this.#recycle();
        if (tries === 2 || 'load' in task) return { ...failure(error), generation: this.generation };
      }
    }
  }

  /** Moves columns and results over by copying them out of the old memory; what does not arrive whole is left out. */
  async #recycle() {
    const old = this.#core;
    const directory = old.directory();
    const before = statsOf(old);
    this.#core = await Core.create(this.#options);
    this.generation++;
    const adopt = (/** @type {object} */ message) => {
      const { head } = this.#core.request(encode(message));
      return head.length > 0 && decode(head).value === true;
    };
    for (const column of directory?.columns ?? []) {
      const { at, bytes, ...rest } = column;
      const raw = old.bytesAt(at, bytes).slice();
      const cells = column.kind === 2 ? new Int32Array(raw.buffer) : new Float64Array(raw.buffer);
      adopt({ op: 'adoptColumn', ...rest, cells });
    }
    for (const table of directory?.tables ?? []) adopt({ op: 'adoptTable', ...table });
    adopt({ op: 'adoptTable' });
    for (const result of directory?.results ?? []) {
      const { at, bytes, ...rest } = result;
      adopt({ op: 'adoptResult', ...rest, bytes: old.bytesAt(at, bytes) });
    }
    const recycledBytes = Math.max(0, old.heapBytes - this.#core.heapBytes);
    if (before) this.#core.request(encode({ op: 'adoptCounters', ...before, recycledBytes }));
  }
}

/** @param {Core} core */
function statsOf(core) {
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
