import { BedsideError, cutUrl, cutUrlsIn } from './errors.js';
import { failedBy, failedByCors, failedInBody, failedWith, fetchFailed, messageOf } from './failures.js';
import { answered } from './policy.js';
import { Silence, Waits } from './waits.js';

/** @typedef {import('./failures.js').Failure} Failure */

/**
 * What a transfer needs of its surroundings: the platform's means, and the policy that decides.
 *
 * @typedef {object} Host
 * @property {import('./policy.js').Layers} layers
 * @property {number} policy id of the retry policy in `layers`
 * @property {import('./retry.js').Retry} retry
 * @property {typeof fetch} fetch
 * @property {() => number} now milliseconds since 1970, never stepping back
 * @property {() => number} random uniform in [0, 1)
 * @property {(callback: () => void, ms: number) => () => void} setTimer returns what cancels it
 * @property {Device} device
 * @property {import('./cors.js').CrossOrigin} cors
 * @property {(event: RetryEvent) => void} tell
 *
 * @typedef {object} Device
 * @property {() => boolean} online what the device says of itself
 * @property {(listener: () => void) => () => void} onOnline returns what unsubscribes
 *
 * @typedef {object} RetryEvent
 * @property {string} url without query and credentials
 * @property {number} attempt the attempt that failed, from 1
 * @property {number} delayMs until the next one
 * @property {string} reason the kind of failure (`network`, `stall`, `status`, …), or `offline`
 * @property {boolean} paused waiting for the device to come online; `delayMs` is then the time until a probe
 */

/** The header fields that the policy judges by. */
const judged = [
  'accept-ranges',
  'content-encoding',
  'content-length',
  'content-range',
  'date',
  'etag',
  'last-modified',
];

/**
 * One request, through all its attempts. `open` gives an answer's headers, `read` its body piece by piece; both
 * mend by themselves what can be mended. Over at the end of the body, by `end`, `stop` or an error.
 */
export class Transfer {
  /** @type {Host} */ #host;
  /** @type {RequestInfo | URL} */ #input;
  /** @type {RequestInit} */ #init;
  /** @type {string} */ #method;
  /** @type {HeadersInit | undefined} */ #headers;
  /** @type {URL | undefined} */ #url;
  /** @type {(() => unknown) | undefined} */ #onRestart;
  /** Of the request in `layers`; 0 when it is over. */
  #id;
  /** Aborts with the error that everything under way then rejects with. */
  #stop = new AbortController();
  #unlink = () => {};
  /** @type {Waits} */ #waits;
  /** @type {AbortController | undefined} */ #attempt;
  /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */ #reader;
  /** @type {import('./errors.js').Attempt[]} */ #failures = [];
  #attempts = 0;

