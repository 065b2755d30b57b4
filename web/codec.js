// MessagePack, as src/describe/msgpack.hpp writes and reads it. Vectors of numbers are extension types 1 (Float64) and
// 2 (Int32) whose first byte counts padding, so that a typed array can be laid on the received bytes without a copy.

import { BedsideError } from './errors.js';

const FLOAT64 = 1;
const INT32 = 2;
const DEEPEST = 190;
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder('utf-8', { ignoreBOM: true }); // "ignore": a text that begins with U+FEFF keeps it

/**
 * Encodes what a caller gave: null, booleans, numbers, strings, arrays, plain objects, typed arrays (as vectors of
 * numbers, but a Uint8Array as bytes). A field that is undefined is left out.
 * @param {unknown} value
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws {BedsideError} INVALID_SPEC for anything else, naming where it stands
 */
export function encode(value) {
  const out = new Sink();
  write(out, value, [], 0);
  return out.bytes();
}

/** From so many bytes on, a part is copied once, into the whole, and not into a buffer that grows. */
const LARGE = 2 ** 16;

class Sink {
  /** @type {Uint8Array[]} */ #parts = [];
  #partsBytes = 0;
  #buffer = new Uint8Array(256);
  #view = new DataView(this.#buffer.buffer);
  size = 0;

  /** @param {number} bytes */
  #room(bytes) {
    if (this.size + bytes <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.size + bytes));
    larger.set(this.#buffer.subarray(0, this.size));
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }

  /** @param {number} byte */
  byte(byte) {
    this.#room(1);
    this.#buffer[this.size++] = byte;
  }

  /** @param {number} value */
  uint32(value) {
    this.#room(4);
    this.#view.setUint32(this.size, value);
    this.size += 4;
  }

  /** @param {number} value */
  float64(value) {
    this.#room(8);
    this.#view.setFloat64(this.size, value);
    this.size += 8;
  }

  /** @param {Uint8Array} bytes */
  raw(bytes) {
    if (bytes.length >= LARGE) {
      this.#part(this.#buffer.slice(0, this.size));
      this.size = 0;
      return this.#part(bytes);
    }
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.size);
    this.size += bytes.length;
  }

  /** @param {Uint8Array} bytes */
  #part(bytes) {
    this.#parts.push(bytes);
    this.#partsBytes += bytes.length;
  }

  bytes() {
    const out = new Uint8Array(this.#partsBytes + this.size);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    out.set(this.#buffer.subarray(0, this.size), at);
    return out;
  }
}

/**
 * @param {Sink} out
 * @param {unknown} value
 * @param {(string | number)[]} path
 * @param {number} depth
 */
function write(out, value, path, depth) {
  if (depth > DEEPEST) throw unsendable('an object nested too deeply (or in itself)', path);
  if (value === null || value === undefined) return out.byte(0xc0);
  switch (typeof value) {
    case 'boolean':
      return out.byte(value ? 0xc3 : 0xc2);
    case 'number':
      if (Number.isInteger(value) && value >= 0 && value < 128 && !Object.is(value, -0)) return out.byte(value);
      out.byte(0xcb);
      return out.float64(value);
    case 'string': {
      const bytes = utf8.encode(value);
      out.byte(0xdb);
      out.uint32(bytes.length);
      return out.raw(bytes);
    }
    case 'object':
      if (Array.isArray(value)) {
        out.byte(0xdd);
        out.uint32(value.length);
        for (let i = 0; i < value.length; i++) write(out, value[i], [...path, i], depth + 1);
        return;
      }
      if (ArrayBuffer.isView(value)) return writeView(out, value, path);
      return writeObject(out, /** @type {Record<string, unknown>} */ (value), path, depth);
    default:
      throw unsendable(typeof value === 'bigint' ? 'a BigInt' : `a ${typeof value}`, path);
  }
}

/**
 * @param {Sink} out
 * @param {Record<string, unknown>} value
 * @param {(string | number)[]} path
 * @param {number} depth
 */
function writeObject(out, value, path, depth) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw unsendable(`a ${prototype.constructor?.name || 'special object'}`, path);
  }
  const names = Object.keys(value).filter(name => value[name] !== undefined);
  out.byte(0xdf);
  out.uint32(names.length);
  for (const name of names) {
    write(out, name, path, depth + 1);
    write(out, value[name], [...path, name], depth + 1);
  }
}

/**
 * @param {Sink} out
 * @param {ArrayBufferView} view
 * @param {(string | number)[]} path
 */
