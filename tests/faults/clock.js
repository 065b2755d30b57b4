/** A clock that moves when it is told to. */
export class TestClock {
  #nowMs = Date.parse('2026-01-01T00:00:00Z');
  /** @type {Set<{ at: number, callback: () => void }>} */ #timers = new Set();

  now = () => this.#nowMs;

  /** @type {(callback: () => void, ms: number) => () => void} */
  setTimer = (callback, ms) => {
    const timer = { at: this.#nowMs + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Timers not yet due. */
  get waiting() {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer. */
  get nextInMs() {
    return Math.min(...[...this.#timers].map(timer => timer.at)) - this.#nowMs;
  }

  /** Goes on to the next timer, and fires it. */
  next() {
    const first = [...this.#timers].reduce((a, b) => (b.at < a.at ? b : a));
    this.#timers.delete(first);
    this.#nowMs = Math.max(this.#nowMs, first.at);
    first.callback();
  }

  /** Goes on by so much, firing what is due on the way. @param {number} ms */
  async pass(ms) {
    const until = this.#nowMs + ms;
    while (this.#timers.size > 0 && this.#nowMs + this.nextInMs <= until) {
      this.next();
      await turns(5);
    }
    this.#nowMs = until;
  }

  /**
   * Runs work to its end: whenever nothing but the clock can move it on, the clock goes on to its next timer.
   *
   * @template T
   * @param {Promise<T>} work
   * @param {() => boolean} busy whether the network is at work
   * @returns {Promise<T>}
   */
  async run(work, busy) {
    let over = false;
    const end = () => (over = true);
    work.then(end, end);
    for (let idle = 0; !over; ) {
      await turns(1);
      idle = busy() ? 0 : idle + 1;
      if (idle < 20 || this.waiting === 0) continue; // what is on its way through a socket arrives meanwhile
      this.next();
      idle = 0;
    }
    return work;
  }
}

/** Lets the event loop go round. @param {number} count */
export async function turns(count) {
  for (let i = 0; i < count; ++i) await new Promise(setImmediate);
}
