import { CrossOrigin } from './cors.js';
import { BedsideError } from './errors.js';
import { answered, loadLayers } from './policy.js';
import { checkRetry } from './retry.js';
import { Transfer } from './transfer.js';

/**
 * `engine.stats().connection`. Counts since the connection was made.
 *
 * @typedef {object} ConnectionStats
 * @property {number} requests begun
 * @property {number} attempts begun, without the probes of an offline device
 * @property {number} failedAttempts
 * @property {number} successfulRetries requests that ended well after more than one attempt
 * @property {number} exhausted requests given up for want of retries, time or retry budget
 * @property {number} totalAttempts begun, probes included
 * @property {number} successRate requests that ended well over all that ended (0–1; aborted ones are in neither); 1 before
 *   any has ended
 * @property {number} maxRetries
 * @property {number} bytes of bodies received, decompressed
 */

/**
 * What a connection is made of; everything has the platform's own as its default.
 *
 * @typedef {object} ConnectionOptions
 * @property {import('./retry.js').RetryOptions | boolean} [retry] `false` switches layer 3 off
 * @property {(event: import('./transfer.js').RetryEvent) => void} [onRetry] told before each wait
 * @property {() => Promise<import('./policy.js').Layers>} [layers] gives the instance of `layers.wasm`
 * @property {typeof fetch} [fetch]
 * @property {() => number} [now] milliseconds since 1970, never stepping back
 * @property {() => number} [random] uniform in [0, 1)
 * @property {(callback: () => void, ms: number) => () => void} [setTimer] returns what cancels it
 * @property {import('./transfer.js').Device} [device] whether it is online
 * @property {string} [origin] of the page; without one there is no CORS
 */

/**
 * How a download reports. What a callback returns is waited for, and the server is not read meanwhile.
 *
 * @typedef {object} DownloadOptions
 * @property {AbortSignal} [signal]
 * @property {HeadersInit} [headers]
 * @property {(start: DownloadStart) => unknown} [onStart] called once, before the first piece
 * @property {(chunk: Uint8Array) => unknown} onChunk takes the next piece: at most 1 MB, with a buffer of its own that may
 *   be transferred
 * @property {() => unknown} [onRestart] forget every piece so far: the body begins anew
 * @property {(progress: { loaded: number, total: number | null }) => void} [onProgress] bytes; `total` is `null` where
 *   unknown or compressed
 *
 * @typedef {object} DownloadStart
 * @property {string} url where the last redirect led
 * @property {string} contentType
 * @property {string} contentDisposition
 * @property {number | null} total bytes; `null` where unknown or compressed
 */

/** Pieces cross to the worker; larger ones would double the memory they take. */
const largestChunk = 2 ** 20;

/** What the body of an answer holds ready for whoever reads it. */
const readAheadBytes = 2 ** 16;

/** @type {ConnectionStats} */
const nothingYet = {
  requests: 0,
  attempts: 0,
  failedAttempts: 0,
  successfulRetries: 0,
  exhausted: 0,
  totalAttempts: 0,
  successRate: 1,
  maxRetries: 0,
  bytes: 0,
};

/**
 * Layer 3: requests that survive a broken line, a silent or overloaded server, and a device that goes offline. What to do
 * after a failure is decided in `layers.wasm`, started at the first request; here it is done.
 *
 * @param {ConnectionOptions} [options]
 */
