// What `engine.load` takes, as a stream of bytes that can be read again when an instance was lost.

import { BedsideError } from './errors.js';

/** Pieces go to the engine in chunks of at most so many bytes. */
const CHUNK = 2 ** 20;

/**
 * @typedef {object} Reader
 * @property {AbortSignal} [signal]
 * @property {(chunk: Uint8Array) => unknown} onChunk takes the next piece; what it returns is waited for
 * @property {() => unknown} onRestart forget every piece so far
 * @property {(progress: { loaded: number, total: number | null }) => void} onProgress
 *
 * @typedef {object} ByteSource
 * @property {string} name file name, for messages and for guessing the format; empty when there is none
 * @property {boolean} repeatable can be read more than once
 * @property {(reader: Reader) => Promise<void>} read
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
 * @param {Uint8Array} bytes the caller's: copied when read for the first time, since it may change afterwards
 * @returns {ByteSource}
 */
function bufferSource(bytes) {
  /** @type {Uint8Array | undefined} */
  let copy = bytes.slice();
  return {
    name: '',
    repeatable: true,
    async read({ signal, onChunk, onProgress }) {
      const taken = copy ?? bytes;
      copy = undefined;
      for (let at = 0; at < taken.length; at += CHUNK) {
        signal?.throwIfAborted();
        await onChunk(taken.subarray(at, at + CHUNK));
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
  return {
    name: 'name' in blob ? String(blob.name) : '',
    repeatable: true,
    async read({ signal, onChunk, onProgress }) {
      for (let at = 0; at < blob.size; at += CHUNK) {
        signal?.throwIfAborted();
        await onChunk(new Uint8Array(await blob.slice(at, at + CHUNK).arrayBuffer()));
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
  return {
    name: response.url ? fileName(new URL(response.url)) : '',
    repeatable: false,
    async read({ signal, onChunk, onProgress }) {
      if (response.bodyUsed) throw new BedsideError('INVALID_SPEC', 'The body of this Response was read before.');
      if (!response.ok) {
        throw new BedsideError('FETCH_FAILED', `The server answered ${response.status}.`, {
          status: response.status,
          attempts: [],
        });
      }
      let loaded = 0;
      const reader = response.body?.getReader();
      for (;;) {
        signal?.throwIfAborted();
        const piece = await reader?.read();
        if (!piece || piece.done) return;
        for (let at = 0; at < piece.value.length; at += CHUNK) await onChunk(piece.value.subarray(at, at + CHUNK));
        loaded += piece.value.length;
        onProgress({ loaded, total: Number(response.headers.get('content-length')) || null });
      }
    },
  };
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
async function readFile(files, url, { signal, onChunk, onProgress }) {
  let file;
  try {
    file = await files.promises.open(url);
    const total = (await file.stat()).size;
    for (let loaded = 0; ; ) {
      signal?.throwIfAborted();
      const chunk = new Uint8Array(CHUNK);
      const { bytesRead } = await file.read(chunk, 0, CHUNK);
      if (bytesRead === 0) return;
      await onChunk(bytesRead === CHUNK ? chunk : chunk.slice(0, bytesRead));
      onProgress({ loaded: (loaded += bytesRead), total });
    }
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new BedsideError('FETCH_FAILED', `${url.pathname} could not be read: ${error.message}`, {
      url: url.href,
      attempts: [],
      cause: error,
    });
  } finally {
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