  /**
   * @param {Host} host
   * @param {RequestInfo | URL} input as for `fetch`
   * @param {RequestInit} init
   * @param {() => unknown} [onRestart] told, and waited for, when the body begins anew. Without it what was read once
   *   stays valid, and a body that begins anew is compared with it.
   */
  constructor(host, input, init, onRestart) {
    const request = typeof input === 'object' && 'headers' in input ? input : undefined;
    this.#host = host;
    this.#input = input;
    this.#init = init;
    this.#onRestart = onRestart;
    this.#method = (init.method ?? request?.method ?? 'GET').toUpperCase();
    this.#headers = init.headers ?? request?.headers;
    this.#url = parsed(request?.url ?? input);
    this.#waits = new Waits(host, host.retry, this.#stop.signal);
    this.#id = host.layers.requestOpen(host.policy, {
      method: this.#method,
      crossOrigin: host.cors.isForeign(this.#url),
      restarts: onRestart !== undefined,
      ownRange: attemptOr(() => new Headers(this.#headers).has('range'), false),
    });
    answered(this.#id || null);
    this.#link(init.signal ?? request?.signal);
  }

  /** The address, as it may be shown. */
  get url() {
    return cutUrl(this.#url ?? String(this.#input));
  }

  /** Length of the body in bytes; `null` where unknown, or compressed. */
  get length() {
    const length = this.#id ? answered(this.#host.layers.requestLength(this.#id)) : -1;
    return length < 0 ? null : length;
  }

  /** Makes attempts until there is an answer to hand on. The body of a success is to be read by `read` alone. */
  async open() {
    const response = await this.#answer(false);
    this.#waits.hold();
    return response;
  }

  /**
   * The next piece of the body, verified to continue the one before.
   *
   * @returns {Promise<Uint8Array | null>} `null` at the end
   */
  async read() {
    this.#waits.release();
    for (;;) {
      const piece = await this.#readOnce();
      if (piece === null) this.end('well');
      if (piece === null || piece instanceof Uint8Array) {
        this.#waits.hold();
        return piece;
      }
      await this.#answer(await this.#recover(piece));
    }
  }

  /**
   * Waits for whoever takes the bytes, for as long as that takes; an abort ends the wait.
   *
   * @template T
   * @param {T | PromiseLike<T>} work
   * @returns {Promise<T>}
   */
  async consumed(work) {
    this.#waits.hold();
    return this.#waits.within(Promise.resolve(work), Infinity);
  }

  /** Ends with an answer that is no success, where only a success will do. @param {Response} response */
  refuse(response) {
    return this.#recover(failedBy(response));
  }

  /**
   * The request is over.
   *
   * @param {'well' | 'badly' | 'aborted'} how
   * @param {boolean} [linked] the caller's signal still ends what is read of the answer
   */
  end(how, linked = false) {
    if (!this.#id) return;
    this.#host.layers.requestEnd(this.#id, how);
    this.#id = 0;
    if (how !== 'well') this.#attempt?.abort();
    if (!linked) this.#unlink();
  }

  /** Ends at once; everything under way rejects with the error. @param {BedsideError} error */
  stop(error) {
    this.#attempt?.abort(error);
    this.end('aborted');
    this.#stop.abort(error);
  }

  /** @param {(error: BedsideError) => void} listener called when the transfer is stopped */
  onStop(listener) {
    this.#stop.signal.addEventListener('abort', () => listener(this.#stop.signal.reason), { once: true });
  }

  /** @param {AbortSignal | null | undefined} signal the caller's */
  #link(signal) {
    if (!signal) return;
    const abort = () =>
      this.stop(new BedsideError('ABORTED', `The request for ${this.url} was aborted.`, { cause: signal.reason }));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    this.#unlink = () => signal.removeEventListener('abort', abort);
  }

  /** @param {boolean} probe whether the first attempt is one of an offline device */
  async #answer(probe) {
    for (;;) {
      const response = await this.#open(probe);
      if ('headers' in response) return response;
      probe = await this.#recover(response);
    }
  }

  /**
   * One attempt, up to the headers of an answer to hand on.
   *
   * @param {boolean} probe
   * @returns {Promise<Response | Failure>}
   */
  async #open(probe) {
    this.#stop.signal.throwIfAborted();
    const { cors, layers, now } = this.#host;
    const ask = answered(layers.requestAttempt(this.#id, probe));
    ++this.#attempts;
    const response = await this.#send(ask);
    if (!('headers' in response)) return response;
    cors.noteAnswer(this.#url, response);

    const fields = Object.fromEntries(judged.map(name => [name, response.headers.get(name) ?? '']));
    const foreign = cors.isForeign(parsed(response.url) ?? this.#url);
    const reply = answered(layers.requestAnswered(this.#id, { ...fields, status: response.status }, foreign, now()));
    if (reply === 'status') return failedBy(response);
    if (reply === 'range') return { ...failedInBody('range'), response };
    this.#reader = response.ok ? response.body?.getReader() : undefined;
    if (reply === 'restart') {
      await this.consumed(this.#onRestart?.());
      this.#waits.release();
    }
    return response;
  }

  /**
   * @param {{ range: string, ifRange: string }} ask
   * @returns {Promise<Response | Failure>}
   */
  async #send({ range, ifRange }) {
    try {
      const headers = new Headers(this.#headers);
      if (range) headers.set('range', range);
      if (ifRange) headers.set('if-range', ifRange);
      const init = { ...this.#init, headers, signal: undefined };
      if (this.#method === 'GET' || this.#method === 'HEAD') new Request(this.#input, init); // throws what is malformed
      // Each attempt starts from the caller's address: the targets of signed redirects expire.
      return await this.#fetch(this.#input, init);
    } catch (error) {
      if (error instanceof Silence) return error;
      this.#stop.signal.throwIfAborted();
      const failure = failedWith(error);
      if (failure.kind !== 'network') return failure;
      const ask = (/** @type {URL} */ url, /** @type {RequestInit} */ init) => this.#fetch(url, init);
      const withheld = await this.#host.cors.withholds(this.#url, this.#init.mode, ask);
      this.#stop.signal.throwIfAborted();
      return withheld ? failedByCors(error) : failure;
    }
  }

  /** @param {RequestInfo | URL} input @param {RequestInit} init */
  #fetch(input, init) {
    this.#attempt = new AbortController();
    return this.#waits.answer(this.#host.fetch(input, { ...init, signal: this.#attempt.signal }), 'headers');
  }

  /** One piece of the body, its end, or how it broke. @returns {Promise<Uint8Array | null | Failure>} */
  async #readOnce() {
    const { layers } = this.#host;
    for (;;) {
      this.#stop.signal.throwIfAborted();
      let piece;
      try {
        piece = this.#reader ? await this.#waits.answer(this.#reader.read(), 'data') : { value: undefined };
      } catch (error) {
        if (this.#stop.signal.aborted) throw this.#stop.signal.reason;
        return error instanceof Silence ? error : { kind: 'network', message: messageOf(error), cause: error };
      }
      if (piece.value === undefined) {
        const kind = answered(layers.requestFinished(this.#id));
        return kind === '' ? null : failedInBody(kind);
      }
      if (this.#onRestart) {
        answered(layers.requestCounted(this.#id, piece.value.length));
        return piece.value;
      }
      const drop = answered(layers.requestReceived(this.#id, piece.value));
      if (drop < 0) return failedInBody('changed');
      if (drop < piece.value.length) return piece.value.subarray(drop);
    }
  }

  /**
   * After a failed attempt: waits as the policy says, or rejects when it gives up.
   *
   * @param {Failure} failure
   * @returns {Promise<boolean>} whether the next attempt is a probe of an offline device
   */
  async #recover(failure) {
    this.#stop.signal.throwIfAborted();
    this.#attempt?.abort();
    this.#waits.release();
    const { device, layers, policy, retry, tell } = this.#host;
    const { status = null } = failure.response ?? {};
    const attempt = { status, kind: failure.kind, waitMs: 0, message: cutUrlsIn(failure.message) };
    this.#failures.push(attempt);
    const { action, delayMs, reason } = this.#judge(failure);
    const paused = action === 'wait';
    tell({ url: this.url, attempt: this.#attempts, delayMs, reason, paused });
    if (!paused) {
      attempt.waitMs = delayMs;
      await this.#waits.sleep(delayMs);
      return false;
    }
    const since = this.#waits.elapsedMs();
    for (;;) {
      await this.#waits.sleep(Math.min(delayMs, retry.deadline - this.#waits.elapsedMs()), device.onOnline);
      attempt.waitMs = this.#waits.elapsedMs() - since;
      if (device.online()) return false;
      this.#judge(failure); // rejects when the time is over
      if (answered(layers.retryMayProbe(policy))) return true;
    }
  }

  /**
   * What the policy says to a failure; throws when it gives up.
   *
   * @param {Failure} failure
   * @returns {{ action: 'retry' | 'wait', delayMs: number, reason: string }}
   */
  #judge(failure) {
    const { device, layers, now, random } = this.#host;
    const decision = answered(
      layers.requestFailed(this.#id, {
        kind: failure.kind,
        status: failure.response?.status ?? 0,
        retryAfter: failure.response?.headers.get('retry-after') ?? '',
        date: failure.response?.headers.get('date') ?? '',
        online: device.online(),
        elapsedMs: this.#waits.elapsedMs(),
        nowMs: now(),
        random: random(),
      }),
    );
    if (decision.action !== 'giveUp') return decision;
    this.end('badly');
    throw fetchFailed(this.url, failure, decision.reason, this.#failures);
  }
}

/** @param {unknown} address */
const parsed = address => attemptOr(() => new URL(String(address), baseAddress()), undefined);

/** What `fetch` resolves relative addresses by; Node has nothing of the kind. */
const baseAddress = () => globalThis.document?.baseURI ?? globalThis.location?.href;

/**
 * @template T, U
 * @param {() => T} work
 * @param {U} otherwise
 */
function attemptOr(work, otherwise) {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
