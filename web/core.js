// One WebAssembly instance with a memory of its own, and the five functions by which bytes go in and out.

import createModule from './bedside.js';
import { decode, encode } from './codec.js';
import { instantiate } from './loader.js';

const PAGE = 65536;
const SMALLEST = 16 * 2 ** 20;

/**
 * A memory whose `maximum` is the budget, so that the platform enforces it. A device that refuses the maximum (iOS
 * does) gets half, and so on.
 * @param {number} budget bytes
 */
function budgetedMemory(budget) {
  for (let bytes = Math.max(budget, SMALLEST); ; bytes /= 2) {
    const maximum = Math.floor(bytes / PAGE);
    try {
      return { memory: new WebAssembly.Memory({ initial: 64, maximum }), budget: maximum * PAGE };
    } catch (error) {
      if (bytes / 2 < SMALLEST) throw error;
    }
  }
}

/**
 * @typedef {object} CoreOptions
 * @property {WebAssembly.Module} module bedside.wasm, compiled
 * @property {{ enabled: boolean, ttl: number, maxEntries: number, maxBytes?: number }} cache layer 1
 * @property {{ enabled: boolean, budget: number, cleanupAt: number }} memory layer 2; bytes
 * @property {(done: number) => void} [onProgress] share done of the running analysis
 */

/** What one call gave: `head` a MessagePack map (empty: no memory even for an answer), `body` a result's bytes. */
/** @typedef {{ head: Uint8Array<ArrayBuffer>, body: ArrayBuffer | null, mostlyEmpty: boolean }} Response */

export class Core {
  #module;
  #memory;
  #stack;

  /**
   * @param {any} module the glue's module object
   * @param {WebAssembly.Memory} memory
   * @param {number} budget what the device gave of the budget asked for, bytes
   */
  constructor(module, memory, budget) {
    this.#module = module;
    this.#memory = memory;
    this.#stack = module.stackSave();
    this.budget = budget;
  }

  /**
   * @param {CoreOptions} options
   * @returns {Promise<Core>}
   */
  static async create({ module, cache, memory: { enabled, budget: asked, cleanupAt }, onProgress }) {
    const { memory, budget } = budgetedMemory(asked);
    const glue = await instantiate(createModule, module, { wasmMemory: memory, budgetBytes: budget, onProgress });
    const core = new Core(glue, memory, budget);
    const maxBytes = Math.floor(cache.maxBytes ?? budget / 4);
    const options = encode({ cache: { ...cache, maxBytes }, memory: { enabled, budget, cleanupAt } });
    if (!core.#place(options) || !glue.open(options.length))
      throw new RangeError('The memory budget is too small for the engine itself.');
    return core;
  }

  get heapBytes() {
    return this.#memory.buffer.byteLength;
  }

  /**
   * Copies bytes into the engine's inbox; false when there is no room.
   * @param {Uint8Array} bytes
   */
  #place(bytes) {
    const at = this.#module.inbox(bytes.length);
    if (at === 0 && bytes.length > 0) return false;
    new Uint8Array(this.#memory.buffer, at, bytes.length).set(bytes);
    return true;
  }

  /**
   * @param {number} at address of the four numbers that say where the answer lies
   * @returns {Response}
   */
  #read(at) {
    const { buffer } = this.#memory;
    const [headAt, headBytes, bodyAt, bodyBytes, mostlyEmpty] = new Uint32Array(buffer, at, 5);
    return {
      head: new Uint8Array(buffer.slice(headAt, headAt + headBytes)),
      body: bodyAt ? buffer.slice(bodyAt, bodyAt + bodyBytes) : null,
      mostlyEmpty: mostlyEmpty === 1,
    };
  }

  /** @param {Uint8Array} message for which there is room */
  #answer(message) {
    const response = this.#read(this.#module.request(message.length));
    this.#module.release();
    return response;
  }

  /**
   * Answers one encoded message. Whatever it throws is a trap: the instance is spent.
   * @param {Uint8Array} message
   * @returns {Response}
   */
  request(message) {
    return this.#place(message) ? this.#answer(message) : this.#refuse(message.length);
  }

  /**
   * Hands a piece of a file to the load numbered `load`.
   * @param {number} load
   * @param {Uint8Array} chunk
   * @returns {Response}
   */
  feed(load, chunk) {
    return this.#place(chunk) ? this.#read(this.#module.feed(load, chunk.length)) : this.#refuse(chunk.length);
  }

  /**
   * The answer to a message for which there was no room.
   * @param {number} neededBytes
   * @returns {Response}
   */
  #refuse(neededBytes) {
    const message = encode({ op: 'refuse', neededBytes });
    if (this.#place(message)) return this.#answer(message);
    return { head: new Uint8Array(0), body: null, mostlyEmpty: false };
  }

  /**
   * Where everything lies, for moving to a new instance: asked even after a trap, which leaves the stack pointer astray
   * but the heap readable. Null when the instance cannot answer any more.
   */
  directory() {
    try {
      this.#module.stackRestore(this.#stack);
      const { head } = this.request(encode({ op: 'directory' }));
      const answer = head.length ? decode(head) : null;
      return answer?.ok ? answer.value : null;
    } catch {
      return null;
    }
  }

  /**
   * A view of the memory for copying out at once.
   * @param {number} at
   * @param {number} bytes
   */
  bytesAt(at, bytes) {
    return new Uint8Array(this.#memory.buffer, at, bytes);
  }
}
