import { BedsideError } from './errors.js';

/**
 * Unpacks gzip (RFC 1952) as it comes, all members of the file one after another. Zeros after the last member are
 * padding; anything else there is an error.
 *
 * @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} chunks
 * @param {{ name?: string, DecompressionStream?: new (format: 'gzip') => GenericTransformStream }} [options] `name`: of
 *   the file, for errors; `DecompressionStream`: the browser's, where Node's own zlib is not to be used
 * @returns {AsyncGenerator<Uint8Array, void>} throws `PARSE_ERROR` when the file is damaged or ends too early
 */
export async function* gunzip(chunks, { name = 'The file', DecompressionStream } = {}) {
  const zlib = DecompressionStream ? undefined : globalThis.process?.getBuiltinModule?.('node:zlib');
  const unpack = zlib ? byNode(zlib, chunks) : byStreams(DecompressionStream ?? globalThis.DecompressionStream, chunks);
  try {
    yield* unpack;
  } catch (error) {
    if (!(error instanceof GzipDamage)) throw error;
    const what = error.truncated
      ? 'ends too early: its gzip data are cut off'
      : 'is damaged: its gzip data do not unpack';
    throw new BedsideError('PARSE_ERROR', `${name} ${what}. Fetch or copy it again.`, { cause: error.cause });
  }
}

class GzipDamage {
  /**
   * @param {boolean} truncated
   * @param {unknown} [cause]
   */
  constructor(truncated, cause) {
    this.truncated = truncated;
    this.cause = cause;
  }
}

/**
 * Node's zlib knows members and padding.
 *
 * @param {typeof import('node:zlib')} zlib
 * @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} chunks
 */
async function* byNode(zlib, chunks) {
  const gunzip = zlib.createGunzip({ chunkSize: 2 ** 16 });
  /** @type {{ error: unknown } | undefined} */ let sourceFailed;
  let done = false;
  let goOn = () => {};
  gunzip.on('drain', () => goOn()).on('close', () => goOn());
  const feed = async () => {
    try {
      for await (const chunk of chunks) {
        if (done) return;
        const drained = new Promise(resolve => (goOn = () => resolve(undefined)));
        if (!gunzip.write(chunk) && !gunzip.destroyed) await drained;
      }
      gunzip.end();
    } catch (error) {
      sourceFailed = { error };
      gunzip.destroy(new Error('the source failed'));
    }
  };
  feed(); // catches all
  try {
    for await (const piece of gunzip) yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  } catch (error) {
    if (sourceFailed) throw sourceFailed.error;
    throw new GzipDamage(/** @type {NodeJS.ErrnoException} */ (error).code === 'Z_BUF_ERROR', error);
  } finally {
    done = true;
    gunzip.destroy();
  }
}

/** What is written at once: its output waits in memory, and deflate unpacks to a thousandfold at most. */
const largestPiece = 2 ** 15;

/** More zeros than a member can end with: ISIZE, CRC and the end of an empty block. */
const mostOwnZeros = 64;

/**
 * The browser's stream unpacks one member and calls what follows it an error, without saying where the member ended. So
 * the input is cut wherever a member may have ended: before what looks like the beginning of another, and in the zeros at
 * the end of the file. A cut is an end when the four bytes before it (ISIZE) are the number of bytes unpacked and the
 * stream refuses the next byte: it has checked the CRC by then, and all its output is out. Where compressed data only
 * look so, the stream takes the next byte, and nothing is lost.
 *
 * @param {new (format: 'gzip') => GenericTransformStream} Stream
 * @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} chunks
 */
async function* byStreams(Stream, chunks) {
  let member = new Member(Stream);
  try {
    for await (const { bytes, cut } of pieces(chunks)) {
      if (cut) yield* await member.drained();
      const complete = cut && member.matchesIsize();
      if (!(await member.write(bytes))) {
        if (!complete) throw new GzipDamage(false, member.error);
        if (bytes[0] === 0) return; // padding
        member = new Member(Stream);
        if (!(await member.write(bytes))) throw new GzipDamage(false, member.error);
      }
      yield* member.output();
    }
    if (!(await member.close())) throw new GzipDamage(true, member.error);
    yield* await member.drained();
    if (!member.matchesIsize()) throw new GzipDamage(false);
  } finally {
    member.abandon();
  }
}

/** One member on its way through a stream of the browser's. */
class Member {
  /** @type {Uint8Array[]} */ #output = [];
  /** The last four bytes written. */
  #tail = [0, 0, 0, 0];
  #unpackedBytes = 0;
  #writer;
  /** Why a write or the close was refused. @type {unknown} */
  error;

