// What `engine.load` takes, as a stream of bytes that can be read again when an instance was lost.

import { BedsideError, cutUrl, cutUrlsIn } from './errors.js';

/** Pieces go to the engine in chunks of at most so many bytes. */
const CHUNK = 2 ** 20;

/**
 * @typedef {object} Reader
 * @property {AbortSignal} [signal]
 * @property {(chunk: Uint8Array) => unknown} onChunk takes the next piece, which may be transferred; what it returns is
 *   waited for
 * @property {() => Uint8Array | undefined} emptied a piece that was taken, to be filled again: memory that was never
 *   written to costs more than what is read into it
 * @property {() => unknown} onRestart forget every piece so far
 * @property {(progress: { loaded: number, total: number | null }) => void} onProgress
 *
 * @typedef {object} ByteSource
 * @property {string} name file name, for messages and for guessing the format; empty when there is none
 * @property {boolean} repeatable can be read more than once
 * @property {(reader: Reader) => Promise<void>} read
 * @property {() => void} [release] the table is made: what was kept for it may go
 *
 * @typedef {ReturnType<typeof import('./connection.js').createConnection>} Connection
 * @typedef {URL | string | Blob | Response | ArrayBuffer | ArrayBufferView} LoadSource
 */

/**
 * @param {LoadSource} source
 * @param {{ format?: string }} options
 * @param {Connection} connection
 * @returns {ByteSource}
 */