export function createConnection(options = {}) {
  const retry = checkRetry(options.retry);
  const layersOf = options.layers ?? loadLayers;
  /** @type {Promise<import('./transfer.js').Host> | undefined} */ let starting;
  /** @type {import('./transfer.js').Host | undefined} */ let host;
  /** @type {Set<Transfer>} */ const live = new Set();
  let closed = false;
  let stats = { ...nothingYet, maxRetries: retry.enabled ? retry.retries : 0 };

  function counts() {
    if (host && !closed) stats = answered(host.layers.retryStats(host.policy));
    return stats;
  }

  async function start() {
    const layers = await layersOf();
    host = {
      layers,
      policy: answered(layers.retryOpen(retry) || null),
      retry,
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
      now: options.now ?? (() => performance.timeOrigin + performance.now()),
      random: options.random ?? Math.random,
      setTimer: options.setTimer ?? setTimer,
      device: options.device ?? device,
      cors: new CrossOrigin(options.origin ?? globalThis.location?.origin),
      tell: options.onRetry ?? (() => {}),
    };
    return host;
  }

  /**
   * @param {RequestInfo | URL} input
   * @param {RequestInit} init
   * @param {() => unknown} [onRestart]
   */
  async function begin(input, init, onRestart) {
    starting ??= start();
    starting.catch(() => (starting = undefined));
    const ready = await starting;
    if (closed) throw closedError();
    const transfer = new Transfer(ready, input, init, onRestart);
    live.add(transfer);
    return transfer;
  }

  return {
    /**
     * As the platform's `fetch`, through layer 3. GET and HEAD are retried; an answer that no retry can mend, such as 404,
     * is handed on. A body that breaks goes on by itself: by `Range` where the server allows and it can be verified, else
     * by reading it again and leaving out what was handed out, once that has proved to be the same.
     *
     * @param {RequestInfo | URL} input
     * @param {RequestInit} [init]
     * @returns {Promise<Response>} rejects, as does reading the body, with `FETCH_FAILED`, `ABORTED` or `CLOSED`
     */
    async fetch(input, init = {}) {
      const transfer = await begin(input, init);
      try {
        const response = await transfer.open();
        if (response.ok && response.body) return handOut(response, transfer, () => live.delete(transfer));
        transfer.end('well', response.body !== null);
        live.delete(transfer);
        return response;
      } catch (error) {
        live.delete(transfer);
        throw error;
      }
    },

    /**
     * Reads a file piece by piece, no faster than `onChunk` takes the pieces.
     *
     * @param {string | URL} url
     * @param {DownloadOptions} options
     * @returns {Promise<DownloadStart>} rejects with `FETCH_FAILED` (any answer that is no success included), `ABORTED`,
     *   `CLOSED`, or what a callback threw
     */
    async download(url, { signal, headers, onStart, onChunk, onRestart, onProgress }) {
      let loaded = 0;
      const transfer = await begin(url, { signal, headers }, () => {
        loaded = 0;
        return onRestart?.();
      });
      try {
        const response = await transfer.open();
        if (!response.ok) await transfer.refuse(response);
        const about = describe(response, transfer.length);
        await transfer.consumed(onStart?.(about));
        for (let piece = await transfer.read(); piece; piece = await transfer.read()) {
          for (const chunk of chunksOf(piece)) {
            const { length } = chunk; // 0 once the chunk has been transferred
            await transfer.consumed(onChunk(chunk));
            loaded += length;
            onProgress?.({ loaded, total: transfer.length });
          }
        }
        return about;
      } finally {
        transfer.end('aborted'); // the consumer's error; otherwise it has ended already
        live.delete(transfer);
      }
    },

    /** The counts so far. */
    stats: () => ({ ...counts() }),

    /** Ends every request under way with `CLOSED`. */
    close() {
      if (closed) return;
      counts();
      closed = true;
      for (const transfer of live) transfer.stop(closedError());
      live.clear();
      host?.layers.retryClose(host.policy);
    },
  };
}

const closedError = () => new BedsideError('CLOSED', 'The engine was closed; create another one.');

/**
 * The answer with a body that mends itself.
 *
 * @param {Response} response
 * @param {Transfer} transfer
 * @param {() => void} over
 */
function handOut(response, transfer, over) {
  const stopped = () => transfer.stop(new BedsideError('ABORTED', `The body of ${transfer.url} was cancelled.`));
  const body = new ReadableStream(
    {
      start(controller) {
        transfer.onStop(error => controller.error(error));
      },
      async pull(controller) {
        const piece = await transfer.read().catch(error => {
          over();
          throw error;
        });
        if (piece) return controller.enqueue(piece);
        over();
        controller.close();
      },
      cancel() {
        over();
        stopped();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: readAheadBytes }),
  );
  const { status, statusText, headers, url, redirected, type } = response;
  const whole = new Response(body, { status, statusText, headers });
  for (const [name, value] of Object.entries({ url, redirected, type })) Object.defineProperty(whole, name, { value });
  return whole;
}

/**
 * @param {Response} response
 * @param {number | null} total
 * @returns {DownloadStart}
 */
const describe = ({ url, headers }, total) => ({
  url,
  contentType: headers.get('content-type') ?? '',
  contentDisposition: headers.get('content-disposition') ?? '',
  total,
});

/** @param {Uint8Array} piece @returns {Generator<Uint8Array, void>} */
function* chunksOf(piece) {
  if (piece.length <= largestChunk && piece.length === piece.buffer.byteLength) {
    yield piece;
    return;
  }
  // Too large, or part of a larger buffer (Node has a pool), which must not be transferred.
  for (let at = 0; at < piece.length; at += largestChunk) yield piece.slice(at, at + largestChunk);
}

/** @type {import('./transfer.js').Host['setTimer']} */
function setTimer(callback, ms) {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

/** @type {import('./transfer.js').Device} */
const device = {
  online: () => globalThis.navigator?.onLine !== false,
  onOnline(listener) {
    globalThis.addEventListener?.('online', listener);
    return () => globalThis.removeEventListener?.('online', listener);
  },
};