function writeView(out, view, path) {
  if (view instanceof Uint8Array) {
    out.byte(0xc6);
    out.uint32(view.length);
    return out.raw(view);
  }
  if (view instanceof DataView || view instanceof BigInt64Array || view instanceof BigUint64Array) {
    throw unsendable(`a ${view.constructor.name}`, path);
  }
  const whole = view instanceof Int32Array;
  const numbers = whole || view instanceof Float64Array ? view : new Float64Array(/** @type {Float32Array} */ (view));
  out.byte(0xc9);
  out.uint32(1 + numbers.byteLength);
  out.byte(whole ? INT32 : FLOAT64);
  out.byte(0);
  out.raw(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
}

/**
 * @param {string} what
 * @param {(string | number)[]} path
 */
function unsendable(what, path) {
  const where = path.reduce((so, step) => so + (typeof step === 'number' ? `[${step}]` : `${so && '.'}${step}`), '');
  return new BedsideError('INVALID_SPEC', `${where ? `'${where}'` : 'The spec'} is ${what}; give plain values.`);
}

/**
 * Decodes one message. Typed arrays are views of `bytes` where they lie aligned (they always do in a whole result).
 * @param {Uint8Array} bytes
 * @returns {any}
 */
export function decode(bytes) {
  return new Source(bytes).value();
}

/**
 * Decodes one message, to which other results may refer too: nothing of what it gives is a view of `bytes`. A long vector
 * is copied out when it is first read, since fresh memory costs more than all the rest and most are never looked at.
 * @param {Uint8Array} bytes
 * @returns {any}
 */
export function decodeShared(bytes) {
  return new Source(bytes, true).value();
}

/** Bytes from which on a vector is long. */
const LONG = 2 ** 14;

/**
 * A field whose value is made when it is first read.
 * @param {object} owner
 * @param {string} name
 * @param {() => unknown} make
 */
function defineLate(owner, name, make) {
  /** @type {(() => unknown) | undefined} */
  let late = make;
  /** @type {unknown} */
  let own;
  const set = (/** @type {unknown} */ value) => {
    late = undefined;
    own = value;
  };
  const get = () => {
    if (late) set(late());
    return own;
  };
  Object.defineProperty(owner, name, { get, set, enumerable: true, configurable: true });
}

/** Names of fields read lately, by a hash of their bytes. @type {{ bytes: Uint8Array, name: string }[]} */
const names = new Array(512);

class Source {
  #bytes;
  #view;
  #shared;
  #at = 0;

  /**
   * @param {Uint8Array} bytes
   * @param {boolean} [shared] see `decodeShared`
   */
  constructor(bytes, shared = false) {
    this.#bytes = bytes;
    this.#shared = shared;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @returns {any} */
  value() {
    const head = this.#bytes[this.#at++];
    if (head < 0x80) return head;
    if (head < 0x90) return this.#map(head & 0x0f);
    if (head < 0xa0) return this.#array(head & 0x0f);
    if (head < 0xc0) return this.#string(head & 0x1f);
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return head === 0xc3;
      case 0xc6:
        return this.#take(this.#uint32());
      case 0xc9:
        return this.#vector(this.#take(this.#uint32() + 1))();
      case 0xcb:
        this.#at += 8;
        return this.#view.getFloat64(this.#at - 8);
      case 0xd2:
        this.#at += 4;
        return this.#view.getInt32(this.#at - 4);
      case 0xdb:
        return this.#string(this.#uint32());
      case 0xdd:
        return this.#array(this.#uint32());
      case 0xdf:
        return this.#map(this.#uint32());
      default:
        throw new Error(`The engine sent bytes that are no message (0x${head?.toString(16)} at ${this.#at - 1}).`);
    }
  }

  #uint32() {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }

  /** @param {number} size */
  #take(size) {
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  /** @param {number} size */
  #string(size) {
    const taken = this.#take(size);
    if (size > 24) return fromUtf8.decode(taken);
    let out = '';
    for (let i = 0; i < size; i++) {
      if (taken[i] > 127) return fromUtf8.decode(taken);
      out += String.fromCharCode(taken[i]);
    }
    return out;
  }

  /** @param {number} size */
  #array(size) {
    const out = new Array(size);
    for (let i = 0; i < size; i++) out[i] = this.value();
    return out;
  }

  /** @param {number} size */
  #map(size) {
    /** @type {Record<string, any>} */
    const out = {};
    for (let i = 0; i < size; i++) {
      const name = this.#name();
      if (this.#shared && this.#bytes[this.#at] === 0xc9 && this.#view.getUint32(this.#at + 1) >= LONG) {
        this.#at++;
        defineLate(out, name, this.#vector(this.#take(this.#uint32() + 1)));
        continue;
      }
      const value = this.value();
      if (name === '__proto__') {
        // A column may be called so: it must become a field, not the object's prototype.
        Object.defineProperty(out, name, { value, enumerable: true, configurable: true, writable: true });
      } else {
        out[name] = value;
      }
    }
    return out;
  }

  /** The name of a field: the same few come again and again, and a string made anew costs most as a key. */
  #name() {
    const from = this.#at;
    const size = this.#bytes[from] - 0xa0; // a short string says its length in its first byte
    if (!(size > 0 && size < 32)) return this.value();
    const bytes = this.#bytes;
    const slot = (size * 61 + bytes[from + 1] * 17 + bytes[from + (size >> 1) + 1] * 5 + bytes[from + size]) & 511;
    const known = names[slot];
    let same = known !== undefined && known.bytes.length === size;
    for (let i = 0; same && i < size; i++) same = known.bytes[i] === bytes[from + 1 + i];
    if (same) {
      this.#at += 1 + size;
      return known.name;
    }
    const name = this.value();
    names[slot] = { bytes: bytes.slice(from + 1, from + 1 + size), name };
    return name;
  }

  /**
   * What makes a typed array of an extension: its type, the number of bytes of padding, these, and the numbers.
   * @param {Uint8Array} extension
   * @returns {() => Float64Array | Int32Array}
   */
  #vector(extension) {
    const [type, padding] = extension;
    const body = extension.subarray(2 + padding);
    const Numbers = type === FLOAT64 ? Float64Array : Int32Array;
    const copied = this.#shared || body.byteOffset % Numbers.BYTES_PER_ELEMENT > 0;
    return () => {
      const { buffer, byteOffset, byteLength } = copied ? body.slice() : body;
      return new Numbers(/** @type {ArrayBuffer} */ (buffer), byteOffset, byteLength / Numbers.BYTES_PER_ELEMENT);
    };
  }
}