export function openSource(source, options, connection) {
  if (typeof source === 'string' && /[\r\n]/.test(source)) {
    if (options.format === undefined) {
      throw new BedsideError('INVALID_SPEC', "To load text itself, name its format: load(text, { format: 'csv' }).");
    }
    return bufferSource(new TextEncoder().encode(source));
  }
  if (typeof source === 'string' || source instanceof URL) return urlSource(source, connection);
  if (source instanceof Blob) return blobSource(source);
  if (source instanceof Response) return responseSource(source);
  if (source instanceof ArrayBuffer) return bufferSource(new Uint8Array(source));
  if (ArrayBuffer.isView(source)) {
    return bufferSource(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  }
  const what = source === null ? 'null' : Array.isArray(source) ? 'an array' : typeof source;
  throw new BedsideError(
    'INVALID_SPEC',
    `load() takes a URL, File, Blob, Response, ArrayBuffer or Uint8Array, not ${what}. Arrays of values go to engine.table().`,
  );
}

/**
 * @param {Uint8Array} bytes the caller's: copied, since it may change before the load ends; read itself when an instance
 *   was lost later
 * @returns {ByteSource}
 */
function bufferSource(bytes) {
  /** @type {Uint8Array | undefined} */
  let copy = bytes.slice();
  return {
    name: '',
    repeatable: true,
    release() {
      copy = undefined;
    },
    async read({ signal, onChunk, onProgress }) {
      const taken = copy ?? bytes;
      for (let at = 0; at < taken.length; at += CHUNK) {
        signal?.throwIfAborted();
        // A chunk that is all of its buffer may be transferred, and this one has to stay.
        await onChunk(taken.length > CHUNK ? taken.subarray(at, at + CHUNK) : taken.slice());
        onProgress({ loaded: Math.min(at + CHUNK, taken.length), total: taken.length });
      }
    },
  };
}

/**
 * @param {Blob} blob
 * @returns {ByteSource}
 */
function blobSource(blob) {
  const name = 'name' in blob ? String(blob.name) : '';
  return {
    name,
    repeatable: true,
    async read({ signal, onChunk, onProgress }) {
      for (let at = 0; at < blob.size; at += CHUNK) {
        signal?.throwIfAborted();
        const piece = blob.slice(at, at + CHUNK).arrayBuffer();
        const remedy = 'It may have been moved or changed since it was chosen: choose it again.';
        await onChunk(new Uint8Array(await piece.catch(cause => unreadable(name || 'The Blob', cause, { remedy }))));
        onProgress({ loaded: Math.min(at + CHUNK, blob.size), total: blob.size });
      }
    },
  };
}

/**
 * @param {Response} response
 * @returns {ByteSource}
 */
function responseSource(response) {
  const { url, status } = response;
  const name = url ? fileName(new URL(url)) : '';
  const cut = url ? cutUrl(url) : undefined;
  return {
    name,
    repeatable: false,
    async read({ signal, onChunk, onProgress }) {
      if (response.bodyUsed) throw new BedsideError('INVALID_SPEC', 'The body of this Response was read before.');
      if (!response.ok) {
        throw new BedsideError('FETCH_FAILED', `The server answered ${status}.`, { status, url: cut, attempts: [] });
      }
      const reader = response.body?.getReader();
      if (!reader) return;
      // The length of a compressed body is not that of what comes out of it.
      const total = response.headers.has('content-encoding') ? 0 : Number(response.headers.get('content-length'));
      const stop = () => void reader.cancel(signal?.reason).catch(() => {});
      signal?.addEventListener('abort', stop, { once: true });
      try {
        for (let loaded = 0; ; ) {
          signal?.throwIfAborted();
          const piece = await reader
            .read()
            .catch(cause => unreadable(name || 'The Response', cause, { status, url: cut }));
          if (piece.done) return;
          const { length } = piece.value;
          for (let at = 0; at < length; at += CHUNK) await onChunk(piece.value.slice(at, at + CHUNK));
          loaded += length;
          onProgress({ loaded, total: total || null });
        }
      } finally {
        signal?.removeEventListener('abort', stop);
        stop();
      }
    },
  };
}

/**
 * @param {string} name
 * @param {unknown} cause
 * @param {{ remedy?: string, status?: number, url?: string }} about
 * @returns {never}
 */
function unreadable(name, cause, { remedy = '', ...details }) {
  const why = cause instanceof Error ? cutUrlsIn(cause.message) : String(cause);
  const message = `${name} could not be read: ${why.replace(/\.?$/, '.')} ${remedy}`;
  throw new BedsideError('FETCH_FAILED', message.trimEnd(), { attempts: [], ...details, cause });
}

/**
 * @param {string | URL} source
 * @param {Connection} connection
 * @returns {ByteSource}
 */
function urlSource(source, connection) {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  if (!URL.canParse(source, base)) {
    throw new BedsideError(
      'INVALID_SPEC',
      "This is no URL. In Node name a file by its URL, such as new URL('data.csv', import.meta.url); text itself needs a format: load(text, { format: 'csv' }).",
    );
  }
  const url = new URL(source, base);
  const files = url.protocol === 'file:' && globalThis.process?.getBuiltinModule?.('node:fs');
  return {
    name: fileName(url),
    repeatable: true,
    read: files ? reader => readFile(files, url, reader) : reader => connection.download(url, reader).then(() => {}),
  };
}

/**
 * @param {typeof import('node:fs')} files
 * @param {URL} url
 * @param {Reader} reader
 */
async function readFile(files, url, { signal, onChunk, emptied, onProgress }) {
  let file;
  /** @type {Promise<Uint8Array> | undefined} */
  let coming;
  try {
    const open = await files.promises.open(url);
    file = open;
    const total = (await open.stat()).size;
    const next = async () => {
      let chunk = emptied();
      if (chunk?.length !== CHUNK || chunk.buffer.byteLength !== CHUNK) chunk = new Uint8Array(CHUNK);
      const { bytesRead } = await open.read(chunk, 0, CHUNK);
      return bytesRead === CHUNK ? chunk : chunk.slice(0, bytesRead);
    };
    coming = next();
    for (let loaded = 0; ; ) {
      signal?.throwIfAborted();
      const chunk = await coming;
      if (chunk.length === 0) return;
      coming = next(); // the disk goes on while the engine parses
      await onChunk(chunk);
      loaded += chunk.length;
      onProgress({ loaded, total });
    }
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    unreadable(url.pathname, error, { url: cutUrl(url) });
  } finally {
    await coming?.catch(() => {}); // a read under way would find the file closed
    await file?.close();
  }
}

/** @param {URL} url */
function fileName(url) {
  const last = url.pathname.split('/').pop() ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
