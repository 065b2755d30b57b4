/** The server was silent for too long, or the request's time is over. A failure of kind `stall` or `deadline`. */
export class Silence {
  /**
   * @param {'stall' | 'deadline'} kind
   * @param {string} message
   */
  constructor(kind, message) {
    this.kind = kind;
    this.message = message;
  }
}

/** Browsers put no more into a timer. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * The time of one request: how long it has taken, and every wait in it. A signal that aborts ends them all at once with
 * its reason.
 */
export class Waits {
  #clock;
  #limits;
  #signal;
  #startedAt;
  #heldMs = 0;
  /** @type {number | undefined} */ #heldSince;

  /**
   * @param {{ now: () => number, setTimer: (callback: () => void, ms: number) => () => void }} clock
   * @param {{ stallTimeout: number, deadline: number }} limits in milliseconds
   * @param {AbortSignal} signal
   */
  constructor(clock, limits, signal) {
    this.#clock = clock;
    this.#limits = limits;
    this.#signal = signal;
    this.#startedAt = clock.now();
  }

  /** Since the request began, without the time in which whoever takes the bytes had the word. */
  elapsedMs() {
    return (this.#heldSince ?? this.#clock.now()) - this.#startedAt - this.#heldMs;
  }

  /** The word goes to whoever takes the bytes: what time that takes is no silence of the server's. */
  hold() {
    this.#heldSince ??= this.#clock.now();
  }

  /** The word comes back. */
  release() {
    if (this.#heldSince !== undefined) this.#heldMs += this.#clock.now() - this.#heldSince;
    this.#heldSince = undefined;
  }

  /**
   * What the server sends next; rejects with a `Silence` when nothing comes for too long.
   *
   * @template T
   * @param {Promise<T>} promise
   * @param {string} what
   * @returns {Promise<T>}
   */
  answer(promise, what) {
    const { stallTimeout, deadline } = this.#limits;
    const left = deadline - this.elapsedMs();
    return this.within(promise, Math.min(stallTimeout, left), () => {
      throw stallTimeout <= left
        ? new Silence('stall', `no ${what} for ${stallTimeout / 1000} s`)
        : new Silence('deadline', `not done after ${deadline / 1000} s`);
    });
  }

  /**
   * @param {number} ms
   * @param {(wake: () => void) => () => void} [onWake] subscribes to what ends the sleep early; returns what unsubscribes
   * @returns {Promise<void>}
   */
  sleep(ms, onWake) {
    let unsubscribe = () => {};
    const woken = new Promise(resolve => {
      if (onWake) unsubscribe = onWake(() => resolve(undefined));
    });
    return this.within(woken, ms, () => {}).finally(() => unsubscribe());
  }

  /**
   * A promise, or, when its time is over before, what `late` returns or throws.
   *
   * @template T
   * @param {Promise<T>} promise
   * @param {number} ms
   * @param {() => any} [late]
   * @returns {Promise<T>}
   */
  within(promise, ms, late = () => {}) {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let cancel = () => {};
      const settle = (/** @type {(value: any) => void} */ how, /** @type {any} */ value) => {
        cancel();
        signal.removeEventListener('abort', aborted);
        how(value);
      };
      const aborted = () => settle(reject, signal.reason);
      signal.addEventListener('abort', aborted);
      promise.then(
        value => settle(resolve, value),
        error => settle(reject, error),
      );
      if (ms === Infinity) return;
      cancel = this.#clock.setTimer(
        () => {
          try {
            settle(resolve, late());
          } catch (error) {
            settle(reject, error);
          }
        },
        Math.min(Math.max(0, ms), longestTimerMs),
      );
    });
  }
}