  /** @param {new (format: 'gzip') => GenericTransformStream} Stream */
  constructor(Stream) {
    const { writable, readable } = new Stream('gzip');
    this.#writer = writable.getWriter();
    this.#writer.closed.catch(() => {}); // told by `write` and `close`
    this.#pump(readable.getReader()).catch(() => {});
  }

  /** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
  async #pump(reader) {
    for (let { value } = await reader.read(); value; { value } = await reader.read()) {
      this.#output.push(value);
      this.#unpackedBytes += value.length;
    }
  }

  /** Whether the stream took the bytes. @param {Uint8Array} bytes */
  async write(bytes) {
    const taken = await this.#succeeds(this.#writer.write(bytes));
    if (taken) this.#tail = [...this.#tail, ...bytes.subarray(-4)].slice(-4);
    return taken;
  }

  /** Whether the member is complete. */
  close() {
    return this.#succeeds(this.#writer.close());
  }

  /** What is unpacked so far and was not asked for before. */
  output() {
    return this.#output.splice(0);
  }

  /** All that the bytes written unpack to: a write has queued it, so it is read within this task. */
  async drained() {
    const { port1, port2 } = new MessageChannel();
    await new Promise(resolve => {
      port1.onmessage = resolve;
      port2.postMessage(undefined); // no timer: nested ones wait 4 ms each
    });
    port1.close();
    return this.output();
  }

  /** Whether the last bytes are the length of what was unpacked, modulo 2³². To be asked when drained. */
  matchesIsize() {
    const [a, b, c, d] = this.#tail;
    return a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24 === this.#unpackedBytes % 2 ** 32;
  }

  abandon() {
    this.#writer.abort().catch(() => {});
  }

  /** @param {Promise<void>} work */
  async #succeeds(work) {
    try {
      await work;
      return true;
    } catch (error) {
      this.error = error;
      return false;
    }
  }
}

/**
 * The input, cut where a member may begin or the padding may. Bytes that may turn out to be a part of either are held
 * back until more is known.
 *
 * @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} chunks
 * @returns {AsyncGenerator<{ bytes: Uint8Array, cut: boolean }, void>} pieces of at most `largestPiece` bytes, and whether
 *   a member may have ended before
 */
async function* pieces(chunks) {
  let zeros = 0;
  let held = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = held.length > 0 ? joined(held, chunk) : chunk;
    let end = bytes.length - beginningOfMagic(bytes);
    held = bytes.slice(end);
    const open = end;
    while (end > 0 && bytes[end - 1] === 0 && open === bytes.length) --end;
    if (end > 0 || held.length > 0) {
      yield* nothingBut(zeros);
      zeros = 0;
    }
    zeros += open - end;
    let start = 0;
    for (let at = nextMember(bytes, 1, end); start < end; at = nextMember(bytes, at + 1, end)) {
      yield* sliced(bytes.subarray(start, at), startsMember(bytes, start));
      start = at;
    }
  }
  if (held.length > 0) yield* sliced(held, false);
  for (let own = Math.min(zeros, mostOwnZeros); own > 0; --own, --zeros) yield { bytes: new Uint8Array(1), cut: true };
  yield* nothingBut(zeros);
}

/**
 * @param {Uint8Array} bytes
 * @param {boolean} cut whether a member may have ended before them
 */
function* sliced(bytes, cut) {
  for (let at = 0; at < bytes.length; at += largestPiece) {
    yield { bytes: bytes.subarray(at, at + largestPiece), cut: cut && at === 0 };
  }
}

/** @param {number} zeros */
function* nothingBut(zeros) {
  for (; zeros > 0; zeros -= largestPiece) yield { bytes: new Uint8Array(Math.min(zeros, largestPiece)), cut: false };
}

/** Magic, and deflate as the method. @param {Uint8Array} bytes @param {number} at */
const startsMember = (bytes, at) => bytes[at] === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 0x08;

/**
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} end
 * @returns {number} `end` when there is none
 */
function nextMember(bytes, from, end) {
  let at = bytes.indexOf(0x1f, from);
  while (at >= 0 && at < end && !startsMember(bytes, at)) at = bytes.indexOf(0x1f, at + 1);
  return at >= 0 && at < end ? at : end;
}

/** How many of the last bytes may begin a member. @param {Uint8Array} bytes */
function beginningOfMagic(bytes) {
  if (bytes.at(-1) === 0x1f) return 1;
  return bytes.at(-2) === 0x1f && bytes.at(-1) === 0x8b ? 2 : 0;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
function joined(a, b) {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
